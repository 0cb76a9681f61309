using System.Text;
using Sallyport.Guard.Gate;
using Sallyport.Guard.Tests.Decoding;

namespace Sallyport.Guard.Tests.Gate;

/// <summary>Text goes by in strips and blocks, and decoders keep things from one stretch to the next: nowhere may a secret fall between.</summary>
public sealed class OffsetTests
{
    private const int Strip = 4096, Block = 64 * 1024;

    private static ReadOnlySpan<byte> Lead => "\nxyz zyx\n"u8;

    // What dumps and lists of numbers are made of themselves.
    private static readonly string[] Digits =
    [
        "\n0123456789\n", "\n12345678 ", "\nabcdefghijklmnopqrstuvwxyz 0123456789\n", "\n0000000 01 02\n", "\n00000000: 0908\n", "\n1, 2, 3, 4, 5\n", "\n1 2 3\n", "\n7\n", "\n4 ",
        "\nbeef,", "\n0x1234, 0x5\n", "\n2026-11-22 03:04:05\n", "\n3f2504e0-4f89-11d3-9a0c-0305e82c3301\n", "\nx y z\n", "\nx\n", "\n0000020\n",
    ];

    [Fact]
    public void Hides_a_token_in_every_encoding_around_every_border()
    {
        var random = new Random(23);
        var noise = Noise(Block + 8192);
        var vault = new SecretVault();
        Assert.Null(vault.Close(noise));
        var missed = new List<string>();
        foreach (var (name, write) in Encoders.All)
        {
            var token = Fakes.GitHubToken(random.Next());
            var encoded = Encoding.UTF8.GetBytes(write(token, random));
            // By a step that meets every alignment of four, three and eight.
            for (var before = 0; before <= encoded.Length + 5; before += 5) Try(Strip - before);
            for (var before = 0; before <= encoded.Length + 23; before += 23) Try(Block - before);
            for (var at = 0; at < 9; at++)
                if (at != 2 || name is not ("a space behind each" or "one a line")) Try(at);

            void Try(int at)
            {
                var lead = Lead[Math.Max(0, Lead.Length - at)..];
                byte[] text = [.. noise.AsSpan(0, at - lead.Length), .. lead, .. encoded, .. "\n"u8, .. at % 2 == 0 ? [] : noise.AsSpan(0, 700)];
                if (new SecretVault().Close(text) is not { } closed || closed.AsSpan().IndexOf(encoded) >= 0) missed.Add($"{name} at {at}");
            }
        }
        Assert.True(missed.Count == 0, string.Join(", ", missed.Take(30)));
    }

    [Fact]
    public void Hides_a_token_in_every_encoding_behind_digits()
    {
        var random = new Random(29);
        var missed = new List<string>();
        foreach (var (name, write) in Encoders.All)
        foreach (var lead in Digits)
        {
            var encoded = write(Fakes.GitHubToken(random.Next()), random);
            // What is spread goes on with a single character before it; a dump begins with a line.
            if (name is "a space behind each" or "one a line" && lead.TrimEnd() is [.., '\n' or ' ', _]) continue;
            if (!lead.EndsWith('\n') && encoded.Contains('\n')) continue;
            foreach (var behind in new[] { "\n", "\n12345\n0123456789abcdef\n" })
                if (new SecretVault().Close(Encoding.UTF8.GetBytes(lead + encoded + behind)) is not { } closed || Encoding.UTF8.GetString(closed).Contains(encoded)) missed.Add($"{name} between {lead.ReplaceLineEndings("|")} and {behind.ReplaceLineEndings("|")}");
        }
        Assert.True(missed.Count == 0, $"{missed.Count}: {string.Join("; ", missed.Take(60))}");
    }

    // Words and digests, which decoders look into in vain.
    private static byte[] Noise(int length)
    {
        var random = new Random(3);
        var text = new StringBuilder();
        var digest = new byte[32];
        while (text.Length < length)
        {
            random.NextBytes(digest);
            text.Append(Convert.ToHexStringLower(digest)).Append("  ./parser/reader-").Append(random.Next(99)).Append(".module\nabcdefghijklmnopqrstuvwxyz 0123456789\n");
        }
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }
}
