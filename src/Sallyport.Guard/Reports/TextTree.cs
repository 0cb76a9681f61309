namespace Sallyport.Guard.Reports;

/// <summary>Draws the package in at most <see cref="MaxLines"/> lines: what leaks and what is large, and the rest as sums.</summary>
internal sealed class TextTree(TextWriter output, Ink ink, int width)
{
    private const int MaxLines = 25;

    private readonly int nameWidth = Math.Clamp(width - 30, 20, 70);

    public void Write(PackageTree tree)
    {
        var top = tree.Top;
        if (top.Children.Count == 0) return;
        if (top.Path.Length > 0) Line("", top.Path, top);
        Children(top, "", MaxLines);
        output.WriteLine();
    }

    private int Children(PackageTree folder, string stem, int lines)
    {
        var children = folder.Children;
        // Where not all fit: what leaks, and what is at least a fiftieth of the folder.
        var shown = children.Count <= Math.Min(lines, 8) ? children.Count : Math.Min(lines - 1, Math.Max(3, children.Count(c => c.Worst is not null || c.Bytes * 50 >= folder.Bytes)));
        if (shown >= children.Count - 1 && children.Count <= lines) shown = children.Count;
        var spare = lines - shown - (shown < children.Count ? 1 : 0);
        var used = 0;
        for (var i = 0; i < shown; i++)
        {
            var (node, name) = (children[i], children[i].Name);
            // Folders that only lead to one other thing take one line together.
            while (node.Children is [var only])
            {
                node = only;
                name += only.Name;
            }
            var isLast = i == children.Count - 1;
            Line(stem + (isLast ? "└─ " : "├─ "), name, node);
            used++;
            if (node.IsLeaf || spare <= 0) continue;
            var share = (int)Math.Ceiling(spare * (node.Worst is null ? (double)node.Bytes / Math.Max(1, folder.Bytes) : 1));
            if (share < 2 && node.Children.Count > share) continue;
            var taken = Children(node, stem + (isLast ? "   " : "│  "), Math.Min(share, spare));
            spare -= taken;
            used += taken;
        }
        if (shown == children.Count) return used;
        var rest = children.Skip(shown).ToList();
        output.WriteLine(Row(stem + "└─ ", $"… {Wording.Count(rest.Sum(c => c.FileCount), "more file")}", rest.Sum(c => c.Bytes)));
        return used + 1;
    }

    private void Line(string stem, string name, PackageTree node)
    {
        var row = Row(stem, Wording.Clean(name), node.Bytes);
        var mark = node.Worst is { } worst ? "  " + ink.Of(worst, "◀ " + JsonReport.Word(worst)) : node.IsLeaf ? "" : "  " + ink.Dim(Wording.Count(node.FileCount, "file"));
        output.WriteLine(row + mark);
    }

    private string Row(string stem, string name, long bytes)
    {
        var room = Math.Max(8, nameWidth - stem.Length);
        if (name.Length > room) name = name[..(room / 2 - 1)] + "…" + name[^(room - room / 2)..];
        return $"{stem}{name.PadRight(room)} {Wording.Size(bytes),9}";
    }
}
