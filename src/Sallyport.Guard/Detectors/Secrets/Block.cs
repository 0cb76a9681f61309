namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// A short block that a name opens, and its members: <c>okta: { url: …, token: … }</c>, <c>okta({ token: … })</c>, a YAML
/// mapping, an INI section. Looks at no more than <see cref="Reach"/> bytes and eight members.
/// </summary>
internal static class Block
{
    private const int Reach = 400;
    private const int MaxMembers = 8;

    /// <summary>From the end of a keyword into the block that its name opens, if it does.</summary>
    public static bool TryEnter(ReadOnlySpan<byte> text, int keywordEnd, out int at)
    {
        at = keywordEnd;
        var limit = Math.Min(text.Length, at + 40);
        while (at < limit && ByteClass.WordOrDash.Has(text[at])) at++;
        while (at < limit && text[at] is (byte)'"' or (byte)'\'' or (byte)'\\') at++;
        var sawOperator = false;
        for (; at < limit; at++)
        {
            switch (text[at])
            {
                case (byte)'{':
                    at++;
                    return true;
                case (byte)'\n' when sawOperator:
                    return true;
                case (byte)':' or (byte)'=' or (byte)'(' or (byte)']' or (byte)'>':
                    sawOperator = true;
                    break;
                case (byte)' ' or (byte)'\t' or (byte)'\r':
                    break;
                default:
                    return false;
            }
        }
        return false;
    }

    /// <summary>The next members of the block; <paramref name="members"/> counts them. False when there is none within reach.</summary>
    public static bool TryNext(ReadOnlySpan<byte> text, int opened, ref int at, ref int members, out int nameStart, out int nameEnd)
    {
        nameStart = nameEnd = 0;
        var limit = Math.Min(text.Length, opened + Reach);
        if (++members > MaxMembers) return false;
        if (members > 1)
        {
            while (at < limit && text[at] is not ((byte)',' or (byte)'\n' or (byte)'}' or (byte)';')) at++;
        }
        while (at < limit && text[at] is (byte)',' or (byte)';' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)'\\') at++;
        if (at >= limit || text[at] is (byte)'}' or (byte)'[') return false;
        nameStart = at;
        while (at < limit && (ByteClass.WordOrDash.Has(text[at]) || text[at] == '.')) at++;
        nameEnd = at;
        return at < limit;
    }
}
