namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>A set of bytes.</summary>
internal sealed class ByteClass
{
    private readonly bool[] has = new bool[256];
    private byte[]? members;

    public static readonly ByteClass None = new();
    public static readonly ByteClass Visible = Of("[!-~]");
    public static readonly ByteClass Word = Of("[A-Za-z0-9_]");
    public static readonly ByteClass WordOrDash = Of("[A-Za-z0-9_-]");
    public static readonly ByteClass Base64 = Of("[A-Za-z0-9+/=]");
    public static readonly ByteClass Base64Body = Of("[A-Za-z0-9_+/]");
    public static readonly ByteClass Hex = Of("[0-9a-fA-F]");

    public bool Has(byte b) => has[b];

    /// <summary>The bytes of either set; dots are left out, they end sentences.</summary>
    public ByteClass Or(ByteClass other)
    {
        var both = new ByteClass();
        for (var b = 0; b < 256; b++) both.has[b] = has[b] || (other.has[b] && b != '.');
        return both;
    }

    public static ByteClass Of(string text)
    {
        var at = 0;
        return Parse(text, ref at, ignoreCase: false);
    }

    /// <summary>Parses <c>[a-z\d_-]</c> from its opening bracket; leaves <paramref name="at"/> past the closing one.</summary>
    public static ByteClass Parse(string pattern, ref int at, bool ignoreCase)
    {
        var set = new ByteClass();
        var negated = pattern[at + 1] == '^';
        at += negated ? 2 : 1;
        while (pattern[at] != ']')
        {
            var c = pattern[at++];
            if (c == '\\')
            {
                c = pattern[at++];
                if (c is 'd' or 'w' or 's')
                {
                    set.AddNamed(c);
                    continue;
                }
            }
            if (pattern[at] == '-' && pattern[at + 1] != ']')
            {
                var last = pattern[at + 1];
                at += 2;
                if (last == '\\') last = pattern[at++];
                for (var b = c; b <= last; b++) set.Add((byte)b, ignoreCase);
            }
            else set.Add((byte)c, ignoreCase);
        }
        at++;
        if (negated)
        {
            for (var b = 0; b < 256; b++) set.has[b] = !set.has[b];
        }
        return set;
    }

    public void Add(byte b, bool ignoreCase)
    {
        has[b] = true;
        if (!ignoreCase || !char.IsAsciiLetter((char)b)) return;
        has[b ^ 0x20] = true;
    }

    /// <summary>A printable member at random.</summary>
    public byte Draw(Random random)
    {
        members ??= [.. Enumerable.Range(33, 94).Where(b => has[b]).Select(b => (byte)b)];
        return members.Length == 0 ? (byte)' ' : members[random.Next(members.Length)];
    }

    private void AddNamed(char name)
    {
        var members = name switch
        {
            'd' => "0123456789",
            's' => " \t\r\n",
            _ => "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_",
        };
        foreach (var c in members) has[c] = true;
    }
}
