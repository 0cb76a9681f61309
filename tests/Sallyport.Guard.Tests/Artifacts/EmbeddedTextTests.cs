using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Sallyport.Guard.Detectors.Secrets;

namespace Sallyport.Guard.Tests.Artifacts;

/// <summary>Secrets inside formats that hold text in their own ways.</summary>
public sealed class EmbeddedTextTests
{
    internal static readonly byte[] PngSignature = [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10];

    [Fact]
    public void Sees_a_token_in_the_compressed_text_of_a_png()
    {
        byte[] text = [.. "Comment\0\0"u8, .. Deflate(Encoding.ASCII.GetBytes("token " + Fakes.GitHubToken()))];
        Finds("logo.png", [.. PngSignature, .. Chunk("IHDR", new byte[13]), .. Chunk("zTXt", text), .. Chunk("IEND", [])]);
    }

    [Fact]
    public void Sees_a_token_in_the_international_text_of_a_png()
    {
        byte[] text = [.. "Comment\0\u0001\0en\0Kommentar\0"u8, .. Deflate(Encoding.ASCII.GetBytes("token " + Fakes.GitHubToken()))];
        Finds("logo.png", [.. PngSignature, .. Chunk("IHDR", new byte[13]), .. Chunk("iTXt", text), .. Chunk("IEND", [])]);
    }

    [Fact]
    public void Opens_an_archive_hidden_behind_an_image()
    {
        using var hidden = new MemoryStream();
        using (var gzip = new GZipStream(hidden, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(Encoding.ASCII.GetBytes("token " + Fakes.GitHubToken()));
        Finds("logo.png", [.. PngSignature, .. Chunk("IHDR", new byte[13]), .. Chunk("IEND", []), .. hidden.ToArray()]);
    }

    [Theory]
    [InlineData("(%)Tj")]
    [InlineData("[(#)-20(#)]TJ")]
    [InlineData("<~>Tj")]
    public void Sees_a_token_that_a_pdf_page_shows(string form)
    {
        var token = Fakes.GitHubToken();
        var half = token.Length / 2;
        var shown = form.Replace("%", token, StringComparison.Ordinal).Replace("~", Convert.ToHexString(Encoding.ASCII.GetBytes(token)), StringComparison.Ordinal)
            .Replace("(#)-20(#)", $"({token[..half]})-20({token[half..]})", StringComparison.Ordinal);
        Finds("manual.pdf", Pdf($"BT /F1 12 Tf 72 720 Td {shown} ET"));
    }

    [Fact]
    public void Sees_a_row_that_spills_over_several_pages_of_a_database()
    {
        using var folder = new TempFolder();
        var filler = new string('x', 4096 - 60);
        Tools.Run(folder.Path, "sqlite3", "app.db", $"pragma page_size=4096; create table t(a text); insert into t values('{filler} {Fakes.GitHubToken()} {new string('y', 9000)}');");
        Finds("app.db", File.ReadAllBytes(Path.Combine(folder.Path, "app.db")));
    }

    [Fact]
    public void Sees_what_only_the_history_in_a_git_pack_still_holds()
    {
        using var folder = new TempFolder();
        Tools.Git(folder.Path, "init", "-q");
        var random = new Random(5);
        var body = string.Concat(Enumerable.Range(0, 400).Select(_ => $"line {random.Next()}\n"));
        folder.Write("settings.txt", body + "token = " + Fakes.GitHubToken() + "\n");
        Tools.Git(folder.Path, "add", ".");
        Tools.Git(folder.Path, "commit", "-qm", "first");
        folder.Write("settings.txt", body + "token = none\n");
        Tools.Git(folder.Path, "commit", "-qam", "second");
        Tools.Git(folder.Path, "gc", "-q", "--aggressive");
        var pack = Directory.GetFiles(Path.Combine(folder.Path, ".git/objects/pack"), "*.pack").Single();
        Finds("data.bin", File.ReadAllBytes(pack));
    }

    [Fact]
    public void Damaged_files_of_these_formats_are_never_clean_and_never_crash()
    {
        var seeds = new[] { Pdf("BT (x)Tj ET"), [.. PngSignature, .. Chunk("IHDR", new byte[13]), .. Chunk("zTXt", [.. "C\0\0"u8, .. Deflate(new byte[100])]), .. Chunk("IEND", [])] };
        foreach (var seed in seeds)
        {
            for (var cut = 0; cut < seed.Length; cut++)
            {
                var report = Checks.CheckFile("file.bin", seed[..cut]);
                Assert.DoesNotContain(report.Skipped, s => s.Reason.Contains("a detector failed", StringComparison.Ordinal));
            }
        }
    }

    private static void Finds(string name, byte[] content) => Assert.Contains(Fakes.GitHubRule, Checks.CheckFile(name, content).Rules());

    internal static byte[] Deflate(byte[] plain)
    {
        using var result = new MemoryStream();
        using (var stream = new ZLibStream(result, CompressionLevel.Optimal, leaveOpen: true)) stream.Write(plain);
        return result.ToArray();
    }

    internal static byte[] Chunk(string type, byte[] data)
    {
        var chunk = new byte[12 + data.Length];
        BinaryPrimitives.WriteInt32BigEndian(chunk, data.Length);
        Encoding.ASCII.GetBytes(type, chunk.AsSpan(4));
        data.CopyTo(chunk, 8);
        BinaryPrimitives.WriteUInt32BigEndian(chunk.AsSpan(8 + data.Length), Checksums.Crc32(chunk.AsSpan(4, 4 + data.Length)));
        return chunk;
    }

    internal static byte[] Pdf(string page)
    {
        var stream = Deflate(Encoding.Latin1.GetBytes(page));
        return [.. "%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n4 0 obj\n<< /Filter /FlateDecode /Length "u8, .. Encoding.ASCII.GetBytes(stream.Length.ToString()), .. " >>\nstream\n"u8, .. stream, .. "\nendstream\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"u8];
    }
}
