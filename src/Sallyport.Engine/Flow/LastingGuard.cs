using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Holds the workspace's files that act later while a command runs of which nobody can see what it does, and puts them back if it
/// changed them. Looks at the top of each folder of the workspace and into the folders known for such files; what is larger than
/// files of that kind ever are is left alone.
/// </summary>
internal sealed class LastingGuard
{
    private const int LargestFile = 1 << 20;
    private const int MostBytes = 8 << 20;
    private const int MostFiles = 500;

    private static readonly string[] InGit = ["hooks", "info"];

    private readonly Workspace workspace;

    // null for what was there and is not kept: too large, or a link.
    private readonly Dictionary<string, Kept?> before;

    private sealed record Kept(byte[] Content, DateTime Written, UnixFileMode Mode);

    private LastingGuard(Workspace workspace, Dictionary<string, Kept?> before) => (this.workspace, this.before) = (workspace, before);

    /// <summary>null where there are more such files than can be held.</summary>
    public static LastingGuard? Take(Workspace workspace)
    {
        var kept = new Dictionary<string, Kept?>(StringComparer.Ordinal);
        var room = MostBytes;
        foreach (var path in Files(workspace))
        {
            if (kept.Count == MostFiles) return null;
            var file = Read(path, room);
            room -= file?.Content.Length ?? 0;
            kept[path] = file;
        }
        return new LastingGuard(workspace, kept);
    }

    /// <summary>Undoes what changed since; the names of the files.</summary>
    public List<string> PutBack(IChangeWitness changes)
    {
        var names = new List<string>();
        var now = new HashSet<string>(Files(workspace).Take(MostFiles * 2), StringComparer.Ordinal);
        foreach (var (path, kept) in before)
        {
            if (kept is null) continue;
            if (now.Remove(path) && Read(path, MostBytes) is { } file && file.Mode == kept.Mode && file.Content.AsSpan().SequenceEqual(kept.Content)) continue;
            if (Restore(path, kept, changes)) names.Add(workspace.Show(path));
        }
        foreach (var path in now)
            if (!before.ContainsKey(path) && Restore(path, null, changes)) names.Add(workspace.Show(path));
        return names;
    }

    private static bool Restore(string path, Kept? kept, IChangeWitness changes)
    {
        try
        {
            changes.BeforeChange(path);
            if (kept is null)
            {
                File.Delete(path);
                return true;
            }
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            // What stands there may be a link by now, and must not be written through: a new file takes its place.
            var next = $"{path}.{Path.GetRandomFileName()}";
            using (var file = new FileStream(next, FileMode.CreateNew, FileAccess.Write)) file.Write(kept.Content);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, kept.Mode);
            File.SetLastWriteTimeUtc(next, kept.Written);
            File.Move(next, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static Kept? Read(string path, int room)
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists || file.Length > Math.Min(LargestFile, room) || file.LinkTarget is not null) return null;
            return new Kept(File.ReadAllBytes(path), file.LastWriteTimeUtc, OperatingSystem.IsWindows() ? default : file.UnixFileMode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static IEnumerable<string> Files(Workspace workspace)
    {
        foreach (var root in workspace.Roots)
            foreach (var file in Below(root, root, 0)) yield return file;
    }

    private static IEnumerable<string> Below(string root, string folder, int depth)
    {
        string[] entries;
        try
        {
            entries = Directory.GetFileSystemEntries(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }
        var isGit = depth == 1 && Path.GetFileName(folder) == ".git";
        foreach (var entry in entries)
        {
            var name = Path.GetFileName(entry);
            var lasts = LastingPaths.Why(entry[(root.Length + 1)..]) is not null;
            if (!Directory.Exists(entry) || new FileInfo(entry).LinkTarget is not null)
            {
                if (lasts && (!isGit || name is "config" or "config.worktree")) yield return entry;
            }
            else if (isGit ? Array.IndexOf(InGit, name) >= 0 : depth < 6 && (lasts || (depth == 0 && LastingPaths.MayHold(name))))
                foreach (var file in Below(root, entry, depth + 1)) yield return file;
        }
    }
}
