using System.Runtime.Versioning;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>
/// Starts programs in an AppContainer of the session's own on Windows, through our own program. Written from the documentation of
/// Windows; not tested there, so it is used only when it is asked for by name.
/// </summary>
public sealed class WindowsLauncher : ILauncher, IDisposable
{
    private readonly SandboxPolicy policy;
    private readonly IReadOnlyList<string> self;
    private readonly string name;
    private readonly IDisposable grants;

    [SupportedOSPlatform("windows")]
    internal WindowsLauncher(SandboxPolicy policy, IReadOnlyList<string> self)
    {
        (this.policy, this.self, name) = (policy, self, $"sallyport-{Path.GetRandomFileName().Replace(".", "", StringComparison.Ordinal)}");
        using var container = AppContainer.Make(name);
        var made = new WindowsGrants(Path.Combine(StateFolder.Root(), "windows"), name, container.Sid);
        grants = made;
        try
        {
            made.Set(WindowsPlan.Of(policy.Rules(), policy.Home, (Environment.GetEnvironmentVariable("PATH") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)));
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>For tests of what is started; nothing is granted.</summary>
    internal WindowsLauncher(SandboxPolicy policy, IReadOnlyList<string> self, string name) => (this.policy, this.self, this.name, grants) = (policy, self, name, new MemoryStream());

    public Launch Prepare(Launch launch)
    {
        var variables = new Dictionary<string, string>(launch.Environment, StringComparer.OrdinalIgnoreCase);
        SandboxPolicy.Settle(variables, policy.Temp);
        return launch with { Program = self[0], Arguments = [.. self.Skip(1), LandlockLauncher.Mode, name, launch.Folder, "--", launch.Program, .. launch.Arguments], Environment = variables, Wrapped = true };
    }

    /// <summary>Is the launcher: runs the program that is named in its container. The exit code is the program's, or 126.</summary>
    [SupportedOSPlatform("windows")]
    public static int Run(ReadOnlySpan<string> arguments)
    {
        if (arguments.Length < 4 || arguments[2] != "--") return Failed("a container, a folder and a program are missing");
        try
        {
            using var container = AppContainer.Find(arguments[0]);
            return container.Run(arguments[3], arguments[4..].ToArray(), arguments[1]);
        }
        catch (IOException e)
        {
            return Failed(e.Message);
        }

        static int Failed(string why)
        {
            Console.Error.WriteLine($"sally: the sandbox did not start: {why}");
            return 126;
        }
    }

    /// <summary>Tries a start, and a write that has to fail; why it does not work, or null.</summary>
    [SupportedOSPlatform("windows")]
    internal static string? Problem()
    {
        if (!Environment.Is64BitProcess || !OperatingSystem.IsWindowsVersionAtLeast(10)) return "it needs Windows 10 or newer, 64 bits";
        var name = $"sallyport-probe-{Environment.ProcessId}";
        var folder = Directory.CreateTempSubdirectory("sallyport-");
        try
        {
            using var container = AppContainer.Make(name);
            var shell = Environment.GetEnvironmentVariable("ComSpec") ?? "cmd.exe";
            var closed = Path.Combine(folder.FullName, "closed");
            if (container.Run(shell, ["/d", "/s", "/c", "\"exit 7\""], Environment.SystemDirectory) != 7) return "an AppContainer does not run programs here";
            container.Run(shell, ["/d", "/s", "/c", $"\"copy nul \"{closed}\" >nul 2>nul\""], Environment.SystemDirectory);
            return File.Exists(closed) ? "an AppContainer writes where it must not" : null;
        }
        catch (IOException e)
        {
            return e.Message;
        }
        finally
        {
            _ = WindowsNative.DeleteAppContainerProfile(name);
            folder.Delete(recursive: true);
        }
    }

    public void Dispose()
    {
        grants.Dispose();
        if (OperatingSystem.IsWindows()) _ = WindowsNative.DeleteAppContainerProfile(name);
    }
}
