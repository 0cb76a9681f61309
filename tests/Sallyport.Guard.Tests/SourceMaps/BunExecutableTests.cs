using Sallyport.Guard.Detectors.SourceMaps;

namespace Sallyport.Guard.Tests.SourceMaps;

public sealed class BunExecutableTests
{
    [Fact]
    public void Finds_the_map_wherever_it_stands_and_however_pieces_are_cut()
    {
        if (!ZstdFrame.IsAvailable) Assert.Skip("libzstd is not installed");
        for (var padding = 0; padding < 70; padding++)
            Assert.Contains("source-map.executable", Checks.CheckFile("app", BunExecutable.Fake("a.ts", "let a;\n", padding)).Rules());
        // Pieces of a file over 16 MiB are 4 MiB each, less what they repeat; the map crosses the seam.
        for (var padding = 0; padding < 40; padding += 3)
            Assert.Contains("source-map.executable", Checks.CheckFile("app", [.. BunExecutable.Fake("a.ts", "let a;\n", (16 << 20) - 120 + padding), .. new byte[5 << 20]]).Rules());
    }

    [Fact]
    public void Gives_the_sources_back()
    {
        if (!ZstdFrame.IsAvailable) Assert.Skip("libzstd is not installed");
        using var folder = new TempFolder();
        folder.Write("in/app", BunExecutable.Fake("../src/main.ts", "const a = 1;\n", 3));
        var report = SourceRecovery.Write(new CheckRequest { Targets = [Path.Combine(folder.Path, "in")], AsIs = true }, Path.Combine(folder.Path, "out"), TestContext.Current.CancellationToken);
        Assert.Equal("src/main.ts", Assert.Single(report.Files).Path);
    }

    [Fact]
    public void Survives_damage()
    {
        var whole = BunExecutable.Fake("a.ts", "let a;\n", 5);
        var random = new Random(5);
        for (var i = 0; i < 300; i++)
        {
            var broken = whole[..random.Next(whole.Length)].ToArray();
            if (broken.Length > 8) broken[random.Next(4, broken.Length)] ^= (byte)random.Next(256);
            Checks.CheckFile("app", broken);
        }
    }
}
