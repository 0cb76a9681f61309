using System.Diagnostics;

namespace Sallyport.Guard.Tests.SourceMaps;

/// <summary>Real build tools from npm, installed once into the user's cache; tests skip when npm or the registry is not there.</summary>
internal static class NodeTools
{
    private static readonly Lock Gate = new();

    /// <summary>The folder above <c>node_modules</c>.</summary>
    public static string Require(string set, params string[] packages)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } set2 ? set2 : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var folder = Path.Combine(cache, "sallyport-tests", set);
        lock (Gate)
        {
            if (File.Exists(Path.Combine(folder, "done"))) return folder;
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "package.json"), """{"private":true}""");
            try
            {
                if (Run(folder, "npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts", .. packages], out var output) != 0) Assert.Skip($"npm could not install {string.Join(", ", packages)}: {output}");
            }
            catch (System.ComponentModel.Win32Exception)
            {
                Assert.Skip("npm is not installed");
            }
            File.WriteAllText(Path.Combine(folder, "done"), "");
            return folder;
        }
    }

    public static int Run(string directory, string program, string[] arguments, out string output)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = directory, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        output = process.StandardOutput.ReadToEnd();
        output += errors.GetAwaiter().GetResult();
        process.WaitForExit();
        return process.ExitCode;
    }
}
