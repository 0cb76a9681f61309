using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Finds any of many literals in one pass over bytes. A sieve that fits the first-level cache asks at every byte whether
/// the rarest four bytes of some literal may begin there; the few places that pass are compared with the literals.
/// </summary>
internal sealed class LiteralSearch
{
    /// <summary>Bytes handed to one search at the most; keeps the hit list small.</summary>
    public const int BlockBytes = 64 * 1024;

    /// <summary>Longer literals are refused.</summary>
    public const int MaxLiteral = 256;

    private const int HeadBits = 13;

    // For 14 bits of two bytes: a bit for the low five bits of the third (the same for both cases of a letter).
    private readonly uint[] sieve = new uint[1 << 14];
    // First entry of the chain for a hash of three bytes; for literals of one and two bytes, for the 14 bits. 0 ends a chain.
    private readonly ushort[] heads = new ushort[1 << HeadBits];
    private readonly ushort[]? shortHeads;
    private readonly byte[][] literals;
    private readonly bool[] ignoreCase;
    private Entry[] entries;
    private int count = 1;

    private struct Entry
    {
        public uint Mask;
        public uint Value;
        public ushort Next;
        public ushort Id;
        public byte Before;
        public bool IsWhole;
    }

    /// <param name="literals">What to look for: 1 to <see cref="MaxLiteral"/> bytes each.</param>
    /// <param name="ignoreCase">For each, whether ASCII letters match in either case.</param>
    public LiteralSearch(byte[][] literals, bool[] ignoreCase)
    {
        if (literals.Length > ushort.MaxValue / 2) throw new ArgumentException("too many literals", nameof(literals));
        this.literals = literals;
        this.ignoreCase = ignoreCase;
        entries = new Entry[literals.Length + 1];
        // Short ones have no choice of what to be found by; long ones then take what is in the sieve already.
        for (var id = 0; id < literals.Length; id++)
        {
            if (literals[id].Length is 0 or > MaxLiteral) throw new ArgumentException($"a literal is empty or longer than {MaxLiteral} bytes", nameof(literals));
            if (literals[id].Length < 3) PlantShort(id, shortHeads ??= new ushort[1 << 14]);
            else if (literals[id].Length == 3) Plant(id, 0);
        }
        Span<double> weights = stackalloc double[256];
        Weigh(weights);
        for (var id = 0; id < literals.Length; id++)
        {
            if (literals[id].Length > 3) Plant(id, Rarest(literals[id], ignoreCase[id], weights));
        }
    }

    /// <summary>The literal with this number.</summary>
    public byte[] Literal(int id) => literals[id];

    /// <summary>How much the passes over a text read, in bytes.</summary>
    public int TableBytes => sieve.Length * sizeof(uint) + (heads.Length + (shortHeads?.Length ?? 0)) * sizeof(ushort) + entries.Length * Unsafe.SizeOf<Entry>();

    /// <summary>
    /// Makes every literal that ends in (<paramref name="from"/>, <paramref name="to"/>] a hit of <paramref name="hits"/>,
    /// in the order of their ends, the longer first. Blocks of one text come one after the other with the same list; what
    /// ends later is kept in it for the next.
    /// </summary>
    public void Find(ReadOnlySpan<byte> text, int from, int to, HitList hits)
    {
        hits.Next();
        for (var at = from; at < to; at += HitList.Strip)
        {
            var stop = Math.Min(to, at + HitList.Strip);
            var passed = Sift(text, at, stop, hits.Passed);
            if (passed > 0) Compare(text, at, hits.Passed.AsSpan(0, passed), hits);
        }
        hits.Settle(to);
    }

    /// <summary>Writes down the places in [from, to) that pass the sieve, counted from <paramref name="from"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Sift(ReadOnlySpan<byte> text, int from, int to, ushort[] passed)
    {
        ref var table = ref MemoryMarshal.GetArrayDataReference(sieve);
        ref var list = ref MemoryMarshal.GetArrayDataReference(passed);
        ref var first = ref Unsafe.Add(ref MemoryMarshal.GetReference(text), from);
        var (length, found, i) = (to - from, 0, 0);
        var (low, high) = (Vector128.Create((ushort)0x7F), Vector128.Create((ushort)0x3F80));
        // Two bytes at 16 places at once: the even places, then the odd ones.
        var safe = Math.Min(length, text.Length - from - 2) - 16;
        for (; i <= safe; i += 16)
        {
            var a = Vector128.LoadUnsafe(ref first, (nuint)i).AsUInt16();
            var b = Vector128.LoadUnsafe(ref first, (nuint)i + 1).AsUInt16();
            var even = (a & low | (a >>> 1) & high).AsUInt64();
            var odd = (b & low | (b >>> 1) & high).AsUInt64();
            found = SiftEight(ref table, ref Unsafe.Add(ref first, i + 2), even.ToScalar(), odd.ToScalar(), i, ref list, found);
            found = SiftEight(ref table, ref Unsafe.Add(ref first, i + 10), even.GetElement(1), odd.GetElement(1), i + 8, ref list, found);
        }
        for (; i < length; i++)
        {
            var at = from + i;
            int b = at + 1 < text.Length ? text[at + 1] : 0, c = at + 2 < text.Length ? text[at + 2] : 0;
            Unsafe.Add(ref list, found) = (ushort)i;
            found += (int)(sieve[text[at] & 0x7F | (b & 0x7F) << 7] >> c & 1);
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int SiftEight(ref uint table, ref byte third, ulong even, ulong odd, int at, ref ushort list, int found)
    {
        Unsafe.Add(ref list, found) = (ushort)at;
        found += (int)(Unsafe.Add(ref table, (nint)(even & 0xFFFF)) >> third & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 1);
        found += (int)(Unsafe.Add(ref table, (nint)(odd & 0xFFFF)) >> Unsafe.Add(ref third, 1) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 2);
        found += (int)(Unsafe.Add(ref table, (nint)(even >> 16 & 0xFFFF)) >> Unsafe.Add(ref third, 2) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 3);
        found += (int)(Unsafe.Add(ref table, (nint)(odd >> 16 & 0xFFFF)) >> Unsafe.Add(ref third, 3) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 4);
        found += (int)(Unsafe.Add(ref table, (nint)(even >> 32 & 0xFFFF)) >> Unsafe.Add(ref third, 4) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 5);
        found += (int)(Unsafe.Add(ref table, (nint)(odd >> 32 & 0xFFFF)) >> Unsafe.Add(ref third, 5) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 6);
        found += (int)(Unsafe.Add(ref table, (nint)(even >> 48)) >> Unsafe.Add(ref third, 6) & 1);
        Unsafe.Add(ref list, found) = (ushort)(at + 7);
        return found + (int)(Unsafe.Add(ref table, (nint)(odd >> 48)) >> Unsafe.Add(ref third, 7) & 1);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Compare(ReadOnlySpan<byte> text, int from, ReadOnlySpan<ushort> passed, HitList hits)
    {
        foreach (var offset in passed)
        {
            var at = from + offset;
            var four = text.Length - at >= 4 ? MemoryMarshal.Read<uint>(text[at..]) : Last(text[at..]);
            for (int e = heads[HashOf(four)]; e != 0;)
            {
                ref var entry = ref entries[e];
                if ((four & entry.Mask) == entry.Value) Confirm(text, at, entry, hits);
                e = entry.Next;
            }
            if (shortHeads is null) continue;
            for (int e = shortHeads[four & 0x7F | (four >> 1) & 0x3F80]; e != 0;)
            {
                ref var entry = ref entries[e];
                if ((four & entry.Mask) == entry.Value) Confirm(text, at, entry, hits);
                e = entry.Next;
            }
        }
    }

    private static uint Last(ReadOnlySpan<byte> rest)
    {
        var four = 0u;
        for (var i = 0; i < rest.Length; i++) four |= (uint)rest[i] << (8 * i);
        return four;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Confirm(ReadOnlySpan<byte> text, int at, in Entry entry, HitList hits)
    {
        var literal = literals[entry.Id];
        var start = at - entry.Before;
        var end = start + literal.Length;
        if (start < 0 || end > text.Length) return;
        if (!entry.IsWhole)
        {
            if (!ignoreCase[entry.Id])
            {
                if (!text[start..end].SequenceEqual(literal)) return;
            }
            else if (!EqualsFolded(text[start..end], literal)) return;
        }
        hits.Add(end, literal.Length, entry.Id);
    }

    private static bool EqualsFolded(ReadOnlySpan<byte> text, byte[] literal)
    {
        for (var i = 0; i < literal.Length; i++)
        {
            if ((text[i] ^ literal[i]) is not 0 and var difference && !(difference == 32 && char.IsAsciiLetter((char)literal[i]))) return false;
        }
        return true;
    }

    private static uint HashOf(uint four) => (four & 0x00DFDFDF) * 0x9E3779B1 >> (32 - HeadBits);

    private static bool IsLetter(byte b) => (uint)((b | 32) - 'a') < 26;

    private void Plant(int id, int before)
    {
        var literal = literals[id];
        var (mask, value) = Four(literal, before, ignoreCase[id]);
        Add(ref heads[HashOf(value)], id, before, mask, value, literal.Length <= 4);
        var (first, second, third) = (literal[before], literal[before + 1], literal[before + 2]);
        Mark(first, second, 1u << (third & 31));
        if (!ignoreCase[id]) return;
        if (IsLetter(first)) Mark(first ^ 32, second, 1u << (third & 31));
        if (IsLetter(second)) Mark(first, second ^ 32, 1u << (third & 31));
        if (IsLetter(first) && IsLetter(second)) Mark(first ^ 32, second ^ 32, 1u << (third & 31));
    }

    // One byte stands with any second, and any third.
    private void PlantShort(int id, ushort[] chains)
    {
        var literal = literals[id];
        for (var variant = 0; variant < (ignoreCase[id] ? 1 << literal.Length : 1); variant++)
        {
            if ((variant & 1) != 0 && !IsLetter(literal[0]) || (variant & 2) != 0 && !IsLetter(literal[1])) continue;
            var first = literal[0] ^ (variant & 1) << 5;
            if (literal.Length == 2)
            {
                var second = literal[1] ^ (variant & 2) << 4;
                Add(ref chains[first & 0x7F | (second & 0x7F) << 7], id, 0, 0xFFFF, (uint)(first | second << 8), isWhole: true);
                Mark(first, second, uint.MaxValue);
                continue;
            }
            for (var second = 0; second < 128; second++)
            {
                Add(ref chains[first & 0x7F | second << 7], id, 0, 0xFF, (uint)first, isWhole: true);
                Mark(first, second, uint.MaxValue);
            }
        }
    }

    private void Mark(int first, int second, uint thirds) => sieve[first & 0x7F | (second & 0x7F) << 7] |= thirds;

    private void Add(ref ushort head, int id, int before, uint mask, uint value, bool isWhole)
    {
        if (count == entries.Length) Array.Resize(ref entries, 2 * count);
        if (count > ushort.MaxValue) throw new ArgumentException("too many literals");
        entries[count] = new Entry { Mask = mask, Value = value, Next = head, Id = (ushort)id, Before = (byte)before, IsWhole = isWhole };
        head = (ushort)count++;
    }

    private int Rarest(byte[] literal, bool folds, ReadOnlySpan<double> weights)
    {
        var (best, least) = (0, double.MaxValue);
        for (var at = 0; at + 4 <= literal.Length; at++)
        {
            var three = Weight(literal[at], folds, weights) * Weight(literal[at + 1], folds, weights) * Weight(literal[at + 2], folds, weights);
            var isMarked = (sieve[literal[at] & 0x7F | (literal[at + 1] & 0x7F) << 7] >> literal[at + 2] & 1) != 0;
            // A place that passes costs; each literal that it is then compared with costs again.
            var cost = three * ((isMarked ? 0.1 : 1) + 2 * Weight(literal[at + 3], folds, weights) * (1 + 4 * Alike(literal, at, folds)));
            if (cost >= least) continue;
            (best, least) = (at, cost);
        }
        return best;
    }

    private int Alike(byte[] literal, int at, bool folds)
    {
        var (mask, value) = Four(literal, at, folds);
        var found = 0;
        for (int e = heads[HashOf(value)]; e != 0; e = entries[e].Next)
        {
            if (((entries[e].Value ^ value) & mask & entries[e].Mask) == 0) found++;
        }
        return found;
    }

    private static (uint Mask, uint Value) Four(byte[] literal, int at, bool folds)
    {
        var (mask, value) = (0u, 0u);
        for (var i = 0; i < 4 && at + i < literal.Length; i++)
        {
            var b = literal[at + i];
            var bits = folds && IsLetter(b) ? 0xDFu : 0xFFu;
            mask |= bits << (8 * i);
            value |= (b & bits) << (8 * i);
        }
        return (mask, value);
    }

    private static double Weight(byte b, bool folds, ReadOnlySpan<double> weights) => folds && IsLetter(b) ? weights[b] + weights[b ^ 32] : weights[b];

    // How common the ASCII characters are in packages: a letter more is twice as often with every second step.
    private static void Weigh(Span<double> weights)
    {
        var common = "dbaaaaaaapraaaaaaaaaaaaaaaaaaaaaxhpfiaimppoirnqomlkjjiihhhopiojjjrmplnkkinfjkmkmlilnmkijfiflmlfmlsorrupppskmrqttqitstrnmnojnknaa"u8;
        weights.Fill(1.0 / (1 << 13));
        for (var b = 0; b < common.Length; b++)
        {
            var step = common[b] - 'a';
            weights[b] = (1 << step / 2) * ((step & 1) == 0 ? 1 : 1.4) / (1 << 14);
        }
    }

    /// <summary>Where literals end: the index just past each, and its number.</summary>
    internal sealed class HitList
    {
        internal const int Strip = 4096;

        // End, then what puts the longer and the later literal first.
        private long[] keys = new long[64];
        private int all;

        /// <summary>Hits of this block.</summary>
        public int Count { get; private set; }

        internal ushort[] Passed { get; } = new ushort[Strip + 1];

        public (int End, int Id) this[int index] => ((int)(keys[index] >> 32), ushort.MaxValue - (int)(keys[index] & ushort.MaxValue));

        /// <summary>Forgets everything: another text comes.</summary>
        public void Clear() => Count = all = 0;

        internal void Next()
        {
            keys.AsSpan(Count, all - Count).CopyTo(keys);
            all -= Count;
            Count = 0;
        }

        internal void Add(int end, int length, int id)
        {
            if (all == keys.Length) Array.Resize(ref keys, 2 * all);
            var key = (long)end << 32 | (long)(MaxLiteral - length) << 16 | (long)(ushort.MaxValue - id);
            // Hits come nearly in order: what they are found by stands somewhere in them.
            var at = all++;
            for (; at > 0 && keys[at - 1] > key; at--) keys[at] = keys[at - 1];
            keys[at] = key;
        }

        internal void Settle(int to)
        {
            Count = all;
            while (Count > 0 && keys[Count - 1] >> 32 > to) Count--;
        }
    }
}
