namespace Sallyport.Guard.Decoding;

/// <summary>Membership of bytes in an alphabet, as a lookup table.</summary>
internal static class ByteClassTable
{
    public static readonly bool[] Base64 = Table("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-_");

    public static bool[] Table(string alphabet)
    {
        var table = new bool[256];
        foreach (var c in alphabet) table[c] = true;
        return table;
    }
}

/// <summary>Finds long runs of bytes of one alphabet, looking at few of the others: every <c>min</c>-th byte must be in.</summary>
internal static class Runs
{
    /// <summary>Runs of at least <paramref name="min"/> bytes that begin in [<paramref name="from"/>, <paramref name="to"/>).</summary>
    public static List<(int Start, int Length)> Of(ReadOnlySpan<byte> text, int from, int to, bool[] alphabet, int min)
    {
        var runs = new List<(int, int)>();
        var at = from;
        while (at + min <= text.Length && at < to)
        {
            var probe = at + min - 1;
            if (!alphabet[text[probe]])
            {
                at = probe + 1;
                continue;
            }
            var start = probe;
            while (start > at && alphabet[text[start - 1]]) start--;
            if (start > at)
            {
                at = start;
                if (at + min > text.Length) break;
            }
            var end = start;
            while (end < text.Length && alphabet[text[end]]) end++;
            if (end - start >= min && start < to && (start > from || from == 0 || !alphabet[text[start - 1]])) runs.Add((start, end - start));
            at = end + 1;
        }
        return runs;
    }
}
