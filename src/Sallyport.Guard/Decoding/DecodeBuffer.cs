using System.Buffers;
using System.Text;

namespace Sallyport.Guard.Decoding;

/// <summary>Bytes under construction, in an array that is reused from one stretch to the next.</summary>
internal sealed class DecodeBuffer
{
    private const int Kept = 64 * 1024;

    private byte[] bytes = [];
    private int length;

    public int Length => length;
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, length);
    public ReadOnlyMemory<byte> Memory => bytes.AsMemory(0, length);

    public DecodeBuffer Clear()
    {
        length = 0;
        return this;
    }

    public void Add(byte b)
    {
        if (length == bytes.Length) Grow(1);
        bytes[length++] = b;
    }

    public void Add(ReadOnlySpan<byte> more)
    {
        if (bytes.Length - length < more.Length) Grow(more.Length);
        more.CopyTo(bytes.AsSpan(length));
        length += more.Length;
    }

    /// <summary>A code point as UTF-8; what is none becomes U+FFFD.</summary>
    public void AddRune(int codePoint)
    {
        if (codePoint is >= 0 and < 0x80)
        {
            Add((byte)codePoint);
            return;
        }
        Span<byte> utf8 = stackalloc byte[4];
        if (!Rune.TryCreate(codePoint, out var rune)) rune = Rune.ReplacementChar;
        Add(utf8[..rune.EncodeToUtf8(utf8)]);
    }

    /// <summary>Room to write into; say how much of it was used with <see cref="Advance"/>.</summary>
    public Span<byte> Room(int count)
    {
        if (bytes.Length - length < count) Grow(count);
        return bytes.AsSpan(length, count);
    }

    public void Advance(int count) => length += count;

    public void Cut(int count) => length -= count;

    /// <summary>Gives a large array back.</summary>
    public void Release()
    {
        length = 0;
        if (bytes.Length <= Kept) return;
        ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }

    private void Grow(int more)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(checked(length + more), Math.Max(1024, bytes.Length * 2)));
        Written.CopyTo(larger);
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = larger;
    }
}
