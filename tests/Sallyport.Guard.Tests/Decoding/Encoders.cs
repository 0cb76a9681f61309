using System.IO.Compression;
using System.Text;

namespace Sallyport.Guard.Tests.Decoding;

/// <summary>The other direction of every decoder: ways to write a text down that people and tools really use.</summary>
internal static class Encoders
{
    public static readonly (string Name, Func<string, Random, string> Write)[] All =
    [
        ("base64", (s, _) => Convert.ToBase64String(Bytes(s))),
        ("base64 url-safe", (s, _) => UrlSafe(Bytes(s))),
        ("base64 unpadded", (s, _) => Convert.ToBase64String(Bytes(s)).TrimEnd('=')),
        ("base64 behind a key", (s, _) => "key=" + Convert.ToBase64String(Bytes(s))),
        ("base64 behind a path", (s, r) => "api/" + "v123"[..(1 + r.Next(4))] + "/" + Convert.ToBase64String(Bytes(s))),
        ("base64 data URI", (s, _) => "data:text/plain;base64," + Convert.ToBase64String(Bytes(s))),
        ("base64 at 76 columns", (s, _) => Wrap(Convert.ToBase64String(Bytes(Pad(s))), 76, "\n")),
        ("base64 at 64 columns, CRLF, indented", (s, _) => Wrap(Convert.ToBase64String(Bytes(Pad(s))), 64, "\r\n      ")),
        ("base64 at 60 columns, escaped", (s, _) => Wrap(Convert.ToBase64String(Bytes(Pad(s))), 60, "\\n")),
        ("base64 at 60 columns, quoted", (s, _) => $"\"{Wrap(Convert.ToBase64String(Bytes(Pad(s))), 60, "\" +\n    \"")}\""),
        ("base32", (s, _) => Base32(Bytes(s), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", pad: true)),
        ("base32 lower case", (s, _) => Base32(Bytes(s), "abcdefghijklmnopqrstuvwxyz234567", pad: false)),
        ("base32hex", (s, _) => Base32(Bytes(s), "0123456789ABCDEFGHIJKLMNOPQRSTUV", pad: true)),
        ("ascii85", (s, _) => Ascii85(Bytes(s))),
        ("hex", (s, _) => Convert.ToHexStringLower(Bytes(s))),
        ("hex upper case behind 0x", (s, _) => "0x" + Convert.ToHexString(Bytes(s))),
        ("hex, spaces", (s, _) => string.Join(' ', Bytes(s).Select(b => b.ToString("x2")))),
        ("hex, colons", (s, _) => string.Join(':', Bytes(s).Select(b => b.ToString("X2")))),
        ("hex array", (s, _) => "[" + string.Join(", ", Bytes(s).Select(b => $"0x{b:x2}")) + "]"),
        ("decimal array", (s, _) => "[" + string.Join(',', Bytes(s)) + "]"),
        ("signed array", (s, _) => "{" + string.Join(", ", Bytes(s).Select(b => (sbyte)b)) + ", -1, -128}"),
        ("decimal array in lines", (s, _) => "[\n  " + string.Join(",\n  ", Bytes(s)) + "\n]"),
        ("xxd", (s, _) => Dump(Bytes(s), xxd: true)),
        ("hexdump", (s, _) => Dump(Bytes(s), xxd: false)),
        ("xxd -c 4", (s, _) => Dump(Bytes(s), xxd: true, width: 4)),
        ("xxd -p, short lines", (s, _) => string.Join('\n', Bytes(s).Chunk(10).Select(Convert.ToHexStringLower))),
        ("hex, one a line", (s, _) => string.Join('\n', Bytes(s).Select(b => b.ToString("x2")))),
        ("hex, dashes", (s, _) => Convert.ToHexString(Bytes(s)).Chunk(2).Aggregate("", (all, two) => all + (all.Length > 0 ? "-" : "") + new string(two))),
        ("C array in lines", (s, _) => "unsigned char s[] = {\n  " + string.Join(",\n  ", Bytes(s).Chunk(12).Select(line => string.Join(", ", line.Select(b => $"0x{b:x2}")))) + "\n};"),
        ("decimal, spaces", (s, _) => string.Join(' ', Bytes(s))),
        ("octal, spaces", (s, _) => string.Join(' ', Bytes(s).Select(b => Convert.ToString(b, 8).PadLeft(3, '0')))),
        ("od", (s, _) => Octal(Bytes(s), 2, word => Convert.ToString(word[1] << 8 | word[0], 8).PadLeft(6, '0'), 7)),
        ("od -x", (s, _) => Octal(Bytes(s), 2, word => $"{word[1]:x2}{word[0]:x2}", 5)),
        ("od -x without offsets", (s, _) => Octal(Bytes(s), 2, word => $"{word[1]:x2}{word[0]:x2}", 5, offsets: false)),
        ("od -t x4", (s, _) => Octal(Bytes(s), 4, word => $"{word[3]:x2}{word[2]:x2}{word[1]:x2}{word[0]:x2}", 9)),
        ("od -t x1", (s, _) => Octal(Bytes(s), 1, b => b[0].ToString("x2"), 3)),
        ("od -t u1", (s, _) => Octal(Bytes(s), 1, b => b[0].ToString(), 4)),
        ("od -b", (s, _) => Octal(Bytes(s), 1, b => Convert.ToString(b[0], 8).PadLeft(3, '0'), 4)),
        ("od -c", (s, _) => Octal(Bytes(s + "\n"), 1, b => b[0] == '\n' ? "\\n" : $"{(char)b[0]}", 4)),
        ("od -c without offsets", (s, _) => Octal(Bytes(s), 1, b => $"{(char)b[0]}", 4, offsets: false)),
        ("od -a", (s, _) => Octal(Bytes($"key {s}\n"), 1, b => b[0] switch { (byte)'\n' => "nl", (byte)' ' => "sp", _ => $"{(char)b[0]}" }, 4)),
        ("a space behind each", (s, _) => string.Join(' ', s.ToCharArray())),
        ("one a line", (s, _) => string.Join('\n', s.ToCharArray())),
        ("percent, all", (s, _) => string.Concat(Bytes(s).Select(b => $"%{b:X2}"))),
        ("percent, some", (s, r) => string.Concat(Bytes(s).Select(b => b == '_' || r.Next(3) == 0 ? $"%{b:x2}" : ((char)b).ToString()))),
        ("percent, twice", (s, _) => string.Concat(Bytes(s).Select(b => $"%25{b:X2}"))),
        ("quoted-printable", (s, _) => s.Replace("=", "=3D").Replace("_", "=5F")),
        ("quoted-printable, soft break", (s, _) => s.Insert(s.Length / 2, "=\r\n")),
        ("\\x", (s, _) => string.Concat(Bytes(s).Select(b => $"\\x{b:x2}"))),
        ("\\u", (s, _) => string.Concat(s.Select(c => $"\\u{(int)c:x4}"))),
        ("\\u, some", (s, r) => string.Concat(s.Select(c => c == '_' || r.Next(3) == 0 ? $"\\u{(int)c:X4}" : c.ToString()))),
        ("\\u{}", (s, _) => string.Concat(s.Select(c => $"\\u{{{(int)c:x}}}"))),
        ("octal", (s, _) => string.Concat(s.Select(c => "\\" + Convert.ToString(c, 8).PadLeft(3, '0')))),
        ("CSS", (s, _) => string.Concat(s.Select(c => $"\\{(int)c:x} "))),
        ("entities, decimal", (s, _) => string.Concat(s.Select(c => $"&#{(int)c};"))),
        ("entities, hex", (s, _) => string.Concat(s.Select(c => $"&#x{(int)c:x};"))),
        ("entities, named", (s, _) => s.Replace("_", "&lowbar;")),
        ("JSON in a JSON string", (s, _) => $"\"{{\\\"a\\\":\\\"{s.Replace("_", "\\\\u005f")}\\\"}}\""),
        ("\\u for a sign", (s, _) => s.Replace("_", "\\u005f") + "\\/x"),
        ("plus", (s, r) => Join(s, r, "\"", "\" + \"", "\"")),
        ("plus, minified", (s, r) => Join(s, r, "'", "'+'", "'")),
        ("plus, lines", (s, r) => Join(s, r, "\"", "\" +\n        \"", "\"")),
        ("plus, leading", (s, r) => Join(s, r, "\"", "\"\n        + \"", "\"")),
        ("dot", (s, r) => Join(s, r, "'", "' . '", "'")),
        ("two dots", (s, r) => Join(s, r, "\"", "\" .. \"", "\"")),
        ("ampersand", (s, r) => Join(s, r, "\"", "\" & \"", "\"")),
        ("tilde", (s, r) => Join(s, r, "'", "' ~ '", "'")),
        ("pipes", (s, r) => Join(s, r, "'", "' || '", "'")),
        ("adjacent", (s, r) => Join(s, r, "\"", "\" \"", "\"")),
        ("adjacent lines", (s, r) => Join(s, r, "(\"", "\"\n  \"", "\")")),
        ("shell", (s, r) => Join(s, r, "\"", "\"'", "'")),
        ("concat", (s, r) => Join(s, r, "\"", "\".concat(\"", "\")")),
        ("append", (s, r) => Join(s, r, "new StringBuilder().append(\"", "\").append(\"", "\").toString()")),
        ("template", (s, r) => Join(s, r, "`${\"", "\"}${\"", "\"}`")),
        ("plus assign", (s, r) => Join(s, r, "var s = \"", "\";\ns += \"", "\";")),
        ("dot assign", (s, r) => Join(s, r, "$s = '", "';\n$s .= '", "';")),
        ("backslash lines", (s, r) => Join(s, r, "\"", "\\\n", "\"")),
        ("array join", (s, r) => Join(s, r, "[\"", "\",\"", "\"].join(\"\")")),
        ("array join, spaces", (s, r) => Join(s, r, "[ '", "', '", "' ].join('')")),
        ("array join, underscore", (s, _) => "[\"" + s.Replace("_", "\",\"") + "\"].join(\"_\")"),
        ("python join", (s, r) => Join(s, r, "''.join(['", "', '", "'])")),
        ("implode", (s, r) => Join(s, r, "implode('', ['", "', '", "'])")),
        ("strings.Join", (s, r) => Join(s, r, "strings.Join([]string{\"", "\", \"", "\"}, \"\")")),
        ("reversed array", (s, _) => "[\"" + string.Join("\",\"", s.Reverse()) + "\"].reverse().join(\"\")"),
        ("character array", (s, _) => "{'" + string.Join("', '", s.ToCharArray()) + "'}"),
        ("fromCharCode", (s, _) => "String.fromCharCode(" + string.Join(',', Bytes(s)) + ")"),
        ("chr", (s, _) => string.Join(" + ", Bytes(s).Select(b => $"chr({b})"))),
        ("chr with strings", (s, _) => $"chr({(int)s[0]}) . \"{s[1..]}\""),
        ("[char]", (s, _) => string.Join('+', Bytes(s).Select(b => $"[char]{b}"))),
        ("reversed", (s, _) => new string([.. s.Reverse()])),
        ("rot13", (s, _) => string.Concat(s.Select(c => char.IsAsciiLetter(c) ? (char)((c & 32) + 'A' + ((c | 32) - 'a' + 13) % 26) : c))),
        ("zero width", (s, _) => s.Insert(2, "\u200b").Insert(9, "\u00ad")),
        ("utf-7", (s, _) => s.Replace("_", "+AF8-")),
        ("uuencode", (s, _) => Uuencode(Bytes(s))),
        ("gzip in base64", (s, _) => Convert.ToBase64String(Pack(Bytes(Pad(s)), o => new GZipStream(o, CompressionLevel.Optimal)))),
        ("zlib in base64", (s, _) => Convert.ToBase64String(Pack(Bytes(Pad(s)), o => new ZLibStream(o, CompressionLevel.Optimal)))),
        ("deflate in base64", (s, _) => Convert.ToBase64String(Pack(Bytes(Pad(s)), o => new DeflateStream(o, CompressionLevel.Optimal)))),
        ("brotli in base64", (s, _) => Convert.ToBase64String(Pack(Bytes(Pad(s)), o => new BrotliStream(o, CompressionLevel.Optimal)))),
        ("deflate in hex", (s, _) => Convert.ToHexStringLower(Pack(Bytes(Pad(s)), o => new DeflateStream(o, CompressionLevel.Fastest)))),
        ("utf-16 in base64", (s, _) => Convert.ToBase64String(Encoding.Unicode.GetBytes(s))),
        ("base64 in base64", (s, _) => Convert.ToBase64String(Bytes(Convert.ToBase64String(Bytes(s))))),
    ];

    private static byte[] Bytes(string s) => Encoding.UTF8.GetBytes(s);

    private static string Pad(string s) => $"this stands before the value {s} and some more words come after it, so that there is more than a line\n";

    private static string UrlSafe(byte[] bytes) => Convert.ToBase64String(bytes).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    private static string Wrap(string s, int width, string between) => string.Join(between, s.Chunk(width).Select(c => new string(c)));

    private static string Join(string s, Random random, string before, string between, string after)
    {
        var (a, b) = (random.Next(1, s.Length / 2), random.Next(s.Length / 2, s.Length - 1));
        var text = before + s[..a] + between + s[a..b];
        if (between.EndsWith("\"'", StringComparison.Ordinal)) return before + s[..a] + between + s[a..] + after;
        return between.StartsWith("\".concat", StringComparison.Ordinal) ? before + s[..a] + between + s[a..] + after : text + between + s[b..] + after;
    }

    private static byte[] Pack(byte[] bytes, Func<Stream, Stream> packer)
    {
        using var output = new MemoryStream();
        using (var stream = packer(output)) stream.Write(bytes);
        return output.ToArray();
    }

    private static string Base32(byte[] bytes, string alphabet, bool pad)
    {
        var text = new StringBuilder();
        var (bits, count) = (0, 0);
        foreach (var b in bytes)
        {
            bits = (bits << 8 | b) & 0xFFFF;
            for (count += 8; count >= 5; count -= 5) text.Append(alphabet[bits >> (count - 5) & 31]);
        }
        if (count > 0) text.Append(alphabet[bits << (5 - count) & 31]);
        while (pad && text.Length % 8 != 0) text.Append('=');
        return text.ToString();
    }

    private static string Ascii85(byte[] bytes)
    {
        var text = new StringBuilder("<~");
        foreach (var chunk in bytes.Chunk(4))
        {
            var value = 0U;
            for (var i = 0; i < 4; i++) value = value << 8 | (i < chunk.Length ? chunk[i] : (byte)0);
            var digits = new char[5];
            for (var i = 4; i >= 0; i--, value /= 85) digits[i] = (char)(value % 85 + '!');
            text.Append(digits, 0, chunk.Length + 1);
        }
        return text.Append("~>").ToString();
    }

    // As od writes: an offset in octal, then columns; a last line with the length.
    private static string Octal(byte[] bytes, int size, Func<byte[], string> write, int column, bool offsets = true)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i += 16)
        {
            if (offsets) text.Append(Convert.ToString(i, 8).PadLeft(7, '0'));
            for (var at = i; at < Math.Min(i + 16, bytes.Length); at += size)
            {
                var word = new byte[size];
                bytes.AsSpan(at, Math.Min(size, bytes.Length - at)).CopyTo(word);
                text.Append(write(word).PadLeft(column));
            }
            text.Append('\n');
        }
        return offsets ? text.Append(Convert.ToString(bytes.Length, 8).PadLeft(7, '0')).Append('\n').ToString() : text.ToString();
    }

    private static string Dump(byte[] bytes, bool xxd, int width = 16)
    {
        var text = new StringBuilder();
        for (var i = 0; i < bytes.Length; i += width)
        {
            var line = bytes.Skip(i).Take(width).ToArray();
            var hex = xxd
                ? string.Join(' ', line.Chunk(2).Select(Convert.ToHexStringLower)).PadRight(width * 5 / 2)
                : string.Join("  ", line.Chunk(8).Select(half => string.Join(' ', half.Select(b => b.ToString("x2"))))).PadRight(48);
            text.Append(xxd ? $"{i:x8}: {hex} {Shown(line)}\n" : $"{i:x8}  {hex}  |{Shown(line)}|\n");
        }
        return text.ToString();
    }

    private static string Shown(byte[] line) => string.Concat(line.Select(b => b is >= 32 and < 127 ? (char)b : '.'));

    private static string Uuencode(byte[] bytes)
    {
        var text = new StringBuilder("begin 644 secret\n");
        foreach (var line in bytes.Chunk(45))
        {
            text.Append((char)(32 + line.Length));
            foreach (var three in line.Chunk(3))
            {
                var bits = three[0] << 16 | (three.Length > 1 ? three[1] : 0) << 8 | (three.Length > 2 ? three[2] : 0);
                for (var shift = 18; shift >= 0; shift -= 6) text.Append((bits >> shift & 63) is var v && v == 0 ? '`' : (char)(32 + v));
            }
            text.Append('\n');
        }
        return text.Append("`\nend\n").ToString();
    }
}
