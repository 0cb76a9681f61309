using System.Diagnostics;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Gate;

public sealed class GateCostTests
{
    [Fact]
    public void What_was_looked_at_is_not_looked_at_again()
    {
        var vault = new SecretVault();
        var parts = Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Range(0, 20).Select(j => $"line {i}.{j}: value = compute(alpha[{j}], beta); // why\n"))).ToArray();
        Assert.All(parts, part => Assert.Same(part, vault.Close(part)));
        var times = new List<double>();
        for (var round = 0; round < 9; round++)
        {
            var started = Stopwatch.GetTimestamp();
            foreach (var part in parts) vault.Close(part);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        times.Sort();
        Assert.True(parts.Sum(p => p.Length) > 200_000);
        Assert.True(times[4] < 3, $"{times[4]:0.00} ms");
    }
}
