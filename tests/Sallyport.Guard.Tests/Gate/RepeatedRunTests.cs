using System.Text;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Detectors.Secrets;
using Sallyport.Guard.Gate;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Gate;

/// <summary>What was dull once is passed over; what holds a secret is seen each time, however often it comes and whatever comes between.</summary>
public sealed class RepeatedRunTests
{
    private static readonly Credential[] Credentials = [.. Catalogue.All.Detectors.OfType<ProviderDetector>().SelectMany(d => d.Credentials).Where(c => c.Rule.Blocking != Blocking.Never)];

    [Fact]
    public void An_encoded_secret_is_hidden_at_each_place_among_runs_that_hold_none()
    {
        var random = new Random(5);
        foreach (var credential in Credentials.Where((_, i) => i % 5 == 0))
        {
            var value = credential.Fake(random);
            string[] encoded = [Convert.ToBase64String(Encoding.UTF8.GetBytes($"{credential.SampleName}={value}")), Convert.ToHexStringLower(Encoding.UTF8.GetBytes($"{credential.SampleName} = {value}"))];
            var text = new StringBuilder();
            for (var line = 0; line < 600; line++)
                text.Append(line % 150 == 149 ? $"line {line}: {encoded[line / 150 % 2]}\n" : $"line {line}: abcdefghijklmnopqrstuvwxyz {(line % 3 == 0 ? "/usr/share/vendor/modules/index" : "0123456789abcdef0123456789abcdef")}\n");
            var vault = new SecretVault();
            var closed = vault.Close(text.ToString());
            foreach (var one in encoded) Assert.DoesNotContain(one, closed, StringComparison.Ordinal);
            Assert.Equal(text.ToString(), vault.Open(closed));
        }
    }

    [Fact]
    public void A_run_is_the_same_only_when_each_character_is()
    {
        var dull = new DullRuns();
        var run = Encoding.ASCII.GetBytes("abcdefgh0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZhgfedcba");
        dull.Clear();
        Assert.False(dull.Has(run, out var slot));
        dull.Add(run, slot);
        Assert.True(dull.Has(run, out _));
        for (var at = 0; at < run.Length; at++)
        {
            var other = (byte[])run.Clone();
            other[at] ^= 1;
            Assert.False(dull.Has(other, out _));
        }
        for (var length = 20; length < run.Length; length++) Assert.False(dull.Has(run.AsSpan(0, length), out _));
        dull.Clear();
        Assert.False(dull.Has(run, out _));
    }
}
