using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>uuencode: <c>begin 644 name</c>, then lines that begin with their length.</summary>
internal sealed class UuencodeDecoder : LiteralDecoder
{
    public override string Name => "uuencode";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["begin 6", "begin 7"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        if (Stretch.IsToken(text, at - 1) && text[at - 1] != '=') return at + 1;
        var output = sink.Buffer.Clear();
        var end = Stretch.EndAt(text, at, Stretch.LineEnds, 256);
        while (end < text.Length)
        {
            var start = Stretch.SkipSpace(text, end, 2);
            var lineEnd = Stretch.EndAt(text, start, Stretch.LineEnds, 128);
            if (start >= text.Length || text[start] is < 0x20 or > 0x60) break;
            var count = (text[start] - 32) & 63;
            if (count == 0 || (lineEnd - start - 1) * 3 / 4 < count) break;
            for (var i = start + 1; i + 3 < lineEnd && count > 0; i += 4)
            {
                var bits = (text[i] - 32 & 63) << 18 | (text[i + 1] - 32 & 63) << 12 | (text[i + 2] - 32 & 63) << 6 | (text[i + 3] - 32 & 63);
                for (var shift = 16; shift >= 0 && count-- > 0; shift -= 8) output.Add((byte)(bits >> shift));
            }
            end = lineEnd;
        }
        sink.Emit(at, end - at);
        return Math.Max(end, at + 1);
    }
}
