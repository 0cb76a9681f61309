namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Symbols, bytecode and scripts as real compilers leave them.</summary>
public sealed class NativeSymbolsTests
{
    [Fact]
    public void Finds_dwarf_and_its_build_paths_in_what_gcc_makes()
    {
        using var folder = new TempFolder();
        folder.Write("a.c", "struct falcon { int wing; }; int two(struct falcon *f) { return f->wing; } int main(void) { return 0; }\n");
        var home = "/home" + "/mkowalska/app";
        Tools.Run(folder.Path, "gcc", "-g", $"-fdebug-prefix-map={folder.Path}={home}", "a.c", "-o", "debug");
        Tools.Run(folder.Path, "gcc", "a.c", "-o", "plain");
        Tools.Run(folder.Path, "gcc", "-s", "a.c", "-o", "stripped");
        var debug = Checks.CheckFile("app", File.ReadAllBytes(Path.Combine(folder.Path, "debug")), profile: Profile.Closed);
        Assert.True(Assert.Single(debug.Findings, f => f.Rule.Id == "debug.dwarf").IsBlocking);
        Assert.Contains("debug.build-path", debug.Rules());
        Assert.Contains("debug.symbol-table", Checks.CheckFile("app", File.ReadAllBytes(Path.Combine(folder.Path, "plain")), profile: Profile.Closed).Rules());
        Assert.Empty(Checks.CheckFile("app", File.ReadAllBytes(Path.Combine(folder.Path, "stripped")), profile: Profile.Closed).Findings);
    }

    [Fact]
    public void Finds_dwarf_in_an_executable_with_twenty_megabytes_appended_and_calls_nothing_unread()
    {
        using var folder = new TempFolder();
        folder.Write("a.c", "int main(void) { return 0; }\n");
        Tools.Run(folder.Path, "gcc", "-g", "a.c", "-o", "debug");
        byte[] large = [.. File.ReadAllBytes(Path.Combine(folder.Path, "debug")), .. new byte[20 << 20]];
        var report = Checks.CheckFile("app", large, profile: Profile.Closed);
        Assert.Contains("debug.dwarf", report.Rules());
        Assert.Empty(report.Skipped);
    }

    [Fact]
    public void Finds_python_bytecode_and_names_its_source()
    {
        using var folder = new TempFolder();
        folder.Write("pkg/falcon.py", "def two():\n    return 2\n");
        Tools.Run(folder.Path, "python3", "-m", "compileall", "-q", "pkg");
        var compiled = Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "pkg", "__pycache__")));
        var report = Checks.CheckFile("x.bin", File.ReadAllBytes(compiled), profile: Profile.Closed);
        var finding = Assert.Single(report.Findings, f => f.Rule.Id == "source.python-bytecode");
        Assert.True(finding.IsBlocking);
        Assert.Equal("pkg/falcon.py", finding.Evidence["source"]);
    }

    [Fact]
    public void Tells_once_for_a_folder_that_classes_keep_names_of_locals()
    {
        using var folder = new TempFolder();
        folder.Write("A.java", "class A { int two(int wing) { int claw = wing; return claw; } }\n");
        folder.Write("B.java", "class B { int two(int wing) { int claw = wing; return claw; } }\n");
        Tools.Run(folder.Path, "javac", "-g", "-d", "out", "A.java", "B.java");
        var report = Checks.Check(Path.Combine(folder.Path, "out"), profile: Profile.Closed, asIs: true);
        Assert.Single(report.Findings, f => f.Rule.Id == "debug.java-locals");
        Tools.Run(folder.Path, "javac", "-g:none", "-d", "bare", "A.java");
        Assert.DoesNotContain("debug.java-locals", Checks.Check(Path.Combine(folder.Path, "bare"), profile: Profile.Closed, asIs: true).Rules());
    }

    [Fact]
    public void Reads_the_script_inside_a_node_executable()
    {
        using var folder = new TempFolder();
        folder.Write("main.js", $"const token = '{Fakes.GitHubToken()}';\nconsole.log(token);\n");
        folder.Write("sea.json", "{\"main\":\"main.js\",\"output\":\"sea.blob\",\"disableExperimentalSEAWarning\":true}");
        try
        {
            Tools.Run(folder.Path, "node", "--experimental-sea-config", "sea.json");
        }
        catch (Xunit.Sdk.TrueException)
        {
            Assert.Skip("this node makes no single executable applications");
        }
        byte[] program = [.. "\u007fELF\u0002\u0001\u0001"u8, .. new byte[3000], .. File.ReadAllBytes(Path.Combine(folder.Path, "sea.blob")), .. new byte[100]];
        var report = Checks.CheckFile("app", program, profile: Profile.Closed);
        Assert.True(Assert.Single(report.Findings, f => f.Rule.Id == "source.node-sea").IsBlocking);
        Assert.Contains(report.Findings, f => f.Rule.Id == Fakes.GitHubRule && f.Path.EndsWith("!/sea-main.js", StringComparison.Ordinal) && f.Line == 1);
    }
}
