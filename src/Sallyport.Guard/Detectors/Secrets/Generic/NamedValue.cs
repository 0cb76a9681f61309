namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// The value that configuration, code, markup or a command line gives to a name: <c>name = "v"</c>, <c>"name": "v"</c>,
/// <c>name: string = 'v'</c>, <c>name=v</c>, <c>--name v</c>, <c>&lt;name&gt;v&lt;/name&gt;</c>, <c>key="name" value="v"</c>,
/// <c>{"name": "…", "value": "v"}</c>, <c>define('name', 'v')</c>, also with escaped quotes.
/// </summary>
internal readonly ref struct NamedValue
{
    private const int MaxSpace = 40;
    private const int MaxValue = 1024;

    public int Start { get; private init; }
    public int Length { get; private init; }

    /// <summary>The quote around it; '&gt;' for element content, 0 for a bare value.</summary>
    public byte Quote { get; private init; }

    public bool IsBare => Quote == 0;

    public static bool TryFind(ReadOnlySpan<byte> text, int nameStart, int nameEnd, out NamedValue value)
    {
        value = default;
        var at = nameEnd;
        if (at >= text.Length) return false;

        // Most hits in prose and code end here.
        if (text[at] is not ((byte)'=' or (byte)':' or (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'>' or (byte)'(' or (byte)'\t' or (byte)'`' or (byte)'[' or (byte)'|' or (byte)'?' or (byte)'!' or (byte)'<' or (byte)'\n' or (byte)'\r')) return false;
        var nameQuote = SkipQuote(text, ref at);
        if (nameQuote != 0 && nameStart == 0) return false;
        if (at < text.Length && text[at] is (byte)']' or (byte)')' && nameQuote != 0) at++;
        else if (at + 1 < text.Length && text[at] == '[' && nameQuote == 0)
        {
            // char password[] = "…"
            var close = text[at..Math.Min(text.Length, at + 8)].IndexOf((byte)']');
            if (close < 0) return false;
            at += close + 1;
        }
        SkipBlanks(text, ref at);
        if (at >= text.Length) return false;

        var before = nameStart > 0 ? text[nameStart - 1] : (byte)0;
        if (text[at] == '>' && nameQuote == 0 && before is (byte)'<' or (byte)':') return Element(text, at + 1, out value);
        if ((nameQuote != 0 || IsNamed(text, nameStart)) && Paired(text, at, out var paired)) return Take(text, paired, bare: true, out value);
        if (nameQuote == 0 && before == '<' && text[nameEnd] == ' ')
        {
            var close = text[at..Math.Min(text.Length, at + 80)].IndexOfAny((byte)'>', (byte)'<');
            return close > 0 && text[at + close] == '>' && text[at + close - 1] != '/' && Element(text, at + close + 1, out value);
        }
        if (at > nameEnd && nameQuote == 0 && IsCommandLike(text, nameStart) && text[at] is not ((byte)'=' or (byte)':')) return Take(text, at, bare: true, out value);
        // password "…" as a line of its own: directives of nginx, Gradle and mail clients.
        if (at > nameEnd && nameQuote == 0 && text[at] is (byte)'"' or (byte)'\'' && IsFirst(text, nameStart)) return Take(text, at, bare: false, out value);
        if (!Operator(text, ref at, nameQuote, out var needsQuote)) return false;

        var afterOperator = at;
        SkipBlanks(text, ref at);
        if (at < text.Length && text[at] is (byte)'\r' or (byte)'\n')
        {
            needsQuote = true;
            while (at < text.Length && at < afterOperator + MaxSpace && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        }
        // A string prefix of Python, C# or C++: b"…", f"…", @"…".
        if (at + 1 < text.Length && text[at] is (byte)'b' or (byte)'f' or (byte)'r' or (byte)'u' or (byte)'@' or (byte)'$' or (byte)'L' && text[at + 1] is (byte)'"' or (byte)'\'') at++;
        return Take(text, at, !needsQuote, out value);
    }

    private static bool IsFirst(ReadOnlySpan<byte> text, int nameStart)
    {
        while (nameStart > 0 && text[nameStart - 1] is (byte)' ' or (byte)'\t') nameStart--;
        return nameStart == 0 || text[nameStart - 1] is (byte)'\n' or (byte)'\r';
    }

    // - name: PASSWORD
    private static bool IsNamed(ReadOnlySpan<byte> text, int nameStart)
    {
        var before = text[Math.Max(0, nameStart - 6)..nameStart];
        return before.EndsWith("name: "u8) || before.EndsWith("key: "u8) || before.EndsWith("Name: "u8);
    }

    /// <summary>The rest of a pair whose first half was a quoted name: <c>value="v"</c>, <c>, "value": "v"</c>, <c>value: v</c> on the next line.</summary>
    private static bool Paired(ReadOnlySpan<byte> text, int at, out int valueStart)
    {
        valueStart = at;
        var limit = Math.Min(text.Length, at + MaxSpace);
        if (at < limit && text[at] is (byte)',' or (byte)'>') at++;
        while (at < limit && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        while (at < limit && text[at] is (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)'<') at++;
        if (at + 6 > text.Length) return false;
        var isValue = (text[at] | 0x20) == 'v' && StartsWithIgnoreCase(text[at..], "value"u8) || StartsWithIgnoreCase(text[at..], "defaultvalue"u8);
        if (!isValue) return false;
        at += (text[at] | 0x20) == 'v' ? 5 : 12;
        while (at < limit + 12 && at < text.Length && text[at] is (byte)'"' or (byte)'\'' or (byte)'\\') at++;
        SkipBlanks(text, ref at);
        if (at >= text.Length || text[at] is not ((byte)'=' or (byte)':' or (byte)'>')) return false;
        at++;
        SkipBlanks(text, ref at);
        valueStart = at;
        return at < text.Length;
    }

    private static bool Element(ReadOnlySpan<byte> text, int at, out NamedValue value)
    {
        value = default;
        while (at < text.Length && text[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
        if (text[at..].StartsWith("<![CDATA["u8)) at += 9;
        if (StartsWithIgnoreCase(text[at..], "<value>"u8)) at += 7;
        var length = text[at..Math.Min(text.Length, at + MaxValue)].IndexOfAny((byte)'<', (byte)'\n', (byte)'\r');
        if (length <= 0 || text[at + length] != '<' && text[(at + length)..Math.Min(text.Length, at + length + 80)].TrimStart(" \r\n\t"u8) is not [(byte)'<', ..]) return false;
        if (text[at..(at + length)].EndsWith("]]>"u8)) length -= 3;
        value = new NamedValue { Start = at, Length = length, Quote = (byte)'>' };
        return length > 0;
    }

    private static bool Operator(ReadOnlySpan<byte> text, ref int at, byte nameQuote, out bool needsQuote)
    {
        needsQuote = false;
        var rest = text[at..];
        if (rest.StartsWith("=>"u8) || rest.StartsWith(":="u8) || rest.StartsWith("?="u8))
        {
            at += 2;
            return true;
        }
        if (rest.StartsWith("::="u8) || rest.StartsWith(":::="u8))
        {
            at += rest[2] == '=' ? 3 : 4;
            return true;
        }
        if (rest.StartsWith("<-"u8))
        {
            at += 2;
            return needsQuote = true;
        }
        if (rest.StartsWith("||"u8) || rest.StartsWith("??"u8) || rest.StartsWith("=="u8) || rest.StartsWith("!="u8) || rest.StartsWith("?:"u8) || rest.StartsWith("+="u8))
        {
            needsQuote = true;
            at += rest.StartsWith("==="u8) || rest.StartsWith("!=="u8) || rest.StartsWith("??="u8) || rest.StartsWith("||="u8) ? 3 : 2;
            return true;
        }
        if (rest.StartsWith("::"u8)) return false;
        switch (rest[0])
        {
            case (byte)'=':
                at++;
                return true;
            case (byte)':':
                at++;
                TypeAnnotation(text, ref at);
                return true;
            case (byte)',' when nameQuote != 0:
            case (byte)'(':
                at++;
                return needsQuote = true;
            case (byte)'\\' when rest.Length > 2 && rest[1] is (byte)'"' or (byte)'\'':
                return false;
            default:
                // var password string = "…", final String …: the type stands between.
                var end = at;
                if (!char.IsAsciiLetter((char)rest[0])) return false;
                while (end < text.Length && end < at + 12 && char.IsAsciiLetter((char)text[end])) end++;
                var word = text[at..end];
                at = end;
                SkipBlanks(text, ref at);
                if (word.SequenceEqual("is"u8)) return nameQuote == 0;
                if (!word.SequenceEqual("string"u8) || at >= text.Length || text[at] != '=') return false;
                at++;
                return needsQuote = true;
        }
    }

    // password: &str = "…"; but in YAML and JSON the value follows the colon.
    private static void TypeAnnotation(ReadOnlySpan<byte> text, ref int at)
    {
        var look = at;
        SkipBlanks(text, ref look);
        var start = look;
        while (look < text.Length && look < start + 24 && (char.IsAsciiLetter((char)text[look]) || text[look] is (byte)'&' or (byte)'\'' or (byte)'?' or (byte)'|' or (byte)' ' or (byte)'[' or (byte)']' or (byte)'.')) look++;
        if (look == start || look + 2 >= text.Length || text[look] != '=' || text[look + 1] is (byte)'=' or (byte)'>') return;
        if (text[look - 1] != ' ' && !text[start..look].EndsWith("string"u8)) return;
        var after = look + 1;
        SkipBlanks(text, ref after);
        if (after < text.Length && text[after] is (byte)'"' or (byte)'\'' or (byte)'`') at = after;
    }

    private static bool Take(ReadOnlySpan<byte> text, int at, bool bare, out NamedValue value)
    {
        value = default;
        if (at >= text.Length) return false;
        var escapes = 0;
        while (at < text.Length && text[at] == '\\' && escapes < 4)
        {
            at++;
            escapes++;
        }
        if (at >= text.Length) return false;
        var quote = text[at];
        if (quote is (byte)'"' or (byte)'\'' or (byte)'`')
        {
            at++;
            if (at + 1 < text.Length && text[at] == quote && text[at + 1] == quote) at += 2;
            var limit = Math.Min(text.Length, at + MaxValue);
            var end = at;
            while (end < limit && text[end] != quote && text[end] is not ((byte)'\n' or (byte)'\r'))
            {
                if (text[end] == '\\')
                {
                    if (escapes > 0 && end + 1 < limit && text[end + 1] == quote) break;
                    end++;
                }
                end++;
            }
            if (end >= limit || text[end] is (byte)'\n' or (byte)'\r') return false;
            value = new NamedValue { Start = at, Length = end - at, Quote = quote };
            return end > at;
        }
        if (!bare || escapes > 0) return false;
        var stop = text[at..Math.Min(text.Length, at + MaxValue)].IndexOfAny(BareEnds);
        if (stop < 0) stop = Math.Min(text.Length - at, MaxValue);
        while (stop > 0 && text[at + stop - 1] is (byte)',' or (byte)';' or (byte)'.') stop--;
        value = new NamedValue { Start = at, Length = stop };
        return stop > 0;
    }

    private static readonly System.Buffers.SearchValues<byte> BareEnds = System.Buffers.SearchValues.Create(" \t\r\n\"'`<>\0"u8);

    // --password v, ENV PASSWORD v, setx PASSWORD v.
    private static bool IsCommandLike(ReadOnlySpan<byte> text, int nameStart)
    {
        if (text[nameStart] == '-' && nameStart + 2 < text.Length) return nameStart == 0 || text[nameStart - 1] is (byte)' ' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)'\t';
        var before = text[Math.Max(0, nameStart - 8)..nameStart];
        return before.EndsWith("ENV "u8) || before.EndsWith("setx "u8) || before.EndsWith("SetEnv "u8) || before.EndsWith("setenv "u8) || before.EndsWith("define "u8);
    }

    private static byte SkipQuote(ReadOnlySpan<byte> text, ref int at)
    {
        var look = at;
        while (look < text.Length && look < at + 4 && text[look] == '\\') look++;
        if (look >= text.Length || text[look] is not ((byte)'"' or (byte)'\'' or (byte)'`')) return 0;
        at = look + 1;
        return text[look];
    }

    private static void SkipBlanks(ReadOnlySpan<byte> text, ref int at)
    {
        var limit = Math.Min(text.Length, at + MaxSpace);
        while (at < limit && text[at] is (byte)' ' or (byte)'\t') at++;
    }

    private static bool StartsWithIgnoreCase(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower) =>
        text.Length >= lower.Length && System.Text.Ascii.EqualsIgnoreCase(text[..lower.Length], lower);
}
