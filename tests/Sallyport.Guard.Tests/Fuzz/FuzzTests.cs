using System.Diagnostics;
using System.Globalization;
using Sallyport.Guard.Tests.Artifacts;

namespace Sallyport.Guard.Tests.Fuzz;

/// <summary>
/// Damaged inputs never crash the check, never take long, never take much memory. SALLY_FUZZ says how many are tried; the
/// same number always tries the same ones. A new format joins by a line in <see cref="Seeds"/>.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class FuzzTests
{
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(10);
    private const long MaxMemory = 1L << 30;

    [Fact]
    public void Damaged_packages_never_crash_the_check()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("SALLY_FUZZ") ?? "2000", CultureInfo.InvariantCulture);
        var seeds = Seeds.All();
        using var folder = new TempFolder();
        for (var i = 0; i < count; i++)
        {
            var random = new Random(i);
            var (name, seed) = seeds[i % seeds.Count];
            var input = Mutation.Of(seed, seeds[random.Next(seeds.Count)].Content, random);
            var path = folder.Write("input", input);
            var watch = Stopwatch.StartNew();
            try
            {
                Checks.Check(path);
            }
            catch (Exception e) when (e is not (OperationCanceledException or GuardException))
            {
                Assert.Fail($"input {i} ({name}): {e}");
            }
            Assert.True(watch.Elapsed < MaxTime, $"input {i} ({name}) took {watch.Elapsed}");
            Assert.True(Environment.WorkingSet < MaxMemory, $"input {i} ({name}): {Environment.WorkingSet >> 20} MiB in use");
        }
    }
}
