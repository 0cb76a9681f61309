using Sallyport.Guard.Detectors.SourceMaps;

namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>What a source map, its sections included, tells an outsider.</summary>
internal sealed class MapFacts
{
    private const int Largest = 5;

    private readonly List<Content> largest = [];

    public bool HasVersion { get; set; }
    public bool HasMappings { get; set; }
    public bool IsDamaged { get; set; }
    public int Sections { get; set; }
    public long Sources { get; private set; }
    public long Files { get; private set; }
    public long Bytes { get; private set; }
    public long Lines { get; private set; }
    public long AbsolutePaths { get; private set; }
    public List<string> FirstSources { get; } = [];
    public List<string> Remote { get; } = [];
    public IEnumerable<string> LargestSources => largest.Select(l => l.Name);

    /// <summary>Version 3 with any of a map's substance, or two parts of that substance.</summary>
    public bool IsMap => HasVersion ? HasMappings || Sections > 0 || Files > 0 || (IsDamaged && Sources > 0) : Sources > 0 && (HasMappings || Files > 0) || Sections > 0 && (HasMappings || Files > 0);

    public void AddSource(string name)
    {
        Sources++;
        if (FirstSources.Count < 3) FirstSources.Add(MemberNames.Readable(name));
        AddAddress(name);
    }

    /// <summary>A source, a root or a section's address.</summary>
    public void AddAddress(string name)
    {
        if (IsAbsolute(name)) AbsolutePaths++;
        if (Remote.Count < 20 && RemoteStorage.Is(name) && RemoteStorage.Shown(name) is var shown && !Remote.Contains(shown)) Remote.Add(shown);
    }

    public void AddFile(string name, long bytes, long lines)
    {
        Files++;
        Bytes += bytes;
        Lines += lines;
        var at = largest.Count;
        while (at > 0 && largest[at - 1].Bytes < bytes) at--;
        if (at == Largest) return;
        largest.Insert(at, new Content(bytes, MemberNames.Readable(name)));
        if (largest.Count > Largest) largest.RemoveAt(Largest);
    }

    private sealed record Content(long Bytes, string Name);

    private static bool IsAbsolute(string name) =>
        name.StartsWith("file:", StringComparison.OrdinalIgnoreCase) || name is [_, ':', '\\' or '/', ..] && char.IsAsciiLetter(name[0])
        || name is ['/', not '/', ..] || name.StartsWith("\\\\", StringComparison.Ordinal);
}
