using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The empty network of a session, held open by a process that does nothing else: every command joins it, so that a server which
/// one command leaves running is reached by the next, and the way to the proxy is built once and not for each. It ends with us,
/// whichever way we end.
/// </summary>
public sealed partial class NetworkHold : IDisposable
{
    private const int Patience = 5000;
    private static readonly string[] Places = ["/usr/bin/nsenter", "/bin/nsenter", "/run/current-system/sw/bin/nsenter"];

    // What a program needs of devices at the least; a whole /dev would put the network into a namespace that cannot be joined.
    private static readonly string[] Bare =
        ["--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--tmpfs", "/dev", "--dev-bind", "/dev/null", "/dev/null", "--dev-bind", "/dev/urandom", "/dev/urandom", "--proc", "/proc", "--info-fd", "7", "--"];

    /// <summary>What runs in one that has no way out.</summary>
    internal static readonly string[] Idle = ["/bin/sh", "-c", "echo ready; exec cat"];

    private readonly Process process;
    private readonly int users, network;

    private NetworkHold(Process process, int users, int network, string join)
    {
        (this.process, this.users, this.network) = (process, users, network);
        Join = [join, Handle("--user", users), Handle("--net", network), "--preserve-credentials", "--"];
    }

    /// <summary>What stands before a program that is to be in this network.</summary>
    internal IReadOnlyList<string> Join { get; }

    /// <summary>What bubblewrap parts a command from when the network is this one.</summary>
    internal static IReadOnlyList<string> Parted { get; } = ["--unshare-user", "--unshare-ipc", "--unshare-pid", "--unshare-uts", "--unshare-cgroup-try"];

    /// <summary>Opens one, and tries whether it can be joined; null where it cannot.</summary>
    /// <param name="program">bubblewrap.</param>
    /// <param name="inside">What runs in it: says a line when it is ready, and ends when its input does.</param>
    internal static NetworkHold? Open(string program, IReadOnlyList<string> inside)
    {
        if (Array.Find(Places, File.Exists) is not { } join) return null;
        var process = new Process { StartInfo = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" 7>&1", "sh", program, .. Bare, .. inside]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" } };
        NetworkHold? hold = null;
        try
        {
            process.Start();
            process.BeginErrorReadLine();
            var first = Namespaces(process.StandardOutput);
            if (first is not { } found) return null;
            hold = new NetworkHold(process, found.Users, found.Network, join);
            // While that gets ready.
            if (!Works(program, hold) || process.StandardOutput.ReadLine() is null) return null;
            var opened = hold;
            hold = null;
            return opened;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
        finally
        {
            hold?.Dispose();
        }
    }

    public void Dispose()
    {
        close(users);
        close(network);
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended.
        }
        process.Dispose();
    }

    // Opened at once and kept: by a number of a process that has ended, another network could be joined.
    private static (int Users, int Network)? Namespaces(StreamReader output)
    {
        string? child = null;
        while (output.ReadLine() is { } line)
        {
            if (line.Contains("\"child-pid\"", StringComparison.Ordinal)) child = line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim(' ', ',');
            if (line != "}") continue;
            if (!int.TryParse(child, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return null;
            var (users, network) = (open($"/proc/{id}/ns/user", 0x80000), open($"/proc/{id}/ns/net", 0x80000));
            if (users >= 0 && network >= 0 && File.ResolveLinkTarget($"/proc/{id}/ns/net", false)?.Name is { } theirs && theirs != File.ResolveLinkTarget("/proc/self/ns/net", false)?.Name) return (users, network);
            if (users >= 0) close(users);
            if (network >= 0) close(network);
            return null;
        }
        return null;
    }

    private static bool Works(string program, NetworkHold hold)
    {
        using var trial = new Process { StartInfo = new ProcessStartInfo(hold.Join[0], [.. hold.Join.Skip(1), program, .. Parted, "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--", "/bin/true"]) { RedirectStandardError = true, WorkingDirectory = "/" } };
        trial.Start();
        trial.StandardError.ReadToEnd();
        if (!trial.WaitForExit(Patience)) trial.Kill();
        return trial.HasExited && trial.ExitCode == 0;
    }

    private static string Handle(string option, int handle) => string.Create(CultureInfo.InvariantCulture, $"{option}=/proc/{Environment.ProcessId}/fd/{handle}");

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
