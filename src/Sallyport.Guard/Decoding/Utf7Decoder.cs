using System.Buffers.Text;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>UTF-7 (RFC 2152), where it hides a sign that keys and assignments have: <c>ghp+AF8-…</c>.</summary>
internal sealed class Utf7Decoder : LiteralDecoder
{
    public override string Name => "utf-7";

    // _ = " - : in UTF-16, base64.
    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => ["+AF8-", "+AD0-", "+ACI-", "+AC0-", "+ADo-", "+AGc-"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var start = Stretch.StartAfter(text, at, Stretch.LineEnds);
        var end = Stretch.EndAt(text, at, Stretch.LineEnds);
        var output = sink.Buffer.Clear();
        Span<byte> units = stackalloc byte[64];
        for (var i = start; i < end; i++)
        {
            var length = text[i] == '+' ? text[(i + 1)..end].IndexOf((byte)'-') : -1;
            if (length is > 1 and < 64 && Base64Url.DecodeFromUtf8(text.Slice(i + 1, length & ~3 | (length % 4 == 1 ? 0 : length & 3)), units, out _, out var written) == System.Buffers.OperationStatus.Done)
            {
                for (var u = 0; u + 1 < written; u += 2) output.AddRune(units[u] << 8 | units[u + 1]);
                i += length + 1;
            }
            else output.Add(text[i]);
        }
        sink.Emit(start, end - start);
        return end;
    }
}
