namespace Sallyport.Guard.Tests;

/// <summary>Runs the whole check, as the command does.</summary>
internal static class Checks
{
    public static TargetReport Check(string target, Policy? policy = null, Profile? profile = null, bool asIs = false, string? against = null) =>
        PackageCheck.Check(new CheckRequest { Targets = [target], Policy = policy ?? Policy.Default, Profile = profile, AsIs = asIs, Against = against }, TestContext.Current.CancellationToken).Targets[0];

    /// <summary>Checks one file of the given name and content as if little memory were to be had.</summary>
    public static TargetReport CheckInPieces(string name, byte[] content, int pieceBytes, Policy? policy = null)
    {
        using var folder = new TempFolder();
        folder.Write(name, content);
        var request = new CheckRequest { Targets = [folder.Path], Policy = policy ?? Policy.Default, AsIs = true, Sizes = new Sallyport.Guard.Scanning.ScanSizes(1024, pieceBytes) };
        return PackageCheck.Check(request, TestContext.Current.CancellationToken).Targets[0];
    }

    /// <summary>Checks one file of the given name and content.</summary>
    public static TargetReport CheckFile(string name, byte[] content, Policy? policy = null, Profile? profile = null)
    {
        using var folder = new TempFolder();
        folder.Write(name, content);
        return Check(folder.Path, policy, profile, asIs: true);
    }

    public static TargetReport CheckFile(string name, string content, Policy? policy = null, Profile? profile = null) =>
        CheckFile(name, System.Text.Encoding.UTF8.GetBytes(content), policy, profile);

    public static string[] Rules(this TargetReport report) => [.. report.Findings.Select(f => f.Rule.Id).Distinct()];
}
