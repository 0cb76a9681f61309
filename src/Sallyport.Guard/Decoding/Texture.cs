using System.Buffers;
using System.Text;

namespace Sallyport.Guard.Decoding;

/// <summary>Tells decoded bytes that may hold something readable from noise, so that digests and keys are not looked at twice.</summary>
internal static class Texture
{
    /// <summary>
    /// True when a stretch of letters stands in it, or every second byte is zero as in UTF-16, or characters that nobody sees keep the
    /// letters apart (their first bytes are 0xE2, 0xEF and 0xC2).
    /// </summary>
    public static bool IsReadable(ReadOnlySpan<byte> bytes) =>
        ByteRuns<PrintableSet>.Any(bytes, bytes.Length < 1024 ? 8 : 12)
        || bytes.Length >= 16 && (bytes.Count((byte)0) * 4 >= bytes.Length || (bytes.Count((byte)0xE2) + bytes.Count((byte)0xEF) + bytes.Count((byte)0xC2)) * 8 >= bytes.Length);

    /// <summary>True when nothing but text stands at its beginning.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes)
    {
        var head = bytes[..Math.Min(bytes.Length, 64)];
        while (!head.IsEmpty)
        {
            if (head[0] is < 0x20 and not ((byte)'\t' or (byte)'\n' or (byte)'\r') or 0x7F) return false;
            // A character may be cut at the end of the head.
            if (Rune.DecodeFromUtf8(head, out _, out var taken) == OperationStatus.InvalidData) return false;
            head = head[taken..];
        }
        return true;
    }
}
