namespace Sallyport.Engine.Checkpoints;

/// <summary>What a command touched since the last look.</summary>
internal sealed class Touched
{
    /// <summary>What was there is kept; and when it was last opened.</summary>
    public Dictionary<string, long> Paths { get; } = new(StringComparer.Ordinal);

    /// <summary>What came in folders that it made.</summary>
    public HashSet<string> Made { get; } = new(StringComparer.Ordinal);

    /// <summary>The folders that it made or moved here, and in which there was nothing before.</summary>
    public HashSet<string> Roots { get; } = new(StringComparer.Ordinal);

    /// <summary>Those of them that came whole.</summary>
    public HashSet<string> Arrived { get; } = new(StringComparer.Ordinal);

    /// <summary>How often each was settled while the command went on.</summary>
    public Dictionary<string, int> Settled { get; } = new(StringComparer.Ordinal);

    /// <summary>When folders last changed before it changed anything in them.</summary>
    public Dictionary<string, long> Times { get; } = new(StringComparer.Ordinal);

    /// <summary>What it removed, oldest first, and was not settled by then.</summary>
    public Queue<string> Removed { get; } = new();

    public bool IsEmpty => Paths.Count == 0 && Made.Count == 0;

    /// <summary>Whether it is known; if so, it was touched just now.</summary>
    public bool Has(string named)
    {
        if (!Paths.ContainsKey(named)) return Made.Contains(named);
        Paths[named] = Environment.TickCount64;
        return true;
    }
}

internal sealed partial class WatchedSpan
{
    private readonly Dictionary<string, Place> places = new(StringComparer.Ordinal);

    /// <summary>A folder: where it really is, and what it is to us.</summary>
    /// <param name="Real">Without links.</param>
    /// <param name="Named">The same, by the workspace's name.</param>
    /// <param name="IsInside">In the workspace or an added folder, and not in what others keep.</param>
    /// <param name="IsBorn">This command made it, or one around it.</param>
    private sealed record Place(string Real, string Named, bool IsInside, bool IsBorn)
    {
        public string Name(ReadOnlySpan<char> name) => Path.Join(IsInside ? Named : Real, name);

        public string Join(ReadOnlySpan<char> name) => Path.Join(Real, name);
    }

    /// <summary>The folder of a path and the name in it; null when it names a folder by way of dots, or nothing of ours.</summary>
    private string? Find(ReadOnlySpan<char> path, out Place place)
    {
        var end = path.LastIndexOf('/');
        var name = path[(end + 1)..];
        place = Outside;
        if (end < 0 || name is "" or "." or "..") return null;
        place = At(path[..Math.Max(1, end)]);
        return place.IsInside && IsKeptByOthers(name) ? null : name.ToString();
    }

    private static readonly Place Outside = new("/", "/", false, false);

    private static bool IsKeptByOthers(ReadOnlySpan<char> name) => name is ".git" or ".hg" or ".svn";

    private Place At(ReadOnlySpan<char> folder)
    {
        if (places.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(folder, out var known)) return known;
        var path = folder.ToString();
        return places[path] = Look(path);
    }

    private Place Look(string path)
    {
        if (path.Contains("//", StringComparison.Ordinal) || $"{path}/".Contains("/./", StringComparison.Ordinal) || $"{path}/".Contains("/../", StringComparison.Ordinal))
        {
            var plain = RealPath.Of(path);
            return plain == path ? Outside : At(plain);
        }
        if (path == "/") return keeper.RootNamed(path) is { } whole ? new Place(path, whole, true, false) : Outside;
        var parent = At(Path.GetDirectoryName(path));
        var name = Path.GetFileName(path);
        var real = parent.Join(name);
        var stamp = FileStamp.Of(real);
        if (stamp.Kind == EntryKind.Link)
        {
            var target = RealPath.Of(real);
            return target == real ? Outside : At(target);
        }
        if (real != path) return At(real);
        var root = keeper.RootNamed(real);
        if (!parent.IsInside && root is null) return parent with { Real = real, Named = real };
        var named = parent.IsInside ? parent.Name(name) : root!;
        if (stamp.Kind == EntryKind.Folder) Touched.Times.TryAdd(named, stamp.Modified);
        return new Place(real, named, !(parent.IsInside && IsKeptByOthers(name)), parent.IsBorn || Touched.Roots.Contains(named));
    }
}
