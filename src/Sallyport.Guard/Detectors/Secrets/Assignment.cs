namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// The part of a text between a name and the value given to it, in all the ways that configuration and code write it:
/// <c>name = value</c>, <c>"name": "value"</c>, <c>name=value</c>, <c>--name value</c>, <c>name := 'value'</c>,
/// <c>name =&gt; value</c>, <c>set(name, value)</c>, <c>&lt;name&gt;value</c>, also with escaped quotes.
/// </summary>
internal static class Assignment
{
    private const int MaxNameTail = 40;
    private const int MaxSpace = 12;

    /// <summary>From the end of a keyword to where the value begins. False when nothing is assigned here.</summary>
    public static bool TryFindValue(ReadOnlySpan<byte> text, int keywordEnd, out int valueStart)
    {
        valueStart = 0;
        var at = keywordEnd;
        var limit = Math.Min(text.Length, at + MaxNameTail);
        while (at < limit && (ByteClass.WordOrDash.Has(text[at]) || text[at] == '.')) at++;
        if (at == limit && limit != text.Length) return false;

        at = SkipQuotes(text, at);
        if (at < text.Length && text[at] == ']') at++;
        at = SkipSpace(text, at);
        if (at >= text.Length) return false;
        var operatorEnd = Operator(text, at);
        if (operatorEnd < 0) return false;
        at = SkipSpace(text, operatorEnd);
        // A string prefix of Python, C# or C++: b"…", f"…", @"…", u8"…".
        if (at + 1 < text.Length && text[at] is (byte)'b' or (byte)'f' or (byte)'r' or (byte)'u' or (byte)'@' or (byte)'$' && text[at + 1] is (byte)'"' or (byte)'\'') at++;
        at = SkipQuotes(text, at);
        valueStart = at;
        return at < text.Length;
    }

    private static int Operator(ReadOnlySpan<byte> text, int at)
    {
        var rest = text[at..];
        if (rest.StartsWith(":="u8) || rest.StartsWith("=>"u8) || rest.StartsWith("||"u8) || rest.StartsWith("??"u8) || rest.StartsWith("->"u8)) return at + 2;
        if (rest.StartsWith("=="u8) || rest.StartsWith("::"u8)) return -1;
        return rest[0] is (byte)'=' or (byte)':' or (byte)',' or (byte)'(' or (byte)'>' ? at + 1 : -1;
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
}
