using System.Collections.Concurrent;
using System.Text;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;
using Decoder = Sallyport.Guard.Decoding.Decoder;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Looks at a text once for all literal detectors and literal decoders, then sweeps for the other encodings; what was
/// decoded goes the same way, to a depth of <see cref="MaxLayers"/>.
/// </summary>
internal sealed class TextScanner
{
    /// <summary>How many encodings may be wrapped in one another before we stop looking.</summary>
    public const int MaxLayers = 5;

    private readonly LiteralSearch search;
    private readonly Plug[] plugs;
    private readonly RunDecoder[] runs;
    private readonly SweepDecoder[] sweeps;
    private readonly LiteralDecoder[] woken;
    private readonly ConcurrentBag<ScanLayer> spare = [];

    /// <summary>What a literal wakes: a detector, or the decoder in a slot.</summary>
    private sealed record Plug(LiteralDetector? Detector, LiteralDecoder? Decoder, int Slot, int Trigger, string Literal, bool IgnoreCase);

    public TextScanner(IEnumerable<LiteralDetector> detectors, Decoder[] decoders)
    {
        var all = detectors.ToArray();
        runs = [.. decoders.OfType<RunDecoder>()];
        // Built at every start: what sorts by numbers through LINQ would be compiled first.
        Array.Sort(runs, static (a, b) => a.Order.CompareTo(b.Order));
        sweeps = [.. decoders.OfType<SweepDecoder>()];
        woken = [.. decoders.OfType<LiteralDecoder>()];
        var literals = new List<Trigger>();
        var list = new List<Plug>();
        foreach (var detector in all)
        {
            var triggers = detector.Triggers;
            for (var i = 0; i < triggers.Count; i++)
            {
                literals.Add(triggers[i]);
                list.Add(new Plug(detector, null, -1, i, triggers[i].Literal, triggers[i].IgnoreCase));
            }
        }
        for (var slot = 0; slot < woken.Length; slot++)
        {
            var triggers = woken[slot].TriggersFor(literals);
            for (var i = 0; i < triggers.Count; i++) list.Add(new Plug(null, woken[slot], slot, i, triggers[i].Literal, triggers[i].IgnoreCase));
        }
        plugs = [.. list];
        var bytes = new byte[plugs.Length][];
        var ignoreCase = new bool[plugs.Length];
        for (var i = 0; i < plugs.Length; i++) (bytes[i], ignoreCase[i]) = (Encoding.Latin1.GetBytes(plugs[i].Literal), plugs[i].IgnoreCase);
        search = new LiteralSearch(bytes, ignoreCase);
    }

    /// <summary>False to measure decoders alone: what they decode is dropped.</summary>
    public bool ReadsOn { get; init; } = true;

    public void Scan(TextView view)
    {
        if (!spare.TryTake(out var layer)) layer = new ScanLayer(this, woken);
        Scan(view, layer);
        spare.Add(layer);
    }

    /// <param name="view">What to look at.</param>
    /// <param name="layer">Nobody else's for so long.</param>
    public void Scan(TextView view, ScanLayer layer)
    {
        layer.Begin(view);
        try
        {
            FindLiterals(view, layer);
            var text = view.Text.Span;
            foreach (var pass in view.Sink.Run.Passes) pass.Look(view, text);
            if (view.Layers.Length >= MaxLayers) return;
            EncodedRuns.Sweep(view, text, runs, layer);
            foreach (var decoder in sweeps) Sweep(view, text, decoder, layer);
            layer.Settle();
        }
        finally
        {
            layer.End();
        }
    }

    /// <summary>Whether there is a use in <see cref="ScanNoise"/>.</summary>
    public bool ReadsNoise(ReadOnlySpan<byte> noise)
    {
        foreach (var decoder in sweeps)
            if (decoder.ReadsNoise(noise)) return true;
        return false;
    }

    /// <summary>Decoded bytes that make no sense as they are: compressed, perhaps.</summary>
    public void ScanNoise(TextView view, ScanLayer layer)
    {
        if (view.Layers.Length >= MaxLayers) return;
        layer.Begin(view);
        try
        {
            var text = view.Text.Span;
            foreach (var decoder in sweeps)
                if (decoder.ReadsNoise(text)) Sweep(view, text, decoder, layer);
            layer.Settle();
        }
        finally
        {
            layer.End();
        }
    }

    private static void Sweep(TextView view, ReadOnlySpan<byte> text, SweepDecoder decoder, ScanLayer layer)
    {
        layer.Decoder = decoder;
        decoder.Sweep(view, text, layer);
    }

    private void FindLiterals(TextView view, ScanLayer layer)
    {
        var text = view.Text.Span;
        var decodes = view.Layers.Length < MaxLayers;
        // A literal that begins before OwnEnd may end after it.
        var limit = Math.Min(text.Length, view.OwnEnd + LiteralSearch.MaxLiteral);
        for (var from = view.OwnStart; from < limit; from += LiteralSearch.BlockBytes)
        {
            search.Find(text, from, Math.Min(limit, from + LiteralSearch.BlockBytes), layer.Hits);
            for (var i = 0; i < layer.Hits.Count; i++) Dispatch(view, text, layer.Hits[i].End, plugs[layer.Hits[i].Id], decodes, layer);
            if (limit - from >= LiteralSearch.BlockBytes) view.Sink.Run.Budget.CheckTime();
        }
    }

    private static void Dispatch(TextView view, ReadOnlySpan<byte> text, int end, Plug plug, bool decodes, ScanLayer layer)
    {
        var start = end - plug.Literal.Length;
        if (start < view.OwnStart || start >= view.OwnEnd) return;
        if (plug.Decoder is { } decoder)
        {
            if (!decodes || start < layer.DealtWith[plug.Slot]) return;
            layer.Decoder = decoder;
            layer.DealtWith[plug.Slot] = decoder.OnHit(view, text, start, plug.Trigger, layer);
            return;
        }
        plug.Detector!.OnHit(new TextHit(view, text, start, plug.Literal.Length, plug.Trigger));
    }

    public static void Report(TextView view, ReadOnlySpan<byte> text, Rule rule, int at, ReadOnlySpan<byte> matter, string message, (string Name, object Value)[] evidence)
    {
        if (view.Sink.Spans is { } spans)
        {
            spans.Add(view, text, rule, at, matter);
            return;
        }
        if (view.Plain is { } plain)
        {
            var space = $"{string.Join('+', view.Layers)}@{view.Offset}";
            var offset = view.IsTranscript ? view.Offset + at : view.Offset;
            if (!view.Sink.ReportAt(rule, offset, new Place(space, at, at + matter.Length), matter, message, [.. evidence, ("seenThrough", view.Layers)])) return;
            if (view.IsTranscript) view.Sink.MarkLine(view.LinesKey, text, at, offset);
            else view.Sink.MarkLine(plain.LinesKey, plain.Text.Span, (int)(view.Offset - plain.Offset), offset);
            return;
        }
        if (view.Sink.ReportAt(rule, view.Offset + at, matter, message, evidence)) view.Sink.MarkLine(view.LinesKey, text, at, view.Offset + at);
    }
}
