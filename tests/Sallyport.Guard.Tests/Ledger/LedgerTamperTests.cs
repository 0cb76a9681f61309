using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

/// <summary>Nothing that can be done to the log without the key goes unnoticed.</summary>
public sealed class LedgerTamperTests
{
    private const int Entries = 12;

    [Fact]
    public void Ten_thousand_random_tamperings_are_all_found()
    {
        using var folder = new TempFolder();
        using (var ledger = LedgerTests.Open(folder))
        {
            for (var i = 0; i < Entries; i++)
            {
                ledger.Append(LedgerTests.Some(i));
                // Some entries are under a checkpoint, the last ones only under the state.
                if (i is 4 or 8) ledger.Checkpoint();
            }
        }
        var path = Path.Combine(LedgerTests.Log(folder), "log.jsonl");
        var original = File.ReadAllBytes(path);
        string[] lines = [.. Encoding.UTF8.GetString(original).TrimEnd('\n').Split('\n')];
        var random = new Random(20);
        var options = new LedgerOptions(LedgerTests.Log(folder));
        var signatures = new LedgerSignatures();
        var counts = new int[8];
        for (var round = 0; round < 10_000; round++)
        {
            var kind = round % 8;
            var tampered = Tamper(kind, original, lines, random);
            if (tampered.AsSpan().SequenceEqual(original)) continue;
            counts[kind]++;
            File.WriteAllBytes(path, tampered);
            var report = LedgerCheck.Verify(options, null, signatures, TestContext.Current.CancellationToken);
            Assert.False(report.IsIntact, $"round {round}, kind {kind}:\n{Encoding.UTF8.GetString(tampered)}");
            Assert.All(report.Faults, f => Assert.NotEmpty(f.Message));
        }
        Assert.All(counts, c => Assert.True(c > 1000));
        File.WriteAllBytes(path, original);
        LedgerTests.Intact(folder, Entries);
    }

    private static byte[] Tamper(int kind, byte[] original, string[] lines, Random random)
    {
        List<string> all = [.. lines];
        var at = random.Next(all.Count);
        switch (kind)
        {
            case 0:
                var flipped = (byte[])original.Clone();
                flipped[random.Next(flipped.Length)] ^= (byte)(1 << random.Next(8));
                return flipped;
            case 1:
                all.RemoveAt(at);
                break;
            case 2:
                var other = random.Next(all.Count - 1) is var o && o >= at ? o + 1 : o;
                (all[at], all[other]) = (all[other], all[at]);
                break;
            case 3:
                all.Insert(random.Next(all.Count + 1), all[at]);
                break;
            case 4:
                all.RemoveRange(at, all.Count - at);
                break;
            case 5:
                return original[..random.Next(original.Length)];
            case 6:
                all.Insert(at, all[at].Replace("model", "other", StringComparison.Ordinal));
                return Chained(all);
            default:
                all[at] = all[at].Replace("host.example", $"evil{random.Next(1000)}.example", StringComparison.Ordinal);
                return Chained(all);
        }
        return Joined(all);
    }

    // What somebody does who knows the format and lacks the key: numbers and hashes are right again.
    private static byte[] Chained(List<string> lines)
    {
        var previous = new string('0', 64);
        for (var i = 0; i < lines.Count; i++)
        {
            lines[i] = Regex.Replace(lines[i], "^\\{\"seq\":\\d+", $"{{\"seq\":{i}");
            lines[i] = Regex.Replace(lines[i], "\"prev\":\"[0-9a-f]{64}\"", $"\"prev\":\"{previous}\"");
            previous = Convert.ToHexStringLower(SHA256.HashData([0, .. Encoding.UTF8.GetBytes(lines[i])]));
        }
        return Joined(lines);
    }

    private static byte[] Joined(List<string> lines) => Encoding.UTF8.GetBytes(string.Concat(lines.Select(l => l + "\n")));
}
