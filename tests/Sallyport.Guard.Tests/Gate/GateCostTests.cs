using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Tests.Gate;

public sealed class GateCostTests
{
    [Fact]
    public void What_was_looked_at_is_not_looked_at_again()
    {
        var vault = new SecretVault();
        var parts = Enumerable.Range(0, 200).Select(i => string.Concat(Enumerable.Range(0, 20).Select(j => $"line {i}.{j}: value = compute(alpha[{j}], beta); // why\n"))).ToArray();
        Assert.True(parts.Sum(p => p.Length) > 200_000);
        vault.Close("what is made once");
        var first = Allocated(() => { foreach (var part in parts) vault.Close(part); });
        // To look at a text, its bytes are made; to know it again, nothing is.
        var again = Allocated(() => { foreach (var part in parts) vault.Close(part); });
        Assert.True(again < 10_000 && again * 20 < first, $"{again} bytes after {first}");
    }

    private static long Allocated(Action what)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        what();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
