using System.ComponentModel;
using System.Diagnostics;

namespace Sallyport.Engine.Sandboxing;

/// <summary>By what commands are confined.</summary>
public enum SandboxForm
{
    Bubblewrap,
    Landlock,
    Seatbelt,
    AppContainer,
}

/// <param name="Form">What works; null when nothing does.</param>
/// <param name="Program">The program that it needs; empty for none.</param>
/// <param name="Problem">Why it does not work, in words for the person; null when it does.</param>
public sealed record SandboxFound(SandboxForm? Form, string Program, string? Problem);

/// <summary>Looks what confines commands on this machine, by trying it: names and versions prove nothing in a container.</summary>
public static class SandboxProbe
{
    private const int Patience = 5000;

    // Not the PATH: a folder of the project may be in it.
    private static readonly string[] Places = ["/usr/bin/bwrap", "/bin/bwrap", "/usr/local/bin/bwrap", "/run/current-system/sw/bin/bwrap"];

    /// <summary>Where bubblewrap is, whether it works or not; null where it is not, or could not be used anyway.</summary>
    internal static string? Bubblewrap => OperatingSystem.IsLinux() && SeccompFilter.Known ? Array.Find(Places, File.Exists) : null;

    public static string Name(SandboxForm form) => form switch
    {
        SandboxForm.Bubblewrap => "bubblewrap",
        SandboxForm.Landlock => "Landlock with seccomp",
        SandboxForm.AppContainer => "AppContainer",
        _ => "sandbox-exec",
    };

    public static SandboxFound Best()
    {
        if (OperatingSystem.IsMacOS()) return Try(SandboxForm.Seatbelt);
        if (OperatingSystem.IsWindows()) return new(null, "", "the one for Windows was never tested there, and is used only with --sandbox on");
        if (!OperatingSystem.IsLinux()) return new(null, "", "this system has none that sally can use");
        var first = Try(SandboxForm.Bubblewrap);
        if (first.Problem is null) return first;
        var second = Try(SandboxForm.Landlock);
        return second.Problem is null ? second : new(null, "", $"{first.Problem}; {second.Problem}");
    }

    public static SandboxFound Try(SandboxForm form) => form switch
    {
        SandboxForm.Seatbelt => Works(SeatbeltLauncher.Program, SeatbeltLauncher.Trial, form, "sandbox-exec"),
        SandboxForm.AppContainer when OperatingSystem.IsWindows() => Windows.WindowsLauncher.Problem() is { } problem ? new(null, "", $"AppContainer does not work here ({problem})") : new(form, "", null),
        SandboxForm.AppContainer => new(null, "", "AppContainer is for Windows"),
        _ when !OperatingSystem.IsLinux() => new(null, "", $"{Name(form)} is for Linux"),
        _ when !SeccompFilter.Known => new(null, "", "the kernel calls of this processor are not known to sally"),
        SandboxForm.Landlock => Landlock.Version() switch
        {
            >= Landlock.LeastVersion => new(form, "", null),
            0 => new(null, "", "the kernel has no Landlock, or it is off"),
            var version => new(null, "", $"the kernel's Landlock is of version {version}, {Landlock.LeastVersion} is needed"),
        },
        _ => TryBubblewrap(),
    };

    private static SandboxFound TryBubblewrap() =>
        Bubblewrap is { } program ? Works(program, BubblewrapLauncher.Trial, SandboxForm.Bubblewrap, "bubblewrap") : new(null, "", "bubblewrap is not installed");

    private static SandboxFound Works(string program, IReadOnlyList<string> trial, SandboxForm form, string name)
    {
        if (!File.Exists(program)) return new(null, "", $"{name} is missing");
        using var process = new Process { StartInfo = new ProcessStartInfo(program, trial) { RedirectStandardError = true, WorkingDirectory = "/" } };
        try
        {
            process.Start();
            var said = process.StandardError.ReadToEnd().Trim();
            if (!process.WaitForExit(Patience)) process.Kill();
            return process.HasExited && process.ExitCode == 0 ? new(form, program, null)
                : new(null, "", $"{name} does not work here ({(said.Length == 0 ? "it ends without a word" : said.Split('\n')[0])})");
        }
        catch (Win32Exception e)
        {
            return new(null, "", $"{name} does not start ({e.Message})");
        }
    }
}
