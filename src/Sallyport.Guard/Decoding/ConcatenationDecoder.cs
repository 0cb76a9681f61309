using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Constant strings that are put together: <c>"a" + "b"</c>, <c>'a' . 'b'</c>, <c>"a" &amp; "b"</c>, literals side by side,
/// <c>.concat(…)</c>, <c>.append(…).append(…)</c>, <c>s += "b"</c>, <c>${"a"}${"b"}</c>, <c>chr(103) + "h"</c>.
/// </summary>
internal sealed class ConcatenationDecoder : LiteralDecoder
{
    private const int MaxContext = 160;
    private const int MaxTerms = 4096;

    private static readonly string[] Operators = ["+", ".", "..", "&", "~", "||", "<<", "<>"];

    // Longer ones first.
    private static readonly byte[][] Glues = [[.. ".."u8], [.. "||"u8], [.. "<<"u8], [.. "<>"u8], [.. "+"u8], [.. "."u8], [.. "&"u8], [.. "~"u8]];

    // Literals that touch or have a line break between them are joined only where both look like parts of a token.
    private static readonly string[] Adjacent = ["\"\"", "''", "\"'", "'\"", "\" \"", "' '", "\"\n", "'\n", "\"\r\n", "'\r\n"];
    private static readonly string[] Appends = ["+=\"", "+= \"", "+='", "+= '", ".=\"", ".= \"", ".='", ".= '"];
    private static readonly string[] Methods = [".concat(", ".append(", ".Append("];
    // Quotes as strings: over characters, LINQ is compiled at every start.
    private static readonly string[] Quotes = ["\"", "'", "`"];
    private static readonly string[] Infix =
    [
        .. Quotes.SelectMany(q => new[] { $"{q}+", $"{q} +", $"+{q}", $"+ {q}", $"{q} .", $" . {q}", $"{q}.{q}", $"}}${{{q}" }),
        .. Quotes.Take(2).SelectMany(q => Operators.Skip(2).SelectMany(o => new[] { $"{q}{o}{q}", $"{q} {o} {q}" })),
    ];

    private static readonly string[] All = [.. Infix, .. Adjacent, .. Methods, .. Terms.Calls, .. Appends];

    public override string Name => "concatenation";

    public override int MaxTimes => 2;

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) => [.. All.Select(l => new Trigger(l))];

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        if (trigger >= All.Length - Appends.Length) return AppendStatements(text, at, sink);
        if (trigger >= Infix.Length + Adjacent.Length + Methods.Length) return Chain(text, CallStart(text, at), at, sink);
        if (trigger >= Infix.Length + Adjacent.Length)
        {
            if (at > 0 && Terms.IsQuote(text[at - 1])) return Chain(text, Terms.Open(text, at - 1), at, sink);
            return Chain(text, Stretch.SkipSpace(text, at + Methods[trigger - Infix.Length - Adjacent.Length].Length), at, sink);
        }
        if (trigger >= Infix.Length) return IsSeam(text, at) ? Chain(text, Terms.Open(text, at), at, sink) : at + 1;

        // From the operator or the quote back to the quote that closes the term before.
        var close = at;
        while (close > 0 && close > at - 256 && !Terms.IsQuote(text[close]))
        {
            if (!Stretch.IsSpace(text[close]) && text[close] is not ((byte)'+' or (byte)'.' or (byte)'}' or (byte)'\\')) return at + 1;
            close--;
        }
        return Terms.IsQuote(text[close]) ? Chain(text, Terms.Open(text, close), at, sink) : at + 1;
    }

    private static bool IsSeam(ReadOnlySpan<byte> text, int close)
    {
        if (!Stretch.IsToken(text, close - 1) || text[close - 1] == '=') return false;
        var open = Stretch.SkipSpace(text, close + 1);
        if (open >= text.Length) return false;
        if (!Terms.IsQuote(text[open])) open++;
        return open < text.Length && Terms.IsQuote(text[open]) && Stretch.IsToken(text, open + 1);
    }

    private static int CallStart(ReadOnlySpan<byte> text, int at) =>
        at >= 7 && text[(at - 7)..at] is [(byte)'S' or (byte)'s', (byte)'t', (byte)'r', (byte)'i', (byte)'n', (byte)'g', (byte)'.'] ? at - 7 : at;

    /// <summary>Reads terms and what joins them from <paramref name="start"/> on.</summary>
    private static int Chain(ReadOnlySpan<byte> text, int start, int hit, DecodeSink sink)
    {
        if (start < 0) return hit + 1;
        var output = sink.Buffer.Clear();
        Context(text, start, output);
        var context = output.Length;
        var (at, end, terms) = (start, -1, 0);
        while (terms < MaxTerms && Terms.Append(text, at, output) is var next and >= 0)
        {
            terms++;
            end = next;
            at = Glue(text, next);
            if (at < 0 || end - start > Stretch.Forth) break;
        }
        if (end < 0) return hit + 1;
        if (terms > 1 || !Terms.IsQuote(text[start]) && output.Length - context >= 6)
        {
            output.Add((byte)'"');
            sink.Emit(start, end - start);
        }
        return terms > 1 ? end : hit + 1;
    }

    // What stands before the expression on its line: the name that the value is given to.
    private static void Context(ReadOnlySpan<byte> text, int start, DecodeBuffer output)
    {
        var from = Stretch.StartAfter(text, start, Stretch.LineEnds, MaxContext);
        output.Add(text[from..start]);
        output.Add((byte)'"');
    }

    /// <summary>From the end of a term over what joins it to the next; -1 when nothing does.</summary>
    private static int Glue(ReadOnlySpan<byte> text, int end)
    {
        var at = SkipBreaks(text, end);
        if (at >= text.Length) return -1;
        if (Method(text, at) is var call and >= 0) return call;
        foreach (var glue in Glues)
        {
            if (text[at..].StartsWith(glue) && SkipBreaks(text, at + glue.Length) is var next && next < text.Length && IsTermStart(text, next)) return next;
        }
        if (Terms.IsQuote(text[at])) return at;
        if (text[at] == ',') return SkipBreaks(text, at + 1) is var next && IsInCall(text, end) ? next : -1;
        if (text[at..].StartsWith("}${"u8)) return at + 3;
        // ")" of concat( or append(, then the next call; or a new statement that appends.
        if (text[at] == ')') at = SkipBreaks(text, at + 1);
        if (at < text.Length && text[at] == ';')
        {
            at = SkipBreaks(text, at + 1);
            while (at < text.Length && Stretch.IsToken(text, at) && text[at] != '.') at++;
        }
        return Method(text, at);
    }

    private static int Method(ReadOnlySpan<byte> text, int at)
    {
        foreach (var method in Methods)
        {
            if (StartsWith(text, at, method)) return SkipBreaks(text, at + method.Length);
        }
        return -1;
    }

    private static bool IsTermStart(ReadOnlySpan<byte> text, int at) => Terms.IsQuote(text[at]) || char.IsAsciiLetter((char)text[at]) || text[at] is (byte)'[' or (byte)'(' or (byte)'@' or (byte)'$';

    // A comma joins arguments of concat only.
    private static bool IsInCall(ReadOnlySpan<byte> text, int end)
    {
        var from = Math.Max(0, end - 512);
        return text[from..end].LastIndexOf("concat("u8) is var call and >= 0 && !text[(from + call)..end].Contains((byte)')');
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, int at, string ascii)
    {
        if (text.Length - at < ascii.Length) return false;
        for (var i = 0; i < ascii.Length; i++)
        {
            if (text[at + i] != ascii[i]) return false;
        }
        return true;
    }

    private static int SkipBreaks(ReadOnlySpan<byte> text, int at)
    {
        at = Stretch.SkipSpace(text, at);
        return at + 1 < text.Length && text[at] == '\\' && text[at + 1] is (byte)'\n' or (byte)'\r' ? Stretch.SkipSpace(text, at + 1) : at;
    }

    /// <summary><c>s = "a"; s += "b"; s += "c";</c>, one variable, nothing in between.</summary>
    private static int AppendStatements(ReadOnlySpan<byte> text, int at, DecodeSink sink)
    {
        var (nameStart, nameEnd) = NameBefore(text, at);
        if (nameStart == nameEnd) return at + 1;
        var name = text[nameStart..nameEnd];
        // The statement before must end in a literal that is given to the same name.
        var close = nameStart - 1;
        while (close >= 0 && nameStart - close < 256 && (Stretch.IsSpace(text[close]) || text[close] is (byte)';' or (byte)',' or (byte)'$')) close--;
        if (close < 0 || !Terms.IsQuote(text[close])) return at + 1;
        var open = Terms.Open(text, close);
        if (open < 1) return at + 1;
        var equals = open - 1;
        while (equals > 0 && Stretch.IsSpace(text[equals])) equals--;
        if (text[equals] != '=') return at + 1;
        var (firstStart, firstEnd) = NameBefore(text, text[equals - 1] is (byte)'+' or (byte)'.' or (byte)':' ? equals - 1 : equals);
        if (!text[firstStart..firstEnd].SequenceEqual(name)) return at + 1;

        var output = sink.Buffer.Clear();
        Context(text, open, output);
        output.Add(text[(open + 1)..close]);
        var end = close + 1;
        var next = at;
        while (next < text.Length && end - open < Stretch.Forth)
        {
            // At "+=" or ".=" of the next statement.
            var value = Stretch.SkipSpace(text, next + 2);
            if (value >= text.Length || Terms.Append(text, value, output) is not (var valueEnd and >= 0)) break;
            end = valueEnd;
            var statement = end;
            while (statement < text.Length && statement - end < 256 && (Stretch.IsSpace(text[statement]) || text[statement] is (byte)';' or (byte)',' or (byte)'$')) statement++;
            if (!text[statement..].StartsWith(name)) break;
            next = Stretch.SkipSpace(text, statement + name.Length);
            if (next + 1 >= text.Length || text[next] is not ((byte)'+' or (byte)'.') || text[next + 1] != '=') break;
        }
        output.Add((byte)'"');
        sink.Emit(open, end - open);
        return end;
    }

    private static (int Start, int End) NameBefore(ReadOnlySpan<byte> text, int at)
    {
        var end = at;
        while (end > 0 && text[end - 1] is (byte)' ' or (byte)'\t') end--;
        var start = end;
        while (start > 0 && end - start < 64 && (char.IsAsciiLetterOrDigit((char)text[start - 1]) || text[start - 1] is (byte)'_' or (byte)'.')) start--;
        return (start, end);
    }
}
