using System.Formats.Tar;
using System.IO.Compression;
using System.Text;

namespace Sallyport.Guard.Tests.Truth;

/// <summary>
/// A small but lifelike npm package: minified bundle, declarations, styles, documentation full of examples, lock file with
/// digests. On its own it is fit to leave, in the open and the closed profile alike.
/// </summary>
internal sealed class PackageBuilder(Random random)
{
    private static readonly string[] Words = ["render", "value", "client", "token", "password", "options", "request", "secret", "stream", "config", "handler", "session", "key", "node", "index", "buffer", "state", "auth"];

    private readonly List<(string Name, byte[] Content)> files = [];

    /// <summary>One package, one token, however often it is asked for.</summary>
    public int Seed { get; } = random.Next();

    public bool IsClosed { get; init; }

    public PackageBuilder Add(string name, string content) => Add(name, Encoding.UTF8.GetBytes(content));

    public PackageBuilder Add(string name, byte[] content)
    {
        files.Add((name, content));
        return this;
    }

    /// <summary>Adds text at a random line of the bundle.</summary>
    public string Bundle(string? leak = null)
    {
        var lines = new List<string>();
        for (var i = 0; i < 60; i++)
        {
            var (a, b, c) = (Word(), Word(), Word());
            lines.Add($"function {Short()}(e,t){{var n={{{a}:e.{b},{c}Type:\"{b}\",{b}Name:t.{c}}};return n.{a}||\"{a}-{b}\"===t?e({random.Next(1000)}):\"#{random.Next(0x1000000):x6}\"}}");
        }
        if (leak is not null) lines.Insert(random.Next(lines.Count), leak);
        return string.Join('\n', lines) + "\n";
    }

    public byte[] Pack(string? bundleLeak = null)
    {
        var all = new List<(string Name, byte[] Content)>
        {
            ("package.json", Encoding.UTF8.GetBytes($$$"""
                {"name":"@acme/widget-{{{random.Next(1000)}}}","version":"{{{random.Next(9)}}}.{{{random.Next(20)}}}.0","license":"{{{(IsClosed ? "UNLICENSED" : "MIT")}}}","main":"dist/index.js","types":"dist/index.d.ts","files":["dist"],"dependencies":{"left-pad":"^1.3.0"}}
                """)),
            ("dist/index.js", Encoding.UTF8.GetBytes(Bundle(bundleLeak))),
            ("dist/index.d.ts", "export interface Options { password?: string; apiKey: string; token(secret: string): Promise<void>; }\nexport declare function connect(options: Options): void;\n"u8.ToArray()),
            ("dist/style.css", Encoding.UTF8.GetBytes($".password-field{{color:#{random.Next(0x1000000):x6};background:url(data:image/png;base64,{Convert.ToBase64String(Bytes(90))})}}\n")),
            ("README.md", Encoding.UTF8.GetBytes($"# Widget\n\n    export API_KEY=your-api-key\n    psql postgres://user:password@localhost:5432/db\n    curl -u username:password https://example.com\n\nSet `token` to <YOUR_TOKEN>. Digest: sha512-{Convert.ToBase64String(Bytes(64))}\nCommit {Hex(20)}, id {Guid()}.\n")),
            ("LICENSE", "Permission is granted as the package.json says.\n"u8.ToArray()),
        };
        foreach (var file in files)
        {
            all.RemoveAll(f => f.Name == file.Name);
            all.Add(file);
        }
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Ustar))
        {
            foreach (var (name, content) in all)
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, "package/" + name) { DataStream = new MemoryStream(content) });
        }
        return bytes.ToArray();
    }

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    public string Hex(int bytes) => Convert.ToHexStringLower(Bytes(bytes));

    public string Guid() => new Guid(Bytes(16)).ToString();

    /// <summary>Letters and digits, mixed like a real key.</summary>
    public string Key(int length) => new string(random.GetItems<char>("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", length));

    public string Word() => Words[random.Next(Words.Length)];

    private string Short() => new string(random.GetItems<char>("abcdefghijklmnopqrstuvwxyz", 2));

    public static byte[] Gzip(byte[] plain)
    {
        using var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(plain);
        return bytes.ToArray();
    }

    public static byte[] Zip(string name, byte[] content)
    {
        using var bytes = new MemoryStream();
        using (var zip = new ZipArchive(bytes, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry(name).Open();
            entry.Write(content);
        }
        return bytes.ToArray();
    }
}
