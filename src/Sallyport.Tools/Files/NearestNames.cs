using System.Text;
using Sallyport.Engine;

namespace Sallyport.Tools.Files;

/// <summary>Says what was probably meant when a path does not exist.</summary>
internal static class NearestNames
{
    private const int MostVisited = 5000;
    private const int MostShown = 5;

    public static string NotFound(Place place, Workspace workspace)
    {
        var text = new StringBuilder($"{place.Shown} does not exist.");
        var near = new List<string>();
        var folder = Path.GetDirectoryName(place.Real);
        if (folder is not null && !Directory.Exists(folder))
        {
            while (Path.GetDirectoryName(folder) is { } above && !Directory.Exists(folder)) folder = Directory.Exists(above) ? Missing(text, folder, above) : above;
        }
        else if (folder is not null) Beside(folder, Path.GetFileName(place.Real), near, workspace);
        if (near.Count < MostShown) Elsewhere(workspace, Path.GetFileName(place.Real), near);
        if (near.Count > 0) text.Append(" Did you mean ").Append(string.Join(" or ", near)).Append('?');
        else text.Append(" Look with list or glob.");
        return text.ToString();

        string Missing(StringBuilder text, string folder, string above)
        {
            text.Append($" There is no folder {workspace.Show(folder)}.");
            return above;
        }
    }

    /// <summary>How many letters two names differ by, up to a limit.</summary>
    public static int Distance(ReadOnlySpan<char> a, ReadOnlySpan<char> b, int limit)
    {
        if (Math.Abs(a.Length - b.Length) > limit || a.Length > 200 || b.Length > 200) return limit + 1;
        Span<int> row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var (corner, best) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = Math.Min(Math.Min(row[j], row[j - 1]) + 1, corner + (char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1));
                (corner, row[j]) = (row[j], cost);
                best = Math.Min(best, cost);
            }
            if (best > limit) return limit + 1;
        }
        return row[b.Length];
    }

    private static void Beside(string folder, string name, List<string> near, Workspace workspace)
    {
        var found = new List<(int Distance, string Path)>();
        var stem = Path.GetFileNameWithoutExtension(name);
        foreach (var path in Entries(folder, recurse: false))
        {
            var other = Path.GetFileName(path);
            var limit = Math.Max(2, name.Length / 4);
            var distance = Distance(name, other, limit);
            if (distance > limit && stem.Length > 2 && Path.GetFileNameWithoutExtension(other).Equals(stem, StringComparison.OrdinalIgnoreCase)) distance = limit;
            if (distance <= limit) found.Add((distance, path));
        }
        found.Sort(static (a, b) => a.Distance != b.Distance ? a.Distance - b.Distance : string.CompareOrdinal(a.Path, b.Path));
        for (var i = 0; i < found.Count && i < MostShown; i++) near.Add(workspace.Show(found[i].Path));
    }

    private static void Elsewhere(Workspace workspace, string name, List<string> near)
    {
        var visited = 0;
        foreach (var path in Entries(workspace.Root, recurse: true))
        {
            if (++visited > MostVisited || near.Count >= MostShown) return;
            if (!Path.GetFileName(path.AsSpan()).Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
            var shown = workspace.Show(path);
            if (!near.Contains(shown)) near.Add(shown);
        }
    }

    private static IEnumerable<string> Entries(string folder, bool recurse) =>
        new System.IO.Enumeration.FileSystemEnumerable<string>(folder, static (ref entry) => entry.ToFullPath(), new EnumerationOptions { RecurseSubdirectories = recurse, AttributesToSkip = 0, MaxRecursionDepth = 12 })
        {
            ShouldRecursePredicate = static (ref entry) => entry.FileName is not (".git" or "node_modules" or "bin" or "obj") && (entry.Attributes & FileAttributes.ReparsePoint) == 0,
        };
}
