namespace Sallyport.Guard.Detectors.Secrets.Providers;

/// <summary>CurseForge keys: bcrypt strings, known by name.</summary>
internal sealed class CurseForge : ProviderDetector
{
    protected override Credential[] Describe() =>
    [
        Assigned("curseforge-api-key", "CurseForge API key", ["curseforge", "cf_core"], "\\$2a\\$10\\$[A-Za-z0-9./]{53}", entropy: 3.5),
    ];
}
