using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Looks at a text once for all literal detectors, then through every decoder, to a depth of <see cref="MaxLayers"/>.
/// </summary>
internal sealed class TextScanner
{
    /// <summary>How many encodings may be wrapped in one another before we stop looking.</summary>
    public const int MaxLayers = 5;

    private readonly LiteralAutomaton automaton;
    private readonly Plug[] plugs;
    private readonly Decoder[] decoders;

    private readonly record struct Plug(LiteralDetector Detector, int Trigger, byte[] Literal, bool IgnoreCase);

    public TextScanner(IEnumerable<LiteralDetector> detectors, Decoder[] decoders)
    {
        this.decoders = decoders;
        plugs =
        [
            .. from detector in detectors
               from trigger in detector.Triggers.Select((value, index) => (value, index))
               select new Plug(detector, trigger.index, System.Text.Encoding.Latin1.GetBytes(trigger.value.Literal), trigger.value.IgnoreCase),
        ];
        automaton = new LiteralAutomaton([.. plugs.Select(p => p.Literal)]);
    }

    public void Scan(TextView view)
    {
        FindLiterals(view);
        foreach (var pass in view.Sink.Run.Passes) pass.Look(view, view.Text.Span);
        if (view.Layers.Length >= MaxLayers) return;
        var sink = new Layer(this, view);
        foreach (var decoder in decoders)
        {
            sink.Decoder = decoder;
            decoder.Sweep(view, view.Text.Span, sink);
        }
    }

    private void FindLiterals(TextView view)
    {
        var text = view.Text.Span;
        // A literal that begins before OwnEnd may end after it.
        var limit = Math.Min(text.Length, view.OwnEnd + 256);
        var hits = new List<LiteralAutomaton.Hit>();
        for (var from = view.OwnStart; from < limit; from += LiteralAutomaton.BlockBytes)
        {
            hits.Clear();
            automaton.Find(text, from, Math.Min(limit, from + LiteralAutomaton.BlockBytes), hits);
            foreach (ref readonly var hit in System.Runtime.InteropServices.CollectionsMarshal.AsSpan(hits))
            {
                foreach (var id in automaton.Literals(hit))
                {
                    ref readonly var plug = ref plugs[id];
                    var start = hit.End - plug.Literal.Length;
                    if (start < view.OwnStart || start >= view.OwnEnd) continue;
                    if (!plug.IgnoreCase && !text[start..hit.End].SequenceEqual(plug.Literal)) continue;
                    plug.Detector.OnHit(new TextHit(view, text, start, plug.Literal.Length, plug.Trigger));
                }
            }
            view.Sink.Run.Budget.CheckTime();
        }
    }

    public static void Report(TextView view, ReadOnlySpan<byte> text, Rule rule, int at, ReadOnlySpan<byte> matter, string message, (string Name, object Value)[] evidence)
    {
        if (view.Plain is { } plain)
        {
            view.Sink.MarkLine(plain.Offset, plain.Text.Span, (int)(view.Offset - plain.Offset));
            var space = $"{string.Join('+', view.Layers)}@{view.Offset}";
            view.Sink.ReportAt(rule, view.Offset, new Place(space, at, at + matter.Length), matter, message, [.. evidence, ("seenThrough", view.Layers)]);
            return;
        }
        view.Sink.MarkLine(view.Offset, text, at);
        view.Sink.ReportAt(rule, view.Offset + at, matter, message, evidence);
    }

    /// <summary>Scans what one decoder made of a view.</summary>
    private sealed class Layer(TextScanner scanner, TextView outer) : DecodeSink
    {
        public Decoder Decoder { get; set; } = null!;

        public override void Emit(int start, int length, ReadOnlySpan<byte> decoded)
        {
            if (decoded.Length < 6) return;
            var run = outer.Sink.Run;
            run.Budget.SpendDecoding(decoded.Length);
            var content = decoded.ToArray();
            string[] layers = [.. outer.Layers, Decoder.Name];
            if (run.IsContainer(content))
            {
                outer.Sink.Derived($"({string.Join('+', layers)})", content);
                return;
            }
            scanner.Scan(new TextView
            {
                Text = content,
                OwnStart = 0,
                OwnEnd = content.Length,
                Offset = outer.IsDecoded ? outer.Offset : outer.Offset + start,
                Sink = outer.Sink,
                Plain = outer.Plain ?? outer,
                Layers = layers,
            });
        }
    }
}
