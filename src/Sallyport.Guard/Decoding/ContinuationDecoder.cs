using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>A backslash at the end of a line joins it to the next, whose indentation falls away: shells, C, YAML, Python.</summary>
internal sealed class ContinuationDecoder : LiteralDecoder
{
    public override string Name => "line-continuation";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["\\\n", "\\\r\n"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        // Only where a word could be cut in two.
        if (!Stretch.IsToken(text, at - 1)) return at + 1;
        var start = Stretch.StartAfter(text, at, Stretch.LineEnds);
        var output = sink.Buffer.Clear();
        var (from, end) = (start, at);
        while (true)
        {
            output.Add(text[from..end]);
            if (end >= text.Length || text[end] != '\\' || end - start > Stretch.Forth) break;
            from = Stretch.SkipSpace(text, end + 1);
            end = Stretch.EndAt(text, from, Stretch.LineEnds, 4096);
            if (end > from && text[end - 1] == '\\') end--;
        }
        sink.Emit(start, end - start);
        return end;
    }
}
