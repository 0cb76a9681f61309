namespace Sallyport.Guard.Reports;

/// <summary>The package's files as a tree of folders and containers, with sizes and the worst finding of each.</summary>
internal sealed class PackageTree
{
    private const int MaxDepth = 60;

    private readonly PackageTree? parent;
    private Dictionary<string, PackageTree>? children;
    private long own;

    private PackageTree(string name, PackageTree? parent) => (Name, this.parent) = (name, parent);

    /// <summary>With its separator when it is a folder (<c>/</c>) or a container (<c>!/</c>).</summary>
    public string Name { get; private set; }

    public string Path => parent is null ? Name : parent.Path + Name;
    public long Bytes { get; private set; }
    public int FileCount { get; private set; }

    /// <summary>The most severe finding in it that blocks; null when none does.</summary>
    public Severity? Worst { get; private set; }

    public int Findings { get; private set; }

    /// <summary>Most severe first, then largest first.</summary>
    public IReadOnlyList<PackageTree> Children { get; private set; } = [];

    public bool IsLeaf => Children.Count == 0;

    public static PackageTree Of(TargetReport target)
    {
        var root = new PackageTree("", null);
        foreach (var file in target.Files) root.At(file.Path).own += file.Bytes;
        foreach (var finding in target.Findings)
        {
            var (node, at, depth) = (root, 0, 0);
            while (node is not null)
            {
                node.Findings++;
                if (finding.IsBlocking && (node.Worst is null || finding.Severity > node.Worst)) node.Worst = finding.Severity;
                if (at >= finding.Path.Length) break;
                (var key, at) = Step(finding.Path, at, depth++);
                node = node.children?.GetValueOrDefault(key);
            }
        }
        root.Settle();
        return root;
    }

    /// <summary>The root, or the one below it that everything is in.</summary>
    public PackageTree Top
    {
        get
        {
            var top = this;
            while (top.Children is [{ IsLeaf: false } only]) top = only;
            return top;
        }
    }

    private PackageTree At(string path)
    {
        var node = this;
        var (at, depth) = (0, 0);
        while (at < path.Length)
        {
            var (key, end) = Step(path, at, depth++);
            node.children ??= new(StringComparer.Ordinal);
            if (!node.children.TryGetValue(key, out var next)) node.children[key] = next = new PackageTree(key.Length == end - at ? key : path[at..end], node);
            else if (end - at > next.Name.Length) next.Name = path[at..end];
            (node, at) = (next, end);
        }
        return node;
    }

    // What a part of a path is known by, and where the next one begins. Below that depth a path is one name: names come
    // from strangers, and may be all slashes.
    private static (string Key, int End) Step(string path, int at, int depth)
    {
        var slash = depth >= MaxDepth ? -1 : path.IndexOf('/', at);
        var end = slash < 0 ? path.Length : slash + 1;
        var key = path.AsSpan(at, end - at).TrimEnd('/').TrimEnd('!');
        return (path.Substring(at, key.Length), end);
    }

    private void Settle()
    {
        (Bytes, FileCount) = (own, 1);
        if (children is null) return;
        // A container's own size is that of its members once it was opened.
        (Bytes, FileCount) = (0, 0);
        foreach (var child in children.Values)
        {
            child.Settle();
            Bytes += child.Bytes;
            FileCount += child.FileCount;
        }
        Children = [.. children.Values.OrderByDescending(c => c.Worst.HasValue ? (int)c.Worst : -1).ThenByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal)];
        children = null;
    }
}
