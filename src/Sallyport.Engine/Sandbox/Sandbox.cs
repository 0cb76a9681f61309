using System.Text.RegularExpressions;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Watching;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Sandboxing;

/// <summary>What a sandbox is made of.</summary>
public sealed record SandboxSetup
{
    public required Workspace Workspace { get; init; }

    /// <summary>Where long outputs of the session are; they are read.</summary>
    public required string OutputFolder { get; init; }

    /// <summary>How our own program is started: its path, and what comes before its arguments. Empty where it cannot be.</summary>
    public IReadOnlyList<string> Self { get; init; } = [];

    /// <summary>Hosts that may be reached; see <see cref="HostRules"/>.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Told of each connection before it is made.</summary>
    public Action<Destination> Leaving { get; init; } = static _ => { };

    /// <summary>Told of each connection when it is made, when it ended, or that it was refused.</summary>
    public Action<Departure> Left { get; init; } = static _ => { };

    /// <summary>What commands use without having it.</summary>
    public IReadOnlyList<HostCredential> Credentials { get; init; } = [];

    /// <summary>The gate, for requests that carry those.</summary>
    public RequestLook Look { get; init; } = static (_, _, _, _) => { };

    /// <summary>Told once, in a sentence, when there is no sandbox here, or it holds less than asked.</summary>
    public Action<string> Notice { get; init; } = static _ => { };

    /// <summary>Places of the workspace that are not written for now, because words of others came in.</summary>
    public Func<IReadOnlyList<string>> Held { get; init; } = static () => [];

    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>What stands before git and its like; null for nothing.</summary>
    public GateShims? Shims { get; init; }

    /// <summary>Takes what those report of their verdicts, and how many were too many; null where nobody writes them down.</summary>
    public (Action<ReadOnlyMemory<byte>> Told, Action<int> Lost)? Verdicts { get; init; }

    /// <summary>The form to use; null for the best that works.</summary>
    public SandboxForm? Form { get; init; }
}

/// <summary>
/// Confines the commands of a session. Nothing is looked at or made before the first command; what was made goes with it. Where
/// no form of confinement works, <see cref="Problem"/> says so and programs start as we do: consent must have been asked for that.
/// </summary>
public sealed class Sandbox(SandboxSetup setup) : ILauncher, IDisposable
{
    private readonly Lock making = new();
    private bool looked;
    private string? problem;
    private ILauncher? launcher;
    private SandboxForm? used;
    private DirectoryInfo? folder;
    private EgressProxy? proxy;
    private CredentialExchange? exchange;
    private NetworkHold? hold;
    private bool open, gains;

    /// <summary>Why there is none; null when there is. The first call looks.</summary>
    public string? Problem
    {
        get
        {
            Look();
            return problem;
        }
    }

    /// <summary>By what commands are confined; null when there is nothing. The first call looks.</summary>
    public SandboxForm? Form
    {
        get
        {
            Look();
            return used;
        }
    }

    /// <summary>Why what commands do to files cannot be seen before they do it; null when it can.</summary>
    public string? Unwatched
    {
        get
        {
            Look();
            return gains ? "bubblewrap has to gain rights here (it is setuid), which a program under a watch cannot" : WatchProbe.Problem(launcher is not null, launcher is BubblewrapLauncher);
        }
    }

    public Launch Prepare(Launch launch) => Ready() is { } ready ? ready.Prepare(Watched(launch)) : Watched(launch);

    public Launch PrepareNative(Launch launch) => Ready() is { } ready ? ready.PrepareNative(Watched(launch)) : Watched(launch);

    /// <summary>Whether programs cannot open what <c>.sallyignore</c> closes.</summary>
    public bool Covers => Ready() is BubblewrapLauncher or SeatbeltLauncher;

    // It shares memory by names that a container has no part in.
    public bool RunsBash => Form != SandboxForm.AppContainer;

    public IReadOnlyList<string>? Reach => Ready() is null ? null : open ? setup.Hosts : [];

    private Launch Watched(Launch launch) => setup.Shims?.Into(launch) ?? launch;

    public bool NeverBegan(string output) => launcher?.NeverBegan(output) == true;

    public string? Explain(string output)
    {
        if (launcher is null) return null;
        if (!open && Failures.Network.IsMatch(output)) return "the network is closed in the sandbox; the user can allow a host with the setting network.allow";
        if (open && Failures.Network.IsMatch(output)) return $"the sandbox reaches only these hosts, by its HTTP proxy: {string.Join(", ", setup.Hosts)}; the user can allow more with the setting network.allow";
        foreach (var held in setup.Held())
            if (output.Contains(Path.GetFileName(held), StringComparison.Ordinal) && (output.Contains("Read-only file system", StringComparison.OrdinalIgnoreCase) || output.Contains("resource busy", StringComparison.OrdinalIgnoreCase) || output.Contains("EROFS", StringComparison.Ordinal) || output.Contains("EBUSY", StringComparison.Ordinal)))
                return $"{setup.Workspace.Show(held)} acts later and cannot be changed by commands after words of others came in: name it in the command, or edit it, so that it can be asked";
        if (Failures.Git.IsMatch(output)) return "the sandbox does not let commands change git's configuration and hooks in this repository; ask the user to do it";
        if (output.Contains("Read-only file system", StringComparison.OrdinalIgnoreCase) || output.Contains("EROFS", StringComparison.Ordinal))
            return "the sandbox lets commands write in the workspace and in the folder for temporary files only; the user can add a folder with --add-dir";
        return null;
    }

    /// <summary>Ends what commands have open to others.</summary>
    public void CutConnections() => proxy?.Cut();

    public void Dispose()
    {
        lock (making)
        {
            hold?.Dispose();
            proxy?.Dispose();
            exchange?.Dispose();
            try
            {
                folder?.Delete(recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something still runs in it; the system clears its temporary files itself.
            }
            (hold, proxy, folder, launcher) = (null, null, null, null);
        }
    }

    private void Look()
    {
        lock (making)
        {
            if (looked) return;
            looked = true;
            // A network that can be joined shows all that a trial would, in two starts instead of three.
            var program = setup.Form is null or SandboxForm.Bubblewrap && (setup.Hosts.Count == 0 || setup.Self.Count == 0) ? SandboxProbe.Bubblewrap : null;
            hold = program is null ? null : NetworkHold.Open(program, NetworkHold.Idle);
            var found = hold is not null ? new(SandboxForm.Bubblewrap, program!, null) : setup.Form is { } wanted ? SandboxProbe.Try(wanted) : SandboxProbe.Best();
            problem = found.Problem;
            try
            {
                if (problem is null && found.Form is { } form) Make((used = form).Value, found.Program);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // What is only half made confines nobody.
                (problem, used, launcher) = ($"it could not be made: {e.Message}", null, null);
            }
            if (problem is not null) setup.Notice($"there is no sandbox here ({problem}); commands would run as you do, so each is asked first. --sandbox off says that this is wanted");
        }
    }

    private ILauncher? Ready()
    {
        Look();
        return launcher;
    }

    private void Make(SandboxForm form, string program)
    {
        folder = Directory.CreateTempSubdirectory("sallyport-");
        var temp = Directory.CreateDirectory(Path.Combine(folder.FullName, "tmp")).FullName;
        var policy = new SandboxPolicy(setup.Workspace, temp)
        {
            Home = setup.Home,
            Hidden = [StateFolder.Root(), SettingsPaths.ConfigFolder()],
            Readable = setup.Shims is { } shims ? [setup.OutputFolder, shims.Folder] : [setup.OutputFolder],
            Hosts = setup.Hosts, Held = setup.Held,
        };
        var rules = new HostRules(setup.Hosts);
        open = !rules.IsEmpty && form == SandboxForm.Bubblewrap && setup.Self.Count > 0;
        if (setup.Credentials.Count > 0 && !open) setup.Notice($"network.credentials does nothing here: {SandboxProbe.Name(form)} has no proxy that could use them");
        if (!rules.IsEmpty && !open) setup.Notice($"the network stays closed for commands: {SandboxProbe.Name(form)} cannot open it for some hosts only");
        // What sandbox-exec lets through of sockets is not known.
        if (setup is { Shims: { } gate, Verdicts: { } verdicts, Self.Count: > 0 } && form is not (SandboxForm.Seatbelt or SandboxForm.AppContainer))
            gate.Open(verdicts.Told, verdicts.Lost, isBound: form == SandboxForm.Bubblewrap);
        switch (form)
        {
            case SandboxForm.Bubblewrap:
                gains = OperatingSystem.IsLinux() && !Environment.IsPrivilegedProcess && (File.GetUnixFileMode(program) & UnixFileMode.SetUser) != 0;
                var filter = Path.Combine(folder.FullName, "filter");
                File.WriteAllBytes(filter, SeccompFilter.Build(internet: true));
                NetworkDoor? door = null;
                if (open)
                {
                    var socket = Path.Combine(folder.FullName, "proxy");
                    if (setup.Credentials.Count > 0) exchange = new CredentialExchange(setup.Credentials, folder.FullName, setup.Look);
                    proxy = new EgressProxy(socket, rules, setup.Leaving, setup.Left, exchange);
                    door = new NetworkDoor(socket, NetworkDoor.Inside) { Exchange = exchange };
                }
                if (door is null) hold ??= NetworkHold.Open(program, NetworkHold.Idle);
                else hold = NetworkHold.Open(program, [.. setup.Self, NetworkDoor.Mode, door.Port.ToString(System.Globalization.CultureInfo.InvariantCulture), door.Socket, NetworkDoor.Stays]);
                launcher = new BubblewrapLauncher(program, policy, filter, door, setup.Self, setup.Shims, hold);
                break;
            case SandboxForm.Landlock:
                launcher = new LandlockLauncher(policy, setup.Workspace.Roots, setup.Self);
                break;
            case SandboxForm.AppContainer when OperatingSystem.IsWindows():
                launcher = new Windows.WindowsLauncher(policy, setup.Self);
                break;
            default:
                launcher = new SeatbeltLauncher(policy);
                break;
        }
    }

    // What curl, wget, git, npm, pip, apt, Python, Node, .NET and Go print when there is no way out.
    /// <summary>Made when a command first fails.</summary>
    private static class Failures
    {
        public static readonly Regex Network = new(
            "could not resolve host|couldn't resolve host|unable to resolve host|name or service not known|temporary failure in name resolution|temporary failure resolving|network is unreachable|ENETUNREACH|EAI_AGAIN|ENOTFOUND|getaddrinfo|no such host|nodename nor servname|NameResolutionError|failed to establish a new connection|could not connect to|failed to connect to|connection refused|ECONNREFUSED|NU1301|unable to load the service index|socket: operation not permitted|X-Sallyport: refused|response 403",
            RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);

        public static readonly Regex Git = new(@"could not (?:lock|write) config file|\.git/(?:hooks|config)[^\n]{0,80}(?:read-only|busy|permission denied)", RegexOptions.IgnoreCase | RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
    }
}
