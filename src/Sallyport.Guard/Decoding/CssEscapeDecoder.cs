using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>CSS escapes: a backslash, one to six hex digits, and a space that belongs to them (<c>\67 \68 \000070</c>).</summary>
internal sealed class CssEscapeDecoder : LiteralDecoder
{
    public override string Name => "css-escapes";

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors)
    {
        var triggers = new List<Trigger>();
        foreach (var digit in "34567") triggers.Add(new Trigger($"\\0000{digit}"));
        foreach (var high in "4567") foreach (var low in "0123456789abcdef") triggers.Add(new Trigger($"\\{high}{low} ", IgnoreCase: true));
        return triggers;
    }

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var start = Stretch.StartAfter(text, at, Stretch.QuotesAndLineEnds);
        var end = Stretch.EndAt(text, at, Stretch.QuotesAndLineEnds);
        var output = sink.Buffer.Clear();
        for (var i = start; i < end;)
        {
            var (value, digits) = (0, 0);
            while (text[i] == '\\' && digits < 6 && i + 1 + digits < end && Stretch.Hex(text, i + 1 + digits) is var digit and >= 0)
            {
                value = value << 4 | digit;
                digits++;
            }
            if (digits == 0)
            {
                output.Add(text[i++]);
                continue;
            }
            output.AddRune(value);
            i += 1 + digits;
            if (i < end && text[i] == ' ') i++;
        }
        sink.Emit(start, end - start);
        return end;
    }
}
