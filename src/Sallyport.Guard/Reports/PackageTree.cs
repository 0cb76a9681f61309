namespace Sallyport.Guard.Reports;

/// <summary>The package's files as a tree of folders and containers, with sizes and the worst finding of each.</summary>
internal sealed class PackageTree
{
    private const int MaxDepth = 60;

    private readonly Dictionary<string, PackageTree> children = new(StringComparer.Ordinal);
    private long own;

    private PackageTree(string name) => Name = name;

    /// <summary>With its separator when it is a folder (<c>/</c>) or a container (<c>!/</c>).</summary>
    public string Name { get; private set; }

    public string Path { get; private set; } = "";
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
        var root = new PackageTree("");
        foreach (var file in target.Files) root.At(file.Path).own += file.Bytes;
        foreach (var finding in target.Findings)
        {
            var depth = 0;
            for (var (node, rest) = (root, finding.Path); node is not null; node = node.Step(ref rest, depth++))
            {
                node.Findings++;
                if (finding.IsBlocking && (node.Worst is null || finding.Severity > node.Worst)) node.Worst = finding.Severity;
                if (rest.Length == 0) break;
            }
        }
        root.Settle("");
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
        for (var depth = 0; path.Length > 0; depth++)
        {
            var (name, rest) = Split(path, depth);
            var key = name.TrimEnd('/').TrimEnd('!');
            if (!node.children.TryGetValue(key, out var next)) node.children[key] = next = new PackageTree(name);
            else if (name.Length > next.Name.Length) next.Name = name;
            (node, path) = (next, rest);
        }
        return node;
    }

    private PackageTree? Step(ref string rest, int depth)
    {
        var (name, behind) = Split(rest, depth);
        rest = behind;
        return children.GetValueOrDefault(name.TrimEnd('/').TrimEnd('!'));
    }

    // Below that depth a path is one name: names come from strangers, and may be all slashes.
    private static (string Name, string Behind) Split(string path, int depth)
    {
        var slash = depth >= MaxDepth ? -1 : path.IndexOf('/', StringComparison.Ordinal);
        return slash < 0 ? (path, "") : (path[..(slash + 1)], path[(slash + 1)..]);
    }

    private void Settle(string parent)
    {
        Path = parent + Name;
        foreach (var child in children.Values) child.Settle(Path);
        // A container's own size is that of its members once it was opened.
        Bytes = children.Count == 0 ? own : children.Values.Sum(c => c.Bytes);
        FileCount = children.Count == 0 ? 1 : children.Values.Sum(c => c.FileCount);
        Children = [.. children.Values.OrderByDescending(c => c.Worst.HasValue ? (int)c.Worst : -1).ThenByDescending(c => c.Bytes).ThenBy(c => c.Name, StringComparer.Ordinal)];
    }
}
