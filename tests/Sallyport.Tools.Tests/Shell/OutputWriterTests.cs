using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Gate;
using Sallyport.Tools.Shell;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>However many threads look at it, the file of an output is what one after the other would have made.</summary>
public sealed class OutputWriterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sally-output-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void What_one_piece_teaches_is_hidden_in_all_that_follow_and_numbers_go_in_order()
    {
        var random = new Random(11);
        var output = new StringBuilder();
        var values = new List<string>();
        for (var line = 0; line < 120_000; line++)
        {
            if (line % 6000 == 250)
            {
                values.Add(Value(random));
                output.Append($"password = \"{values[^1]}\"\n");
            }
            // Nothing around it says what it is.
            else if (line % 97 == 0 && values.Count > 0) output.Append($"{line} then {values[^1]} again\n");
            else output.Append($"{line} nothing to see on this line of output\n");
        }
        var vault = new SecretVault();
        var (kept, whole) = (Kept(output.ToString(), vault), new SecretVault());
        foreach (var value in values) Assert.DoesNotContain(value, kept, StringComparison.Ordinal);
        Assert.Equal(output.ToString(), vault.Open(kept));
        Assert.Equal(values, vault.Entries.Select(e => e.Value));
        Assert.Equal(whole.Close(output.ToString()), kept);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(400)]
    [InlineData(1200)]
    public void A_key_of_many_lines_is_hidden_wherever_the_pieces_end(int from)
    {
        using var rsa = RSA.Create(2048);
        var key = rsa.ExportPkcs8PrivateKeyPem();
        for (var before = OutputWriter.PieceSize - 1800 + from; before < OutputWriter.PieceSize - 1400 + from; before += 67)
        {
            var vault = new SecretVault();
            var output = string.Concat(Enumerable.Repeat("a line\n", before / 7)) + key + "\n" + string.Concat(Enumerable.Repeat("a line\n", 20_000));
            var kept = Kept(output, vault);
            foreach (var line in key.Split('\n')) if (!line.StartsWith('-')) Assert.DoesNotContain(line, kept, StringComparison.Ordinal);
            Assert.Equal(output, vault.Open(kept));
        }
    }

    [Fact]
    public void A_line_without_end_is_cut_between_its_values()
    {
        var random = new Random(3);
        for (var before = 0; before < 40; before += 3)
        {
            var (vault, value) = (new SecretVault(), Value(random));
            var output = "[" + string.Concat(Enumerable.Repeat("\"ordinary\",", (OutputWriter.PieceSize - 60) / 11)) + new string(' ', before) + $"{{\"password\":\"{value}\"}},"
                + string.Concat(Enumerable.Repeat("\"ordinary\",", 20_000)) + "0]";
            var kept = Kept(output, vault);
            Assert.DoesNotContain(value, kept, StringComparison.Ordinal);
            Assert.Equal(output, vault.Open(kept));
        }
    }

    [Fact]
    public void What_is_still_under_way_is_in_the_file_when_the_output_is_told()
    {
        using var capture = new OutputCapture(folder) { Vault = new SecretVault() };
        var line = Encoding.UTF8.GetBytes("a line of output that ends here\n");
        for (var round = 1; round <= 4; round++)
        {
            for (var i = 0; i < 20_000; i++) capture.Add(line);
            Assert.Contains("whole output is in", capture.Take(), StringComparison.Ordinal);
            Assert.Equal(round * 20_000L * line.Length, new FileInfo(capture.Path!).Length);
        }
    }

    private string Kept(string output, SecretVault vault)
    {
        string path;
        using (var capture = new OutputCapture(folder) { Vault = vault })
        {
            var (bytes, random) = (Encoding.UTF8.GetBytes(output), new Random(2));
            for (var at = 0; at < bytes.Length;)
            {
                var length = Math.Min(random.Next(1, 100_000), bytes.Length - at);
                capture.Add(bytes.AsSpan(at, length));
                at += length;
            }
            path = capture.Path!;
        }
        return File.ReadAllText(path);
    }

    private static string Value(Random random) => "Zr" + string.Concat(Enumerable.Range(0, 26).Select(_ => "abcdefghjkmnpqRSTUVWXYZ23456789"[random.Next(31)]));
}
