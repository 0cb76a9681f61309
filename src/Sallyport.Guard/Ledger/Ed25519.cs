using System.Security.Cryptography;

namespace Sallyport.Guard.Audit;

/// <summary>
/// Ed25519 (RFC 8032), which .NET 10 has not: signed notes are signed with it, and every tool that reads them knows it. Secret
/// scalars are used without branches or look-ups that depend on them. docs/decisions/0008 says why it is here.
/// </summary>
internal static class Ed25519
{
    public const int SeedSize = 32;
    public const int KeySize = 32;
    public const int SignatureSize = 64;

    private static readonly Field25519 One = Field25519.Of(1);
    private static readonly Field25519 Zero = Field25519.Of(0);
    private static readonly Field25519 D = (Zero - Field25519.Of(121665)) * Field25519.Of(121666).Inverse();
    private static readonly Field25519 TwiceD = D + D;
    private static readonly Field25519 RootOfMinusOne = Field25519.Of(2).Rooted().Squared() * Field25519.Of(2);
    private static readonly Point Base = BasePoint();

    public static byte[] PublicKey(ReadOnlySpan<byte> seed)
    {
        Span<byte> secret = stackalloc byte[64];
        Expand(seed, secret);
        var key = new byte[KeySize];
        Base.Times(secret[..32]).Write(key);
        CryptographicOperations.ZeroMemory(secret);
        return key;
    }

    public static byte[] Sign(ReadOnlySpan<byte> seed, ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message)
    {
        Span<byte> secret = stackalloc byte[64];
        Span<byte> nonce = stackalloc byte[32];
        Span<byte> challenge = stackalloc byte[32];
        Expand(seed, secret);
        Hash(secret[32..], message, [], nonce);
        var signature = new byte[SignatureSize];
        Base.Times(nonce).Write(signature);
        Hash(signature.AsSpan(0, 32), publicKey, message, challenge);
        Scalar25519.MultiplyAdd(challenge, secret[..32], nonce, signature.AsSpan(32));
        CryptographicOperations.ZeroMemory(secret);
        CryptographicOperations.ZeroMemory(nonce);
        return signature;
    }

    public static bool Verify(ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature)
    {
        if (publicKey.Length != KeySize || signature.Length != SignatureSize || !Scalar25519.IsReduced(signature[32..])) return false;
        if (Point.Read(publicKey) is not { } key) return false;
        Span<byte> challenge = stackalloc byte[32];
        Hash(signature[..32], publicKey, message, challenge);
        Span<byte> expected = stackalloc byte[32];
        Point.Sum(Base, signature[32..], key.Negated(), challenge).Write(expected);
        return expected.SequenceEqual(signature[..32]);
    }

    private static void Expand(ReadOnlySpan<byte> seed, Span<byte> secret)
    {
        SHA512.HashData(seed, secret);
        secret[0] &= 248;
        secret[31] = (byte)((secret[31] & 127) | 64);
    }

    private static void Hash(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third, Span<byte> scalar)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA512);
        hash.AppendData(first);
        hash.AppendData(second);
        hash.AppendData(third);
        Span<byte> wide = stackalloc byte[64];
        hash.GetHashAndReset(wide);
        Scalar25519.Reduce(wide, scalar);
    }

    // Its y is 4/5, its x is even.
    private static Point BasePoint()
    {
        Span<byte> bytes = stackalloc byte[32];
        bytes.Fill(0x66);
        bytes[0] = 0x58;
        return Point.Read(bytes)!.Value;
    }

    /// <summary>A point in extended coordinates.</summary>
    private readonly struct Point(in Field25519 x, in Field25519 y, in Field25519 z, in Field25519 t)
    {
        private readonly Field25519 x = x, y = y, z = z, t = t;

        public static Point? Read(ReadOnlySpan<byte> bytes)
        {
            var y = Field25519.Read(bytes);
            // Only the one way of writing a number counts.
            Span<byte> again = stackalloc byte[32];
            y.Write(again);
            again[31] |= (byte)(bytes[31] & 128);
            if (!again.SequenceEqual(bytes)) return null;
            var u = y.Squared() - One;
            var v = (D * y.Squared()) + One;
            var cube = v.Squared() * v;
            var x = u * cube * (u * cube.Squared() * v).Rooted();
            var check = v * x.Squared();
            if (!(check - u).IsZero)
            {
                if (!(check + u).IsZero) return null;
                x *= RootOfMinusOne;
            }
            var odd = (bytes[31] & 128) != 0;
            if (odd && x.IsZero) return null;
            if (x.IsOdd != odd) x = Zero - x;
            return new Point(x, y, One, x * y);
        }

        public void Write(Span<byte> bytes)
        {
            var inverse = z.Inverse();
            (y * inverse).Write(bytes);
            if ((x * inverse).IsOdd) bytes[31] |= 128;
        }

        public Point Negated() => new(Zero - x, y, z, Zero - t);

        public Point Plus(in Point other)
        {
            var a = (y - x) * (other.y - other.x);
            var b = (y + x) * (other.y + other.x);
            var c = t * TwiceD * other.t;
            var d = (z + z) * other.z;
            return Of(b - a, d - c, d + c, b + a);
        }

        /// <summary>Always doubles and adds, whatever the bits.</summary>
        public Point Times(ReadOnlySpan<byte> scalar)
        {
            var sum = new Point(Zero, One, One, Zero);
            for (var bit = 255; bit >= 0; bit--)
            {
                sum = sum.Doubled();
                var more = sum.Plus(this);
                var mask = 0UL - (ulong)((scalar[bit >> 3] >> (bit & 7)) & 1);
                sum = new Point(Field25519.Choose(mask, sum.x, more.x), Field25519.Choose(mask, sum.y, more.y), Field25519.Choose(mask, sum.z, more.z), Field25519.Choose(mask, sum.t, more.t));
            }
            return sum;
        }

        /// <summary>a * by + b * times in one go, for what is public anyway: its time depends on the numbers.</summary>
        public static Point Sum(in Point a, ReadOnlySpan<byte> by, in Point b, ReadOnlySpan<byte> times)
        {
            var both = a.Plus(b);
            var sum = new Point(Zero, One, One, Zero);
            for (var bit = 255; bit >= 0; bit--)
            {
                sum = sum.Doubled();
                var (one, other) = ((by[bit >> 3] >> (bit & 7)) & 1, (times[bit >> 3] >> (bit & 7)) & 1);
                if (one + other > 0) sum = sum.Plus(other == 0 ? a : one == 0 ? b : both);
            }
            return sum;
        }

        private Point Doubled()
        {
            var (a, b, c) = (x.Squared(), y.Squared(), z.Squared());
            var h = a + b;
            var e = h - (x + y).Squared();
            var g = a - b;
            return Of(e, c + c + g, g, h);
        }

        private static Point Of(in Field25519 e, in Field25519 f, in Field25519 g, in Field25519 h) => new(e * f, g * h, f * g, e * h);
    }
}
