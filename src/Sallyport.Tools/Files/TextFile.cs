using System.Text;

namespace Sallyport.Tools.Files;

/// <summary>
/// A text as it is edited: line feeds only, no mark. What was not edited goes back to disk byte for byte, whatever its encoding
/// and line endings; new lines get the endings that most of the file has.
/// </summary>
internal sealed class TextFile
{
    /// <summary>Larger files are not edited in memory.</summary>
    public const int Largest = 64 << 20;

    // For each line feed of the text, whether it is CRLF on disk; null when all are alike.
    private readonly bool[]? breaks;

    private TextFile(string text, TextEncoding encoding, bool crlf, bool[]? breaks) =>
        (Text, Encoding, Crlf, this.breaks) = (text, encoding, crlf, breaks);

    public string Text { get; }

    public TextEncoding Encoding { get; }

    /// <summary>What new lines end with.</summary>
    public bool Crlf { get; }

    public bool IsMixed => breaks is not null;

    public static TextFile New(string content) => FromText(content, TextEncoding.Utf8);

    public static TextFile Parse(ReadOnlySpan<byte> bytes)
    {
        var encoding = TextCodec.Detect(bytes);
        return FromText(TextCodec.Decode(bytes, encoding), encoding);
    }

    /// <summary>Line feeds only, as texts are compared.</summary>
    public static string Plain(string text) => text.Contains("\r\n", StringComparison.Ordinal) ? text.Replace("\r\n", "\n", StringComparison.Ordinal) : text;

    /// <summary>The bytes for the disk; null when the encoding has no form for a character.</summary>
    public byte[]? ToBytes(out Rune missing)
    {
        if (breaks is null) return TextCodec.Encode(Crlf ? Text.Replace("\n", "\r\n", StringComparison.Ordinal) : Text, Encoding, out missing);
        var raw = new StringBuilder(Text.Length + breaks.Length);
        var rest = Text.AsSpan();
        foreach (var crlf in breaks)
        {
            var end = rest.IndexOf('\n');
            raw.Append(rest[..end]).Append(crlf ? "\r\n" : "\n");
            rest = rest[(end + 1)..];
        }
        return TextCodec.Encode(raw.Append(rest).ToString(), Encoding, out missing);
    }

    /// <summary>
    /// The same file with some stretches replaced; they are in order and do not overlap. Lines within them that stay the same
    /// keep their endings.
    /// </summary>
    public TextFile Replace(IReadOnlyList<Splice> splices)
    {
        var text = new StringBuilder(Text.Length);
        var endings = breaks is null ? null : new List<bool>(breaks.Length);
        var (at, line) = (0, 0);
        foreach (var splice in splices)
        {
            var with = Plain(splice.With);
            text.Append(Text, at, splice.Start - at).Append(with);
            if (endings is not null)
            {
                var untouched = Text.AsSpan(at, splice.Start - at).Count('\n');
                endings.AddRange(breaks.AsSpan(line, untouched));
                line += untouched;
                var old = Text.Substring(splice.Start, splice.Length);
                Merge(endings, breaks.AsSpan(line), new LineTable(old), new LineTable(with));
                line += old.AsSpan().Count('\n');
            }
            at = splice.Start + splice.Length;
        }
        text.Append(Text, at, Text.Length - at);
        endings?.AddRange(breaks.AsSpan(line));
        return new TextFile(text.ToString(), Encoding, Crlf, endings?.ToArray());
    }

    private void Merge(List<bool> endings, ReadOnlySpan<bool> were, in LineTable old, in LineTable with)
    {
        var (from, to) = (0, 0);
        foreach (var change in LineDiff.Of(old, with))
        {
            for (; from < change.Old; from++, to++) endings.Add(were[from]);
            for (var end = change.New + change.NewCount; to < end; to++) if (with[to][^1] == '\n') endings.Add(Crlf);
            from += change.OldCount;
        }
        for (; from < old.Count; from++) if (old[from][^1] == '\n') endings.Add(were[from]);
    }

    /// <summary>The same file with another text: encoding and endings stay.</summary>
    public TextFile WithText(string text) => Replace([new Splice(0, Text.Length, text)]);

    public TextFile WithEncoding(TextEncoding encoding) => new(Text, encoding, Crlf, breaks);

    private static TextFile FromText(string raw, TextEncoding encoding)
    {
        var crlf = Count(raw, "\r\n");
        if (crlf == 0) return new TextFile(raw, encoding, crlf: false, null);
        var text = Plain(raw);
        var all = text.AsSpan().Count('\n');
        if (all == crlf) return new TextFile(text, encoding, crlf: true, null);
        var breaks = new bool[all];
        for (int i = 0, at = -1; i < all; i++)
        {
            at = raw.IndexOf('\n', at + 1);
            breaks[i] = at > 0 && raw[at - 1] == '\r';
        }
        return new TextFile(text, encoding, crlf * 2 > all, breaks);
    }

    private static int Count(ReadOnlySpan<char> text, string what) => text.Count(what);
}
