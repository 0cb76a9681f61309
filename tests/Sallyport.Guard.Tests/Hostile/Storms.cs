using System.IO.Compression;
using System.Text;

namespace Sallyport.Guard.Tests.Hostile;

/// <summary>Texts that are made to cost as much as possible: what wakes a decoder or a detector, over and over, on one line or many.</summary>
internal static class Storms
{
    public static readonly (string Name, Func<int, byte[]> Make)[] All =
    [
        .. Units.Select(unit => (unit.Length > 40 ? unit[..40] : unit, (Func<int, byte[]>)(size => Repeat(unit, size)))),
        ("base64 of base64 of base64", size => Layers(size, 12)),
        ("base64 of noise", size => Encoding.ASCII.GetBytes(Convert.ToBase64String(Noise(size * 3 / 4)))),
        ("noise", Noise),
        ("base64 letters", size => Letters(size, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")),
        ("hex digits", size => Letters(size, "0123456789abcdef")),
        ("escape letters", size => Letters(size, "\\\"'+ux0123456789{}&#;%=\n ")),
        ("quotes and signs", size => Letters(size, "\"'+.,&|~ \n")),
        ("keyword letters", size => Words(size, ["password", "=", "token", ":", "\"", "secret", " ", "key", "\n", "api_", "-----BEGIN ", "://", "@", "x", "AKIA", "ghp_", "sk-", "eyJ"])),
        ("decoder words", size => Words(size, ["join(", "concat(", "\"+\"", "fromCharCode(", "chr(", "65,", "\\u0041", "%41", "&#65;", "=41", "=\n", "[", "]", ")", "\"", "'", "a", "\\\"", "\u200b", ".reverse()"])),
        ("JSON in JSON in JSON", Nested),
        ("bombs in base64", Bombs),
        ("zlib in base64 in zlib", Matryoshka),
        ("utf-16 of escapes", size => Encoding.Unicode.GetBytes(Encoding.ASCII.GetString(Repeat("\\u0041", size / 2)))),
        ("zeros and letters", size => Letters(size, "\0\0a")),
    ];

    private static string[] Units =>
    [
        "\\u0041", "\\x41", "\\101", "\\u{41}", "&#65;", "&#x41;", "&lowbar;", "\"+\"", "'+'", "\" + \"a", "%41", "%25", "%2541", "join(", "\".join(", "[\"a\",\"b\"].join(\"\")", "\",\"", "fromCharCode(", "String.fromCharCode(65,", "chr(65)+", "[char]65+",
        "=3D", "=\n", "a=\r\n", "=41=42", "a\u200b", "a\u00ad", "\\\"", "\"{\\\"a\\\":", "\\/", "a\\/", "\\\\\\\"", "a\\\n", "+AF8-", "begin 644 a\n", "<~", "<~87cURDZ~>", "65,", "0x41,", "41 ", "41:", "00000000: 4142 4344\n", "\0A", "A\0", "A\0\0\0", "\u00ff\u00fe",
        ".concat(\"", ".append(\"", "s += \"a\";\n", "s=\"a\";s+=\"b\";", "${\"a\"}", "\"\"", "\" \"", "\"a\"\n\"b\"\n", "implode(", "strings.Join(", ".reverse()", "\\41 ", "e=_cut/", "phg_", "_phg",
        "password=", "password=password", "token:", "token: ", "\"token\":\"", "secret = \"aB3$kL9z\" ", "api_key=", "Authorization: Basic ", "Bearer ", "://", "https://u:", "https://u:p@h", "postgres://u:p@", "@", "-----BEGIN RSA PRIVATE KEY-----", "-----BEGIN RSA PRIVATE KEY-----\n", "-----END", "\"private_key\":", "Password=a;", "Server=a;Password=b;", "AccountKey=",
        "eyJ", "eyJhbGciOiJ", "eyJhbGciOiJIUzI1NiJ9.", "AKIA", "ghp_", "github_pat_", "sk-", "sk_live_", "xoxb-", "xoxb-1-", "glpat-", "npm_", "AIza", "SG.", "key-", "hvs.", "dop_v1_", "pypi-AgEIcHlwaS5vcmc", "T3BlbkFJ", "sk-ant-api03-", "IDENTIFIED BY '", "sshpass -p ", "curl -u a:b ", "--password ", "ConvertTo-SecureString \"", "\"kty\":\"", "SUAA", "$2a$10$", "PuTTY-User-Key-File-2: ",
        "sourceMappingURL=", "//# sourceMappingURL=data:application/json;base64,", "//# sourceMappingURL=a.map\n", "eval(\"", "//# sourceURL=webpack://a\\n\");", "/home/anna/src/", "C:\\Users\\anna\\", "C:\\\\Users\\\\", "/Users/", "sally:allow ", "falcon ", "\n", " ", "\0", "a", "A", "(", "{\"a\":", "[", "<a>", "<!--", "%PDF-1.4\n", "stream\n", "PK\u0003\u0004", "BSJB", "\u001f\u008b\u0008", "(\u00b5/\u00fd", "define(\"", "client_secret", "clientsecret client_id ", "datadog ", "heroku 0123", "aws_secret_access_key = ", "x-api-key: ", "_authToken=", "machine a login b password c\n",
    ];

    public static byte[] Repeat(string unit, int size)
    {
        var bytes = unit.All(c => c < 0x100) && unit.Any(c => c is >= (char)0x80) && !unit.Contains('\u00ad') ? Encoding.Latin1.GetBytes(unit) : Encoding.UTF8.GetBytes(unit);
        var content = new byte[size];
        for (var at = 0; at < size; at += bytes.Length) bytes.AsSpan(0, Math.Min(bytes.Length, size - at)).CopyTo(content.AsSpan(at));
        return content;
    }

    private static byte[] Noise(int size)
    {
        var content = new byte[size];
        new Random(size).NextBytes(content);
        return content;
    }

    private static byte[] Letters(int size, string alphabet)
    {
        var content = Noise(size);
        for (var i = 0; i < size; i++) content[i] = (byte)alphabet[content[i] % alphabet.Length];
        return content;
    }

    private static byte[] Words(int size, string[] words)
    {
        var random = new Random(size);
        var text = new StringBuilder(size + 100);
        while (text.Length < size) text.Append(words[random.Next(words.Length)]);
        return Encoding.UTF8.GetBytes(text.ToString(0, size));
    }

    private static byte[] Layers(int size, int depth)
    {
        var content = Letters((int)(size * Math.Pow(0.75, depth)), "abcdefgh ijk\n");
        while (depth-- > 0) content = Encoding.ASCII.GetBytes(Convert.ToBase64String(content));
        return content;
    }

    private static byte[] Nested(int size)
    {
        var text = "{\"a\":\"b\"}";
        while (text.Length < size && text.Length < 40_000) text = "{\"a\":\"" + text.Replace("\\", "\\\\").Replace("\"", "\\\"") + "\"}";
        return Repeat(text, size);
    }

    private static byte[] Bombs(int size)
    {
        using var output = new MemoryStream();
        using (var zlib = new ZLibStream(output, CompressionLevel.SmallestSize)) zlib.Write(Repeat("so much for that\n", 8 << 20));
        return Repeat(Convert.ToBase64String(output.ToArray()) + "\n", size);
    }

    private static byte[] Matryoshka(int size)
    {
        var content = Letters(size, "abcdefgh ijk\n");
        for (var i = 0; i < 4; i++)
        {
            using var output = new MemoryStream();
            using (var zlib = new ZLibStream(output, CompressionLevel.Fastest)) zlib.Write(content);
            content = Encoding.ASCII.GetBytes(Convert.ToBase64String(output.ToArray()));
        }
        return content;
    }
}
