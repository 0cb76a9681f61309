using System.Buffers;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Percent-encoding (RFC 3986), and the <c>%u0041</c> of old scripts. What is encoded twice is decoded twice by layers.</summary>
internal sealed class PercentDecoder : LiteralDecoder
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create("\"'` \t\r\n<>\0"u8);

    public override string Name => "percent";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => [.. Each("%", "234567"), "%u00"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        if (Stretch.Hex(text, at + 2) < 0) return at + 1;
        var start = Stretch.StartAfter(text, at, Ends);
        var end = Stretch.EndAt(text, at, Ends);
        var output = sink.Buffer.Clear();
        var rest = text[start..end];
        while (rest.IndexOf((byte)'%') is var next and >= 0)
        {
            output.Add(rest[..next]);
            if (Stretch.Hex(rest, next + 1, 2) is var b and >= 0)
            {
                output.Add((byte)b);
                rest = rest[(next + 3)..];
            }
            else if (next + 1 < rest.Length && rest[next + 1] == 'u' && Stretch.Hex(rest, next + 2, 4) is var unit and >= 0)
            {
                output.AddRune(unit);
                rest = rest[(next + 6)..];
            }
            else
            {
                output.Add((byte)'%');
                rest = rest[(next + 1)..];
            }
        }
        output.Add(rest);
        sink.Emit(start, end - start);
        return end;
    }
}
