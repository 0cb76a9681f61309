using System.Text;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Ignore;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Walking;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Where files that act later are in a workspace, at any depth: by name, in the folders known for them, in repositories and what links
/// lead to. What git ignored at the first look, and dependencies, are passed over but for repositories that were there then.
/// Looking again costs one question to the system a folder.
/// </summary>
internal sealed class LastingTree
{
    private static readonly WalkOptions OfGit = new() { Ignore = IgnoreKinds.Git };
    private static readonly string[] InGit = ["config", "config.worktree", "commondir", "gitdir"];
    private static readonly string[] InInfo = ["attributes", "exclude"];

    private readonly List<Folder> roots = [];
    private readonly Dictionary<(string, Role), Folder> linked = [];
    private readonly FolderListing listing = new() { WithLinks = true };
    private readonly bool isWhole;
    private bool isFirst = true;

    /// <summary>What of a folder is meant.</summary>
    private enum Role : byte
    {
        /// <summary>What has a name of that kind.</summary>
        Plain,

        /// <summary>Nothing but repositories.</summary>
        Passed,

        /// <summary>Everything.</summary>
        Whole,

        /// <summary>Everything but samples.</summary>
        Hooks,

        /// <summary>What git keeps beside its content.</summary>
        Git, Info, Modules,
    }

    private sealed class Folder(string path, string name, Role role, IgnoreScope outer)
    {
        public string Path { get; } = path;

        public string Name { get; } = name;

        public byte[] Bytes { get; } = FileStamp.Bytes(path);

        public Role Role { get; } = role;

        /// <summary>What git ignores in it, as it was when it was first seen.</summary>
        public IgnoreScope Scope { get; set; } = outer;

        public bool IsKnown { get; set; }

        /// <summary>It is a repository without a work tree.</summary>
        public bool IsBare { get; set; }

        public FileStamp Stamp { get; set; }

        public bool IsFresh { get; set; } = true;

        public string[] Files { get; set; } = [];

        public string[] Links { get; set; } = [];

        public Folder[] Folders { get; set; } = [];
    }

    public LastingTree(Workspace workspace)
    {
        isWhole = true;
        foreach (var root in workspace.Roots)
        {
            Add(RealPath.Of(root));
            // Of a linked work tree, or of a repository around the workspace.
            foreach (var git in SandboxPolicy.GitFolders(root) ?? [])
                if (RealPath.Of(git) is var real && !IsInside(real)) roots.Add(new Folder(real, ".git", Role.Git, IgnoreScope.Empty));
        }
    }

    private LastingTree(string folder) => Add(folder);

    /// <summary>The first such file that a folder holds; null when there is none.</summary>
    public static string? FirstIn(string folder)
    {
        if (IsPassed(folder)) return null;
        foreach (var path in new LastingTree(folder).Look()) if (!path.EndsWith("/" + LifecycleScripts.FileName, StringComparison.Ordinal)) return path;
        return null;
    }

    private static bool IsPassed(string folder)
    {
        var path = Encoding.UTF8.GetBytes(folder);
        var scope = FileWalk.ScopeAbove(path, OfGit);
        for (var start = 1; start < path.Length;)
        {
            var end = path.AsSpan(start).IndexOf((byte)'/');
            end = end < 0 ? path.Length : start + end;
            if (FlowSources.IsDependency(Encoding.UTF8.GetString(path, start, end - start)) || scope.Match(path.AsSpan(0, end), start, isFolder: true) == Verdict.Ignored) return true;
            start = end + 1;
        }
        return false;
    }

    /// <summary>The folders with everything in them, and files elsewhere, topmost first: what to lay a cover on.</summary>
    public List<string> Places()
    {
        var places = new List<string>();
        foreach (var root in roots) Collect(root);
        foreach (var folder in linked.Values) Collect(folder);
        places.Sort(static (a, b) => Depth(a) is var one && Depth(b) is var other && one != other ? one - other : string.CompareOrdinal(a, b));
        return places;

        void Collect(Folder folder)
        {
            if (folder.Role is Role.Whole or Role.Hooks)
            {
                places.Add(folder.Path);
                return;
            }
            foreach (var file in folder.Files) if (!file.EndsWith("/" + LifecycleScripts.FileName, StringComparison.Ordinal)) places.Add(file);
            foreach (var inner in folder.Folders) Collect(inner);
        }

        static int Depth(string path) => path.AsSpan().Count('/');
    }

    /// <summary>The root that a path was found in: from there on there were no links.</summary>
    public string? RootOf(string path)
    {
        string? best = null;
        foreach (var root in roots) if (path.Length > root.Path.Length && path.StartsWith(root.Path, StringComparison.Ordinal) && path[root.Path.Length] == '/' && root.Path.Length > (best?.Length ?? 0)) best = root.Path;
        return best;
    }

    /// <summary>Absolute paths without links on the way; a link itself may be one.</summary>
    public HashSet<string> Look()
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        var links = new List<string>();
        foreach (var root in roots) Look(root, found, links);
        for (var i = 0; i < links.Count && isWhole; i++) Follow(links[i], found, links);
        isFirst = false;
        return found;
    }

    private void Add(string path)
    {
        if (!IsInside(path)) roots.Add(new Folder(path, System.IO.Path.GetFileName(path), Role.Plain, FileWalk.ScopeAbove(Encoding.UTF8.GetBytes(path), OfGit)));
    }

    private bool IsInside(string path)
    {
        foreach (var root in roots) if (path == root.Path || path.StartsWith(root.Path + "/", StringComparison.Ordinal)) return true;
        return false;
    }

    // What a link leads to acts as what it is called; outside of the workspace it is not ours to keep.
    private void Follow(string link, HashSet<string> found, List<string> links)
    {
        var real = RealPath.Of(link);
        if (RootOf(real) is null) return;
        if (File.Exists(real))
        {
            found.Add(real);
            return;
        }
        if (!Directory.Exists(real)) return;
        var name = System.IO.Path.GetFileName(link);
        var role = name == ".git" ? Role.Git : LastingPaths.IsFolder(name) || !LastingPaths.MayHold(name) ? Role.Whole : Role.Plain;
        if (!linked.TryGetValue((real, role), out var folder)) linked[(real, role)] = folder = new Folder(real, name, role, IgnoreScope.Empty);
        if (links.Count < 10_000) Look(folder, found, links);
    }

    private void Look(Folder folder, HashSet<string> found, List<string> links)
    {
        var stamp = FileStamp.Of(folder.Bytes);
        if (folder.IsFresh || stamp != folder.Stamp) List(folder, stamp);
        foreach (var file in folder.Files) found.Add(file);
        foreach (var link in folder.Links) if (found.Add(link)) links.Add(link);
        foreach (var inner in folder.Folders) Look(inner, found, links);
    }

    private void List(Folder folder, FileStamp stamp)
    {
        var now = FileStamp.Now();
        var path = folder.Bytes[..^1];
        var isListed = listing.Read(path);
        (folder.Stamp, folder.IsFresh) = (stamp, !isListed || stamp.IsFresh(now));
        if (!isListed)
        {
            (folder.Files, folder.Links, folder.Folders) = ([], [], []);
            return;
        }
        if (!folder.IsKnown && isFirst && FileWalk.Marks(listing) is var marks && (marks & (IgnoreMarks.Git | IgnoreMarks.Repository)) != 0)
            folder.Scope = folder.Scope.Enter(path, marks & (IgnoreMarks.Git | IgnoreMarks.Repository), IgnoreKinds.Git, OfGit.Excludes);
        folder.IsKnown = true;
        folder.IsBare = folder.Role is Role.Plain or Role.Passed or Role.Modules && (IsRepository(folder.Role) || (folder is { Role: Role.Passed, IsBare: true }));
        var role = folder.IsBare ? Role.Git : folder.Role;
        var known = new Dictionary<string, Folder>(folder.Folders.Length, StringComparer.Ordinal);
        foreach (var inner in folder.Folders) known[inner.Name] = inner;
        var (files, links, folders) = (new List<string>(), new List<string>(), new List<Folder>());
        Span<char> text = stackalloc char[256];
        foreach (ref readonly var entry in listing.Entries)
        {
            var bytes = listing.Name(entry);
            if (bytes.Length > 255) continue;
            var name = text[..Encoding.UTF8.GetChars(bytes, text)];
            if (entry.IsFolder)
            {
                var called = name.ToString();
                if (Inner(role, folder, name, bytes, known.ContainsKey(called)) is not { } inside) continue;
                folders.Add(known.TryGetValue(called, out var inner) && inner.Role == inside ? inner : new Folder($"{folder.Path}/{called}", called, inside, folder.Scope));
            }
            else if (IsMeant(role, folder, name, entry.IsLink)) (entry.IsLink ? links : files).Add($"{folder.Path}/{name}");
            else if (role == Role.Passed && name is ".git" && Array.IndexOf(folder.Files, $"{folder.Path}/.git") >= 0) files.Add($"{folder.Path}/.git");
        }
        (folder.Files, folder.Links, folder.Folders) = ([.. files], [.. links], [.. folders]);
    }

    // One without a work tree, which git takes for one where it stands.
    private bool IsRepository(Role role)
    {
        if (role == Role.Passed && !isFirst) return false;
        var (head, objects, refs) = (false, false, false);
        foreach (ref readonly var entry in listing.Entries)
        {
            var name = listing.Name(entry);
            head |= !entry.IsFolder && name.SequenceEqual("HEAD"u8);
            objects |= entry.IsFolder && name.SequenceEqual("objects"u8);
            refs |= entry.IsFolder && name.SequenceEqual("refs"u8);
        }
        return role == Role.Modules ? head : head && objects && refs;
    }

    private Role? Inner(Role role, Folder folder, ReadOnlySpan<char> name, ReadOnlySpan<byte> bytes, bool isKnown)
    {
        switch (role)
        {
            case Role.Whole or Role.Hooks: return name is ".git" ? Role.Git : FlowSources.IsDependency(name) ? Role.Passed : Role.Whole;
            case Role.Info: return null;
            case Role.Modules: return Role.Modules;
            case Role.Git: return name is "hooks" ? Role.Hooks : name is "info" ? Role.Info : name is "modules" or "worktrees" ? Role.Modules : null;
            case Role.Passed: return name is not ".git" ? Role.Passed : isFirst || isKnown ? Role.Git : null;
        }
        if (name is ".git") return Role.Git;
        if (LastingPaths.IsFolder(name) || LastingPaths.IsBelow(folder.Name, name)) return Role.Whole;
        if (LastingPaths.MayHold(name)) return Role.Plain;
        return FlowSources.IsDependency(name) || IsIgnored(folder, bytes) ? Role.Passed : Role.Plain;
    }

    private static bool IsIgnored(Folder folder, ReadOnlySpan<byte> name)
    {
        if (folder.Scope.IsEmpty) return false;
        var start = folder.Bytes.Length;
        Span<byte> path = stackalloc byte[start + name.Length];
        folder.Bytes.AsSpan(0, start - 1).CopyTo(path);
        path[start - 1] = (byte)'/';
        name.CopyTo(path[start..]);
        return folder.Scope.Match(path, start, isFolder: true) == Verdict.Ignored;
    }

    private bool IsMeant(Role role, Folder folder, ReadOnlySpan<char> name, bool isLink) => role switch
    {
        Role.Whole => true,
        Role.Hooks => !name.EndsWith(".sample"),
        Role.Git => IsOneOf(InGit, name) || (isLink && name is "hooks" or "info"),
        Role.Info => IsOneOf(InInfo, name),
        Role.Modules => false,
        Role.Passed => isFirst && name is ".git",
        _ => name is ".git" || name is LifecycleScripts.FileName || LastingPaths.IsFile(name) || LastingPaths.IsBelow(folder.Name, name) || (isLink && (LastingPaths.IsFolder(name) || LastingPaths.MayHold(name))),
    };

    private static bool IsOneOf(string[] names, ReadOnlySpan<char> name)
    {
        foreach (var one in names) if (name.SequenceEqual(one)) return true;
        return false;
    }
}
