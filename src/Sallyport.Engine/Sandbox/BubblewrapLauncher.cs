using System.Globalization;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Starts programs in namespaces of their own through bubblewrap: their own processes, an empty network, and a file system in
/// which only the policy's places can be written and its private ones are not there. No capabilities, and a seccomp filter.
/// </summary>
/// <param name="program">bubblewrap's own path.</param>
/// <param name="policy">What holds.</param>
/// <param name="filter">File with the seccomp program.</param>
/// <param name="door">The way out of the empty network; null for none.</param>
internal sealed class BubblewrapLauncher(string program, SandboxPolicy policy, string filter, NetworkDoor? door) : ILauncher
{
    // The handle on which bubblewrap gets the filter. A plain sh knows one digit only, and 9 is taken by who reports.
    private const int FilterHandle = 8;

    public Launch Prepare(Launch launch)
    {
        var (arguments, variables) = (new List<string>(96), new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal));
        // bubblewrap takes the filter as an open file; only a shell opens one for a program that is started as plain data.
        arguments.AddRange(["-c", $"f=$1; shift; exec \"$@\" {FilterHandle}<\"$f\"", "sh", filter, program]);
        // No --die-with-parent: that would follow the thread which started it, and what a shell leaves running ends with the session anyway.
        // No --new-session: whoever starts it has made one, and ends it as a whole.
        arguments.AddRange(["--unshare-all", "--cap-drop", "ALL", "--seccomp", FilterHandle.ToString(CultureInfo.InvariantCulture)]);
        arguments.AddRange(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]);
        // Sockets of services live there: a container engine's is a way out.
        foreach (var folder in Services) if (Directory.Exists(folder) && new DirectoryInfo(folder).LinkTarget is null) arguments.AddRange(["--tmpfs", folder]);
        arguments.AddRange(["--bind", policy.Temp, "/tmp"]);
        if (Directory.Exists("/var/tmp")) arguments.AddRange(["--bind", policy.Temp, "/var/tmp"]);
        foreach (var (path, access) in policy.Rules()) if (path != policy.Temp) Place(arguments, path, access);
        if (door is not null)
        {
            arguments.AddRange(["--ro-bind", door.Socket, NetworkDoor.SocketInside]);
            // The bridge is our own program, which may lie where the private /tmp now stands.
            foreach (var file in door.Self)
                if (IsTemporary(file) && File.Exists(file)) arguments.AddRange(["--ro-bind", Path.GetDirectoryName(file)!, Path.GetDirectoryName(file)!]);
            door.Announce(variables);
        }
        (variables["TMPDIR"], variables["TMP"], variables["TEMP"]) = ("/tmp", "/tmp", "/tmp");
        arguments.AddRange(["--chdir", launch.Folder, "--"]);
        if (door is not null) arguments.AddRange([.. door.Self, NetworkDoor.Mode, door.Port.ToString(CultureInfo.InvariantCulture), NetworkDoor.SocketInside, "--"]);
        arguments.Add(launch.Program);
        arguments.AddRange(launch.Arguments);
        return launch with { Program = "/bin/sh", Arguments = arguments, Environment = variables, Wrapped = true };
    }

    /// <summary>The arguments with which it is tried whether all of this works here.</summary>
    public static IReadOnlyList<string> Trial { get; } =
        ["--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--", "/bin/true"];

    private static readonly string[] Services = ["/run", "/var/run"];

    private static bool IsTemporary(string path) => path.StartsWith("/tmp/", StringComparison.Ordinal) || path.StartsWith("/var/tmp/", StringComparison.Ordinal);

    private static void Place(List<string> arguments, string path, PathAccess access)
    {
        switch (access)
        {
            case PathAccess.Write:
                arguments.AddRange(["--bind", path, path]);
                break;
            case PathAccess.Read:
                arguments.AddRange(["--ro-bind", path, path]);
                break;
            case PathAccess.Hidden when Directory.Exists(path):
                arguments.AddRange(["--perms", "0111", "--tmpfs", path]);
                break;
            default:
                // A device where devices do not open.
                arguments.AddRange(["--ro-bind", "/dev/null", path]);
                break;
        }
    }
}

/// <summary>How programs in an empty network reach the proxy: a socket in the file system, and a program that leads to it.</summary>
/// <param name="Socket">Where the proxy listens.</param>
/// <param name="Port">Of the bridge, on the program's own loopback.</param>
/// <param name="Self">How our own program is started, which is the bridge.</param>
public sealed record NetworkDoor(string Socket, int Port, IReadOnlyList<string> Self)
{
    /// <summary>Our own program's word for being the bridge.</summary>
    public const string Mode = "__bridge";

    /// <summary>The port inside; nothing else is there.</summary>
    public const int Inside = 3128;

    /// <summary>Where the proxy's socket is inside.</summary>
    internal const string SocketInside = "/dev/sallyport";

    internal void Announce(Dictionary<string, string> variables)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");
        foreach (var name in (ReadOnlySpan<string>)["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]) variables[name] = address;
        variables["NO_PROXY"] = variables["no_proxy"] = "localhost,127.0.0.1,::1";
        // Node reads those variables only when told to.
        variables["NODE_USE_ENV_PROXY"] = "1";
    }
}
