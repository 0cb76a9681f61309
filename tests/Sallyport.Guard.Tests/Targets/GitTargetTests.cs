using System.Diagnostics;

namespace Sallyport.Guard.Tests.Targets;

/// <summary>Real repositories: what is staged, what a range brought, and a repository that wants to run things.</summary>
public sealed class GitTargetTests : IDisposable
{
    private readonly TempFolder folder = new();

    private static readonly Policy Terms = Policy.Default with { Terms = new TermPolicy { Plain = ["bluebird"] } };

    public GitTargetTests()
    {
        Git("init", "-q", "-b", "main");
        Git("config", "user.name", "Someone");
        Git("config", "user.email", "someone@example.org");
        Git("config", "commit.gpgSign", "false");
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Reads_what_is_staged_and_nothing_else()
    {
        folder.Write("a.txt", "about bluebird\n");
        folder.Write("b.txt", "about bluebird\n\n");
        Git("add", "a.txt");
        var first = Check("git:staged");
        Assert.Equal("git-staged", first.Kind);
        Assert.Equal(["a.txt"], first.Findings.Select(f => f.Path));
        Git("commit", "-qm", "one");
        Assert.Empty(Check("git:staged").Findings);
        // The index counts, not the work tree.
        folder.Write("c.txt", "bluebird again\n");
        Git("add", "c.txt");
        folder.Write("c.txt", "harmless\n");
        Assert.Equal(["c.txt"], Check("git:staged").Findings.Select(f => f.Path));
    }

    [Fact]
    public void Reads_blobs_that_a_later_commit_deletes()
    {
        Commit("start", ("a.txt", "x\n"));
        Commit("add", ("gone.txt", "bluebird\n"));
        var added = GitText("rev-parse", "--short=7", "HEAD").Trim();
        File.Delete(Path.Combine(folder.Path, "gone.txt"));
        Git("commit", "-qam", "remove");
        var report = Check("git:HEAD~2..HEAD");
        Assert.Equal("git-range", report.Kind);
        Assert.Equal([$"{added}:gone.txt"], report.Findings.Select(f => f.Path));
        Assert.Empty(Check("git:HEAD~1..HEAD").Findings);
    }

    [Fact]
    public void Reads_messages_addresses_and_tags()
    {
        Commit("start", ("a.txt", "x\n"));
        Commit("work on bluebird", ("a.txt", "y\n"));
        Git("tag", "-a", "v1", "-m", "bluebird ships");
        var paths = Check("git:HEAD~1..HEAD").Findings.Select(f => f.Path).ToArray();
        Assert.Equal(2, paths.Length);
        Assert.All(paths, p => Assert.EndsWith(":message", p));
        Git("-c", "user.email=me@bluebird.example", "commit", "-q", "--allow-empty", "-m", "empty");
        Assert.Single(Check("git:HEAD~1..HEAD").Findings);
    }

    [Fact]
    public void Reads_the_root_commit_and_merges()
    {
        Commit("root bluebird", ("a.txt", "x\n"));
        Git("checkout", "-qb", "side");
        Commit("side", ("side.txt", "bluebird\n"));
        Git("checkout", "-q", "main");
        Commit("main", ("main.txt", "ok\n"));
        Git("merge", "-q", "--no-ff", "-m", "merge", "side");
        var report = Check("git:HEAD");
        Assert.Contains(report.Findings, f => f.Path.EndsWith(":side.txt"));
        Assert.Contains(report.Findings, f => f.Path.EndsWith(":message"));
        Assert.DoesNotContain(Check("git:HEAD^1..HEAD^1").Findings, f => f.Path.EndsWith(":side.txt"));
    }

    [Fact]
    public void Source_in_a_repository_is_no_leak()
    {
        Commit("start", ("src/a.ts", "export const a: number = 1;\n"), ("package.json", "{\"name\":\"a\",\"private\":true}"), (".github/workflows/ci.yml", "on: push\n"));
        var report = Check("git:HEAD");
        Assert.Equal(Verdict.Clean, report.Verdict);
        Assert.Empty(report.Findings);
    }

    [Fact]
    public void Never_runs_what_the_repository_configures()
    {
        Commit("start", ("a.txt", "x\n"));
        var mark = Path.Combine(folder.Path, "ran");
        var script = folder.Write("evil.sh", $"#!/bin/sh\ntouch {mark}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(script, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        folder.Write(".gitattributes", "*.txt diff=evil filter=evil\n");
        foreach (var key in (string[])["core.fsmonitor", "diff.external", "diff.evil.command", "diff.evil.textconv", "filter.evil.clean", "filter.evil.smudge", "core.pager", "core.sshCommand"]) Git("config", key, script);
        Git("-c", "core.fsmonitor=false", "-c", "filter.evil.clean=cat", "add", "-A");
        File.Delete(mark);
        Check("git:staged");
        Check("git:HEAD");
        Assert.False(File.Exists(mark));
    }

    [Theory]
    [InlineData("git:nothing..HEAD")]
    [InlineData("git:--output=x")]
    public void Says_in_one_line_what_is_wrong_with_a_range(string target)
    {
        Commit("start", ("a.txt", "x\n"));
        var error = Assert.Throws<GuardException>(() => Check(target));
        Assert.DoesNotContain('\n', error.Message);
        Assert.False(File.Exists(Path.Combine(folder.Path, "x")));
    }

    [Fact]
    public void Says_when_there_is_no_repository()
    {
        using var plain = new TempFolder();
        Assert.Throws<GuardException>(() => PackageCheck.Check(new CheckRequest { Targets = ["git:staged"], Directory = plain.Path }, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Reads_large_blobs_and_many()
    {
        folder.Write("large.txt", string.Concat(Enumerable.Repeat("nothing to see here\n", 1_500_000)) + "bluebird\n");
        for (var i = 0; i < 200; i++) folder.Write($"many/{i}.txt", $"file {i}\n");
        Git("add", "-A");
        var report = Check("git:staged");
        Assert.Equal(["large.txt"], report.Findings.Select(f => f.Path));
        Assert.Equal(201, report.Entries);
    }

    private TargetReport Check(string target) =>
        PackageCheck.Check(new CheckRequest { Targets = [target], Directory = folder.Path, Policy = Terms }, TestContext.Current.CancellationToken).Targets[0];

    private void Commit(string message, params (string Name, string Content)[] files)
    {
        foreach (var (name, content) in files) folder.Write(name, content);
        Git("add", "-A");
        Git("commit", "-qm", message);
    }

    private void Git(params string[] arguments) => GitText(arguments);

    private string GitText(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", arguments) { WorkingDirectory = folder.Path, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        try
        {
            using var git = Process.Start(start)!;
            var errors = git.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            Assert.True(git.ExitCode == 0, errors.GetAwaiter().GetResult());
            return output;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("git is not installed");
            throw;
        }
    }
}
