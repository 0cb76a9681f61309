using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Takes characters out that nobody sees: zero-width spaces and joiners, soft hyphens, stray byte order marks.</summary>
internal sealed class ZeroWidthDecoder : LiteralDecoder
{
    public override string Name => "zero-width";

    // UTF-8 of U+200B to U+200D, U+2060, U+FEFF, U+00AD; a trigger's characters are bytes.
    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) =>
        ["\u00E2\u0080\u008B", "\u00E2\u0080\u008C", "\u00E2\u0080\u008D", "\u00E2\u0081\u00A0", "\u00EF\u00BB\u00BF", "\u00C2\u00AD"];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        // A mark at the beginning of a file is no disguise.
        if (at == 0 || !Stretch.IsToken(text, at - 1)) return at + 1;
        var start = Stretch.StartAfter(text, at, Stretch.LineEnds);
        var end = Stretch.EndAt(text, at, Stretch.LineEnds, 8192);
        var output = sink.Buffer.Clear();
        for (var i = start; i < end; i++)
        {
            var width = Invisible(text[i..end]);
            if (width == 0) output.Add(text[i]);
            else i += width - 1;
        }
        sink.Emit(start, end - start);
        return end;
    }

    private static int Invisible(ReadOnlySpan<byte> text) => text switch
    {
        [0xE2, 0x80, >= 0x8B and <= 0x8D, ..] or [0xE2, 0x81, 0xA0, ..] or [0xEF, 0xBB, 0xBF, ..] => 3,
        [0xC2, 0xAD, ..] => 2,
        _ => 0,
    };
}
