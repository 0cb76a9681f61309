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
/// <param name="self">How our own program is started.</param>
/// <param name="shims">What stands before git; null for nothing.</param>
/// <param name="hold">The network that all commands share, with the bridge in it; null gives each one of its own.</param>
internal sealed class BubblewrapLauncher(string program, SandboxPolicy policy, string filter, NetworkDoor? door, IReadOnlyList<string> self, GateShims? shims, NetworkHold? hold) : ILauncher
{
    // The handle on which bubblewrap gets the filter. A plain sh knows one digit only, and 9 is taken by who reports.
    private const int FilterHandle = 8;

    // Where systems keep it; whoever calls it by its path gets the shim as well.
    private static readonly string[] SystemGits = ["/usr/bin/git", "/bin/git", "/usr/lib/git-core/git", "/usr/libexec/git-core/git"];

    private readonly Lazy<IReadOnlyList<string>> gits = new(Gits);
    private readonly Lazy<IReadOnlyList<string>> ownPlaces = new(() => OwnPlaces(self));

    public Launch Prepare(Launch launch)
    {
        var (arguments, variables) = (new List<string>(96), new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal));
        // bubblewrap takes the filter as an open file; only a shell opens one for a program that is started as plain data.
        arguments.AddRange(["-c", $"f=$1; shift; exec \"$@\" {FilterHandle}<\"$f\"", "sh", filter, .. hold?.Join ?? [], program]);
        // No --die-with-parent: that would follow the thread which started it, and what a shell leaves running ends with the session anyway.
        // No --new-session: whoever starts it has made one, and ends it as a whole.
        arguments.AddRange(hold is null ? ["--unshare-all"] : NetworkHold.Parted);
        arguments.AddRange(["--cap-drop", "ALL", "--seccomp", FilterHandle.ToString(CultureInfo.InvariantCulture)]);
        arguments.AddRange(["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]);
        // Sockets of services live there: a container engine's is a way out.
        foreach (var folder in Services) if (Directory.Exists(folder) && new DirectoryInfo(folder).LinkTarget is null) arguments.AddRange(["--tmpfs", folder]);
        arguments.AddRange(["--bind", policy.Temp, "/tmp"]);
        if (Directory.Exists("/var/tmp")) arguments.AddRange(["--bind", policy.Temp, "/var/tmp"]);
        // The bridge and the gate are our own program, which may lie where the private /tmp now stands. The workspace may lie around it.
        foreach (var place in ownPlaces.Value) arguments.AddRange(["--ro-bind", place, place]);
        var rules = policy.Rules();
        foreach (var (path, access) in rules) if (path != policy.Temp) Place(arguments, path, access);
        foreach (var socket in HostSockets.Here())
            if (!IsGone(socket, rules)) Place(arguments, socket, PathAccess.Hidden);
        // What is not there must not come back by it.
        foreach (var place in policy.Held()) if (AccessAt(place, rules) != PathAccess.Hidden) arguments.AddRange(["--ro-bind-try", place, place]);
        var closed = policy.Closed();
        foreach (var place in closed.Places) arguments.AddRange(Directory.Exists(place) ? ["--perms", "0000", "--tmpfs", place] : ["--ro-bind", "/dev/null", place]);
        foreach (var file in closed.Rules) if (!closed.Places.Contains(file)) arguments.AddRange(["--ro-bind", file, file]);
        if (shims is not null && File.Exists(shims.Git) && gits.Value.Count > 0)
        {
            arguments.AddRange(["--ro-bind", gits.Value[0], shims.RealGit]);
            foreach (var git in gits.Value) arguments.AddRange(["--ro-bind", shims.Git, git]);
        }
        if (shims?.Door is { } verdicts) arguments.AddRange(["--ro-bind", verdicts.Path, VerdictDoor.Inside]);
        if (door is not null && hold is null) arguments.AddRange(["--ro-bind", door.Socket, NetworkDoor.SocketInside]);
        if (door?.Exchange is { } exchange)
        {
            arguments.AddRange(["--ro-bind", exchange.Alone, CredentialExchange.Inside.Alone, "--ro-bind", exchange.Bundle, CredentialExchange.Inside.Bundle]);
            exchange.Announce(variables);
        }
        door?.Announce(variables);
        SandboxPolicy.Settle(variables, "/tmp");
        arguments.AddRange(["--chdir", launch.Folder, "--"]);
        if (door is not null && hold is null) arguments.AddRange([.. self, NetworkDoor.Mode, door.Port.ToString(CultureInfo.InvariantCulture), NetworkDoor.SocketInside, "--"]);
        arguments.Add(launch.Program);
        arguments.AddRange(launch.Arguments);
        return launch with { Program = "/bin/sh", Arguments = arguments, Environment = variables, Wrapped = true };
    }

    /// <summary>A socket of somebody else went away between our look and the cover that was to lie over it.</summary>
    public bool NeverBegan(string output) => output.StartsWith("bwrap: Can't ", StringComparison.Ordinal) && !output.Contains('\n', StringComparison.Ordinal);

    /// <summary>The arguments with which it is tried whether all of this works here.</summary>
    public static IReadOnlyList<string> Trial { get; } =
        ["--unshare-all", "--cap-drop", "ALL", "--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--", "/bin/true"];

    private static readonly string[] Services = ["/run", "/var/run"];

    private static List<string> Gits()
    {
        var found = new List<string>();
        Span<byte> first = stackalloc byte[4];
        foreach (var path in SystemGits)
        {
            var real = RealPath.Of(path);
            if (found.Contains(real) || !File.Exists(real)) continue;
            // A script in its place may ask where it stands.
            using var file = File.OpenHandle(real);
            if (RandomAccess.Read(file, first, 0) == 4 && first.SequenceEqual("\u007fELF"u8)) found.Add(real);
        }
        return found;
    }

    // A program of one file, or a folder where it is one of many.
    private static List<string> OwnPlaces(IReadOnlyList<string> self)
    {
        var places = new List<string>();
        foreach (var file in self)
            if (IsTemporary(file) && File.Exists(file)) places.Add(file.EndsWith(".dll", StringComparison.Ordinal) || File.Exists(file + ".dll") ? Path.GetDirectoryName(file)! : file);
        return places;
    }

    // What lies in a place that is another one inside, or not there.
    private bool IsGone(string path, List<PathRule> rules)
    {
        foreach (var folder in Services) if (IsIn(path, folder)) return true;
        foreach (var rule in rules) if (rule.Access == PathAccess.Hidden && IsIn(path, rule.Path)) return true;
        if (!IsTemporary(path)) return false;
        foreach (var place in ownPlaces.Value) if (IsIn(path, place)) return false;
        foreach (var rule in rules) if (rule.Path != policy.Temp && IsIn(path, rule.Path)) return false;
        return true;
    }

    private static PathAccess AccessAt(string path, List<PathRule> rules)
    {
        var (access, longest) = (PathAccess.Read, -1);
        foreach (var rule in rules) if (rule.Path.Length > longest && IsIn(path, rule.Path)) (access, longest) = (rule.Access, rule.Path.Length);
        return access;
    }

    private static bool IsIn(string path, string place) => path.StartsWith(place, StringComparison.Ordinal) && (path.Length == place.Length || path[place.Length] == '/');

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
public sealed record NetworkDoor(string Socket, int Port)
{
    /// <summary>Our own program's word for being the bridge.</summary>
    public const string Mode = "__bridge";

    /// <summary>Behind the socket: there is no command to hold, it stays as long as its input does.</summary>
    public const string Stays = "--stay";

    /// <summary>The port inside; nothing else is there.</summary>
    public const int Inside = 3128;

    /// <summary>Where the proxy's socket is inside.</summary>
    internal const string SocketInside = "/dev/sallyport";

    /// <summary>Where commands use credentials that they do not have; null for nowhere.</summary>
    internal CredentialExchange? Exchange { get; init; }

    internal void Announce(Dictionary<string, string> variables)
    {
        var address = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{Port}");
        foreach (var name in (ReadOnlySpan<string>)["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"]) variables[name] = address;
        variables["NO_PROXY"] = variables["no_proxy"] = "localhost,127.0.0.1,::1";
        // Node reads those variables only when told to.
        variables["NODE_USE_ENV_PROXY"] = "1";
    }
}
