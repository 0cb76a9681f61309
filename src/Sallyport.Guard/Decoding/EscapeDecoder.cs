using System.Buffers;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Characters that are written as <c>\x41</c>, <c>\u0041</c>, <c>\u{41}</c> or <c>\101</c> without need. Escapes of
/// characters that cannot be written otherwise wake nobody.
/// </summary>
internal sealed class EscapeDecoder : LiteralDecoder
{
    private static readonly SearchValues<byte> Ends = SearchValues.Create("\"'`\n\\"u8);

    public override string Name => "escapes";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) =>
    [
        .. Each("\\x", "234567"), .. Each("\\u00", "234567"), .. Each("\\u{", "234567"),
        "\\u{00", "\\U0000", "\\u200", "\\u00ad", "\\ufeff",
        .. Each("\\0", "4567"), .. Each("\\1", "01234567"),
    ];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var start = Stretch.StartAfter(text, at, Stretch.QuotesAndLineEnds);
        var end = Stretch.UnescapedEnd(text, at, Ends);
        Escapes.Undo(text[start..end], sink.Buffer.Clear());
        sink.Emit(start, end - start);
        return end;
    }
}
