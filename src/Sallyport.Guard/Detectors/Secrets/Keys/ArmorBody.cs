using System.Buffers;
using System.Buffers.Text;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>
/// Collects the base64 of a key however it is written down: on lines, indented, with <c>\n</c> escapes, as quoted pieces
/// that are joined by signs, or all on one line.
/// </summary>
internal static class ArmorBody
{
    public const int MaxBytes = 24 * 1024;

    /// <summary>Fills <paramref name="base64"/> from <paramref name="at"/> on; returns how much, and leaves <paramref name="at"/> where it stopped.</summary>
    public static int Collect(ReadOnlySpan<byte> text, ref int at, Span<byte> base64)
    {
        var count = 0;
        var padded = false;
        while (at < text.Length && count < base64.Length)
        {
            var b = text[at];
            if (b == '=')
            {
                padded = true;
                base64[count++] = b;
                at++;
            }
            else if (!padded && (char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/'))
            {
                base64[count++] = b;
                at++;
            }
            else if (b is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') at++;
            else if (b == '\\')
            {
                while (at < text.Length && text[at] == '\\') at++;
                if (at < text.Length && text[at] is (byte)'n' or (byte)'r' or (byte)'t') at++;
            }
            else if (b is (byte)'"' or (byte)'\'' or (byte)'`')
            {
                // The piece ends; signs, blanks and the next quote may follow.
                var look = at + 1;
                while (look < text.Length && look < at + 60 && text[look] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'+' or (byte)',' or (byte)'.' or (byte)'\\' or (byte)'&') look++;
                if (look < text.Length && text[look] is (byte)'"' or (byte)'\'' or (byte)'`') at = look + 1;
                else break;
            }
            else break;
        }
        return count;
    }

    /// <summary>Decodes what can be decoded; 0 when it is no base64.</summary>
    public static int Decode(ReadOnlySpan<byte> base64, Span<byte> data)
    {
        base64 = base64.TrimEnd((byte)'=');
        var whole = base64.Length / 4 * 4;
        if (Base64.DecodeFromUtf8(base64[..whole], data, out _, out var written) != OperationStatus.Done) return 0;
        var left = base64.Length - whole;
        if (left < 2) return written;
        Span<byte> last = [(byte)'=', (byte)'=', (byte)'=', (byte)'='];
        base64[whole..].CopyTo(last);
        // The spare bits of a hand-cut tail are not zero; what was decoded before stands.
        return Base64.DecodeFromUtf8(last, data[written..], out _, out var more) == OperationStatus.Done ? written + more : written;
    }
}
