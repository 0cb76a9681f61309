using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Guard;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// A folder of small programs that stand before git, npm and their like in whatever a session's commands start: they ask the gate
/// about what would be committed, pushed or published, and become the real program otherwise. Beside them stands the policy as it
/// was when the session began, so that no command can loosen it for itself. Made with the first command, gone with the session.
/// </summary>
public sealed class GateShims : IDisposable
{
    private static readonly string[] HookNames =
    [
        "applypatch-msg", "pre-applypatch", "post-applypatch", "pre-commit", "pre-merge-commit", "prepare-commit-msg", "commit-msg", "post-commit", "pre-rebase", "post-checkout",
        "post-merge", "pre-push", "pre-auto-gc", "post-rewrite", "reference-transaction", "sendemail-validate",
    ];

    private const UnixFileMode Runnable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly IReadOnlyList<string> self;
    private readonly List<(string Path, byte[] Text)> policies = [];
    private readonly Lock making = new();
    private bool isMade;

    /// <param name="folder">Where they are to stand; see <see cref="FolderOf"/>.</param>
    /// <param name="self">How our own program is started; empty where it cannot be.</param>
    /// <param name="workspace">Whose policies hold.</param>
    public GateShims(string folder, IReadOnlyList<string> self, Workspace workspace)
    {
        (this.self, Folder, Session) = (self, RealPath.Of(folder), Path.GetFileName(folder));
        foreach (var root in workspace.Roots)
            if (PolicyFile.Find(RealPath.Of(root)) is { } path && !policies.Exists(one => one.Path == path)) policies.Add((path, Read(path)));
    }

    private GateShims(GateShims of, string agent)
    {
        (self, policies, Trailer, Session) = (of.self, of.policies, of.Trailer, of.Session);
        Folder = Path.Combine(of.Folder, agent);
    }

    /// <summary>The same for an agent of the session that has a sandbox of its own, with the policies as they were when the session began.</summary>
    public GateShims For(string agent) => new(this, agent);

    public string Folder { get; }

    public string Session { get; }

    /// <summary>Says at the end of commit messages that an agent took part; empty for nothing.</summary>
    public string Trailer { get; init; } = "";

    /// <summary>Where a session's stand.</summary>
    public static string FolderOf(string session) => Path.Combine(StateFolder.Root(), "gate", session);

    /// <summary>The folder that comes first in the PATH.</summary>
    internal string Programs => Path.Combine(Folder, "bin");

    /// <summary>Where the real git is found by the one that stands in its place; empty where nothing is put there.</summary>
    internal string RealGit => Path.Combine(Folder, "real", "git");

    internal string Git => Path.Combine(Programs, "git");

    /// <summary>Where verdicts are told from within a sandbox; null where there is none.</summary>
    internal VerdictDoor? Door { get; private set; }

    /// <summary>Opens that way, once for all sandboxes of the session.</summary>
    internal void Open(Action<ReadOnlyMemory<byte>> told, Action<int> lost, bool isBound)
    {
        lock (making)
        {
            if (Door is not null) return;
            var door = new VerdictDoor(told, lost);
            door.Announce(Folder, isBound ? VerdictDoor.Inside : door.Path);
            Door = door;
        }
    }

    /// <summary>The same start, with the shims first in its PATH. On Windows there are none.</summary>
    public Launch Into(Launch launch)
    {
        if (!Make()) return launch;
        var variables = new Dictionary<string, string>(launch.Environment, StringComparer.Ordinal);
        variables["PATH"] = variables.TryGetValue("PATH", out var path) && path.Length > 0 ? $"{Programs}:{path}" : $"{Programs}:/usr/local/bin:/usr/bin:/bin";
        return launch with { Environment = variables };
    }

    public void Dispose()
    {
        lock (making)
        {
            Door?.Dispose();
            Door = null;
            if (!isMade) return;
            isMade = false;
            try
            {
                Directory.Delete(Folder, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Something still runs with it; it goes with the session.
            }
        }
    }

    private bool Make()
    {
        if (OperatingSystem.IsWindows() || self.Count == 0) return false;
        lock (making)
        {
            if (isMade) return true;
            foreach (var name in (string[])["bin", "hooks", "real", "policies"]) StateFolder.Make(Path.Combine(Folder, name));
            Write(Git, ShimScripts.Git(Folder));
            foreach (var (name, words) in ShimScripts.Publishers) Write(Path.Combine(Programs, name), ShimScripts.Publisher(Folder, self, words));
            var hook = Path.Combine(Folder, "hooks", "hook");
            Write(hook, ShimScripts.Hook(Folder, self, Trailer));
            foreach (var name in HookNames)
                if (!File.Exists(Path.Combine(Folder, "hooks", name))) File.CreateSymbolicLink(Path.Combine(Folder, "hooks", name), "hook");
            if (!File.Exists(RealGit)) Write(RealGit, "");
            for (var i = 0; i < policies.Count; i++) GatePolicies.Write(Folder, i, policies[i].Path, policies[i].Text);
            return isMade = true;
        }
    }

    private static void Write(string path, string text)
    {
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Runnable);
    }

    private static byte[] Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing passes a policy that cannot be read.
            return [];
        }
    }
}

/// <summary>The policies of a session as they were when it began, each with the path that it was read from.</summary>
public static class GatePolicies
{
    internal static void Write(string folder, int number, string path, byte[] text) =>
        File.WriteAllBytes(Path.Combine(folder, "policies", number.ToString(System.Globalization.CultureInfo.InvariantCulture)), [.. System.Text.Encoding.UTF8.GetBytes(path), 0, .. text]);

    /// <summary>The one that counts for a folder: the nearest above it; null where there was none.</summary>
    public static (string Path, byte[] Text)? For(string shims, string folder)
    {
        (string Path, byte[] Text)? nearest = null;
        foreach (var file in Directory.GetFiles(Path.Combine(shims, "policies")))
        {
            var bytes = File.ReadAllBytes(file);
            var end = Array.IndexOf(bytes, (byte)0);
            var path = System.Text.Encoding.UTF8.GetString(bytes, 0, end);
            var above = Path.GetDirectoryName(path)!;
            if (folder != above && !folder.StartsWith(above.TrimEnd('/') + "/", StringComparison.Ordinal)) continue;
            if (nearest is null || nearest.Value.Path.Length < path.Length) nearest = (path, bytes[(end + 1)..]);
        }
        return nearest;
    }
}

/// <summary>Where commands run as we do: nothing confines them, and the shims stand before them all the same.</summary>
public sealed class UnconfinedLauncher(GateShims shims) : ILauncher
{
    public Launch Prepare(Launch launch) => shims.Into(launch);
}
