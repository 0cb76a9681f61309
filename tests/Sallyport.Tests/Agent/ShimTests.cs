using System.Diagnostics;
using Sallyport.Engine;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Tests.Agent;

/// <summary>What stands before git and its like in an agent's commands: real commits and pushes, in every form of confinement and without one.</summary>
public sealed class ShimTests : IDisposable
{
    private const string Identity = "-c user.name=Someone -c user.email=someone@example.org";

    private readonly DirectoryInfo root = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, $"shims-{Guid.NewGuid():n}"));
    private readonly List<IDisposable> held = [];

    public static TheoryData<string> Forms => ["bubblewrap", "landlock", "none"];

    private string Work => Path.Combine(root.FullName, "my team's work");

    public ShimTests()
    {
        Directory.CreateDirectory(Work);
        Directory.CreateDirectory(Path.Combine(root.FullName, "home"));
        Plain($"git init -q -b main . && git init -q --bare bare.git && git remote add origin ./bare.git && echo bare.git > .gitignore && git add . && git {Identity} commit -qm start && git push -q origin main");
    }

    public void Dispose()
    {
        foreach (var one in held) one.Dispose();
        root.Delete(recursive: true);
    }

    [Theory, MemberData(nameof(Forms))]
    public void Commits_are_judged_whatever_git_is_told(string form)
    {
        var run = In(form);
        Put("key.txt", $"token = {Secret()}\n");
        Plain("git add key.txt");
        foreach (var commit in new[] { "git {0} commit -qm x", "git {0} commit --no-verify -m x", "git {0} commit -nm x", "git {0} -c core.hooksPath=/dev/null commit -m x", "git {0} commit --no-verif -m x -- key.txt", "GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null git {0} commit -m x", "echo 'all:\n\tgit {0} commit --no-verify -m x' > .git/m.mk && make -f .git/m.mk", "sh -c 'git {0} commit -m x'", "git {0} -c alias.ci='commit --no-verify' ci -m x", "env -C / git -C \"$PWD\" {0} commit -m x" })
        {
            var ran = run(commit.Replace("{0}", Identity, StringComparison.Ordinal));
            Assert.True(ran.Exit != 0, commit + "\n" + ran.Text);
            Assert.Contains("sally: ", ran.Text, StringComparison.Ordinal);
            Assert.DoesNotContain(Secret(), ran.Text, StringComparison.Ordinal);
        }
        Assert.Equal("1", Plain("git rev-list --count HEAD").Text.Trim());
        Put("key.txt", "token = from the environment\n");
        var message = run($"git add key.txt && git {Identity} commit -qm 'token = {Secret()}'");
        Assert.Contains("commit stopped, 1 finding in the message", message.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("Once, unchecked", message.Text, StringComparison.Ordinal);
        var clean = run($"git {Identity} commit -qm fine && git {Identity} commit -q --amend -m finer && git log --oneline | wc -l");
        Assert.Equal((0, "2"), (clean.Exit, clean.Text.Trim()));
    }

    [Theory, MemberData(nameof(Forms))]
    public void Pushes_are_judged_by_every_commit_that_the_remote_lacks(string form)
    {
        var run = In(form);
        Put("key.txt", $"token = {Secret()}\n");
        Plain($"git add . && git {Identity} commit -qm add && git rm -q key.txt && git {Identity} commit -qm remove");
        foreach (var push in new[] { "git push origin main", "git push --no-verify origin main", "git -c core.hooksPath=/dev/null push origin main:other", "git push --no-v ./bare.git HEAD:refs/heads/x", "git send-pack ./bare.git main", "git update-ref refs/remotes/origin/x HEAD && git push origin main:y", "git config alias.p 'push --no-verify' ; git -c alias.p='push --no-verify' p origin main", "git -c help.autocorrect=immediate psuh origin main --no-verify", "git push --mirror --no-verify origin", "git submodule foreach true; git -C . push -q origin HEAD:main" })
        {
            var ran = run(push);
            Assert.True(ran.Exit != 0, push + "\n" + ran.Text);
        }
        Assert.Equal("1", Plain("git -C bare.git rev-list --count --all").Text.Trim());
        Plain("git reset -q --hard HEAD~2");
        Put("b.txt", "fine\n");
        var daily = run($"git checkout -q -b side && git {Identity} commit -q --allow-empty -m side && git checkout -q main && git {Identity} merge -q --no-ff -m both side && git {Identity} pull -q --no-rebase origin main && git {Identity} rebase -q origin/main && git {Identity} stash -q; git {Identity} cherry-pick --allow-empty side; git reset -q --hard origin/main");
        Assert.True(daily.Exit == 0, daily.Text);
        var clean = run($"git add b.txt && git {Identity} commit -qm fine && git push -q origin main main:feature && git push -q origin :feature && git fetch -q && git status -sb");
        Assert.True(clean.Exit == 0, clean.Text);
        Assert.Contains("## main", clean.Text, StringComparison.Ordinal);
        Assert.Equal("2", Plain("git -C bare.git rev-list --count --all").Text.Trim());
    }

    [Fact]
    public void A_commit_of_the_agent_says_so_once_and_not_where_it_is_switched_off()
    {
        const string line = "Assisted-by: Sallyport";
        var run = In("none", line);
        Put("b.txt", "fine\n");
        Assert.Equal(0, run($"git add b.txt && git {Identity} commit -qm $'Add b\n\nReviewed-by: Somebody'").Exit);
        Assert.Equal(0, run($"git {Identity} commit -q --amend --no-edit").Exit);
        Assert.Single(Plain("git log -1 --format=%B").Text.Split('\n'), text => text == line);
        Assert.Equal(0, In("none")($"git {Identity} commit -q --allow-empty -m plain").Exit);
        Assert.DoesNotContain(line, Plain("git log -1 --format=%B").Text, StringComparison.Ordinal);
    }

    [Fact]
    public void In_bubblewrap_git_is_watched_by_its_path_and_without_a_PATH_too()
    {
        var run = In("bubblewrap");
        Put("key.txt", $"token = {Secret()}\n");
        Plain("git add key.txt");
        foreach (var commit in new[] { "/usr/bin/git {0} commit --no-verify -m x", "env -i /usr/bin/git {0} commit --no-verify -m x", "PATH=/usr/bin:/bin; git {0} commit --no-verify -m x", "$(git --exec-path)/git {0} commit --no-verify -m x", "$(git --exec-path)/git-commit --no-verify -m x", "git {0} -c alias.ci='!p=comm; git {0} ${p}it -nm x' ci", "python3 -c \"import subprocess, sys; sys.exit(subprocess.run(['/usr/bin/git', 'commit', '-nm', 'x']).returncode)\"" })
        {
            var ran = run("export GIT_AUTHOR_NAME=n GIT_AUTHOR_EMAIL=e@example.org GIT_COMMITTER_NAME=n GIT_COMMITTER_EMAIL=e@example.org; " + commit.Replace("{0}", Identity, StringComparison.Ordinal));
            Assert.True(ran.Exit != 0, commit + "\n" + ran.Text);
        }
        Assert.Equal("1", Plain("git rev-list --count HEAD").Text.Trim());
    }

    [Theory, MemberData(nameof(Forms))]
    public void The_repositorys_own_hooks_still_run(string form)
    {
        foreach (var (name, line) in new[] { ("pre-commit", "echo own-pre-commit"), ("commit-msg", "echo own line >> \"$1\""), ("post-commit", "echo own-post-commit"), ("pre-push", "cat > seen; [ ! -e forbid ]") })
        {
            Put($".git/hooks/{name}", $"#!/bin/sh\n{line}\n");
            Plain($"chmod +x .git/hooks/{name}");
        }
        var run = In(form);
        Put("a.txt", "a\n");
        var ran = run($"git add a.txt && git {Identity} commit -m first && git push -q origin main && cat seen && git log -1 --format=%B");
        Assert.True(ran.Exit == 0, ran.Text);
        foreach (var part in new[] { "own-pre-commit", "own-post-commit", "own line", "refs/heads/main" }) Assert.Contains(part, ran.Text, StringComparison.Ordinal);
        Assert.NotEqual(0, run("touch forbid; git push -q origin main:other").Exit);
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_policy_that_the_agent_loosened_does_not_count(string form)
    {
        Put("sallyport.json", """{ "terms": { "plain": ["project bluebird"] } }""");
        Plain($"git add . && git {Identity} commit -qm policy");
        var run = In(form);
        Put("a.txt", "about project bluebird\n");
        Put("b.txt", $"token = {Secret()} // sally:allow secret.github-pat -- the agent says so\n");
        Assert.NotEqual(0, run($"rm -f sallyport.json; git add -A && git {Identity} commit -qm x").Exit);
        Assert.NotEqual(0, run($"rm -f a.txt; git add -A && git {Identity} commit -qm x").Exit);
        Assert.NotEqual(0, run("rm -f b.txt; echo '{ \"rules\": { \"secret.*\": \"off\", \"term.*\": \"off\" } }' > sallyport.json; echo project bluebird > c.txt; git add -A && git " + Identity + " commit -qm x").Exit);
    }

    [Theory, MemberData(nameof(Forms))]
    public void A_package_is_judged_before_it_is_published(string form)
    {
        Needs("npm");
        var run = In(form);
        Put("package.json", """{ "name": "a", "version": "1.0.0", "license": "MIT", "files": ["key.txt"] }""");
        Put("key.txt", $"token = {Secret()}\n");
        foreach (var line in new[] { "npm publish", "npm publ", "npm --tag next publish .", "echo 'all:\n\tnpm publish' > .git/m.mk && make -f .git/m.mk" })
        {
            var ran = run(line);
            Assert.True(ran.Exit != 0, line + ran.Text);
            Assert.Contains("publishing stopped", ran.Text, StringComparison.Ordinal);
        }
        Put("package.json", """{ "name": "a", "version": "1.0.0", "scripts": { "prepack": "true" } }""");
        Assert.Contains("npm pack first", run("npm publish").Text, StringComparison.Ordinal);
        Assert.Contains("it cannot be told", run("dotnet nuget push nothing.nupkg").Text, StringComparison.Ordinal);
        Assert.Equal(0, run("npm --version && dotnet --version").Exit);
    }

    [Fact]
    public void What_is_written_on_a_forge_is_judged_before()
    {
        Put("sallyport.json", """{ "terms": { "plain": ["project bluebird"] } }""");
        Plain("mkdir -p .git/tools && printf '#!/bin/sh\\necho sent \"$@\"\\n' > .git/tools/gh && chmod +x .git/tools/gh");
        var run = In("none");
        Put("body.md", $"token = {Secret()}\n");
        Put("fine.md", "it works now\n");
        foreach (var words in new[] { "pr create -t x --body-file body.md", "pr create -t x -Fbody.md", "pr create -t 'for Project Bluebird'", $"issue comment 1 --body=token:{Secret()}", "api repos/o/r/issues -f title=x -F body=@body.md", "release create v1 body.md#Notes", "pr create -t x -F - < fine.md" })
        {
            var ran = run($"PATH=\"$PATH:$PWD/.git/tools\" gh {words}");
            Assert.True(ran.Exit != 0, words + "\n" + ran.Text);
            Assert.Contains("stopped", ran.Text, StringComparison.Ordinal);
            Assert.DoesNotContain("sent ", ran.Text, StringComparison.Ordinal);
        }
        Assert.Equal("sent pr create -t Mend it -F fine.md\nsent pr view 3\n", run("PATH=\"$PATH:$PWD/.git/tools\"; gh pr create -t 'Mend it' -F fine.md && gh pr view 3").Text);
    }

    // Assembled here, so that it stands in no file.
    private static string Secret() => string.Concat("gh", "p_", "k3VtQ9xZb7LmN2pRs8", "WcY4dFhJ6uAeG1oT5i");

    private void Put(string name, string content) => File.WriteAllText(Path.Combine(Work, name), content);

    private static void Needs(string program) => Assert.SkipUnless(Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(folder => File.Exists(Path.Combine(folder, program))), $"{program} is missing");

    // By its path: the shim for dotnet comes first in the PATH.
    private static readonly string[] Self = [RealPath.Of(Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, "dotnet")).First(File.Exists)), typeof(Sally).Assembly.Location];

    private Func<string, (int Exit, string Text)> In(string form, string trailer = "")
    {
        // A home folder may be reached by a link.
        if (!Path.Exists(Path.Combine(root.FullName, "link"))) File.CreateSymbolicLink(Path.Combine(root.FullName, "link"), root.FullName);
        var shims = new GateShims(Path.Combine(root.FullName, "link", "state", "sallyport", "gate", "one"), Self, new Workspace(Work)) { Trailer = trailer };
        ILauncher launcher = new UnconfinedLauncher(shims);
        if (form != "none")
        {
            var kind = form == "landlock" ? SandboxForm.Landlock : SandboxForm.Bubblewrap;
            var problem = SandboxProbe.Try(kind).Problem;
            Assert.SkipUnless(problem is null, problem ?? "");
            var sandbox = new Sandbox(new SandboxSetup { Workspace = new Workspace(Work), OutputFolder = Path.Combine(root.FullName, "out"), Home = Path.Combine(root.FullName, "home"), Self = Self, Form = kind, Shims = shims });
            held.Add(sandbox);
            launcher = sandbox;
        }
        held.Add(shims);
        return line =>
        {
            var ran = Run(launcher.Prepare(Line(line)));
            return launcher.NeverBegan(ran.Text.TrimEnd()) ? Run(launcher.Prepare(Line(line))) : ran;
        };
    }

    private (int Exit, string Text) Plain(string line)
    {
        var ran = Run(Line(line));
        Assert.True(ran.Exit == 0, line + "\n" + ran.Text);
        return ran;
    }

    private Launch Line(string line)
    {
        var variables = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = Path.Combine(root.FullName, "home"), ["XDG_STATE_HOME"] = Path.Combine(root.FullName, "state"), ["GIT_CONFIG_NOSYSTEM"] = "1" };
        foreach (var name in new[] { "DOTNET_ROOT" }) if (Environment.GetEnvironmentVariable(name) is { } value) variables[name] = value;
        return new Launch("/bin/bash", ["--noprofile", "--norc", "-c", line], variables, Work);
    }

    private static (int Exit, string Text) Run(Launch launch)
    {
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        if (!process.WaitForExit(60_000)) process.Kill(entireProcessTree: true);
        return (process.ExitCode, output.Result + error.Result);
    }
}
