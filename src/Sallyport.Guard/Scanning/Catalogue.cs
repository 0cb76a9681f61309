using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Packing;

namespace Sallyport.Guard.Scanning;

/// <summary>Every leaf of the shelves, sorted by what it needs. Made once a process; nothing in it changes.</summary>
internal sealed class Catalogue
{
    private static readonly Lazy<Catalogue> Shared = new(() => new Catalogue());

    public static Catalogue All => Shared.Value;

    private Catalogue()
    {
        var detectors = DetectorShelf.All();
        Detectors = detectors;
        Readers = ContainerReaderShelf.All();
        ByEntry = [.. detectors.OfType<EntryDetector>()];
        Whole = [.. detectors.OfType<WholeDetector>()];
        Streaming = [.. detectors.OfType<StreamDetector>()];
        ByPolicy = [.. detectors.OfType<PolicyDetector>()];
        Packages = [.. detectors.OfType<PackageDetector>()];
        Texts = new TextScanner(detectors.OfType<LiteralDetector>(), DecoderShelf.All());
    }

    public Detector[] Detectors { get; }
    public ContainerReader[] Readers { get; }
    public EntryDetector[] ByEntry { get; }
    public WholeDetector[] Whole { get; }
    public StreamDetector[] Streaming { get; }
    public PolicyDetector[] ByPolicy { get; }
    public PackageDetector[] Packages { get; }
    public ManifestReader[] Manifests { get; } = ManifestReaderShelf.All();
    public TextScanner Texts { get; }

    /// <summary>The first reader that knows a file by its first bytes.</summary>
    public ContainerReader? ReaderOf(ReadOnlySpan<byte> head)
    {
        foreach (var reader in Readers)
        {
            if (reader.Recognises(head)) return reader;
        }
        return null;
    }

    /// <summary>The first reader that knows a file by its last bytes.</summary>
    public ContainerReader? TailReaderOf(ReadOnlySpan<byte> tail)
    {
        foreach (var reader in Readers)
        {
            if (reader.RecognisesTail(tail)) return reader;
        }
        return null;
    }

    /// <summary>Every rule, readers' own included, by id.</summary>
    public IEnumerable<Rule> Rules =>
        Detectors.SelectMany(d => d.Rules).Concat(ArchiveRules.All).DistinctBy(r => r.Id).OrderBy(r => r.Id, StringComparer.Ordinal);
}
