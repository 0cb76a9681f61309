namespace Sallyport.Guard.Reports;

/// <summary>
/// Lays a package out as nested rectangles whose areas are bytes (squarified: Bruls, Huizing, van Wijk 2000). What is
/// too small to see is summed up, so the cost follows the picture and not the number of files; what leaks is never summed away.
/// </summary>
internal sealed class Treemap
{
    public const double Width = 1000;
    public const double Height = 520;

    private const double MinArea = 60;
    private const double FloorForLeaks = 90;
    private const int MaxTiles = 2500;
    private const int MaxDepth = 40;
    private const double Title = 15;

    private readonly List<Tile> tiles = [];

    // Without a node: a sum of small files.
    public readonly record struct Tile(PackageTree? Node, double X, double Y, double W, double H, bool IsFolder, long Bytes, int FileCount, string Path);

    public static IReadOnlyList<Tile> Of(PackageTree tree)
    {
        var map = new Treemap();
        map.Inside(tree, 0, 0, Width, Height, 0);
        return map.tiles;
    }

    private void Inside(PackageTree folder, double x, double y, double w, double h, int depth)
    {
        var area = w * h;
        var weights = new List<(PackageTree? Node, double Weight, long Bytes, int Files)>();
        var (restBytes, restFiles, total) = (0L, 0, (double)Math.Max(1, folder.Bytes));
        foreach (var child in folder.Children)
        {
            var share = child.Bytes / total * area;
            if (share >= MinArea && tiles.Count + weights.Count < MaxTiles) weights.Add((child, share, child.Bytes, child.FileCount));
            else if (child.Worst is not null && weights.Count < area / FloorForLeaks / 2 && tiles.Count + weights.Count < MaxTiles) weights.Add((child, FloorForLeaks, child.Bytes, child.FileCount));
            else (restBytes, restFiles) = (restBytes + child.Bytes, restFiles + child.FileCount);
        }
        if (restFiles > 0) weights.Add((null, Math.Max(MinArea, restBytes / total * area), restBytes, restFiles));
        var scale = area / weights.Sum(i => i.Weight);
        var items = weights.Select(i => i with { Weight = i.Weight * scale }).OrderByDescending(i => i.Weight).ToList();

        var at = 0;
        while (at < items.Count && w > 0.5 && h > 0.5)
        {
            var side = Math.Min(w, h);
            var (end, sum, worst) = (at, 0.0, double.MaxValue);
            while (end < items.Count)
            {
                var next = sum + items[end].Weight;
                var ratio = Math.Max(Ratio(items[at].Weight, next, side), Ratio(items[end].Weight, next, side));
                if (ratio > worst) break;
                (worst, sum, end) = (ratio, next, end + 1);
            }
            var thick = sum / side;
            var along = 0.0;
            for (; at < end; at++)
            {
                var length = items[at].Weight / thick;
                if (w >= h) Place(items[at].Node, items[at].Bytes, items[at].Files, folder, x, y + along, thick, length, depth);
                else Place(items[at].Node, items[at].Bytes, items[at].Files, folder, x + along, y, length, thick, depth);
                along += length;
            }
            if (w >= h) (x, w) = (x + thick, w - thick);
            else (y, h) = (y + thick, h - thick);
        }
    }

    private void Place(PackageTree? node, long bytes, int files, PackageTree folder, double x, double y, double w, double h, int depth)
    {
        var open = node is { IsLeaf: false } && depth < MaxDepth && w > 26 && h > 26;
        tiles.Add(new Tile(node, x, y, w, h, open, bytes, files, node?.Path ?? folder.Path));
        if (!open) return;
        var title = w > 60 && h > 44 ? Title : 2;
        Inside(node!, x + 2, y + title, w - 4, h - title - 2, depth + 1);
    }

    private static double Ratio(double item, double sum, double side)
    {
        var thick = sum / side;
        var length = item / thick;
        return Math.Max(thick / length, length / thick);
    }
}
