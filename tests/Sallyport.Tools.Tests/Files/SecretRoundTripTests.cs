using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Tools.Tests.Files;

/// <summary>
/// Random files with random secrets, through the tools and the vault as a session has them: the model reads placeholders, edits beside
/// them, and every byte that it never saw is where it was.
/// </summary>
public sealed class SecretRoundTripTests : IDisposable
{
    private const string Base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly string[] Pieces = ["value ", "= ", "é", "\t", "\"quoted\" ", "{ ", "} ", "€", "0x1F ", "'", ";", "⟦x⟧ ", "name: ", "\\n", "😀", "|", "12|"];

    private readonly ToolBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public async Task Edits_beside_secrets_restore_every_byte()
    {
        var (edits, withSecret) = (0, 0);
        for (var seed = 0; seed < 120; seed++)
        {
            var random = new Random(seed);
            var (content, values) = Made(random, random.Next(2) == 0 ? "\n" : "\r\n");
            string[] extensions = ["env", "yml", "json", "cs", "md", "ini"];
            var name = $"settings-{seed}.{extensions[random.Next(extensions.Length)]}";
            bench.Put(name, content);
            var vault = new SecretVault();
            var shown = await Read(vault, name);
            AssertHidden(values, shown, seed);
            for (var i = 0; i < 4; i++)
            {
                var lines = shown.Split('\n');
                var line = lines[random.Next(lines.Length)];
                if (line.Trim().Length < 3 || lines.Count(l => l.Contains(line, StringComparison.Ordinal)) != 1) continue;
                var changed = Beside(line, random);
                if (changed == line) continue;
                // What the model writes is opened, as the session does it, and given to the tool.
                var (old, now) = (vault.Open(line), vault.Open(changed));
                if (bench.Text(name).Split(old).Length != 2) continue;
                var expected = bench.Text(name).Replace(old, now, StringComparison.Ordinal);
                await bench.Ok("edit", new { path = name, old, @new = now });
                Assert.True(expected == bench.Text(name), $"seed {seed}: {line}\nbecame {changed}");
                edits++;
                if (line.Contains('⟦', StringComparison.Ordinal)) withSecret++;
                shown = await Read(vault, name);
                AssertHidden(values, shown, seed);
            }
        }
        Assert.True(edits > 200 && withSecret > 80, $"{edits} edits, {withSecret} of them beside a secret");
    }

    [Fact]
    public async Task Files_that_are_written_back_whole_restore_every_byte()
    {
        for (var seed = 1000; seed < 1150; seed++)
        {
            var random = new Random(seed);
            var (content, values) = Made(random, "\n");
            bench.Put("a.env", content);
            var vault = new SecretVault();
            var shown = await Read(vault, "a.env");
            AssertHidden(values, shown, seed);
            await bench.Ok("write", new { path = "b.env", content = vault.Open(shown) });
            Assert.True(content == bench.Text("b.env"), $"seed {seed}: {shown}");
            // With lines moved, left out and put in: what stands for a value goes where the model puts it.
            var lines = shown.Split('\n').ToList();
            for (var i = 0; i < 3; i++)
            {
                var at = random.Next(lines.Count);
                var line = lines[at];
                lines.RemoveAt(at);
                lines.Insert(random.Next(lines.Count + 1), random.Next(2) == 0 ? line : $"# {line}");
            }
            var written = string.Join('\n', lines);
            await bench.Ok("write", new { path = "c.env", content = vault.Open(written) });
            Assert.Equal(vault.Open(written), bench.Text("c.env"));
            var again = await Read(vault, "c.env");
            AssertHidden(values, again, seed);
        }
    }

    // As a session shows it: the file is looked at whole, the page is closed, the numbers of its lines are no part of it.
    private async Task<string> Read(SecretVault vault, string name)
    {
        vault.Learn(bench.At(name), bench.Bytes(name));
        var page = vault.Close(await bench.Ok("read", new { path = name }));
        var lines = page.Split('\n').Where(line => line.IndexOf('|') is > 0 and var bar && line[..bar].Trim().All(char.IsAsciiDigit)).Select(line => line[(line.IndexOf('|') + 1)..]);
        return string.Join('\n', lines) + (bench.Text(name).EndsWith('\n') ? "\n" : "");
    }

    private static string Beside(string line, Random random)
    {
        var open = line.IndexOf('⟦');
        var shut = line.LastIndexOf('⟧') + 1;
        return random.Next(5) switch
        {
            0 => line + " # changed",
            1 => "# " + line,
            2 when open > 0 => line[..open].Replace("KEY", "OTHER", StringComparison.Ordinal) + line[open..] + " ",
            3 when open >= 0 => line[..open] + "'" + line[open..shut] + "'" + line[shut..],
            4 when open >= 0 => line[..open] + line[open..shut] + line[shut..] + " // was " + line[open..shut],
            _ => line.Replace(' ', '\t') + "!",
        };
    }

    private static void AssertHidden(List<string> values, string shown, int seed)
    {
        foreach (var value in values) Assert.False(shown.Contains(value, StringComparison.Ordinal), $"seed {seed}: {value[..4]}… of {value.Length} characters stands open in\n{shown.Replace(value, "<<VALUE>>", StringComparison.Ordinal)}");
    }

    private static (string Content, List<string> Values) Made(Random random, string end)
    {
        var (text, values) = (new StringBuilder(), new List<string>());
        var count = 3 + random.Next(25);
        for (var i = 0; i < count; i++)
        {
            if (random.Next(3) > 0)
            {
                text.Append(string.Concat(Enumerable.Range(0, random.Next(14)).Select(_ => Pieces[random.Next(Pieces.Length)]))).Append(end);
                continue;
            }
            if (random.Next(8) == 0)
            {
                using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
                var lines = key.ExportECPrivateKeyPem().Split('\n');
                text.AppendJoin(end, lines).Append(end);
                values.AddRange(lines[1..^1].Where(line => line.Length > 20));
                continue;
            }
            var value = random.Next(4) switch
            {
                0 => "AKIA" + Drawn(random, 16, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
                1 => Sealed(random, "ghp_"),
                2 => "xoxb-" + $"{Drawn(random, 12, "123456789")}-{Drawn(random, 12, "123456789")}-{Drawn(random, 24, Base62)}",
                _ => Drawn(random, 28 + random.Next(20), Base62),
            };
            values.Add(value);
            text.Append(random.Next(5) switch
            {
                0 => $"API_KEY_{i}={value}",
                1 => $"  \"client_secret_{i}\": \"{value}\",",
                2 => $"password_{i}: '{value}' # do not tell",
                3 => $"export SERVICE_{i}_TOKEN=\"{value}\"",
                _ => $"var accessToken{i} = \"{value}\"; // {i}",
            }).Append(end);
        }
        if (random.Next(3) == 0) text.Append("no end");
        return (text.ToString(), values);
    }

    private static string Drawn(Random random, int length, string alphabet) => string.Concat(Enumerable.Range(0, length).Select(_ => alphabet[random.Next(alphabet.Length)]));

    // GitHub ends its tokens with a checksum.
    private static string Sealed(Random random, string prefix)
    {
        var body = Drawn(random, 30, Base62);
        var crc = uint.MaxValue;
        foreach (var one in Encoding.ASCII.GetBytes(body))
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
        }
        var (rest, end) = (~crc, new char[6]);
        for (var i = 5; i >= 0; i--, rest /= 62) end[i] = Base62[(int)(rest % 62)];
        return prefix + body + new string(end);
    }
}
