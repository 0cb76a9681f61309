namespace Sallyport.Tests.Traitor;

/// <summary>The whole matrix: all keys in all disguises, every setting, the attempts without the product, the twins; and the page that tells of it.</summary>
[Trait("Category", "Slow")]
public sealed class WholeTests(ITestOutputHelper output)
{
    private const string End = "<!-- end -->\n";

    // Landlock opens no network, not even loopback; and it does not know of sockets in the file system.
    private static readonly string[] WantNetwork = ["shell: curl: a server in the same command:", "shell: curl: an allowed host:", "shell: curl: an allowed host after a page was read:"];

    private static bool Reaches(Scene scene) => Programs.IsLandlock && scene.Channel == "sockets: in the file system";

    private static bool IsClosed(string failed) => Programs.IsLandlock && Array.Exists(WantNetwork, twin => failed.StartsWith(twin, StringComparison.Ordinal));

    // Each form of confinement has its own numbers.
    private static string Begin => Programs.IsLandlock ? "<!-- measured with Landlock -->\n" : "<!-- measured -->\n";

    [Fact]
    public async Task The_whole_matrix_holds_and_its_page_is_current()
    {
        Programs.NeedsAll();
        var page = new Page();
        var leaks = new List<string>();
        foreach (var setting in Setting.All)
        {
            var outcomes = await Matrix.Play(setting, whole: true);
            page.Add(setting, outcomes);
            leaks.AddRange(outcomes.Where(o => o.Leaks.Count > 0 && !setting.Opens(o.Scene) && !Reaches(o.Scene)).Select(o => $"{setting}: {o}"));
        }
        page.Unprotected = await Unprotected(leaks);
        foreach (var (mode, reach) in ((string, int)[])[("ask", 0), ("plan", 0), ("edits", 1), ("auto", 2), ("open", 2)])
        {
            var (twins, passed, questions, failed) = await TwinTests.Play(mode, reach);
            page.Twins.Add((mode, twins, passed, questions));
            leaks.AddRange(failed.Where(twin => !IsClosed(twin)));
        }
        output.WriteLine(page.ToString());
        Assert.True(leaks.Count == 0, string.Join("\n", leaks));
        Compare(page.ToString());
    }

    private static async Task<(int Arrived, int Tried)> Unprotected(List<string> dull)
    {
        await using var stage = await Stage.Open();
        var scenes = ShellAttacks.All.Concat(ShellAttacks.AtFirstSight).Where(s => Programs.Has(s.Needs)).ToArray();
        var arrived = 0;
        foreach (var scene in scenes)
        {
            var outcome = await stage.Direct(scene);
            if (outcome.Leaks.Count > 0) arrived++;
            else dull.Add($"unprotected, did not arrive: {scene}: {string.Join(" | ", outcome.Results)}");
        }
        return (arrived, scenes.Length);
    }

    // SALLY_TRAITOR_PAGE=write puts the numbers into the page; only where every program is here are they those of the page.
    private static void Compare(string measured)
    {
        if (!ShellAttacks.All.All(s => s.Channel == "later" || Programs.Has(s.Needs)) || ShellAttacks.All.Any(s => s.Channel == "later" && Programs.Has(s.Needs))) return;
        var file = Path.Combine(Root(), "docs", "traitor.md");
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, text.IndexOf(Begin, StringComparison.Ordinal), StringComparison.Ordinal));
        if (Environment.GetEnvironmentVariable("SALLY_TRAITOR_PAGE") == "write") File.WriteAllText(file, text[..from] + measured + text[to..]);
        else Assert.Equal(measured, text[from..to]);
    }

    private static string Root()
    {
        var at = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(at, "Sallyport.slnx"))) at = Path.GetDirectoryName(at) ?? throw new InvalidOperationException("not within the repository");
        return at;
    }
}
