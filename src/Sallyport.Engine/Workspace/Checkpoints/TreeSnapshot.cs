using System.IO.Enumeration;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Checkpoints;

/// <summary>One file or link of the workspace as it was last seen; or a folder of dependencies, of which only that it changes is seen.</summary>
internal sealed class TreeFile(string path, bool isWhole = false)
{
    public bool IsWhole { get; } = isWhole;

    // Where installers leave a trace, below a folder of dependencies.
    private readonly List<byte[]> marks = isWhole ? Marks(path) : [];

    /// <summary>It says what is ignored.</summary>
    public bool IsRules { get; } = path.EndsWith("ignore", StringComparison.Ordinal) && System.IO.Path.GetFileName(path) is ".gitignore" or ".ignore" or ".sallyignore";

    public string Path { get; } = path;

    public byte[] Bytes { get; } = FileStamp.Bytes(path);

    public FileStamp Stamp { get; set; }

    /// <summary>It may have changed since without a trace in the stamp.</summary>
    public bool IsFresh { get; set; }

    /// <summary>What it is, when that was looked at; null otherwise.</summary>
    public FileState? State { get; set; }

    /// <summary>What the system says of it now.</summary>
    public FileStamp Look()
    {
        var stamp = FileStamp.Of(Bytes);
        foreach (var mark in marks) stamp = stamp with { Changed = Math.Max(stamp.Changed, FileStamp.Of(mark).Changed) };
        return stamp;
    }

    private static List<byte[]> Marks(string folder)
    {
        var marks = new List<byte[]> { FileStamp.Bytes($"{folder}/.package-lock.json"), FileStamp.Bytes($"{folder}/bin") };
        try
        {
            if (Directory.Exists($"{folder}/lib")) foreach (var version in Directory.EnumerateDirectories($"{folder}/lib")) marks.Add(FileStamp.Bytes($"{version}/site-packages"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away, or is not ours to read.
        }
        return marks;
    }
}

/// <summary>What is different at a path since the last look.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="Before">What was known of it; null when nothing was there.</param>
/// <param name="File">The file that is there now; null for a folder, or when it went.</param>
/// <param name="Folder">Of a folder that came (1) or went (-1).</param>
/// <param name="Mode">Of the folder.</param>
internal readonly record struct TreeChange(string Path, FileState? Before, TreeFile? File, int Folder = 0, int Mode = 0);

/// <summary>
/// The files of a workspace that are not ignored, by name and stamp. Looking again costs one question to the system a file:
/// folders that did not change are not listed again.
/// </summary>
internal sealed class TreeSnapshot(string root, int mostFiles = TreeSnapshot.MostFiles)
{
    private const int MostFiles = 50_000;

    private static readonly HashSet<string> Never = new(StringComparer.Ordinal) { ".git", ".hg", ".svn", "__pycache__", ".mypy_cache", ".pytest_cache" };

    // Folders of dependencies, mostly: what is in them is only looked at where it is little.
    private static readonly HashSet<string> Dependencies = new(StringComparer.Ordinal) { "node_modules", ".venv", "venv", ".tox", ".gradle" };

    private const int Little = 1000;

    private Folder? tree;
    private int count;

    private sealed class Folder(string path, IgnoreScope outer)
    {
        public string Path { get; } = path;

        public byte[] Bytes { get; } = FileStamp.Bytes(path);

        public IgnoreScope Outer { get; } = outer;

        /// <summary>Of the ignore files in it, as they were last read.</summary>
        public FileStamp[] Rules { get; set; } = [];

        public FileStamp Stamp { get; set; }

        public bool IsFresh { get; set; } = true;

        public TreeFile[] Files { get; set; } = [];

        public Folder[] Folders { get; set; } = [];
    }

    /// <summary>The workspace has more files than are looked at.</summary>
    public bool IsTooLarge => count > mostFiles;

    public GitIndex? Index { get; set; }

    /// <summary>Looks again: what is different, folders before what is in them, and what went before what came.</summary>
    public List<TreeChange> Refresh()
    {
        var changes = new List<TreeChange>();
        count = 0;
        tree ??= new Folder(root, Above(root));
        Look(tree, changes, relist: false);
        return changes;
    }

    private void Look(Folder folder, List<TreeChange> changes, bool relist)
    {
        var stamp = FileStamp.Of(folder.Bytes);
        relist |= folder.IsFresh || stamp != folder.Stamp;
        foreach (var file in folder.Files) relist |= file.IsRules && FileStamp.Of(file.Bytes) != file.Stamp;
        if (relist) List(folder, stamp, changes);
        else foreach (var file in folder.Files) Look(file, changes);
        count += folder.Files.Length;
        if (IsTooLarge) return;
        foreach (var inner in folder.Folders) Look(inner, changes, relist: false);
    }

    private static void Look(TreeFile file, List<TreeChange> changes)
    {
        var stamp = file.Look();
        if (stamp == file.Stamp && !file.IsFresh) return;
        changes.Add(new TreeChange(file.Path, file.State, file));
        (file.Stamp, file.State) = (stamp, null);
    }

    private void List(Folder folder, FileStamp stamp, List<TreeChange> changes)
    {
        var now = FileStamp.Now();
        var names = Names(folder.Path);
        var scope = Enter(folder.Outer, folder.Path, names);
        var rules = Rules(folder.Path, names);
        var rulesChanged = !rules.AsSpan().SequenceEqual(folder.Rules);
        (folder.Stamp, folder.IsFresh, folder.Rules) = (stamp, stamp.IsFresh(now), rules);

        var files = new Dictionary<string, TreeFile>(folder.Files.Length, StringComparer.Ordinal);
        foreach (var file in folder.Files) files[file.Path] = file;
        var folders = new Dictionary<string, Folder>(folder.Folders.Length, StringComparer.Ordinal);
        foreach (var inner in folder.Folders) folders[inner.Path] = inner;
        var (keptFiles, keptFolders) = (new List<TreeFile>(names.Count), new List<Folder>());
        var (came, cameFolders) = (new List<TreeFile>(), new List<(Folder Folder, int Mode)>());
        foreach (var name in names)
        {
            if (Never.Contains(name)) continue;
            var path = folder.Path.Length == 1 ? "/" + name : $"{folder.Path}/{name}";
            if (files.Remove(path, out var known))
            {
                var seen = FileStamp.Of(known.Bytes);
                if (known.IsWhole ? seen.Kind == EntryKind.Folder : seen.Kind is EntryKind.File or EntryKind.Link)
                {
                    keptFiles.Add(known);
                    Look(known, changes);
                    continue;
                }
                files[path] = known;
            }
            var fresh = new TreeFile(path);
            var found = FileStamp.Of(fresh.Bytes);
            if (found.Kind == EntryKind.Folder && Dependencies.Contains(name) && !folders.ContainsKey(path) && (IsIgnored(scope, fresh, isFolder: true) || !IsLittle(path)))
            {
                fresh = new TreeFile(path, isWhole: true);
                fresh.Stamp = fresh.Look();
                came.Add(fresh);
                continue;
            }
            if (found.Kind is EntryKind.Absent or EntryKind.Other || IsIgnored(scope, fresh, found.Kind == EntryKind.Folder)) continue;
            if (found.Kind != EntryKind.Folder)
            {
                fresh.Stamp = found;
                came.Add(fresh);
            }
            else if (folders.Remove(path, out var inner))
            {
                if (rulesChanged) inner = Again(inner, scope);
                keptFolders.Add(inner);
            }
            else cameFolders.Add((new Folder(path, scope), found.Mode));
        }
        foreach (var gone in files.Values) changes.Add(new TreeChange(gone.Path, gone.State, null));
        foreach (var gone in folders.Values) Gone(gone, changes);
        foreach (var (inner, mode) in cameFolders)
        {
            changes.Add(new TreeChange(inner.Path, null, null, 1, mode));
            keptFolders.Add(inner);
        }
        foreach (var file in came)
        {
            changes.Add(new TreeChange(file.Path, null, file));
            keptFiles.Add(file);
        }
        (folder.Files, folder.Folders) = ([.. keptFiles], [.. keptFolders]);
    }

    // The same files under other rules: they are listed again, and what was known of them stays.
    private static Folder Again(Folder folder, IgnoreScope outer) => new(folder.Path, outer)
    {
        Files = folder.Files, Folders = [.. folder.Folders.Select(inner => Again(inner, outer))],
    };

    private static FileStamp[] Rules(string folder, List<string> names)
    {
        var stamps = new List<FileStamp>();
        foreach (var name in names) if (name is ".gitignore" or ".ignore" or ".sallyignore" or ".git") stamps.Add(name == ".git" ? default : FileStamp.Of($"{folder}/{name}"));
        return stamps.Count == 0 ? [] : [.. stamps];
    }

    private static void Gone(Folder folder, List<TreeChange> changes)
    {
        foreach (var file in folder.Files) changes.Add(new TreeChange(file.Path, file.State, null));
        foreach (var inner in folder.Folders) Gone(inner, changes);
        changes.Add(new TreeChange(folder.Path, null, null, -1, folder.Stamp.Mode));
    }

    private bool IsIgnored(IgnoreScope scope, TreeFile file, bool isFolder)
    {
        if (scope.IsEmpty) return false;
        var path = file.Bytes.AsSpan(0, file.Bytes.Length - 1);
        return scope.Match(path, path.LastIndexOf((byte)'/') + 1, isFolder) == Verdict.Ignored && (isFolder || Index?.Has(file.Path) != true);
    }

    private static bool IsLittle(string folder)
    {
        var count = 0;
        try
        {
            foreach (var _ in new FileSystemEnumerable<bool>(folder, static (ref FileSystemEntry _) => true, new EnumerationOptions { AttributesToSkip = 0, RecurseSubdirectories = true, IgnoreInaccessible = true }) { ShouldRecursePredicate = static (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0 })
                if (++count > Little) return false;
        }
        catch (IOException)
        {
            // It went away meanwhile.
        }
        return true;
    }

    private static List<string> Names(string folder)
    {
        var names = new List<string>();
        try
        {
            foreach (var name in new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.FileName.ToString(),
                         new EnumerationOptions { AttributesToSkip = 0, ReturnSpecialDirectories = false })) names.Add(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away, or is not ours to read.
        }
        return names;
    }

    private static IgnoreScope Enter(IgnoreScope outer, string folder, List<string> names)
    {
        var marks = IgnoreMarks.None;
        foreach (var name in names)
            marks |= name switch { ".git" => IgnoreMarks.Repository, ".gitignore" => IgnoreMarks.Git, ".ignore" => IgnoreMarks.Plain, ".sallyignore" => IgnoreMarks.Sally, _ => IgnoreMarks.None };
        return marks == IgnoreMarks.None ? outer : outer.Enter(System.Text.Encoding.UTF8.GetBytes(folder), marks, IgnoreKinds.All, GitExcludes.OfThisProcess);
    }

    // What holds here from the folders above, up to the repository's.
    private static IgnoreScope Above(string folder)
    {
        var above = new Stack<string>();
        for (var here = System.IO.Path.GetDirectoryName(folder); here is not null; here = System.IO.Path.GetDirectoryName(here)) above.Push(here);
        var scope = IgnoreScope.Empty;
        foreach (var here in above)
        {
            var names = new List<string>();
            foreach (var name in (ReadOnlySpan<string>)[".git", ".gitignore", ".ignore", ".sallyignore"]) if (System.IO.Path.Exists(System.IO.Path.Combine(here, name))) names.Add(name);
            if (names.Count > 0) scope = Enter(scope, here, names);
        }
        return scope;
    }
}
