using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Arrays of constant strings that are joined: <c>["a","b"].join("")</c>, <c>"".join([…])</c>, <c>implode("", […])</c>,
/// <c>strings.Join([]string{…}, "")</c>, reversed first or not; and arrays of single characters, joined or not.
/// </summary>
internal sealed class JoinDecoder : LiteralDecoder
{
    private const int MaxArray = 16 * 1024;
    private const int Postfix = 1;

    private static readonly string[] Literals =
        [".join(", "?.join(", "implode(", "strings.Join(", "String.Join(", "string.Join(", "string.Concat(", "String.Concat(", "-join", "','", "', '", "',\n", "Join("];

    public override string Name => "join";

    public override int MaxTimes => 2;

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => [.. Literals.Select(l => new Trigger(l))];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        if (Literals[trigger][0] == '\'') return Characters(text, at, sink);
        var arguments = at + Literals[trigger].Length;
        var array = -1;
        var reversed = false;
        var separator = ReadOnlySpan<byte>.Empty;
        if (trigger <= Postfix)
        {
            array = ArrayBefore(text, at, out reversed);
            if (array >= 0) separator = FirstLiteral(text, arguments, 64);
        }
        if (array < 0)
        {
            // "".join([…]), implode("", […]), Join("", …), ("a","b") -join ""
            var ahead = text[arguments..Math.Min(text.Length, arguments + 96)];
            var open = ahead.IndexOfAny((byte)'[', (byte)'{', (byte)'(');
            if (Literals[trigger] == "-join") array = ArrayBefore(text, at, out reversed);
            else if (open >= 0)
            {
                array = arguments + open;
                // []string{ … }
                if (text[array] == '[' && array + 1 < text.Length && text[array + 1] == ']' && ahead[open..].IndexOf((byte)'{') is var brace and >= 0) array += brace;
                reversed = ahead[..open].IndexOf("reverse"u8) >= 0;
                separator = open > 0 ? FirstLiteral(text, arguments, open) : Before(text, at);
            }
            else if (Terms.IsQuote(ahead.IsEmpty ? (byte)0 : ahead[0])) array = arguments - 1;
        }
        if (array < 0) return at + 1;
        var end = List(text, array, separator, reversed, sink);
        return Math.Max(end, at + 1);
    }

    // The bracket that opens the array before ".join(", over a ".reverse()".
    private static int ArrayBefore(ReadOnlySpan<byte> text, int at, out bool reversed)
    {
        reversed = false;
        while (at > 0 && Stretch.IsSpace(text[at - 1])) at--;
        if (at > 10 && text[(at - 10)..at].SequenceEqual(".reverse()"u8))
        {
            reversed = true;
            at -= 10;
            while (at > 0 && Stretch.IsSpace(text[at - 1])) at--;
        }
        if (at == 0 || text[at - 1] is not ((byte)']' or (byte)')')) return -1;
        var from = Math.Max(0, at - MaxArray);
        var opening = text[at - 1] == ']' ? (byte)'[' : (byte)'(';
        // The array must begin with a quote: no bracket in its strings does.
        for (var end = at - 1; end > from;)
        {
            var open = text[from..end].LastIndexOf(opening);
            if (open < 0) return -1;
            var first = Stretch.SkipSpace(text, from + open + 1);
            if (first < text.Length && Terms.IsQuote(text[first])) return from + open;
            end = from + open;
            if (at - end > 1024) return -1;
        }
        return -1;
    }

    private static ReadOnlySpan<byte> FirstLiteral(ReadOnlySpan<byte> text, int at, int within)
    {
        var limit = Math.Min(text.Length, at + within);
        at = Stretch.SkipSpace(text, at);
        return at < limit && Terms.IsQuote(text[at]) && Terms.Close(text, at) is var close and >= 0 && close - at < 16 ? text[(at + 1)..close] : [];
    }

    // The separator of Python: a short literal right before the dot.
    private static ReadOnlySpan<byte> Before(ReadOnlySpan<byte> text, int at) =>
        at > 1 && Terms.IsQuote(text[at - 1]) && Terms.Open(text, at - 1) is var open and >= 0 && at - open < 16 ? text[(open + 1)..(at - 1)] : [];

    private static int List(ReadOnlySpan<byte> text, int open, ReadOnlySpan<byte> separator, bool reversed, DecodeSink sink)
    {
        var output = sink.Buffer.Clear();
        var items = new List<(int Start, int Length)>();
        var at = Stretch.SkipSpace(text, open + 1);
        var end = -1;
        while (at < text.Length && at - open < MaxArray && Terms.IsQuote(text[at]) && Terms.Close(text, at) is var close and >= 0)
        {
            items.Add((at + 1, close - at - 1));
            end = close + 1;
            at = Stretch.SkipSpace(text, end);
            if (at >= text.Length || text[at] != ',') break;
            at = Stretch.SkipSpace(text, at + 1);
        }
        if (items.Count < 2) return -1;
        var from = Stretch.StartAfter(text, open, Stretch.LineEnds, 160);
        output.Add(text[from..open]);
        output.Add((byte)'"');
        if (at + 16 < text.Length && text[at..(at + 8)].IndexOf("[::-1]"u8) >= 0) reversed = true;
        if (reversed) items.Reverse();
        for (var i = 0; i < items.Count; i++)
        {
            if (i > 0) output.Add(separator);
            output.Add(text.Slice(items[i].Start, items[i].Length));
        }
        output.Add((byte)'"');
        sink.Emit(open, end - open);
        return end;
    }

    // 'g', 'h', 'p': at the first comma.
    private static int Characters(ReadOnlySpan<byte> text, int at, DecodeSink sink)
    {
        if (at < 2 || text[at - 2] != '\'') return at + 1;
        var output = sink.Buffer.Clear();
        var next = at - 2;
        var end = at;
        while (next + 2 < text.Length && text[next] == '\'' && text[next + 2] == '\'' && output.Length < MaxArray)
        {
            output.Add(text[next + 1]);
            end = next + 3;
            next = Stretch.SkipSpace(text, end);
            if (next >= text.Length || text[next] != ',') break;
            next = Stretch.SkipSpace(text, next + 1);
        }
        if (output.Length >= 8) sink.Emit(at - 2, end - at + 2);
        return Math.Max(end, at + 1);
    }
}
