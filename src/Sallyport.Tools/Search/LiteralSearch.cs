using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Text;

namespace Sallyport.Tools.Search;

/// <summary>
/// Finds one literal in bytes, in either case (ASCII) when asked: 32 places at a time are held against its two rarest bytes, and
/// only where both are right is the rest looked at.
/// </summary>
internal sealed class LiteralSearch
{
    // Bytes of source code, the most frequent first.
    private const string Frequent = " etrnaiosl\ncdpu.m_(),g=f;hyb\"xTESvw-/kACR:0I1{}D*N>P'LOM2FB[]<3W#U4GH5$j8V+q6zX79&@K!?\\|YJ%Q~^Z`\t";

    private readonly byte[] needle;
    private readonly byte[] mask;
    private readonly int first;
    private readonly int second;

    public LiteralSearch(string literal, bool fold)
    {
        needle = Encoding.UTF8.GetBytes(literal);
        mask = new byte[needle.Length];
        for (var i = 0; fold && i < needle.Length; i++)
        {
            if (!char.IsAsciiLetter((char)needle[i])) continue;
            mask[i] = 0x20;
            needle[i] |= 0x20;
        }
        for (var i = 1; i < needle.Length; i++) if (Rank(i) > Rank(first)) first = i;
        second = first == 0 ? needle.Length - 1 : 0;
        for (var i = 0; i < needle.Length; i++) if (i != first && needle[i] != needle[first] && Rank(i) > Rank(second)) second = i;
    }

    private int Rank(int index) => Frequent.IndexOf((char)needle[index], StringComparison.Ordinal) is var rank && rank < 0 ? 200 : rank;

    /// <summary>Where it begins first, or -1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public int Find(ReadOnlySpan<byte> text)
    {
        var last = text.Length - needle.Length;
        if (last < 0) return -1;
        var at = 0;
        ref var start = ref MemoryMarshal.GetReference(text);
        if (Vector256.IsHardwareAccelerated)
        {
            var (value1, value2) = (Vector256.Create(needle[first]), Vector256.Create(needle[second]));
            var (mask1, mask2) = (Vector256.Create(mask[first]), Vector256.Create(mask[second]));
            for (; at + 31 <= last; at += 32)
            {
                var one = Vector256.LoadUnsafe(ref start, (nuint)(at + first)) | mask1;
                var two = Vector256.LoadUnsafe(ref start, (nuint)(at + second)) | mask2;
                var both = Vector256.Equals(one, value1) & Vector256.Equals(two, value2);
                for (var hits = both.ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
                {
                    var hit = at + BitOperations.TrailingZeroCount(hits);
                    if (IsAt(text, hit)) return hit;
                }
            }
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            var (value1, value2) = (Vector128.Create(needle[first]), Vector128.Create(needle[second]));
            var (mask1, mask2) = (Vector128.Create(mask[first]), Vector128.Create(mask[second]));
            for (; at + 15 <= last; at += 16)
            {
                var one = Vector128.LoadUnsafe(ref start, (nuint)(at + first)) | mask1;
                var two = Vector128.LoadUnsafe(ref start, (nuint)(at + second)) | mask2;
                var both = Vector128.Equals(one, value1) & Vector128.Equals(two, value2);
                for (var hits = both.ExtractMostSignificantBits(); hits != 0; hits &= hits - 1)
                {
                    var hit = at + BitOperations.TrailingZeroCount(hits);
                    if (IsAt(text, hit)) return hit;
                }
            }
        }
        for (; at <= last; at++) if ((text[at + first] | mask[first]) == needle[first] && IsAt(text, at)) return at;
        return -1;
    }

    private bool IsAt(ReadOnlySpan<byte> text, int at)
    {
        for (var i = 0; i < needle.Length; i++) if ((text[at + i] | mask[i]) != needle[i]) return false;
        return true;
    }
}

/// <summary>The next of several literals: each is looked for once, and remembered until it lies behind.</summary>
internal sealed class LiteralSet(RequiredLiterals required)
{
    private readonly LiteralSearch[] searches = [.. required.Any.Distinct(StringComparer.Ordinal).Select(one => new LiteralSearch(one, required.Fold))];
    private readonly int[] next = new int[required.Any.Count];

    /// <summary>Before a new text.</summary>
    public void Reset() => next.AsSpan().Fill(-1);

    /// <summary>Where the first of them begins at or behind a place, or -1.</summary>
    public int Find(ReadOnlySpan<byte> text, int from)
    {
        var best = int.MaxValue;
        for (var i = 0; i < searches.Length; i++)
        {
            if (next[i] < from)
            {
                var found = searches[i].Find(text[from..]);
                next[i] = found < 0 ? int.MaxValue : from + found;
            }
            best = Math.Min(best, next[i]);
        }
        return best == int.MaxValue ? -1 : best;
    }
}
