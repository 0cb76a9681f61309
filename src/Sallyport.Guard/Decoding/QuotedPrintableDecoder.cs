using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Quoted-printable (RFC 2045): <c>=5F</c> for a byte, and a <c>=</c> at the end of a line that goes on.</summary>
internal sealed class QuotedPrintableDecoder : LiteralDecoder
{
    private const int FirstSoftBreak = 7;
    private const int LongestLine = 100;

    public override string Name => "quoted-printable";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["=3D", "=5F", "=2D", "=5f", "=2E", "=67", "=2B", "=\n", "=\r\n"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        // Code breaks lines behind an equals sign, too: there a space or another sign stands before it.
        // Lines are at most 76 characters long; what ends a longer one is base64's padding.
        if (trigger >= FirstSoftBreak && (!Stretch.IsToken(text, at - 1) || text[at - 1] == '=' || IsLong(text[..at]))) return at + 1;
        var start = Stretch.StartAfter(text, at, Stretch.LineEnds, 256);
        var end = at;
        var limit = Math.Min(text.Length, start + Stretch.Forth);
        var output = sink.Buffer.Clear();
        output.Add(text[start..at]);
        var changed = false;
        while (end < limit)
        {
            var b = text[end];
            if (b == '\n') break;
            if (b != '=')
            {
                output.Add(b);
                end++;
                continue;
            }
            if (Stretch.Hex(text, end + 1, 2) is var value and >= 0)
            {
                output.Add((byte)value);
                end += 3;
                changed = true;
                continue;
            }
            var line = end + 1;
            while (line < limit && text[line] is (byte)' ' or (byte)'\t' or (byte)'\r') line++;
            if (line < limit && text[line] == '\n')
            {
                end = line + 1;
                changed = true;
                continue;
            }
            output.Add(b);
            end++;
        }
        if (changed) sink.Emit(start, end - start);
        return end;
    }

    private static bool IsLong(ReadOnlySpan<byte> before) =>
        before.Length > LongestLine && before[^LongestLine..].IndexOfAny((byte)'\n', (byte)'\r') < 0;
}
