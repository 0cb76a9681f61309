using System.Diagnostics;

namespace Sallyport.Guard.Tests.Reports;

/// <summary>The official SARIF 2.1.0 schema, out of a public npm package that carries it. Kept beside the build's output; skips the test when npm cannot be reached.</summary>
internal static class SarifSchema
{
    private const string Package = "@datadog/datadog-ci@2.48.0";
    private const string Member = "package/dist/commands/sarif/json-schema/sarif-schema-2.1.0.json";

    public static string Text()
    {
        var kept = Path.Combine(AppContext.BaseDirectory, "sarif-schema-2.1.0.json");
        if (!File.Exists(kept))
        {
            using var folder = new TempFolder();
            if (!Run(folder.Path, "npm", "pack", "--silent", Package)) Assert.Skip($"npm cannot fetch {Package}, which carries the SARIF schema");
            var packed = Directory.GetFiles(folder.Path, "*.tgz").Single();
            if (!Run(folder.Path, "tar", "-xzf", packed, Member)) Assert.Skip("tar is missing");
            File.Copy(Path.Combine(folder.Path, Member), kept, overwrite: true);
        }
        return File.ReadAllText(kept);
    }

    private static bool Run(string folder, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.StandardOutput.ReadToEnd();
            if (process.WaitForExit(TimeSpan.FromMinutes(1))) return process.ExitCode == 0;
            process.Kill(entireProcessTree: true);
            return false;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
