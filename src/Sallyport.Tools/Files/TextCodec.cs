using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace Sallyport.Tools.Files;

/// <summary>
/// Bytes to characters and back, losing nothing: what was decoded encodes to the same bytes, whatever they were.
/// </summary>
internal static class TextCodec
{
    // Windows-1252 from 0x80 to 0x9F, as the WHATWG Encoding Standard has it: the five unassigned bytes are themselves.
    private const string High = "\u20AC\u0081\u201A\u0192\u201E\u2026\u2020\u2021\u02C6\u2030\u0160\u2039\u0152\u008D\u017D\u008F\u0090\u2018\u2019\u201C\u201D\u2022\u2013\u2014\u02DC\u2122\u0161\u203A\u0153\u009D\u017E\u0178";

    public static TextEncoding Detect(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith<byte>([0xEF, 0xBB, 0xBF])) return TextEncoding.Utf8WithMark;
        if (bytes.Length % 2 == 0 && bytes.StartsWith<byte>([0xFF, 0xFE])) return TextEncoding.Utf16Little;
        if (bytes.Length % 2 == 0 && bytes.StartsWith<byte>([0xFE, 0xFF])) return TextEncoding.Utf16Big;
        return Utf8.IsValid(bytes) || HasWideUtf8(bytes) ? TextEncoding.Utf8 : TextEncoding.Windows1252;
    }

    public static string Name(TextEncoding encoding) => encoding switch
    {
        TextEncoding.Utf8WithMark => "UTF-8 with byte order mark",
        TextEncoding.Utf16Little => "UTF-16 little-endian",
        TextEncoding.Utf16Big => "UTF-16 big-endian",
        TextEncoding.Windows1252 => "Windows-1252",
        _ => "UTF-8",
    };

    /// <summary>The characters, without the mark.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes, TextEncoding encoding)
    {
        switch (encoding)
        {
            case TextEncoding.Utf16Little or TextEncoding.Utf16Big:
                var units = MemoryMarshal.Cast<byte, ushort>(bytes[2..]).ToArray();
                if (encoding == TextEncoding.Utf16Big == BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(units, units);
                return new string(MemoryMarshal.Cast<ushort, char>(units));
            case TextEncoding.Windows1252:
                var text = new char[bytes.Length];
                for (var i = 0; i < text.Length; i++) text[i] = bytes[i] is >= 0x80 and <= 0x9F ? High[bytes[i] - 0x80] : (char)bytes[i];
                return new string(text);
            default:
                if (encoding == TextEncoding.Utf8WithMark) bytes = bytes[3..];
                return Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : DecodeBroken(bytes);
        }
    }

    /// <summary>The bytes, with the mark; null when the encoding has no form for <paramref name="missing"/>.</summary>
    public static byte[]? Encode(string text, TextEncoding encoding, out Rune missing)
    {
        missing = default;
        switch (encoding)
        {
            case TextEncoding.Utf16Little or TextEncoding.Utf16Big:
                var bytes = new byte[2 + 2 * text.Length];
                var units = MemoryMarshal.Cast<byte, ushort>(bytes.AsSpan());
                units[0] = 0xFEFF;
                MemoryMarshal.Cast<char, ushort>(text.AsSpan()).CopyTo(units[1..]);
                if (encoding == TextEncoding.Utf16Big == BitConverter.IsLittleEndian) BinaryPrimitives.ReverseEndianness(units, units);
                return bytes;
            case TextEncoding.Windows1252:
                var narrow = new byte[text.Length];
                for (var i = 0; i < narrow.Length; i++)
                {
                    if (Narrow(text[i]) is { } one) narrow[i] = one;
                    else
                    {
                        Rune.DecodeFromUtf16(text.AsSpan(i), out missing, out _);
                        return null;
                    }
                }
                return narrow;
            default:
                return EncodeUtf8(text, encoding == TextEncoding.Utf8WithMark);
        }
    }

    /// <summary>The text as it can be shown and sent: a character of its own for each that stands for a raw byte or half a pair.</summary>
    public static string Displayable(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\uD800', '\uDFFF')) return text;
        var characters = text.ToCharArray();
        for (var i = 0; i < characters.Length; i++)
        {
            if (char.IsHighSurrogate(characters[i]) && i + 1 < characters.Length && char.IsLowSurrogate(characters[i + 1])) i++;
            else if (char.IsSurrogate(characters[i])) characters[i] = '\uFFFD';
        }
        return new string(characters);
    }

    private static byte? Narrow(char c) =>
        c < 0x80 || c is >= '\u00A0' and <= '\u00FF' ? (byte)c : High.IndexOf(c) is var at and >= 0 ? (byte)(0x80 + at) : null;

    private static bool HasWideUtf8(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var skip = bytes.IndexOfAnyInRange((byte)0x80, (byte)0xFF);
            if (skip < 0) return false;
            bytes = bytes[skip..];
            if (Rune.DecodeFromUtf8(bytes, out _, out _) == System.Buffers.OperationStatus.Done) return true;
            bytes = bytes[1..];
        }
        return false;
    }

    private static string DecodeBroken(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        Span<char> pair = stackalloc char[2];
        while (bytes.Length > 0)
        {
            var used = 1;
            if (Rune.DecodeFromUtf8(bytes, out var rune, out var length) == System.Buffers.OperationStatus.Done)
            {
                text.Append(pair[..rune.EncodeToUtf16(pair)]);
                used = length;
            }
            else text.Append((char)(0xDC00 + bytes[0]));
            bytes = bytes[used..];
        }
        return text.ToString();
    }

    private static byte[] EncodeUtf8(string text, bool mark)
    {
        var bytes = new MemoryStream(text.Length + 16);
        if (mark) bytes.Write([0xEF, 0xBB, 0xBF]);
        Span<byte> four = stackalloc byte[4];
        ReadOnlySpan<char> rest = text;
        while (rest.Length > 0)
        {
            // Whole stretches at once; what carries a raw byte is written by hand.
            var stretch = rest.IndexOfAnyInRange('\uD800', '\uDFFF');
            if (stretch < 0) stretch = rest.Length;
            if (stretch > 0)
            {
                var size = Encoding.UTF8.GetByteCount(rest[..stretch]);
                var at = (int)bytes.Length;
                bytes.SetLength(at + size);
                Encoding.UTF8.GetBytes(rest[..stretch], bytes.GetBuffer().AsSpan(at, size));
                bytes.Position = at + size;
                rest = rest[stretch..];
                continue;
            }
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) == System.Buffers.OperationStatus.Done || rest[0] is < '\uDC80' or > '\uDCFF')
            {
                bytes.Write(four[..rune.EncodeToUtf8(four)]);
                rest = rest[used..];
            }
            else
            {
                bytes.WriteByte((byte)(rest[0] - 0xDC00));
                rest = rest[1..];
            }
        }
        return bytes.ToArray();
    }
}
