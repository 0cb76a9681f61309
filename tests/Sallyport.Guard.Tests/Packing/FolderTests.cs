using System.IO.Compression;
using Sallyport.Guard.Packing;

namespace Sallyport.Guard.Tests.Packing;

/// <summary>Folders of every kind, and what in them is never followed or opened.</summary>
public sealed class FolderTests
{
    [Fact]
    public void A_plain_folder_is_read_whole_and_links_out_are_told()
    {
        using var folder = new TempFolder();
        folder.Write("a/b.txt", "x");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "a", "inside"), "b.txt");
        File.CreateSymbolicLink(Path.Combine(folder.Path, "out"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(folder.Path, "up"), "../..");
        var report = Checks.Check(folder.Path);
        Assert.Equal(["out", "up"], report.Findings.Where(f => f.Rule.Id == "archive.link-out").Select(f => f.Path).Order());
        Assert.Equal(1, report.Entries);
    }

    [Fact]
    public void A_pipe_is_not_opened()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("pipes are made with mkfifo");
        using var folder = new TempFolder();
        folder.Write("a.txt", "x");
        System.Diagnostics.Process.Start("mkfifo", [Path.Combine(folder.Path, "pipe")])!.WaitForExit();
        var report = Checks.Check(folder.Path);
        Assert.Equal(Verdict.Incomplete, report.Verdict);
        Assert.Equal("pipe", Assert.Single(report.Skipped).Path);
    }

    [Fact]
    public void A_project_that_was_not_packed_is_incomplete()
    {
        using var folder = new TempFolder();
        folder.Write("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>");
        folder.Write("Program.cs", "class A;");
        var report = Checks.Check(folder.Path);
        Assert.Equal(("nuget-folder", Verdict.Incomplete), (report.Kind, report.Verdict));
        Assert.Contains("dotnet pack", Assert.Single(report.Skipped).Reason);
    }

    [Fact]
    public void A_project_is_read_as_its_newest_package()
    {
        using var folder = new TempFolder();
        folder.Write("A.csproj", "<Project Sdk=\"Microsoft.NET.Sdk\"></Project>");
        var old = folder.Write("bin/Release/A.1.0.0.nupkg", Package("A", "1.0.0"));
        File.SetLastWriteTimeUtc(old, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        folder.Write("bin/Release/A.1.1.0.nupkg", Package("A", "1.1.0"));
        folder.Write("bin/Release/A.Other.2.0.0.nupkg", Package("A.Other", "2.0.0"));
        var plan = Sallyport.Guard.Targets.FolderTarget.PlanOf(folder.Path, asIs: false, TestContext.Current.CancellationToken);
        Assert.Equal("bin/Release/A.1.1.0.nupkg", Assert.Single(plan.Files).Path);
    }

    [Fact]
    public void A_nuspec_says_what_is_packed()
    {
        using var folder = new TempFolder();
        folder.Write("A.nuspec", "<package>\n<metadata><id>A</id><version>1</version></metadata>\n<files>\n<file src=\"bin\\**\\*.dll\" target=\"lib\" exclude=\"bin\\**\\*.Tests.dll\" />\n<file src=\"docs\" />\n</files></package>");
        foreach (var name in (string[])["bin/x/A.dll", "bin/x/A.Tests.dll", "bin/x/A.pdb", "docs/a/b.md", "secret.txt"]) folder.Write(name, "x");
        var by = Sallyport.Guard.Targets.FolderTarget.PlanOf(folder.Path, asIs: false, TestContext.Current.CancellationToken).Files.ToDictionary(f => f.Path, f => f.AdmittedBy);
        Assert.Equal(["A.nuspec", "bin/x/A.dll", "docs/a/b.md"], by.Keys.Order());
        Assert.Equal("A.nuspec:4 <file src=\"bin\\**\\*.dll\">", by["bin/x/A.dll"]);
    }

    [Theory]
    [InlineData("setuptools.build_meta", "MANIFEST.in|pyproject.toml|README.md|src/a/__init__.py|src/a/data.json|docs/x.md", "notes.txt|docs/y.txt|build.log|node_modules/x.js")]
    [InlineData("hatchling.build", "pyproject.toml|README.md|src/a/__init__.py|notes.txt|docs/x.md", "build.log|.git/HEAD|drafts/z.md")]
    [InlineData("flit_core.buildapi", "pyproject.toml|src/a/__init__.py|build.log", "__pycache__/a.pyc")]
    public void A_python_folder_that_was_not_built_is_read_as_its_backend_packs(string backend, string packed, string left)
    {
        using var folder = new TempFolder();
        folder.Write("pyproject.toml", $"[build-system]\nbuild-backend = \"{backend}\"\n[project]\nname = \"a\"\nversion = \"1\"\nlicense = \"MIT\"\n[tool.hatch.build.targets.sdist]\nexclude = [\"/drafts\"]\n");
        folder.Write("MANIFEST.in", "graft docs\nglobal-exclude *.txt\n");
        folder.Write(".gitignore", "*.log\n");
        foreach (var name in (string[])["README.md", "src/a/__init__.py", "src/a/data.json", "docs/x.md", "docs/y.txt", "notes.txt", "build.log", ".git/HEAD", "drafts/z.md", "__pycache__/a.pyc", "node_modules/x.js"]) folder.Write(name, "x");
        var plan = Sallyport.Guard.Targets.FolderTarget.PlanOf(folder.Path, asIs: false, TestContext.Current.CancellationToken);
        var names = plan.Files.Select(f => f.Path).ToHashSet();
        Assert.Equal("python-folder", plan.Kind);
        Assert.All(packed.Split('|'), n => Assert.Contains(n, names));
        Assert.All(left.Split('|'), n => Assert.DoesNotContain(n, names));
        Assert.All(plan.Files, f => Assert.NotNull(f.AdmittedBy));
    }

    [Fact]
    public void A_python_folder_that_was_built_is_read_as_its_newest_release()
    {
        using var folder = new TempFolder();
        folder.Write("pyproject.toml", "[project]\nname = \"a\"\n");
        foreach (var (name, year) in ((string, int)[])[("a-1.0.tar.gz", 2020), ("a-1.0-py3-none-any.whl", 2020), ("a-1.1.tar.gz", 2021), ("a-1.1-py3-none-any.whl", 2021)])
            File.SetLastWriteTimeUtc(folder.Write("dist/" + name, "x"), new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        Assert.Equal(["dist/a-1.1-py3-none-any.whl", "dist/a-1.1.tar.gz"], Sallyport.Guard.Targets.FolderTarget.PlanOf(folder.Path, asIs: false, TestContext.Current.CancellationToken).Files.Select(f => f.Path).Order());
    }

    [Theory]
    [InlineData("**/*.{a,b}", "x/y.b", true)]
    [InlineData("*(a|b)*(a|b)*(a|b)*(a|b)c", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaad", false)]
    [InlineData("**/**/**/**/**/**/x", "a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/y", false)]
    [InlineData("*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false)]
    [InlineData("{{{{{{a,b},{a,b}},{a,b}},{a,b}},x},y}", "y", true)]
    [InlineData("[!a-c]x", "dx", true)]
    [InlineData("a/**/b", "a/b", true)]
    [InlineData("a/**", "a", false)]
    [InlineData("!(a)", "b", true)]
    [InlineData("[", "[", true)]
    public void Patterns_match_in_bounded_time(string pattern, string path, bool matches) => Assert.Equal(matches, new Glob(pattern, ignoreCase: false).Matches(path));

    private static byte[] Package(string name, string version)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var nuspec = zip.CreateEntry($"{name}.nuspec").Open();
            nuspec.Write(System.Text.Encoding.UTF8.GetBytes($"<package><metadata><id>{name}</id><version>{version}</version></metadata></package>"));
        }
        return memory.ToArray();
    }
}
