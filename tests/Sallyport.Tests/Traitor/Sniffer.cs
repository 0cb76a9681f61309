using System.IO.Compression;
using System.Text;

namespace Sallyport.Tests.Traitor;

/// <summary>
/// Looks for canaries in what arrived: as it is, in all that decoding makes of it, three layers deep, and in pieces. It knows nothing
/// of how the product looks.
/// </summary>
internal sealed class Sniffer
{
    /// <summary>So much of a canary in one stretch counts as arrived.</summary>
    public const int Fragment = 12;

    private const int Gram = 6;
    private const ulong Mask = (1UL << (8 * Gram)) - 1;
    private readonly IReadOnlyList<Canary> canaries;
    private readonly Dictionary<ulong, List<(int Canary, int At)>> grams = [];
    private readonly ulong[] filter = new ulong[1024];

    public Sniffer(IReadOnlyList<Canary> canaries)
    {
        this.canaries = canaries;
        for (var c = 0; c < canaries.Count; c++)
        {
            var core = Encoding.ASCII.GetBytes(canaries[c].Core);
            for (var at = 0; at + Gram <= core.Length; at++)
            {
                var gram = 0UL;
                for (var i = 0; i < Gram; i++) gram = (gram << 8) | Lower(core[at + i]);
                if (!grams.TryGetValue(gram, out var places)) grams[gram] = places = [];
                places.Add((c, at));
                filter[Slot(gram) >> 6] |= 1UL << (Slot(gram) & 63);
            }
        }
    }

    /// <summary>The canaries of which a fragment is in these arrivals, taken together.</summary>
    public IReadOnlyList<Canary> Find(IEnumerable<byte[]> arrivals, int depth = 3)
    {
        var seen = new bool[canaries.Count][];
        for (var c = 0; c < seen.Length; c++) seen[c] = new bool[canaries[c].Core.Length];
        var done = new Dictionary<(int, int), int>();
        foreach (var one in arrivals) Look(one, depth, seen, done, reversed: false, turned: false);
        return [.. canaries.Where((_, c) => Longest(seen[c]) >= Fragment)];
    }

    public IReadOnlyList<Canary> Find(string text, int depth = 3) => Find([Encoding.UTF8.GetBytes(text)], depth);

    private void Look(byte[] view, int depth, bool[][] seen, Dictionary<(int, int), int> done, bool reversed, bool turned)
    {
        if (view.Length < Gram) return;
        var hash = new HashCode();
        hash.AddBytes(view);
        var isNew = !done.TryGetValue((view.Length, hash.ToHashCode()), out var before);
        if (!isNew && before >= depth) return;
        done[(view.Length, hash.ToHashCode())] = depth;
        if (isNew) Mark(view, seen);
        if (depth == 0) return;
        foreach (var decoded in Decodings.Of(view)) Look(decoded, depth - 1, seen, done, reversed, turned);
        if (!reversed) Look(Decodings.Backwards(view), depth - 1, seen, done, true, turned);
        if (!turned) Look(Decodings.Rot13(view), depth - 1, seen, done, reversed, true);
    }

    private void Mark(byte[] view, bool[][] seen)
    {
        var gram = 0UL;
        for (var i = 0; i < view.Length; i++)
        {
            gram = ((gram << 8) | Lower(view[i])) & Mask;
            if ((filter[Slot(gram) >> 6] & (1UL << (Slot(gram) & 63))) == 0 || i < Gram - 1 || !grams.TryGetValue(gram, out var places)) continue;
            foreach (var (canary, at) in places) seen[canary].AsSpan(at, Gram).Fill(true);
        }
    }

    private static int Longest(bool[] seen)
    {
        var (longest, run) = (0, 0);
        foreach (var one in seen) longest = Math.Max(longest, run = one ? run + 1 : 0);
        return longest;
    }

    private static int Slot(ulong gram) => (int)((gram * 0x9E3779B97F4A7C15) >> 48);

    private static byte Lower(byte b) => b is >= (byte)'A' and <= (byte)'Z' ? (byte)(b | 32) : b;
}

/// <summary>What somebody at the other end would try on what he got.</summary>
internal static class Decodings
{
    private static readonly byte[] gzip = [0x1f, 0x8b, 8];

    public static IEnumerable<byte[]> Of(byte[] view)
    {
        foreach (var packed in Unpacked(view)) yield return packed;
        var text = Encoding.Latin1.GetString(view);
        if (text.Contains('%', StringComparison.Ordinal)) yield return Escaped(text, "%", 2);
        if (text.Contains("\\u", StringComparison.Ordinal)) yield return Escaped(text, "\\u", 4);
        if (text.Contains("\\x", StringComparison.Ordinal)) yield return Escaped(text, "\\x", 2);
        if (text.Contains('\\', StringComparison.Ordinal)) yield return Encoding.Latin1.GetBytes(text.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal));
        var dense = Array.FindAll(view, static b => b is > 32 and < 127);
        if (dense.Length < view.Length) yield return dense;
        var bare = Array.FindAll(view, static b => b < 128 && char.IsAsciiLetterOrDigit((char)b));
        if (bare.Length < dense.Length) yield return bare;
        // Pieces that were sent as p=…; one after another.
        if (text.Contains("p=", StringComparison.Ordinal)) yield return Pieces(text);
        foreach (var form in Base64(view)) yield return form;
        foreach (var form in Hex(view)) yield return form;
    }

    public static byte[] Rot13(byte[] view) => Array.ConvertAll(view, static b => (b | 32) is >= 'a' and <= 'z' ? (byte)((b | 32) <= 'm' ? b + 13 : b - 13) : b);

    public static byte[] Backwards(byte[] view)
    {
        var turned = (byte[])view.Clone();
        Array.Reverse(turned);
        return turned;
    }

    private static IEnumerable<byte[]> Unpacked(byte[] view)
    {
        for (var at = view.AsSpan().IndexOf(gzip); at >= 0 && at + 18 < view.Length; at = view.AsSpan(at + 1).IndexOf(gzip) is >= 0 and var next ? at + 1 + next : -1)
        {
            var content = new byte[1 << 16];
            var length = 0;
            try
            {
                using var unpacked = new GZipStream(new MemoryStream(view, at, view.Length - at), CompressionMode.Decompress);
                length = unpacked.ReadAtLeast(content, content.Length, throwOnEndOfStream: false);
            }
            catch (InvalidDataException)
            {
            }
            if (length > 0) yield return content[..length];
        }
    }

    private static byte[] Escaped(string text, string mark, int digits)
    {
        var output = new List<byte>(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (string.CompareOrdinal(text, i, mark, 0, mark.Length) == 0 && i + mark.Length + digits <= text.Length
                && int.TryParse(text.AsSpan(i + mark.Length, digits), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var value))
            {
                output.Add((byte)value);
                i += mark.Length + digits - 1;
            }
            else output.Add((byte)text[i]);
        }
        return [.. output];
    }

    private static byte[] Pieces(string text)
    {
        var joined = new StringBuilder();
        for (var at = text.IndexOf("p=", StringComparison.Ordinal); at >= 0; at = text.IndexOf("p=", at + 2, StringComparison.Ordinal))
        {
            var end = text.IndexOfAny([';', '&', ' ', '\n', '\r', '"'], at);
            joined.Append(text, at + 2, (end < 0 ? text.Length : end) - at - 2);
        }
        return Encoding.Latin1.GetBytes(joined.ToString());
    }

    // Whatever stands before it may have shifted it.
    private static IEnumerable<byte[]> Base64(byte[] view)
    {
        var runs = Runs(view, static b => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/' or (byte)'-' or (byte)'_', 16);
        if (runs.Count == 0) yield break;
        for (var shift = 0; shift < 4; shift++)
        {
            var output = new List<byte>();
            foreach (var run in runs)
            {
                var text = run[shift..(shift + (run.Length - shift) / 4 * 4)].Replace('-', '+').Replace('_', '/');
                output.AddRange(Convert.FromBase64String(text));
                var rest = run.Length - shift - text.Length;
                if (rest > 1) output.AddRange(Convert.FromBase64String(run[^rest..].Replace('-', '+').Replace('_', '/').PadRight(4, '=')));
                output.Add(0);
            }
            yield return [.. output];
        }
    }

    private static IEnumerable<byte[]> Hex(byte[] view)
    {
        var runs = Runs(view, static b => char.IsAsciiHexDigit((char)b), 12);
        if (runs.Count == 0) yield break;
        for (var shift = 0; shift < 2; shift++)
        {
            var output = new List<byte>();
            foreach (var run in runs)
            {
                output.AddRange(Convert.FromHexString(run[shift..(shift + (run.Length - shift) / 2 * 2)]));
                output.Add(0);
            }
            yield return [.. output];
        }
    }

    private static List<string> Runs(byte[] view, Func<byte, bool> belongs, int least)
    {
        var runs = new List<string>();
        for (int at = 0, start = 0; at <= view.Length; at++)
        {
            if (at < view.Length && view[at] < 128 && belongs(view[at])) continue;
            if (at - start >= least) runs.Add(Encoding.Latin1.GetString(view, start, at - start));
            start = at + 1;
        }
        return runs;
    }
}
