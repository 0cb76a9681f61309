using Sallyport.Guard.Decoding;

namespace Sallyport.Guard.Scanning;

/// <summary>What the scan of one view needs on the side, and the way down to the next layer. Reused from view to view.</summary>
internal sealed class ScanLayer(TextScanner scanner, LiteralDecoder[] decoders) : DecodeSink
{
    // Shorter than the empty form of every container.
    private const int MinContainer = 16;

    // What is decoded is reckoned up in lumps: a word alone is not worth going to a counter that threads share.
    private const int Lump = 2048;

    private readonly int[] dealtWith = new int[decoders.Length];
    private TextView view = null!;
    private Decoder? named;
    private string[] layers = [];
    private DullRuns? dull;
    private bool isDealt, hasDull;
    private int decoded;
    private ScanLayer? inner;

    /// <summary>Literals found in a block of the text.</summary>
    public LiteralSearch.HitList Hits { get; } = new();

    /// <summary>For each literal decoder, up to where the text was dealt with.</summary>
    public int[] DealtWith
    {
        get
        {
            if (!isDealt) Deal();
            return dealtWith;
        }
    }

    /// <summary>Lines of a wrapped run, joined.</summary>
    public DecodeBuffer Lines { get; } = new();

    /// <summary>Runs of this view in which there was nothing.</summary>
    public DullRuns Dull
    {
        get
        {
            dull ??= new DullRuns();
            if (!hasDull) dull.Clear();
            hasDull = true;
            return dull;
        }
    }

    /// <summary>Whose output comes next.</summary>
    public Decoder Decoder { get; set; } = null!;

    public void Begin(TextView of)
    {
        view = of;
        named = null;
        isDealt = hasDull = false;
        Hits.Clear();
    }

    public void End()
    {
        view = null!;
        decoded = 0;
        Buffer.Release();
        Lines.Release();
    }

    public override void Emit(int start, int length)
    {
        if (GoesOn(start, length)) scanner.Scan(Below(start, length), Inner);
    }

    public override void EmitTranscript()
    {
        if (GoesOn(0, view.Text.Length)) scanner.Scan(Below(0, view.Text.Length, isTranscript: !view.IsDecoded), Inner);
    }

    public override void EmitNoise(int start, int length)
    {
        if (GoesOn(start, length) && scanner.ReadsNoise(Buffer.Written)) scanner.ScanNoise(Below(start, length), Inner);
    }

    // Views are in one another as deep as there are encodings: each keeps the next one's things.
    private ScanLayer Inner => inner ??= new ScanLayer(scanner, decoders);

    private void Deal()
    {
        for (var slot = 0; slot < dealtWith.Length; slot++)
        {
            var isDone = view.Layers.Length >= decoders[slot].MaxTimes && view.Layers.Count(decoders[slot].Name.Equals) >= decoders[slot].MaxTimes;
            dealtWith[slot] = isDone ? int.MaxValue : 0;
        }
        isDealt = true;
    }

    /// <summary>Reckons up what was decoded. Throws <see cref="BudgetSpentException"/>.</summary>
    public void Settle()
    {
        if (decoded == 0) return;
        view.Sink.Run.Budget.SpendDecoding(decoded);
        decoded = 0;
    }

    // Where in the file's own bytes the stretch stands.
    private (long Start, int Length) Outer(int start, int length) =>
        view.IsDecoded && !view.IsTranscript ? (view.Offset, view.Stretch) : (view.Offset + start, length);

    // False for what is too short, and for a container: it is opened here.
    private bool GoesOn(int start, int length)
    {
        var content = Buffer.Memory;
        if (content.Length < 6) return false;
        var run = view.Sink.Run;
        decoded += content.Length;
        if (decoded >= Lump) Settle();
        if (!scanner.ReadsOn) return false;
        if (named != Decoder) (named, layers) = (Decoder, [.. view.Layers, Decoder.Name]);
        if (content.Length < MinContainer || !run.IsContainer(content.Span)) return true;
        if (view.Sink.Spans is { } spans) spans.Look(view, Outer(start, length), string.Join('+', layers), content);
        else if (view.IsDecoded || !view.Sink.IsCollected(view.Offset + start)) view.Sink.Decoded(string.Join('+', layers), content);
        return false;
    }

    private TextView Below(int start, int length, bool isTranscript = false)
    {
        return new TextView
        {
            Text = Buffer.Memory,
            OwnStart = 0,
            OwnEnd = Buffer.Length,
            Offset = Outer(start, length).Start,
            Stretch = Outer(start, length).Length,
            Sink = view.Sink,
            Plain = view.IsTranscript ? view : view.Plain ?? view,
            IsTranscript = isTranscript,
            Layers = layers,
        };
    }
}
