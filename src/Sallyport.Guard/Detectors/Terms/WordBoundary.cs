namespace Sallyport.Guard.Detectors.Terms;

/// <summary>
/// Where a word begins and ends in prose, in identifiers (<c>projectFalconClient</c>, <c>FALCON_URL</c>) and behind
/// escapes (<c>\nfalcon</c>).
/// </summary>
internal static class WordBoundary
{
    public static bool IsStart(ReadOnlySpan<byte> text, int at)
    {
        if (at == 0) return true;
        var (before, first) = (text[at - 1], text[at]);
        if (before >= 0x80) return EndsInPunctuation(text[..at]);
        if (!IsWord(before)) return true;
        if (IsUpper(first) && !IsUpper(before)) return true;
        // HTTPFalcon: the last capital of a run begins the next word.
        if (IsUpper(first) && at + 1 < text.Length && IsLower(text[at + 1])) return true;
        if (IsDigit(before) && !IsDigit(first)) return true;
        return at >= 2 && before is (byte)'n' or (byte)'t' or (byte)'r' && text[at - 2] == '\\';
    }

    public static bool IsEnd(ReadOnlySpan<byte> text, int end)
    {
        if (end >= text.Length) return true;
        var (last, after) = (text[end - 1], text[end]);
        if (after >= 0x80) return after == 0xC2 || (after is 0xE2 or 0xE3 && end + 1 < text.Length && text[end + 1] == 0x80);
        if (!IsWord(after)) return true;
        if (IsUpper(after) && !IsUpper(last)) return true;
        if (IsUpper(after) && end + 1 < text.Length && IsLower(text[end + 1])) return true;
        return IsDigit(after) != IsDigit(last);
    }

    /// <summary>Letters and digits of any script; the underscore parts words.</summary>
    public static bool IsWord(byte b) => char.IsAsciiLetterOrDigit((char)b) || b >= 0x80;

    /// <summary>Spaces and dashes of U+2000 to U+203F and U+3000, and Latin-1 signs such as «.</summary>
    private static bool EndsInPunctuation(ReadOnlySpan<byte> text) =>
        (text.Length >= 3 && text[^3] is 0xE2 or 0xE3 && text[^2] == 0x80) || (text.Length >= 2 && text[^2] == 0xC2);

    private static bool IsUpper(byte b) => char.IsAsciiLetterUpper((char)b);
    private static bool IsLower(byte b) => char.IsAsciiLetterLower((char)b);
    private static bool IsDigit(byte b) => char.IsAsciiDigit((char)b);
}
