using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// A set of ASCII bytes as two tables over half bytes: a byte is in when <c>Low[b &amp; 15] &amp; High[b &gt;&gt; 4]</c> is not
/// zero, which one shuffle instruction each looks up for 16 or 32 bytes.
/// </summary>
internal interface IByteSet
{
    static abstract Vector128<byte> Low { get; }
    static abstract Vector128<byte> High { get; }
}

/// <summary>Letters, digits and <c>+ / - _</c>.</summary>
internal readonly struct Base64Set : IByteSet
{
    // 1: digits · 2: A-O a-o · 4: P-Z p-z · 8: + - / · 16: _
    public static Vector128<byte> Low => Vector128.Create((byte)(1 | 4), 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 1 | 2 | 4, 2 | 4, 2 | 8, 2, 2 | 8, 2, 2 | 8 | 16);
    public static Vector128<byte> High => Vector128.Create((byte)0, 0, 8, 1, 2, 4 | 16, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>What lists of numbers and hex dumps are made of: hex digits, <c>x , : -</c> and white space.</summary>
internal readonly struct NumberListSet : IByteSet
{
    // 1: digits and : · 2: A-F a-f · 4: X x · 8: space , - · 16: tab, line feed, carriage return
    public static Vector128<byte> Low => Vector128.Create((byte)(1 | 8), 1 | 2, 1 | 2, 1 | 2, 1 | 2, 1 | 2, 1 | 2, 1, 1 | 4, 1 | 16, 1 | 16, 0, 8, 8 | 16, 0, 0);
    public static Vector128<byte> High => Vector128.Create((byte)16, 0, 8, 1, 2, 4, 2, 4, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Space to tilde, tab, line feed, carriage return.</summary>
internal readonly struct PrintableSet : IByteSet
{
    // 1: rows 2 to 6 · 2: row 7 but DEL · 4: white space
    public static Vector128<byte> Low => Vector128.Create((byte)3, 3, 3, 3, 3, 3, 3, 3, 3, 7, 7, 3, 3, 7, 3, 1);
    public static Vector128<byte> High => Vector128.Create((byte)4, 0, 1, 1, 1, 1, 1, 2, 0, 0, 0, 0, 0, 0, 0, 0);
}

/// <summary>Finds runs of at least a minimum of bytes of one set, 64 bytes at a time.</summary>
/// <param name="text">Where to look.</param>
/// <param name="from">Where to begin; a run that began earlier seems to begin here.</param>
/// <param name="min">8 to 31.</param>
internal ref struct ByteRuns<TSet>(ReadOnlySpan<byte> text, int from, int min) where TSet : struct, IByteSet
{
    private readonly ReadOnlySpan<byte> text = text;
    private int at = from;

    /// <summary>Continues the search at an index at or after the end of the last run.</summary>
    public void SkipTo(int index) => at = Math.Max(at, index);

    public static bool Any(ReadOnlySpan<byte> text, int min) => new ByteRuns<TSet>(text, 0, min).Next(out _, out _);

    public bool Next(out int start, out int end)
    {
        var open = -1;
        var i = at;
        while (i < text.Length)
        {
            var mask = ByteMasks.Of<TSet>(text, i);
            if (mask == ulong.MaxValue)
            {
                if (open < 0) open = i;
                i += 64;
                continue;
            }
            if (open >= 0)
            {
                var ones = BitOperations.TrailingZeroCount(~mask);
                if (i + ones - open >= min) return Found(open, i + ones, out start, out end);
                mask &= ~0UL << ones;
            }
            // Bit k stays when bits k to k+min-1 are all set.
            var inner = mask & mask >> 1;
            inner &= inner >> 2;
            inner &= inner >> 4;
            if (min > 16)
            {
                inner &= inner >> 8;
                inner &= inner >> (min - 16);
            }
            else inner &= inner >> (min - 8);
            if (inner != 0)
            {
                var first = BitOperations.TrailingZeroCount(inner);
                var ones = BitOperations.TrailingZeroCount(~(mask >> first));
                if (first + ones < 64) return Found(i + first, i + first + ones, out start, out end);
                open = i + first;
            }
            else
            {
                var tail = BitOperations.LeadingZeroCount(~mask);
                open = tail == 0 ? -1 : i + 64 - tail;
            }
            i += 64;
        }
        at = text.Length;
        if (open >= 0 && text.Length - open >= min) return Found(open, text.Length, out start, out end);
        (start, end) = (0, 0);
        return false;
    }

    private bool Found(int first, int past, out int start, out int end)
    {
        (start, end) = (first, Math.Min(past, text.Length));
        at = end;
        return true;
    }
}

/// <summary>Which of 64 bytes belong to a set, as bits.</summary>
internal static class ByteMasks
{
    /// <summary>Bit k is byte <paramref name="at"/> + k; bytes past the end are out.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Of<TSet>(ReadOnlySpan<byte> text, int at) where TSet : struct, IByteSet
    {
        if (text.Length - at >= 64) return Of<TSet>(ref Unsafe.Add(ref MemoryMarshal.GetReference(text), at));
        Span<byte> rest = stackalloc byte[64];
        rest.Clear();
        text[at..].CopyTo(rest);
        return Of<TSet>(ref MemoryMarshal.GetReference(rest)) & ((1UL << (text.Length - at)) - 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Of<TSet>(ref byte first) where TSet : struct, IByteSet
    {
        if (Avx2.IsSupported)
        {
            var (low, high) = (Vector256.Create(TSet.Low, TSet.Low), Vector256.Create(TSet.High, TSet.High));
            return Out(Vector256.LoadUnsafe(ref first), low, high) | (ulong)Out(Vector256.LoadUnsafe(ref first, 32), low, high) << 32;
        }
        return Of16<TSet>(ref first, 0) | (ulong)Of16<TSet>(ref first, 16) << 16 | (ulong)Of16<TSet>(ref first, 32) << 32 | (ulong)Of16<TSet>(ref first, 48) << 48;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Out(Vector256<byte> bytes, Vector256<byte> low, Vector256<byte> high)
    {
        var halves = Vector256.Create((byte)15);
        var found = Avx2.Shuffle(low, bytes & halves) & Avx2.Shuffle(high, (bytes.AsUInt16() >> 4).AsByte() & halves);
        return ~Vector256.Equals(found, Vector256<byte>.Zero).ExtractMostSignificantBits();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Of16<TSet>(ref byte first, nuint offset) where TSet : struct, IByteSet
    {
        var bytes = Vector128.LoadUnsafe(ref first, offset);
        var found = Vector128.Shuffle(TSet.Low, bytes & Vector128.Create((byte)15)) & Vector128.Shuffle(TSet.High, bytes >>> 4);
        return ~Vector128.Equals(found, Vector128<byte>.Zero).ExtractMostSignificantBits() & 0xFFFF;
    }
}

/// <summary>NUL.</summary>
internal readonly struct ZeroSet : IByteSet
{
    public static Vector128<byte> Low => Vector128.Create((byte)1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    public static Vector128<byte> High => Vector128.Create((byte)1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
