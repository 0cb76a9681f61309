using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Engine.Sessions;

/// <summary>Where the files of sessions are, and which one a person means.</summary>
public static class SessionFiles
{
    private const string Extension = ".jsonl", Agents = ".agents";

    /// <summary>All sessions: one folder a workspace.</summary>
    public static string Root() => Path.Combine(StateFolder.Root(), "sessions");

    /// <summary>A new id: the time in UTC, so that names sort, and enough chance that two never meet.</summary>
    public static string NewId(TimeProvider clock)
    {
        // Dates have formats of their own, which are compiled at every start.
        var now = clock.GetUtcNow();
        return string.Create(CultureInfo.InvariantCulture, $"{now.Year:D4}{now.Month:D2}{now.Day:D2}-{now.Hour:D2}{now.Minute:D2}{now.Second:D2}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}");
    }

    public static string PathOf(string id, string workspace) => Path.Combine(FolderOf(workspace), id + Extension);

    /// <summary>The transcript of an agent that a session started: all of one tree stand in a folder beside the first, and are no sessions to go on with.</summary>
    public static string AgentPathOf(string transcript, string agent) => Path.Combine(IsAgent(transcript) ? Path.GetDirectoryName(transcript)! : AgentsOf(transcript), agent + Extension);

    /// <summary>The folder of the agents of a session.</summary>
    public static string AgentsOf(string transcript) => Path.ChangeExtension(transcript, Agents);

    /// <summary>Whether a transcript is that of an agent.</summary>
    public static bool IsAgent(string transcript) => Path.GetDirectoryName(transcript)!.EndsWith(Agents, StringComparison.Ordinal);

    /// <summary>The folder of a session's large outputs.</summary>
    public static string OutputsOf(string id) => Path.Combine(StateFolder.Root(), "outputs", id);

    /// <summary>
    /// The folder of a sealed session's large outputs: the model reads them again with its tools, so they cannot be sealed, but they
    /// need not be on a disk. Where the system has no folder in memory, it is the usual one.
    /// </summary>
    public static string OutputsInMemory(string id)
    {
        var runtime = Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR");
        var folder = !string.IsNullOrEmpty(runtime) && Path.IsPathRooted(runtime) && Directory.Exists(runtime) ? Path.Combine(runtime, "sallyport")
            : Directory.Exists("/dev/shm") ? $"/dev/shm/sallyport-{Environment.UserName}" : null;
        return folder is null ? OutputsOf(id) : Path.Combine(StateFolder.Make(folder), id);
    }

    public static string IdOf(string path) => Path.GetFileNameWithoutExtension(path);

    /// <summary>Sessions of a workspace, the one that was last written to first.</summary>
    public static IReadOnlyList<string> In(string workspace) => Sorted(FolderOf(workspace));

    /// <summary>Every session, the one that was last written to first.</summary>
    public static IReadOnlyList<string> All() => Sorted(Root());

    /// <summary>The session with this id, or the only one whose id begins or ends so. Throws <see cref="SessionException"/> when there is none, or several.</summary>
    public static string Find(string id)
    {
        // Every id begins with nothing.
        var found = id.Length == 0 ? [] : Meant(All(), id);
        if (found.Count == 0 && id.Length > 0) found = Meant(Sorted(Root(), ofAgents: true), id);
        if (found.Find(path => IdOf(path) == id) is { } exact) return exact;
        return found.Count switch
        {
            0 => throw new SessionException($"there is no session \"{id}\" (see: sally sessions list)"),
            1 => found[0],
            _ => throw new SessionException($"\"{id}\" may be {string.Join(", ", found.Take(5).Select(IdOf))}{(found.Count > 5 ? " or others" : "")}; give more of the id"),
        };
    }

    /// <summary>The session of this workspace that was last written to; one that was killed before its first line does not count.</summary>
    public static string Latest(string workspace) =>
        In(workspace).FirstOrDefault(TranscriptReader.HasBegun) ?? throw new SessionException($"there is no session in {workspace} to continue");

    private static string FolderOf(string workspace)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(workspace));
        var name = string.Concat(Path.GetFileName(full).Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' ? c : '-'));
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)).AsSpan(0, 5));
        return Path.Combine(Root(), $"{(name.Length == 0 ? "root" : name)}-{hash}");
    }

    private static List<string> Meant(IReadOnlyList<string> paths, string id) =>
        paths.Where(path => IdOf(path) is var name && (name.StartsWith(id, StringComparison.Ordinal) || name.EndsWith(id, StringComparison.Ordinal))).ToList();

    private static List<string> Sorted(string folder, bool ofAgents = false)
    {
        if (!Directory.Exists(folder)) return [];
        var files = new DirectoryInfo(folder).GetFiles("*" + Extension, SearchOption.AllDirectories);
        Array.Sort(files, static (a, b) => b.LastWriteTimeUtc.CompareTo(a.LastWriteTimeUtc));
        return [.. files.Select(f => f.FullName).Where(path => IsAgent(path) == ofAgents)];
    }
}
