using System.Text;
using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Swarm;

/// <summary>
/// Every kind of agent that can be started: built in, the user's own, the project's; the nearer takes the place of the farther by name.
/// Those of a project count only once the folder of their files is trusted, as it is.
/// </summary>
public sealed class AgentKinds
{
    private const int MostFiles = 100, LargestFile = 64 * 1024;

    private readonly List<AgentKind> all;

    private AgentKinds(List<AgentKind> all, IReadOnlyList<string> withheld) => (this.all, Withheld) = (all, withheld);

    /// <summary>By name.</summary>
    public IReadOnlyList<AgentKind> All => all;

    /// <summary>Files of the project that do not count, since nobody has trusted them as they are.</summary>
    public IReadOnlyList<string> Withheld { get; }

    /// <summary>Those that are built in.</summary>
    public static AgentKinds BuiltIn { get; } = new([.. AgentKind.BuiltIn], []);

    /// <summary>These and no others.</summary>
    public static AgentKinds Of(IReadOnlyList<AgentKind> kinds) => new([.. kinds], []);

    /// <summary>Where those of a project stand.</summary>
    public static string FolderOf(SettingsPaths paths) => Path.Combine(paths.ProjectFolder, ".sallyport", "agents");

    /// <summary>Where the user's own stand.</summary>
    public static string FolderOfUser(SettingsPaths paths) => Path.Combine(Path.GetDirectoryName(paths.User)!, "agents");

    /// <exception cref="SettingsException">A file is wrong; names file and line.</exception>
    public static AgentKinds Load(SettingsPaths paths)
    {
        var (user, project) = (FolderOfUser(paths), FolderOf(paths));
        var (own, theirs) = (Directory.Exists(user) ? Files(user) : [], Directory.Exists(project) ? Files(project) : []);
        if (own.Count == 0 && theirs.Count == 0) return BuiltIn;
        var all = new List<AgentKind>(AgentKind.BuiltIn);
        foreach (var (path, content) in own) Put(all, Read(path, content, AgentOrigin.User));
        var withheld = new List<string>();
        var isTrusted = theirs.Count == 0 || Trust.Holds(paths, project, theirs);
        foreach (var (path, content) in theirs)
            if (isTrusted) Put(all, Read(path, content, AgentOrigin.Project));
            else withheld.Add(path);
        all.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return new AgentKinds(all, withheld);
    }

    /// <summary>Every file of a folder of agents with its content, by name; these very bytes are what is trusted.</summary>
    public static List<(string Path, byte[] Content)> Files(string folder)
    {
        try
        {
            var paths = Directory.GetFiles(folder, "*.md");
            if (paths.Length > MostFiles) throw new SettingsException($"{folder}: has {paths.Length} files; {MostFiles} agents are the most");
            Array.Sort(paths, StringComparer.Ordinal);
            var files = new List<(string, byte[])>(paths.Length);
            foreach (var path in paths)
                files.Add((path, new FileInfo(path).Length <= LargestFile ? File.ReadAllBytes(path) : throw new SettingsException($"{path}: larger than {LargestFile / 1024} KiB; that is no agent")));
            return files;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{folder}: cannot be read ({e.Message})", e);
        }
    }

    public AgentKind? Find(string name) => all.Find(kind => kind.Name == name);

    /// <summary>All names, for a message.</summary>
    public string Names() => string.Join(", ", all.ConvertAll(static kind => kind.Name));

    /// <summary>What the model has to know of those that the tool's own words do not tell; empty when there are none.</summary>
    public string ForModel()
    {
        var text = new StringBuilder();
        foreach (var kind in all)
        {
            if (kind.Origin == AgentOrigin.BuiltIn) continue;
            if (text.Length == 0) text.Append("Further kinds of agents that the tool agent can start:");
            text.Append("\n- ").Append(kind.Name).Append(": ").Append(kind.Description);
        }
        return text.ToString();
    }

    private static AgentKind Read(string path, byte[] content, AgentOrigin origin)
    {
        try
        {
            return AgentFile.Read(Encoding.UTF8.GetString(content), path, origin);
        }
        catch (FormatException e)
        {
            throw new SettingsException(e.Message, e);
        }
    }

    private static void Put(List<AgentKind> all, AgentKind kind)
    {
        var at = all.FindIndex(one => one.Name == kind.Name);
        if (at < 0) all.Add(kind);
        else if (all[at].Origin == kind.Origin) throw new SettingsException($"{kind.Path}:1: {all[at].Path} is called \"{kind.Name}\", too: give one of them another name");
        else all[at] = kind;
    }
}
