using Sallyport.Guard;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// What confined programs may do, as data: which places are written, which are not even read, and to which hosts they may talk.
/// Everything else of the file system can be read. Places are looked up when a program starts, so what came since counts.
/// </summary>
public sealed class SandboxPolicy
{
    // Beside a repository's content: what runs by itself later, and what says where to and with what.
    private static readonly string[] GuardedInGit = ["hooks", "config", "config.worktree", "info/attributes"];

    private readonly Workspace workspace;

    /// <param name="workspace">Its folders are written.</param>
    /// <param name="temp">A folder of its own for what programs drop; stands where /tmp is when that can be arranged.</param>
    public SandboxPolicy(Workspace workspace, string temp) => (this.workspace, Temp) = (workspace, temp);

    public string Temp { get; }

    public string Home { get; init; } = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>Further places that nobody reads: our own state and settings.</summary>
    public IReadOnlyList<string> Hidden { get; init; } = [];

    /// <summary>Places in those that are read nevertheless.</summary>
    public IReadOnlyList<string> Readable { get; init; } = [];

    /// <summary>Hosts that may be reached, through the proxy; none is a closed network.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Places of the workspace that are not written for now; asked for each program.</summary>
    public Func<IReadOnlyList<string>> Held { get; init; } = static () => [];

    /// <summary>Tells programs where they may drop things; those that cannot work without a cache get one there, if they are not told another place.</summary>
    /// <param name="variables">Of the program.</param>
    /// <param name="temp">The folder as the program sees it.</param>
    internal static void Settle(Dictionary<string, string> variables, string temp)
    {
        (variables["TMPDIR"], variables["TMP"], variables["TEMP"]) = (temp, temp, temp);
        if (!variables.ContainsKey("NPM_CONFIG_CACHE")) variables.TryAdd("npm_config_cache", temp + "/npm-cache");
        variables.TryAdd("GOCACHE", temp + "/go-build");
    }

    private bool hasLooked;
    private bool hasDeep;

    /// <summary>What <c>.sallyignore</c> closes now. Folders that nothing above has rules for are searched once; where rules were found, always.</summary>
    internal ClosedPlaces Closed()
    {
        var closed = ClosedPlaces.Of(workspace, !hasLooked || hasDeep);
        if (!hasLooked) hasDeep = closed.Rules.Count > 0;
        hasLooked = true;
        return closed;
    }

    /// <summary>What holds where, by real paths that exist, folders before what is in them.</summary>
    public List<PathRule> Rules()
    {
        var rules = new SortedDictionary<string, PathAccess>(StringComparer.Ordinal);
        foreach (var place in PrivatePlaces.InHome) Add(Path.Combine(Home, place), PathAccess.Hidden);
        foreach (var place in Hidden) Add(place, PathAccess.Hidden);
        foreach (var place in Readable) Add(place, PathAccess.Read);
        foreach (var root in workspace.Roots) Add(root, PathAccess.Write);
        Add(Temp, PathAccess.Write);
        foreach (var root in workspace.Roots) AddRepository(root);
        return [.. rules.Select(rule => new PathRule(rule.Key, rule.Value))];

        void Add(string path, PathAccess access)
        {
            // Most are not there, and looking costs less than following links to nowhere.
            if (!Path.Exists(path)) return;
            // A link is followed: the place itself is meant.
            var real = RealPath.Of(path);
            if (real != "/" && Path.Exists(real)) rules[real] = access;
        }

        void AddRepository(string root)
        {
            Add(Path.Combine(root, ".sallyport"), PathAccess.Read);
            Add(Path.Combine(root, PolicyFile.Name), PathAccess.Read);
            if (GitFolders(root) is not { } git) return;
            // Where it is a file, it says where the repository is.
            if (File.Exists(Path.Combine(root, ".git"))) Add(Path.Combine(root, ".git"), PathAccess.Read);
            foreach (var folder in git)
            {
                Add(folder, PathAccess.Write);
                // Otherwise it could be made, and what is in it would run outside.
                if (Directory.Exists(Path.Combine(folder, "objects"))) Directory.CreateDirectory(Path.Combine(folder, "hooks"));
                foreach (var place in GuardedInGit) Add(Path.Combine(folder, place), PathAccess.Read);
            }
        }
    }

    /// <summary>The folders that git writes for work in this one: the nearest repository's, and for a linked work tree its own as well.</summary>
    internal static List<string>? GitFolders(string root)
    {
        for (var at = root; at is not null; at = Path.GetDirectoryName(at))
        {
            var git = Path.Combine(at, ".git");
            if (Directory.Exists(git)) return [git];
            if (!File.Exists(git)) continue;
            try
            {
                var text = File.ReadAllText(git).Trim();
                if (!text.StartsWith("gitdir: ", StringComparison.Ordinal)) return null;
                var own = Path.GetFullPath(text[8..], at);
                // The file may say anything: only what git itself has made, and which points back, is believed.
                if (!File.Exists(Path.Combine(own, "gitdir")) || !File.Exists(Path.Combine(own, "commondir"))) return null;
                if (RealPath.Of(File.ReadAllText(Path.Combine(own, "gitdir")).Trim()) != RealPath.Of(git)) return null;
                return [own, Path.GetFullPath(File.ReadAllText(Path.Combine(own, "commondir")).Trim(), own)];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }
        return null;
    }
}
