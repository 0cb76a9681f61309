namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Trello (Atlassian) keys and tokens.</summary>
internal sealed class Trello : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("trello-token", "Trello token", "ATTA[a-f0-9]{64}[A-F0-9]{8}", entropy: 3),
        Assigned("trello-access-token", "Trello key or token", ["trello"], "(?:[a-f0-9]{64}|[a-zA-Z0-9-]{32})", entropy: 3, named: true),
    ];
}
