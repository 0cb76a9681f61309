namespace Sallyport.Guard.Tests.Detectors;

/// <summary>Files that never belong, seen over the whole package.</summary>
public sealed class StrayTests
{
    [Fact]
    public void Blocks_a_version_control_folder_once()
    {
        using var folder = new TempFolder();
        foreach (var name in (string[])["a.txt", ".git/HEAD", ".git/config", ".git/objects/ab/cd", "sub/.svn/wc.db"]) folder.Write(name, "ref: refs/heads/main\n");
        var report = Checks.Check(folder.Path);
        var found = report.Findings.Where(f => f.Rule.Id == "stray.version-control").ToArray();
        Assert.Equal(2, found.Length);
        Assert.All(found, f => Assert.True(f.IsBlocking));
        Assert.Contains(found, f => f.Evidence["folder"] is ".git" && f.Evidence["files"] is 3L);
    }

    [Theory]
    [InlineData(".github/workflows/ci.yml", "stray.ci-file")]
    [InlineData(".gitlab-ci.yml", "stray.ci-file")]
    [InlineData(".vscode/settings.json", "stray.editor-folder")]
    [InlineData(".idea/workspace.xml", "stray.editor-folder")]
    [InlineData(".claude/settings.local.json", "stray.agent-settings")]
    [InlineData(".sallyport/settings.json", "stray.agent-settings")]
    [InlineData("src/__tests__/a.js", "stray.test-file")]
    [InlineData("src/a.test.ts", "stray.test-file")]
    [InlineData("coverage/lcov.info", "stray.coverage")]
    [InlineData("lib/.DS_Store", "stray.system-file")]
    [InlineData("config.js.bak", "stray.backup")]
    [InlineData("main.c~", "stray.backup")]
    [InlineData("npm-debug.log", "stray.log")]
    [InlineData(".ipynb_checkpoints/a.ipynb", "stray.notebook-checkpoint")]
    [InlineData("docker-compose.override.yml", "stray.compose-override")]
    [InlineData(".venv/pyvenv.cfg", "stray.virtual-environment")]
    public void Notes_what_work_leaves_behind_without_blocking(string name, string rule)
    {
        using var folder = new TempFolder();
        folder.Write(name, "x\n");
        folder.Write("index.js", "x\n");
        var finding = Assert.Single(Checks.Check(folder.Path, asIs: true).Findings, f => f.Rule.Id == rule);
        Assert.False(finding.IsBlocking);
    }

    [Theory]
    [InlineData("src/log.js")]
    [InlineData("latest/a.js")]
    [InlineData("docs/claude.md")]
    [InlineData("protest.js")]
    [InlineData(".gitignore")]
    [InlineData("old.js")]
    public void Leaves_ordinary_names_alone(string name)
    {
        using var folder = new TempFolder();
        folder.Write(name, "x\n");
        Assert.DoesNotContain(Checks.Check(folder.Path, asIs: true).Rules(), r => r.StartsWith("stray."));
    }
}
