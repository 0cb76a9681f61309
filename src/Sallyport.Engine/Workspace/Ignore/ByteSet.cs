namespace Sallyport.Engine.Ignore;

/// <summary>A bracket of a pattern as 256 bits, read by git's rules: <c>!</c> or <c>^</c> turns it round, a first <c>]</c> is itself.</summary>
internal static class ByteSet
{
    /// <param name="text">The pattern.</param>
    /// <param name="at">At the opening bracket; afterwards at the closing one.</param>
    /// <returns>null when it is never closed or names a class that does not exist.</returns>
    public static ulong[]? Read(ReadOnlySpan<byte> text, ref int at)
    {
        var set = new ulong[4];
        var i = at + 1;
        if (i >= text.Length) return null;
        var turned = text[i] is (byte)'!' or (byte)'^';
        if (turned) i++;
        var before = -1;
        for (var first = true; ; first = false, i++)
        {
            if (i >= text.Length) return null;
            var value = text[i];
            if (value == ']' && !first) break;
            if (value == '\\')
            {
                if (++i >= text.Length) return null;
                Add(set, text[i], text[i]);
                before = text[i];
            }
            else if (value == '-' && before >= 0 && i + 1 < text.Length && text[i + 1] != ']')
            {
                if (text[++i] == '\\' && ++i >= text.Length) return null;
                Add(set, before, text[i]);
                before = -1;
            }
            else if (value == '[' && i + 1 < text.Length && text[i + 1] == ':')
            {
                var end = text[(i + 2)..].IndexOf((byte)']');
                if (end < 0) return null;
                if (end == 0 || text[i + 1 + end] != ':')
                {
                    Add(set, '[', '[');
                    before = '[';
                    continue;
                }
                if (!AddClass(set, text.Slice(i + 2, end - 1))) return null;
                i += 2 + end;
                before = -1;
            }
            else
            {
                Add(set, value, value);
                before = value;
            }
        }
        at = i;
        if (turned) for (var k = 0; k < 4; k++) set[k] = ~set[k];
        return set;
    }

    private static void Add(ulong[] set, int from, int to)
    {
        for (var value = from; value <= to; value++) set[value >> 6] |= 1UL << (value & 63);
    }

    private static bool AddClass(ulong[] set, ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("alnum"u8)) { Add(set, 'a', 'z'); Add(set, 'A', 'Z'); Add(set, '0', '9'); }
        else if (name.SequenceEqual("alpha"u8)) { Add(set, 'a', 'z'); Add(set, 'A', 'Z'); }
        else if (name.SequenceEqual("blank"u8)) { Add(set, ' ', ' '); Add(set, '\t', '\t'); }
        else if (name.SequenceEqual("cntrl"u8)) { Add(set, 0, 31); Add(set, 127, 127); }
        else if (name.SequenceEqual("digit"u8)) Add(set, '0', '9');
        else if (name.SequenceEqual("graph"u8)) Add(set, 33, 126);
        else if (name.SequenceEqual("lower"u8)) Add(set, 'a', 'z');
        else if (name.SequenceEqual("print"u8)) Add(set, 32, 126);
        else if (name.SequenceEqual("punct"u8)) { Add(set, 33, 47); Add(set, 58, 64); Add(set, 91, 96); Add(set, 123, 126); }
        else if (name.SequenceEqual("space"u8)) { Add(set, 9, 13); Add(set, ' ', ' '); }
        else if (name.SequenceEqual("upper"u8)) Add(set, 'A', 'Z');
        else if (name.SequenceEqual("xdigit"u8)) { Add(set, '0', '9'); Add(set, 'a', 'f'); Add(set, 'A', 'F'); }
        else return false;
        return true;
    }
}
