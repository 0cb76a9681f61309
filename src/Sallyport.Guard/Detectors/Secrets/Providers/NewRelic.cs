namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>New Relic keys (New Relic documentation, API keys).</summary>
internal sealed class NewRelic : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("newrelic-user-key", "New Relic user key", "NRAK-[A-Z0-9]{27}", entropy: 3),
        Token("newrelic-insert-key", "New Relic insert key", "NRI[IQ]-[A-Za-z0-9_-]{32}", Severity.High, entropy: 3, triggers: ["NRII-", "NRIQ-"]),
        Token("newrelic-admin-key", "New Relic admin or REST key", "NR(?:AA|RA)-[a-f0-9]{27,42}", entropy: 3, triggers: ["NRAA-", "NRRA-"]),
        Token("newrelic-browser-key", "New Relic browser key", "NRJS-[a-f0-9]{19}", Severity.Low, entropy: 2.5, blocking: Blocking.Never),
        Token("newrelic-license-key", "New Relic licence key", "(?:eu[0-9]{2}xx[a-f0-9]{26}|[a-f0-9]{32})FFFFNRAL", Severity.High, entropy: 3, triggers: ["FFFFNRAL"], back: 32..32),
        Assigned("newrelic-user-key-id", "New Relic key", ["new_relic"], "[A-Za-z0-9]{64}", entropy: 3),
    ];
}
