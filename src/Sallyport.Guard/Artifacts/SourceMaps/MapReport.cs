using Sallyport.Guard.Detectors.SourceMaps;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>Says what an outsider gets from one source map.</summary>
internal static class MapReport
{
    public static void Write(MapFacts facts, MemberSink sink)
    {
        if (!facts.IsMap) return;
        var isInline = sink.Container.IsStretch;
        if (facts.Remote.Count > 0)
            sink.Report(SourceMapRules.Remote, "", $"the source map points to {facts.Remote[0]}{(facts.Remote.Count > 1 ? $" and {facts.Remote.Count - 1} more places" : "")}", ("addresses", facts.Remote.ToArray()));
        if (facts.Files > 0)
        {
            sink.Report(isInline ? SourceMapRules.Inline : SourceMapRules.External, "",
                $"{(isInline ? "an inline source map" : "a source map")} gives back {Count(facts.Files, "source file")}, {Count(facts.Lines, "line")} ({Size(facts.Bytes)}), to anyone: {string.Join(", ", facts.LargestSources.Take(3))}{(facts.Files > 3 ? "…" : "")}",
                Evidence(facts));
            return;
        }
        if (facts.Sources > 0)
            sink.Report(SourceMapRules.Names, "", $"a source map without the sources themselves names {Count(facts.Sources, "file")}: {string.Join(", ", facts.FirstSources)}{(facts.Sources > 3 ? "…" : "")}", Evidence(facts));
    }

    private static (string, object)[] Evidence(MapFacts facts)
    {
        var evidence = new List<(string, object)>
        {
            ("files", facts.Files), ("lines", facts.Lines), ("bytes", facts.Bytes), ("sources", facts.Sources), ("absolutePaths", facts.AbsolutePaths),
        };
        if (facts.Files > 0) evidence.Add(("largest", facts.LargestSources.ToArray()));
        if (facts.Sections > 0) evidence.Add(("sections", (long)facts.Sections));
        if (facts.IsDamaged) evidence.Add(("damaged", true));
        return [.. evidence];
    }

    private static string Count(long count, string noun) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{count:N0} {noun}{(count == 1 ? "" : "s")}");

    private static string Size(long bytes) => bytes < 10_000 ? $"{bytes} bytes" : bytes < 10 << 20 ? $"{bytes >> 10} KiB" : $"{bytes >> 20} MiB";
}
