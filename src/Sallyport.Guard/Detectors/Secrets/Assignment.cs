namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// The part of a text between a name and the value given to it, in all the ways that configuration and code write it:
/// <c>name = value</c>, <c>"name": "value"</c>, <c>name: string = "value"</c>, <c>--name value</c>, <c>name := 'value'</c>,
/// <c>name =&gt; value</c>, <c>set(name, value)</c>, <c>&lt;name&gt;value</c>, <c>key="name" value="value"</c>, also with escaped quotes.
/// </summary>
internal static class Assignment
{
    private const int MaxNameTail = 40;
    private const int MaxSpace = 12;
    private static readonly string[] NameWords = ["string", "str", "text", "key", "token", "secret", "api", "access", "password", "id", "client", "app", "auth", "account", "private", "personal"];
    private static readonly string[] Schemes = ["bearer ", "token ", "ssws "];

    /// <summary>From the end of a keyword to where the value begins. False when nothing is assigned here.</summary>
    public static bool TryFindValue(ReadOnlySpan<byte> text, int keywordEnd, out int valueStart)
    {
        valueStart = 0;
        var at = keywordEnd;
        var limit = Math.Min(text.Length, at + MaxNameTail);
        while (at < limit && IsNameByte(text[at])) at++;
        if (at == limit && limit != text.Length) return false;

        var nameEnd = at;
        at = SkipNameWords(text, at);
        at = SkipQuotes(text, at);
        while (at < text.Length && text[at] is (byte)']' or (byte)')') at++;
        var closed = at;
        at = SkipSpace(text, at);
        if (at >= text.Length) return false;
        var operatorEnd = Operator(text, at);
        if (operatorEnd < 0) operatorEnd = SecondAttribute(text, closed);
        else if (text[at] == ',' && SecondAttribute(text, at + 1) is > 0 and var paired) operatorEnd = paired;
        if (operatorEnd < 0) operatorEnd = AfterFlag(text, keywordEnd, nameEnd);
        if (operatorEnd < 0) return false;
        return TryStep(text, operatorEnd, out valueStart);
    }

    /// <summary>The identifier around a keyword: <c>MY_OKTA_API_TOKEN</c> around <c>OKTA</c>.</summary>
    public static ReadOnlySpan<byte> NameAround(ReadOnlySpan<byte> text, int start, int end)
    {
        var first = Math.Max(0, start - MaxNameTail);
        var last = Math.Min(text.Length, end + MaxNameTail);
        while (start > first && IsNameByte(text[start - 1])) start--;
        while (end < last && (IsNameByte(text[end]) || text[end] == ' ')) end++;
        return text[start..end];
    }

    private static bool IsNameByte(byte b) => ByteClass.WordOrDash.Has(b) || b == '.';

    /// <summary>From behind the operator over space, quotes, string prefixes and authorization schemes.</summary>
    private static bool TryStep(ReadOnlySpan<byte> text, int at, out int valueStart)
    {
        var block = text[at - 1] == '>';
        at = SkipSpace(text, at);
        if (at < text.Length && text[at] is (byte)'|' or (byte)'>' && at + 1 < text.Length && text[at + 1] is (byte)'\n' or (byte)'-')
        {
            at += text[at + 1] == '-' ? 2 : 1;
            block = true;
        }
        var broken = SkipLines(text, at);
        if (broken < text.Length && (block || text[broken] is (byte)'"' or (byte)'\'' or (byte)'`')) at = broken;
        // A string prefix of Python, C# or C++: b"…", f"…", @"…", u8"…".
        if (at + 1 < text.Length && text[at] is (byte)'b' or (byte)'f' or (byte)'r' or (byte)'u' or (byte)'@' or (byte)'$' && text[at + 1] is (byte)'"' or (byte)'\'') at++;
        at = SkipQuotes(text, at);
        foreach (var scheme in Schemes)
        {
            if (!StartsWith(text, at, scheme)) continue;
            at += scheme.Length;
            break;
        }
        valueStart = at;
        return at < text.Length;
    }

    private static int Operator(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..];
        if (rest.StartsWith("=="u8) || rest.StartsWith("!="u8)) return QuoteAfter(text, at + (rest.Length > 2 && rest[2] == '=' ? 3 : 2));
        if (rest.StartsWith(":::="u8)) return at + 4;
        if (rest.StartsWith("::="u8) || rest.StartsWith("??="u8) || rest.StartsWith("||="u8)) return at + 3;
        if (rest.StartsWith("::"u8)) return -1;
        if (rest.StartsWith(":="u8) || rest.StartsWith("=>"u8) || rest.StartsWith("||"u8) || rest.StartsWith("??"u8) || rest.StartsWith("->"u8)
            || rest.StartsWith("?="u8) || rest.StartsWith(".="u8) || rest.StartsWith("+="u8) || rest.StartsWith("?:"u8)) return at + 2;
        if (rest.StartsWith("or "u8)) return QuoteAfter(text, at + 3);
        if (rest[0] == ':' && AfterType(text, at + 1) is > 0 and var typed) return typed;
        return rest[0] is (byte)'=' or (byte)':' or (byte)',' or (byte)'(' or (byte)'>' ? at + 1 : -1;
    }

    private static int QuoteAfter(ReadOnlySpan<byte> text, int at)
    {
        at = SkipSpace(text, at);
        return at < text.Length && text[at] is (byte)'"' or (byte)'\'' or (byte)'`' ? at : -1;
    }

    /// <summary>The annotation of <c>name: string = …</c>, <c>name?: String? = …</c>.</summary>
    private static int AfterType(ReadOnlySpan<byte> text, int at)
    {
        at = SkipSpace(text, at);
        if (!StartsWith(text, at, "str")) return -1;
        at += StartsWith(text, at, "string") ? 6 : 3;
        if (at < text.Length && text[at] == '?') at++;
        at = SkipSpace(text, at);
        return at < text.Length && text[at] == '=' ? at + 1 : -1;
    }

    /// <summary>The value's own field behind the name's: <c>key="name" value="…"</c>, <c>"name": "x", "value": "…"</c>.</summary>
    private static int SecondAttribute(ReadOnlySpan<byte> text, int at)
    {
        at = SkipLines(text, at);
        at = SkipQuotes(text, at);
        if (!StartsWith(text, at, "value")) return -1;
        at = SkipSpace(text, SkipQuotes(text, at + 5));
        return at < text.Length && text[at] is (byte)'=' or (byte)':' ? at + 1 : -1;
    }

    /// <summary><c>--name value</c> on a command line, <c>ENV name value</c> in a Dockerfile, <c>setx name value</c>.</summary>
    private static int AfterFlag(ReadOnlySpan<byte> text, int at, int nameEnd)
    {
        if (nameEnd >= text.Length || text[nameEnd] != ' ') return -1;
        var first = Math.Max(0, at - MaxNameTail);
        while (at > first && IsNameByte(text[at - 1])) at--;
        if (text[at] == '-') return nameEnd + 1;
        var before = text[Math.Max(0, at - 5)..at];
        return before.EndsWith("ENV "u8) || before.EndsWith("setx "u8) || before.EndsWith("tenv "u8) ? nameEnd + 1 : -1;
    }

    /// <summary>Words that belong to a name written with spaces (<c>Okta API token: …</c>) or are its type (<c>token string = …</c>).</summary>
    private static int SkipNameWords(ReadOnlySpan<byte> text, int at)
    {
        for (var words = 0; words < 3 && at + 1 < text.Length && text[at] == ' ' && char.IsAsciiLetter((char)text[at + 1]); words++)
        {
            var end = at + 1;
            while (end < text.Length && end < at + 16 && IsNameByte(text[end])) end++;
            var known = false;
            foreach (var word in NameWords) known |= end - at - 1 == word.Length && StartsWith(text, at + 1, word);
            if (!known) break;
            at = end;
        }
        return at;
    }

    private static bool StartsWith(ReadOnlySpan<byte> text, int at, string lower)
    {
        if (at + lower.Length > text.Length) return false;
        for (var i = 0; i < lower.Length; i++)
        {
            var b = text[at + i];
            if (b is >= (byte)'A' and <= (byte)'Z') b += 32;
            if (b != lower[i]) return false;
        }
        return true;
    }

    private static int SkipQuotes(ReadOnlySpan<byte> text, int at)
    {
        var limit = Math.Min(text.Length, at + 6);
        while (at < limit && text[at] is (byte)'"' or (byte)'\'' or (byte)'`' or (byte)'\\') at++;
        return at;
    }

    private static int SkipSpace(ReadOnlySpan<byte> text, int at)
    {
        var limit = Math.Min(text.Length, at + MaxSpace);
        while (at < limit && text[at] is (byte)' ' or (byte)'\t') at++;
        return at;
    }

    private static int SkipLines(ReadOnlySpan<byte> text, int at)
    {
        var limit = Math.Min(text.Length, at + 2 * MaxSpace);
        while (at < limit && text[at] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
        return at;
    }
}
