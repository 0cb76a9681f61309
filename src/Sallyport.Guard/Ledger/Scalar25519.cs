using System.Buffers.Binary;

namespace Sallyport.Guard.Audit;

/// <summary>Numbers modulo the order of the base point of edwards25519, in 32 bytes, the lowest first. No branch on a value.</summary>
internal static class Scalar25519
{
    private static ReadOnlySpan<ulong> Order => [0x5812631a5cf5d3ed, 0x14def9dea2f79cd6, 0, 0x1000000000000000];

    /// <summary>Of 64 bytes.</summary>
    public static void Reduce(ReadOnlySpan<byte> wide, Span<byte> result)
    {
        Span<ulong> words = stackalloc ulong[8];
        for (var i = 0; i < 8; i++) words[i] = BinaryPrimitives.ReadUInt64LittleEndian(wide[(i * 8)..]);
        Reduce(words, result);
    }

    /// <summary>a * b + c.</summary>
    public static void MultiplyAdd(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b, ReadOnlySpan<byte> c, Span<byte> result)
    {
        Span<ulong> words = stackalloc ulong[8];
        for (var i = 0; i < 4; i++) words[i] = Word(c, i);
        for (var i = 0; i < 4; i++)
        {
            var carry = 0UL;
            for (var j = 0; j < 4; j++)
            {
                var sum = Math.BigMul(Word(a, i), Word(b, j)) + words[i + j] + carry;
                words[i + j] = (ulong)sum;
                carry = (ulong)(sum >> 64);
            }
            for (var j = i + 4; j < 8; j++)
            {
                var sum = (UInt128)words[j] + carry;
                words[j] = (ulong)sum;
                carry = (ulong)(sum >> 64);
            }
        }
        Reduce(words, result);
    }

    /// <summary>Whether it is below the order, as RFC 8032 wants of a signature.</summary>
    public static bool IsReduced(ReadOnlySpan<byte> scalar)
    {
        for (var i = 3; i >= 0; i--)
        {
            if (Word(scalar, i) < Order[i]) return true;
            if (Word(scalar, i) > Order[i]) return false;
        }
        return false;
    }

    // Bit by bit: double, add the next bit, take the order off when it fits.
    private static void Reduce(ReadOnlySpan<ulong> wide, Span<byte> result)
    {
        Span<ulong> rest = stackalloc ulong[4];
        Span<ulong> less = stackalloc ulong[4];
        for (var bit = 511; bit >= 0; bit--)
        {
            rest[3] = (rest[3] << 1) | (rest[2] >> 63);
            rest[2] = (rest[2] << 1) | (rest[1] >> 63);
            rest[1] = (rest[1] << 1) | (rest[0] >> 63);
            rest[0] = (rest[0] << 1) | ((wide[bit >> 6] >> (bit & 63)) & 1);
            var borrow = 0UL;
            for (var i = 0; i < 4; i++)
            {
                var difference = (UInt128)rest[i] - Order[i] - borrow;
                less[i] = (ulong)difference;
                borrow = (ulong)(difference >> 64) & 1;
            }
            var keep = 0UL - borrow;
            for (var i = 0; i < 4; i++) rest[i] = (rest[i] & keep) | (less[i] & ~keep);
        }
        for (var i = 0; i < 4; i++) BinaryPrimitives.WriteUInt64LittleEndian(result[(i * 8)..], rest[i]);
    }

    private static ulong Word(ReadOnlySpan<byte> bytes, int index) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[(index * 8)..]);
}
