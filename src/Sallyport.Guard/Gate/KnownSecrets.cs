using System.Text;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Looks for values that are known to be secret, whatever stands around them: in a text, in what decoders make of it, and in
/// the disguises that are too short or too plain for a decoder to wake. Serves several threads; nothing in it changes.
/// </summary>
internal sealed class KnownSecrets : PolicyDetector.Pass
{
    /// <summary>Shorter values are hidden only where they were found.</summary>
    public const int MinLength = 8;

    // A name is told by the policy's own rules; known by value, it is also found within longer words.
    private const int MinName = 5;

    // Of a long value, so much of its beginning or end tells it where the rest was cut off.
    private const int Part = 16;

    // Who looks for pieces, among the numbers of needles.
    private const int Piece = -1;

    private readonly ValueSearch search = new();
    private readonly List<Needle> needles = [];
    private readonly SecretPieces pieces = new();

    // Names, some of them, are too short for that search.
    private readonly LiteralSearch? shortSearch;
    private readonly List<Needle> shortNeedles = [];
    private readonly System.Collections.Concurrent.ConcurrentBag<LiteralSearch.HitList> spare = [];

    // Characters of base64 beside its middle: they hold bits of the value, too.
    private const int Beside = 4;

    /// <param name="Value">What is hidden.</param>
    /// <param name="Literal">What is searched: its beginning.</param>
    /// <param name="Rule">What it is.</param>
    /// <param name="IsDisguise">Whether it is not the value itself.</param>
    /// <param name="Slack">How many characters of base64 on each side belong to it.</param>
    private sealed record Needle(byte[] Value, byte[] Literal, Rule Rule, bool IsDisguise, int Slack);

    /// <param name="values">What is known. Of a wrapped value only the whole tells it: its beginning may be that of any text.</param>
    public KnownSecrets(IEnumerable<(string Value, Rule Rule, bool IsWrapped)> values)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var taken = new List<(byte[] Value, Rule Rule)>();
        foreach (var (text, rule, isWrapped) in values)
        {
            var value = Encoding.UTF8.GetBytes(text);
            var isName = rule.Family == "term";
            if (value.Length < (isName ? MinName : MinLength)) continue;
            Add(value, value, rule, isDisguise: false, 0, seen);
            if (value.Length < MinLength || isWrapped) continue;
            if (!isName && value.Length >= Part + Part / 2)
            {
                Add(value[..Part], value[..Part], rule, isDisguise: false, 0, seen);
                Add(value[^Part..], value[^Part..], rule, isDisguise: false, 0, seen);
            }
            if (rule.Family == "secret") pieces.Add(value, rule, search, Piece);
            if (value.Length <= 200 && !value.AsSpan().Contains((byte)'\n')) taken.Add((value, rule));
        }
        // Where there is not room for all, the values themselves come first.
        foreach (var (value, rule) in taken)
            foreach (var (disguise, slack) in Disguises(value)) Add(disguise, disguise, rule, isDisguise: true, slack, seen);
        search.Close();
        if (shortNeedles.Count > 0) shortSearch = new LiteralSearch([.. shortNeedles.Select(n => n.Literal)], new bool[shortNeedles.Count]);
    }

    public override void Look(TextView view, ReadOnlySpan<byte> text)
    {
        if (shortSearch is not null) LookForShort(shortSearch, view, text);
        if (search.IsEmpty) return;
        var piece = Math.Max(0, view.OwnStart - SecretPieces.Shortest + 1);
        for (var at = piece; (at = search.Next(text, at)) >= 0; at += ValueSearch.Step)
        {
            for (var i = search.At(text, at, out var bytes); i != 0; i = search[i].Next)
            {
                ref readonly var entry = ref search[i];
                if (entry.Bytes != bytes) continue;
                if (entry.Id == Piece) piece = pieces.Look(view, text, Math.Max(piece, at - ValueSearch.Step + 1), at);
                else if (at >= entry.Offset) Found(needles[entry.Id], at - entry.Offset, view, text);
            }
        }
    }

    private void LookForShort(LiteralSearch search, TextView view, ReadOnlySpan<byte> text)
    {
        if (!spare.TryTake(out var hits)) hits = new LiteralSearch.HitList();
        for (var from = view.OwnStart; from < text.Length; from += LiteralSearch.BlockBytes)
        {
            search.Find(text, from, Math.Min(text.Length, from + LiteralSearch.BlockBytes), hits);
            for (var i = 0; i < hits.Count; i++) Found(shortNeedles[hits[i].Id], hits[i].End - shortNeedles[hits[i].Id].Literal.Length, view, text);
        }
        hits.Clear();
        spare.Add(hits);
    }

    private static void Found(Needle needle, int start, TextView view, ReadOnlySpan<byte> text)
    {
        if (!text[start..].StartsWith(needle.Literal)) return;
        if (needle.IsDisguise)
        {
            var end = start + text[start..].CommonPrefixLength(needle.Value);
            for (var slack = needle.Slack; slack > 0 && start > 0 && IsBase64(text[start - 1]); slack--) start--;
            for (var slack = needle.Slack; slack > 0 && end < text.Length && IsBase64(text[end]); slack--) end++;
            TextScanner.Report(view, text, needle.Rule, start, text[start..end], "", []);
        }
        else if (text[start..].StartsWith(needle.Value)) TextScanner.Report(view, text, needle.Rule, start, needle.Value, "", []);
    }

    public override void LookAtName(Entry entry, EntrySink sink) { }

    private void Add(byte[] value, byte[] literal, Rule rule, bool isDisguise, int slack, HashSet<string> seen)
    {
        if (literal.Length > LiteralSearch.MaxLiteral) literal = literal[..LiteralSearch.MaxLiteral];
        if (literal.Length < MinName || needles.Count >= 30_000 || !seen.Add(Encoding.Latin1.GetString(value))) return;
        var needle = new Needle(value, literal, rule, isDisguise, slack);
        if (literal.Length < ValueSearch.Shortest)
        {
            shortNeedles.Add(needle);
            return;
        }
        search.Add(literal, needles.Count);
        needles.Add(needle);
    }

    // Backwards, rot13, hex, and the middle of base64 at each of three alignments: what decoders know only by a token's own prefix or
    // length; and each of these backwards and in rot13 again.
    private static IEnumerable<(byte[] Text, int Slack)> Disguises(byte[] value)
    {
        yield return (Backwards(value), 0);
        yield return (Turned(value), 0);
        yield return (Backwards(Turned(value)), 0);
        foreach (var (encoded, slack) in Encodings(value))
        {
            yield return (encoded, slack);
            yield return (Backwards(encoded), slack);
            yield return (Turned(encoded), slack);
        }
        foreach (var encoded in Encodings(Backwards(value))) yield return encoded;
        foreach (var encoded in Encodings(Turned(value))) yield return encoded;
        // Forwards it is a decoder's work.
        yield return (Backwards(Encoding.ASCII.GetBytes(string.Concat(value.Select(b => $"%{b:X2}")))), 0);
        yield return (Backwards(Encoding.ASCII.GetBytes(string.Concat(value.Select(b => $"%{b:x2}")))), 0);
    }

    private static bool IsBase64(byte b) => Base64Decoder.IsBase64(b) || b is (byte)'=' or (byte)'-' or (byte)'_';

    private static byte[] Backwards(byte[] value) => [.. value.AsEnumerable().Reverse()];

    private static byte[] Turned(byte[] value) => [.. value.Select(b => (b | 32) is >= 'a' and <= 'z' ? (byte)((b | 32) <= 'm' ? b + 13 : b - 13) : b)];

    private static IEnumerable<(byte[] Text, int Slack)> Encodings(byte[] value)
    {
        yield return (Encoding.ASCII.GetBytes(Convert.ToHexStringLower(value)), 0);
        yield return (Encoding.ASCII.GetBytes(Convert.ToHexString(value)), 0);
        for (var before = 0; before < 3; before++)
        {
            var text = Convert.ToBase64String([.. new byte[before], .. value]);
            // The first characters hold bits of what stands before the value, the last ones of what stands behind it.
            var middle = text[(before == 0 ? 0 : before + 1)..((before + value.Length) / 3 * 4)];
            yield return (Encoding.ASCII.GetBytes(middle), Beside);
            yield return (Encoding.ASCII.GetBytes(middle.Replace('+', '-').Replace('/', '_')), Beside);
        }
    }
}
