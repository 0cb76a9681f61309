using System.Text;
using Sallyport.Guard.Detectors.Secrets;
using Sallyport.Guard.Detectors.Secrets.Providers;

namespace Sallyport.Guard.Tests.Decoding;

/// <summary>What is written down in any way that we know is found, and random bytes are not.</summary>
public sealed class DecoderTests
{
    private static readonly string[] Rule = ["secret.github-pat", "secret.github-oauth", "secret.github-app-token", "secret.github-server-token", "secret.github-refresh-token", "secret.github-fine-grained-pat"];

    private static readonly (string Name, Func<string, byte[]> Put)[] Hosts =
    [
        ("a.js", s => Encoding.UTF8.GetBytes($"const value = {s};\nfunction f(a,b){{return a+b}}\n")),
        ("a.json", s => Encoding.UTF8.GetBytes($"{{\n  \"value\": {s},\n  \"more\": 1\n}}\n")),
        ("a.py", s => Encoding.UTF8.GetBytes($"import os\nvalue = {s}\nprint(value)\n")),
        ("a.txt", s => Encoding.UTF8.GetBytes(s + "\n")),
        ("a.bin", s => [0, 1, 2, 3, 0xFF, 0xFE, 0x80, (byte)'\n', .. Encoding.UTF8.GetBytes(s), (byte)'\n', 0, 0xC0, 1, 0, 0]),
        ("a.ps1", s => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes($"$value = {s}\r\n")]),
        ("b.ps1", s => [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes($"$value = {s}\r\n")]),
    ];

    public static TheoryData<string> Names => [.. Encoders.All.Select(e => e.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Sees_through(string name)
    {
        var write = Encoders.All.Single(e => e.Name == name).Write;
        var random = new Random(name.Length);
        foreach (var token in Tokens(random, 3))
        {
            foreach (var host in Hosts)
            {
                var content = host.Put(write(token, random));
                // What stands there as it is would prove nothing.
                Assert.True(content.AsSpan().IndexOf(Encoding.ASCII.GetBytes(token)) < 0, $"{name} does not hide anything");
                if (Found(host.Name, content) is { } problem) Assert.Fail($"{name} in {host.Name}: {problem}\n{Encoding.Latin1.GetString(content)}");
            }
        }
    }

    [Fact]
    public void Sees_through_two_at_once()
    {
        var random = new Random(20261121);
        var failures = new List<string>();
        var tried = 0;
        foreach (var token in Tokens(random, 60))
        {
            for (var i = 0; i < 4; i++, tried++)
            {
                var (inner, outer) = (Encoders.All[random.Next(Encoders.All.Length)], Encoders.All[random.Next(Encoders.All.Length)]);
                if (!Combines(inner.Name, outer.Name)) continue;
                var host = Hosts[random.Next(Hosts.Length)];
                var content = host.Put(outer.Write(inner.Write(token, random), random));
                if (Found(host.Name, content) is { } problem) failures.Add($"{inner.Name} in {outer.Name} in {host.Name}: {problem}\n{Encoding.Latin1.GetString(content)}");
            }
        }
        Assert.True(failures.Count == 0, $"{failures.Count} of {tried}\n{string.Join("\n\n", failures.Take(40))}");
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(true, false, 1)]
    [InlineData(false, true, 1)]
    [InlineData(true, true, 4)]
    public void Sees_UTF_16_and_32_in_binaries(bool bigEndian, bool odd, int zeros)
    {
        var token = Tokens(new Random(4), 1).Single();
        byte[] wide = zeros == 4 ? new UTF32Encoding(bigEndian, false).GetBytes(token) : new UnicodeEncoding(bigEndian, false).GetBytes(token);
        byte[] content = [0x4D, 0x5A, 0, 0, .. odd ? new byte[] { 7 } : [], .. new byte[] { 0x51, 0xC1 }, .. wide, 0x01, 0x51, 0, 0, 0xC4];
        Assert.Null(Found("a.dll", content));
    }

    [Fact]
    public void Finds_nothing_in_random_bytes()
    {
        var random = new Random(17);
        foreach (var alphabet in new[] { "", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", "0123456789abcdef", "0123456789abcdef ,:x\n", "\\\"'+ux0123456789{}&#;%=\n " })
        {
            var content = new byte[1 << 20];
            random.NextBytes(content);
            if (alphabet.Length > 0)
            {
                for (var i = 0; i < content.Length; i++) content[i] = (byte)alphabet[content[i] % alphabet.Length];
            }
            var report = Checks.CheckFile("noise.txt", content);
            Assert.DoesNotContain(report.Findings, f => f.Rule.Id.StartsWith("secret.", StringComparison.Ordinal));
            Assert.Empty(report.Skipped);
        }
    }

    private static IEnumerable<string> Tokens(Random random, int count)
    {
        Credential[] kinds = [.. new GitHub().Credentials.Where(c => Rule.Contains(c.Rule.Id))];
        for (var i = 0; i < count; i++) yield return kinds[random.Next(kinds.Length)].Fake(random);
    }

    private static string? Found(string name, byte[] content)
    {
        var report = Checks.CheckFile(name, content);
        if (report.Skipped.Count > 0) return "skipped " + report.Skipped[0].Reason;
        return report.Findings.Any(f => Rule.Contains(f.Rule.Id)) ? null : "not found";
    }

    // Some ways of writing only make sense for text without quotes, or for tokens with an underscore.
    private static bool Combines(string inner, string outer)
    {
        string[] wordsOnly = ["rot13", "reversed", "base64", "hex", "base32", "base64 url-safe", "base64 unpadded", "percent, all", "\\x", "\\u", "hex array", "decimal array"];
        string[] anyText = ["base64", "base64 url-safe", "base64 unpadded", "base64 data URI", "base64 at 76 columns", "base64 at 64 columns, CRLF, indented", "hex", "base32", "percent, all", "percent, twice", "\\x", "\\u", "\\u{}", "octal",
            "decimal array", "hex array", "xxd", "hexdump", "entities, decimal", "entities, hex", "gzip in base64", "zlib in base64", "deflate in base64", "brotli in base64", "deflate in hex", "utf-16 in base64", "base64 in base64", "fromCharCode", "hex, spaces", "base32 lower case", "hex, colons", "od -x", "od -c", "od -b"];
        if (anyText.Contains(outer)) return true;
        string[] splits = ["plus", "plus, minified", "plus, lines", "dot", "adjacent", "array join", "concat", "append", "python join", "plus assign"];
        // Cut right before a space, the quotes around the cut look like a piece of their own.
        if (inner == "hex array" && outer == "adjacent") return false;
        return wordsOnly.Contains(inner) && inner is not ("rot13" or "reversed") && splits.Contains(outer);
    }
}
