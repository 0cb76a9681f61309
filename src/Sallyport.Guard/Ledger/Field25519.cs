using System.Buffers.Binary;

namespace Sallyport.Guard.Audit;

/// <summary>A number modulo 2^255 - 19 in five limbs of 51 bits. No operation branches on its value.</summary>
internal readonly struct Field25519
{
    private const ulong Mask = (1UL << 51) - 1;

    // Twice the modulus, so that a difference is never negative.
    private const ulong Twice0 = 0xFFFFFFFFFFFDA;
    private const ulong Twice = 0xFFFFFFFFFFFFE;

    private readonly ulong a0, a1, a2, a3, a4;

    private Field25519(ulong a0, ulong a1, ulong a2, ulong a3, ulong a4) => (this.a0, this.a1, this.a2, this.a3, this.a4) = (a0, a1, a2, a3, a4);

    public static Field25519 Of(ulong small) => new(small, 0, 0, 0, 0);

    /// <summary>From 32 bytes, the lowest first; the top bit is not part of the number.</summary>
    public static Field25519 Read(ReadOnlySpan<byte> bytes) => new(
        Word(bytes) & Mask,
        (Word(bytes[6..]) >> 3) & Mask,
        (Word(bytes[12..]) >> 6) & Mask,
        (Word(bytes[19..]) >> 1) & Mask,
        (Word(bytes[24..]) >> 12) & Mask);

    /// <summary>The one representation below the modulus, in 32 bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        var n = Carried(a0, a1, a2, a3, a4);
        n = Carried(n.a0, n.a1, n.a2, n.a3, n.a4);
        // The number is at or above the modulus exactly when adding 19 carries out of the top.
        var over = (n.a0 + 19) >> 51;
        over = (n.a1 + over) >> 51;
        over = (n.a2 + over) >> 51;
        over = (n.a3 + over) >> 51;
        over = (n.a4 + over) >> 51;
        var (b0, b1, b2, b3, b4) = (n.a0 + (19 * over), n.a1, n.a2, n.a3, n.a4);
        b1 += b0 >> 51;
        b2 += b1 >> 51;
        b3 += b2 >> 51;
        b4 += b3 >> 51;
        (b0, b1, b2, b3, b4) = (b0 & Mask, b1 & Mask, b2 & Mask, b3 & Mask, b4 & Mask);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, b0 | (b1 << 51));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], (b1 >> 13) | (b2 << 38));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[16..], (b2 >> 26) | (b3 << 25));
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[24..], (b3 >> 39) | (b4 << 12));
    }

    public static Field25519 operator +(in Field25519 a, in Field25519 b) => Carried(a.a0 + b.a0, a.a1 + b.a1, a.a2 + b.a2, a.a3 + b.a3, a.a4 + b.a4);

    public static Field25519 operator -(in Field25519 a, in Field25519 b) =>
        Carried(a.a0 + Twice0 - b.a0, a.a1 + Twice - b.a1, a.a2 + Twice - b.a2, a.a3 + Twice - b.a3, a.a4 + Twice - b.a4);

    public static Field25519 operator *(in Field25519 a, in Field25519 b)
    {
        var (b1, b2, b3, b4) = (b.a1 * 19, b.a2 * 19, b.a3 * 19, b.a4 * 19);
        var c0 = new Sum().Plus(a.a0, b.a0).Plus(a.a1, b4).Plus(a.a2, b3).Plus(a.a3, b2).Plus(a.a4, b1);
        var c1 = new Sum(c0.Above).Plus(a.a0, b.a1).Plus(a.a1, b.a0).Plus(a.a2, b4).Plus(a.a3, b3).Plus(a.a4, b2);
        var c2 = new Sum(c1.Above).Plus(a.a0, b.a2).Plus(a.a1, b.a1).Plus(a.a2, b.a0).Plus(a.a3, b4).Plus(a.a4, b3);
        var c3 = new Sum(c2.Above).Plus(a.a0, b.a3).Plus(a.a1, b.a2).Plus(a.a2, b.a1).Plus(a.a3, b.a0).Plus(a.a4, b4);
        var c4 = new Sum(c3.Above).Plus(a.a0, b.a4).Plus(a.a1, b.a3).Plus(a.a2, b.a2).Plus(a.a3, b.a1).Plus(a.a4, b.a0);
        return Carried(c0.Limb + (c4.Above * 19), c1.Limb, c2.Limb, c3.Limb, c4.Limb);
    }

    /// <summary>A sum of products in two words: code with <see cref="UInt128"/> is never compiled ahead, and slow until it is compiled twice.</summary>
    private readonly struct Sum(ulong low, ulong high = 0)
    {
        public ulong Limb => low & Mask;

        public ulong Above => (low >> 51) | (high << 13);

        public Sum Plus(ulong a, ulong b)
        {
            var top = Math.BigMul(a, b, out ulong bottom);
            var sum = low + bottom;
            return new Sum(sum, high + top + (sum < low ? 1UL : 0UL));
        }
    }

    /// <summary>To the power of 2^times.</summary>
    public Field25519 Squared(int times = 1)
    {
        var result = this;
        for (var i = 0; i < times; i++) result *= result;
        return result;
    }

    /// <summary>To the power of p - 2: the inverse.</summary>
    public Field25519 Inverse()
    {
        var (most, eleventh) = Ladder();
        return most.Squared(5) * eleventh;
    }

    /// <summary>To the power of (p - 5) / 8, half of a square root.</summary>
    public Field25519 Rooted()
    {
        var (most, _) = Ladder();
        return most.Squared(2) * this;
    }

    public bool IsZero
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            Write(bytes);
            return bytes.IndexOfAnyExcept((byte)0) < 0;
        }
    }

    public bool IsOdd
    {
        get
        {
            Span<byte> bytes = stackalloc byte[32];
            Write(bytes);
            return (bytes[0] & 1) == 1;
        }
    }

    /// <summary><paramref name="b"/> where all bits of <paramref name="mask"/> are set, <paramref name="a"/> where none is.</summary>
    public static Field25519 Choose(ulong mask, in Field25519 a, in Field25519 b) => new(
        a.a0 ^ (mask & (a.a0 ^ b.a0)), a.a1 ^ (mask & (a.a1 ^ b.a1)), a.a2 ^ (mask & (a.a2 ^ b.a2)), a.a3 ^ (mask & (a.a3 ^ b.a3)), a.a4 ^ (mask & (a.a4 ^ b.a4)));

    // To the powers of 2^250 - 1 and of 11.
    private (Field25519 Most, Field25519 Eleventh) Ladder()
    {
        var two = Squared();
        var nine = two.Squared(2) * this;
        var eleven = nine * two;
        var p5 = eleven.Squared() * nine;
        var p10 = p5.Squared(5) * p5;
        var p20 = p10.Squared(10) * p10;
        var p40 = p20.Squared(20) * p20;
        var p50 = p40.Squared(10) * p10;
        var p100 = p50.Squared(50) * p50;
        var p200 = p100.Squared(100) * p100;
        return (p200.Squared(50) * p50, eleven);
    }

    private static Field25519 Carried(ulong a0, ulong a1, ulong a2, ulong a3, ulong a4) => new(
        (a0 & Mask) + ((a4 >> 51) * 19), (a1 & Mask) + (a0 >> 51), (a2 & Mask) + (a1 >> 51), (a3 & Mask) + (a2 >> 51), (a4 & Mask) + (a3 >> 51));

    private static ulong Word(ReadOnlySpan<byte> bytes) => BinaryPrimitives.ReadUInt64LittleEndian(bytes);
}
