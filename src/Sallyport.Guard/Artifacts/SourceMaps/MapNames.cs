using Sallyport.Guard.Recovery;

namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>Where a map's sources would stand for an outsider who writes them out.</summary>
internal static class MapNames
{
    private const int MaxName = 4096;

    /// <summary>The source's path: below the map's own folder's parents where it climbs, without scheme and drive where it is absolute.</summary>
    /// <param name="source">As the map says.</param>
    /// <param name="root">The map's <c>sourceRoot</c>.</param>
    /// <param name="map">The map's path in its package.</param>
    public static string PathOf(string source, string root, string map)
    {
        if (root.Length > 0 && !IsFull(source)) source = root.TrimEnd('/') + "/" + source;
        if (IsFull(source)) return Normal(RecoveryPath.WithoutScheme(source));
        if (!source.StartsWith("..", StringComparison.Ordinal)) return Normal(source);
        if (map.LastIndexOf("!/", StringComparison.Ordinal) is var nested and >= 0) map = map[(nested + 2)..];
        return Normal((map.LastIndexOf('/') is var slash and >= 0 ? map[..slash] : "") + "/" + source);
    }

    /// <summary>Without <c>.</c> and <c>..</c>; what climbs out of the package begins at its top.</summary>
    public static string Normal(string name)
    {
        if (name.Length > MaxName) name = name[^MaxName..];
        var parts = new List<string>();
        foreach (var part in name.Split('/', '\\'))
        {
            if (part is "" or ".") continue;
            if (part is not "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return parts.Count == 0 ? "source" : string.Join('/', parts);
    }

    private static bool IsFull(string name) =>
        name.Contains("://", StringComparison.Ordinal) || name is ['/', ..] or ['\\', ..] || name is [_, ':', ..] && char.IsAsciiLetter(name[0]);
}
