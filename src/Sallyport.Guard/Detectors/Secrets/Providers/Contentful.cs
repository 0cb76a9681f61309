namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>Contentful tokens (Contentful documentation).</summary>
internal sealed class Contentful : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Token("contentful-management-token", "Contentful management token", "CFPAT-[A-Za-z0-9_-]{43}", entropy: 3.5),
        Assigned("contentful-delivery-token", "Contentful delivery token", ["contentful"], "[A-Za-z0-9=_-]{43}", entropy: 3.5),
    ];
}
