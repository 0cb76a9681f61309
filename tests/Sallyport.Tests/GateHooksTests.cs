using System.Diagnostics;

namespace Sallyport.Tests;

/// <summary>Real commits and pushes, by the real git, through the hooks that the program installs.</summary>
public sealed class GateHooksTests : IDisposable
{
    // A space and a quote: the scripts have to hold them.
    private const string Repository = "my team's work";

    private readonly TempFolder folder = new();

    public GateHooksTests()
    {
        Directory.CreateDirectory(At(Repository));
        Git("init", "-q", "-b", "main").Passes();
        Assert.Equal(0, SallyProgram.Run(At(Repository), "gate", "term", "add", "bluebird").Exit);
        Commit("start").Passes();
    }

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_commit_with_a_secret_is_stopped_and_a_clean_one_passes()
    {
        Install();
        Write("config.txt", $"token = {Secret()}\n");
        var stopped = Commit("add settings");
        Assert.Equal(1, stopped.Exit);
        Assert.Contains("commit stopped, 1 finding in what is staged", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("config.txt:1", stopped.Text, StringComparison.Ordinal);
        Assert.Contains("--no-verify", stopped.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret(), stopped.Text, StringComparison.Ordinal);
        Assert.Equal("1", Git("rev-list", "--count", "HEAD").Text.Trim());
        var ledger = string.Concat(Directory.EnumerateFiles(At("state"), "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.Contains("\"hook\":\"pre-commit\"", ledger, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret(), ledger, StringComparison.Ordinal);
        Write("config.txt", "token = from the environment\n");
        var clean = Commit("add settings");
        Assert.Equal(0, clean.Exit);
        Assert.DoesNotContain("sally", clean.Text, StringComparison.Ordinal);
        Assert.Equal("2", Git("rev-list", "--count", "HEAD").Text.Trim());
    }

    [Fact]
    public void A_message_with_a_secret_or_an_internal_name_is_stopped()
    {
        Install();
        Write("a.txt", "a\n");
        var term = Commit("work for Bluebird");
        Assert.Equal(1, term.Exit);
        Assert.Contains("commit stopped, 1 finding in the message", term.Text, StringComparison.Ordinal);
        Assert.Equal(1, Commit($"use token = {Secret()}").Exit);
        // Without an editor git keeps such a line.
        Assert.Equal(1, Commit("more\n\n# bluebird").Exit);
        Assert.Equal("1", Git("rev-list", "--count", "HEAD").Text.Trim());
        Commit("more").Passes();
    }

    [Fact]
    public void What_git_cuts_from_an_edited_message_does_not_stop_it()
    {
        Install();
        Git("config", "commit.cleanup", "strip").Passes();
        Write("bluebird.txt", "nothing\n");
        Commit("a file with a name", "--no-verify").Passes();
        Git("rm", "-q", "bluebird.txt").Passes();
        // The list of files and the difference name the term, both below the editor's text.
        var editor = folder.Write("editor.sh", "#!/bin/sh\n{ echo 'take out the list'; cat \"$1\"; } > \"$1.new\" && grep -c bluebird \"$1.new\" && mv \"$1.new\" \"$1\"\n");
        var edited = Git("-c", $"core.editor=sh '{editor}'", "commit", "-v");
        edited.Passes();
        Assert.Equal("take out the list", Git("log", "-1", "--format=%B").Text.Trim());
    }

    [Fact]
    public void A_push_is_judged_by_commits_messages_and_names_and_a_deletion_passes()
    {
        Bare();
        Install();
        Git("push", "-q", "origin", "main").Passes();
        Write("a.txt", $"token = {Secret()}\n");
        Commit("add", "--no-verify").Passes();
        Write("a.txt", "gone\n");
        Commit("remove").Passes();
        var stopped = Git("push", "origin", "main");
        Assert.NotEqual(0, stopped.Exit);
        Assert.Contains("push stopped, 1 finding in what would be pushed", stopped.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret(), stopped.Text, StringComparison.Ordinal);
        Assert.NotEqual(0, Git("push", "-q", "origin", "main:fresh").Exit);
        Git("reset", "-q", "--hard", "HEAD~2").Passes();
        Write("b.txt", "fine\n");
        Commit("fine").Passes();
        Git("push", "-q", "origin", "main", "main:other").Passes();
        Assert.NotEqual(0, Git("push", "-q", "origin", "main:work-on-bluebird").Exit);
        Git("tag", "-a", "v1", "-m", "bluebird ships").Passes();
        Assert.NotEqual(0, Git("push", "-q", "origin", "v1").Exit);
        Git("push", "-q", "origin", ":other").Passes();
        Write("c.txt", "fine\n");
        Commit("about bluebird", "--no-verify").Passes();
        Assert.NotEqual(0, Git("push", "-q", "origin", "main").Exit);
        Assert.Equal("main", Run(At("bare.git"), "git", ["for-each-ref", "--format=%(refname:short)"]).Text.Trim());
    }

    [Fact]
    public void A_new_branch_is_judged_by_what_no_remote_has()
    {
        Write("old.txt", "bluebird\n");
        Commit("old").Passes();
        Bare();
        Git("push", "-q", "origin", "main").Passes();
        Install();
        Write("new.txt", "fine\n");
        Commit("new").Passes();
        Git("push", "-q", "origin", "main:branch").Passes();
    }

    [Fact]
    public void Something_that_is_no_commit_is_not_pushed_unseen()
    {
        Bare();
        Install();
        var blob = Run(At(Repository), "git", ["hash-object", "-w", "sallyport.json"]).Text.Trim();
        Git("tag", "loose", blob).Passes();
        var stopped = Git("push", "-q", "origin", "loose");
        Assert.NotEqual(0, stopped.Exit);
        Assert.Contains("is no commit", stopped.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("#!/bin/sh")]
    [InlineData("#!/bin/bash")]
    public void A_hook_that_was_there_runs_first_and_comes_back(string shell)
    {
        Bare();
        var own = $"{shell}\ncat >> \"{At("seen")}\"\necho \"$1 from $(basename \"$0\")\" >> \"{At("seen")}\"\n[ ! -e forbid ] || exit 7\n";
        Hook("pre-push", own);
        Assert.Contains("pre-push: installed; your own is kept as pre-push.before-sally and runs first", Install(), StringComparison.Ordinal);
        Assert.Contains("pre-push: updated", Install(), StringComparison.Ordinal);
        Git("push", "-q", "origin", "main").Passes();
        var seen = File.ReadAllText(At("seen"));
        Assert.StartsWith("refs/heads/main ", seen, StringComparison.Ordinal);
        // Nothing to push: no line, not an empty one.
        File.Delete(At("seen"));
        Git("push", "-q", "origin", "main").Passes();
        Assert.StartsWith("origin from ", File.ReadAllText(At("seen")), StringComparison.Ordinal);
        Assert.Contains(shell == "#!/bin/sh" ? "origin from pre-push\n" : "origin from pre-push.before-sally\n", seen, StringComparison.Ordinal);
        File.WriteAllText(At(Repository, "forbid"), "");
        Assert.NotEqual(0, Git("push", "-q", "origin", "main:other").Exit);
        File.Delete(At(Repository, "forbid"));
        Assert.NotEqual(0, Git("push", "-q", "origin", "main:bluebird").Exit);
        Assert.Contains("pre-push: removed; your own is back", Sally("--uninstall").Output, StringComparison.Ordinal);
        Assert.Equal(own, File.ReadAllText(At(Repository, ".git", "hooks", "pre-push")));
        Assert.Equal(["pre-push"], Hooks());
        Git("push", "-q", "origin", "main:bluebird").Passes();
    }

    [Fact]
    public void A_second_hook_of_others_is_never_lost()
    {
        Hook("pre-commit", "#!/bin/sh\necho one\n");
        Install();
        Hook("pre-commit", "#!/bin/sh\necho two\n");
        var refused = Sally();
        Assert.Equal(3, refused.Exit);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.Contains("left alone", Sally("--uninstall").Output, StringComparison.Ordinal);
        Assert.Equal(0, Sally("--force").Exit);
        Assert.Contains("two", File.ReadAllText(At(Repository, ".git", "hooks", "pre-commit.before-sally")), StringComparison.Ordinal);
        Assert.Contains("one", File.ReadAllText(At(Repository, ".git", "hooks", "pre-commit.before-sally-2")), StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_go_where_git_looks_for_them()
    {
        Git("config", "core.hooksPath", "tools/git hooks").Passes();
        Directory.CreateDirectory(At(Repository, "deep"));
        Assert.Equal(0, SallyProgram.Run(At(Repository, "deep"), "gate", "install-hooks").Exit);
        Assert.True(File.Exists(At(Repository, "tools", "git hooks", "pre-commit")));
        Write("a.txt", $"token = {Secret()}\n");
        Assert.Equal(1, Commit("add").Exit);
        Git("config", "core.hooksPath", At("shared")).Passes();
        var refused = Sally();
        Assert.Equal(3, refused.Exit);
        Assert.Contains("may serve other repositories", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("shared")));
        Assert.Equal(0, Sally("--force").Exit);
        Assert.True(File.Exists(At("shared", "pre-commit")));
    }

    [Fact]
    public void A_linked_work_tree_installs_into_the_shared_folder_and_is_judged_by_its_own_index()
    {
        Git("worktree", "add", "-q", At("linked tree"), "-b", "side").Passes();
        Assert.Equal(0, SallyProgram.Run(At("linked tree"), "gate", "install-hooks").Exit);
        Assert.True(File.Exists(At(Repository, ".git", "hooks", "pre-commit")));
        File.WriteAllText(At("linked tree", "a.txt"), $"token = {Secret()}\n");
        Run(At("linked tree"), "git", ["add", "a.txt"]).Passes();
        Assert.Equal(1, Run(At("linked tree"), "git", ["commit", "-qm", "add"]).Exit);
        Write("b.txt", "fine\n");
        Commit("fine").Passes();
    }

    [Fact]
    public void Without_sally_nothing_passes_and_the_way_out_is_named()
    {
        Install();
        foreach (var name in new[] { "pre-commit", "commit-msg", "pre-push" })
        {
            var path = At(Repository, ".git", "hooks", name);
            File.WriteAllLines(path, File.ReadAllLines(path).Select(l => l.StartsWith("sally=", StringComparison.Ordinal) ? "sally=/nowhere/sally" : l));
        }
        Write("a.txt", "fine\n");
        Git("add", "-A").Passes();
        var stopped = Run(At(Repository), "git", ["commit", "-qm", "fine"], path: "/usr/bin:/bin");
        Assert.SkipWhen(File.Exists("/usr/bin/sally") || File.Exists("/bin/sally"), "sally is installed for everyone here");
        Assert.Equal(1, stopped.Exit);
        Assert.Contains("git commit --no-verify", stopped.Text, StringComparison.Ordinal);
        Run(At(Repository), "git", ["commit", "-qm", "fine", "--no-verify"], path: "/usr/bin:/bin").Passes();
    }

    [Fact]
    public void Outside_of_a_repository_it_says_so()
    {
        var (exit, _, error) = SallyProgram.Run(folder.Path, "gate", "install-hooks");
        Assert.Equal(3, exit);
        Assert.Contains("no git repository here", error, StringComparison.Ordinal);
    }

    // Assembled here, so that it stands in no file.
    private static string Secret() => string.Concat("gh", "p_", "k3VtQ9xZb7LmN2pRs8", "WcY4dFhJ6uAeG1oT5i");

    private string Install()
    {
        var (exit, output, error) = Sally();
        Assert.Equal((0, ""), (exit, error));
        return output;
    }

    private (int Exit, string Output, string Error) Sally(params string[] options) => SallyProgram.Run(At(Repository), ["gate", "install-hooks", .. options]);

    private void Bare()
    {
        Run(folder.Path, "git", ["init", "-q", "--bare", "bare.git"]).Passes();
        Git("remote", "add", "origin", At("bare.git")).Passes();
    }

    private void Hook(string name, string text)
    {
        var path = At(Repository, ".git", "hooks", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private string[] Hooks() => [.. Directory.GetFiles(At(Repository, ".git", "hooks")).Select(f => Path.GetFileName(f)).Where(f => !f.EndsWith(".sample", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    private string At(params string[] parts) => Path.Combine([folder.Path, .. parts]);

    private void Write(string name, string content) => folder.Write(Path.Combine(Repository, name), content);

    private GitRun Commit(string message, params string[] options)
    {
        Git("add", "-A").Passes();
        return Git(["commit", "-q", "-m", message, .. options]);
    }

    private GitRun Git(params string[] arguments) => Run(At(Repository), "git", arguments);

    private GitRun Run(string where, string program, string[] arguments, string? path = null)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = where, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(k => k.StartsWith("GIT_", StringComparison.Ordinal)).ToList()) start.Environment.Remove(name);
        foreach (var who in new[] { "AUTHOR", "COMMITTER" })
        {
            start.Environment[$"GIT_{who}_NAME"] = "Someone";
            start.Environment[$"GIT_{who}_EMAIL"] = "someone@example.org";
        }
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        start.Environment["GIT_CONFIG_NOSYSTEM"] = "1";
        start.Environment["XDG_STATE_HOME"] = At("state");
        if (path is not null) start.Environment["PATH"] = path;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new GitRun(process.ExitCode, output + error.Result);
    }

    private sealed record GitRun(int Exit, string Text)
    {
        public void Passes() => Assert.True(Exit == 0, Text);
    }
}
