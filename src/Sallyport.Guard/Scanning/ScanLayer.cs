using Sallyport.Guard.Decoding;

namespace Sallyport.Guard.Scanning;

/// <summary>What the scan of one view needs on the side, and the way down to the next layer. Reused from view to view.</summary>
internal sealed class ScanLayer(TextScanner scanner, LiteralDecoder[] decoders) : DecodeSink
{
    // Shorter than the empty form of every container.
    private const int MinContainer = 16;

    private TextView view = null!;
    private Decoder? named;
    private string[] layers = [];

    /// <summary>Literals found in a block of the text.</summary>
    public LiteralSearch.HitList Hits { get; } = new();

    /// <summary>For each literal decoder, up to where the text was dealt with.</summary>
    public int[] DealtWith { get; } = new int[decoders.Length];

    /// <summary>Lines of a wrapped run, joined.</summary>
    public DecodeBuffer Lines { get; } = new();

    /// <summary>Whose output comes next.</summary>
    public Decoder Decoder { get; set; } = null!;

    public void Begin(TextView of)
    {
        view = of;
        named = null;
        for (var slot = 0; slot < DealtWith.Length; slot++)
        {
            var isDone = of.Layers.Length >= decoders[slot].MaxTimes && of.Layers.Count(decoders[slot].Name.Equals) >= decoders[slot].MaxTimes;
            DealtWith[slot] = isDone ? int.MaxValue : 0;
        }
        Hits.Clear();
    }

    public void End()
    {
        view = null!;
        Buffer.Release();
        Lines.Release();
    }

    public override void Emit(int start, int length)
    {
        if (Next(start, length) is { } next) scanner.Scan(next);
    }

    public override void EmitTranscript()
    {
        if (Next(0, view.Text.Length, isTranscript: !view.IsDecoded) is { } next) scanner.Scan(next);
    }

    public override void EmitNoise(int start, int length)
    {
        if (Next(start, length) is { } next) scanner.ScanNoise(next);
    }

    // Where in the file's own bytes the stretch stands.
    private (long Start, int Length) Outer(int start, int length) =>
        view.IsDecoded && !view.IsTranscript ? (view.Offset, view.Stretch) : (view.Offset + start, length);

    private TextView? Next(int start, int length, bool isTranscript = false)
    {
        var content = Buffer.Memory;
        if (content.Length < 6) return null;
        var run = view.Sink.Run;
        run.Budget.SpendDecoding(content.Length);
        if (!scanner.ReadsOn) return null;
        if (named != Decoder) (named, layers) = (Decoder, [.. view.Layers, Decoder.Name]);
        if (content.Length >= MinContainer && run.IsContainer(content.Span))
        {
            if (view.Sink.Spans is { } spans) spans.Look(view, Outer(start, length), string.Join('+', layers), content);
            else if (view.IsDecoded || !view.Sink.IsCollected(view.Offset + start)) view.Sink.Decoded(string.Join('+', layers), content);
            return null;
        }
        return new TextView
        {
            Text = content,
            OwnStart = 0,
            OwnEnd = content.Length,
            Offset = Outer(start, length).Start,
            Stretch = Outer(start, length).Length,
            Sink = view.Sink,
            Plain = view.IsTranscript ? view : view.Plain ?? view,
            IsTranscript = isTranscript,
            Layers = layers,
        };
    }
}
