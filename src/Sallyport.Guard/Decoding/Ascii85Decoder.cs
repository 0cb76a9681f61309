using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Ascii85 between <c>&lt;~</c> and <c>~&gt;</c>, as in PostScript and Python's <c>a85encode(adobe=True)</c>.</summary>
internal sealed class Ascii85Decoder : LiteralDecoder
{
    public override string Name => "ascii85";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["<~"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var output = sink.Buffer.Clear();
        var (value, count) = (0UL, 0);
        var end = at + 2;
        for (; end < text.Length; end++)
        {
            var b = text[end];
            if (Stretch.IsSpace(b)) continue;
            if (b == 'z' && count == 0)
            {
                output.Add("\0\0\0\0"u8);
                continue;
            }
            if (b is < (byte)'!' or > (byte)'u') break;
            value = value * 85 + b - '!';
            if (++count < 5) continue;
            for (var shift = 24; shift >= 0; shift -= 8) output.Add((byte)(value >> shift));
            (value, count) = (0, 0);
        }
        if (count > 1)
        {
            for (var i = count; i < 5; i++) value = value * 85 + 84;
            for (var i = 0; i < count - 1; i++) output.Add((byte)(value >> (24 - 8 * i)));
        }
        if (end >= text.Length || text[end] != '~') return Math.Max(at + 1, end);
        sink.Emit(at, end + 2 - at);
        return end;
    }
}
