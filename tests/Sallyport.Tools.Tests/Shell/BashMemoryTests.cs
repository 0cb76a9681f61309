using System.Runtime.Versioning;
using Sallyport.Tools.Shell;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>Counts what the whole process allocates, so nothing else may run beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class Alone;

[Collection<Alone>]
[UnsupportedOSPlatform("windows")]
public sealed class BashMemoryTests : IAsyncDisposable
{
    private readonly ToolBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Fifty_megabytes_leave_memory_small()
    {
        await bench.Ok("bash", new { command = "true" });
        var before = GC.GetTotalAllocatedBytes(precise: true);
        var text = await bench.Ok("bash", new { command = "yes sallyport | head -c 50000000" });
        Assert.Contains("50.0 MB (", text, StringComparison.Ordinal);
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 20_000_000);
        Assert.Equal(50_000_000, new FileInfo(Directory.GetFiles(bench.Context.OutputFolder).Single()).Length);
    }

    [Fact]
    public void A_line_without_end_does_not_grow_memory()
    {
        using var capture = new OutputCapture(bench.Context.OutputFolder);
        var cleaner = new OutputCleaner(capture);
        var piece = new byte[60_000];
        piece.AsSpan().Fill((byte)'x');
        var before = GC.GetTotalAllocatedBytes(precise: true);
        for (var i = 0; i < 500; i++) cleaner.Add(piece);
        cleaner.Flush();
        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 10_000_000);
        Assert.Equal(30_000_000, capture.Total);
    }
}
