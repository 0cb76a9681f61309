using System.Diagnostics;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Flow;

/// <summary>Files that act later are as they were when real commands have changed them, and nothing else is touched.</summary>
public sealed class LastingGuardTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-guard-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_was_changed_made_or_removed_is_put_back()
    {
        Write("AGENTS.md", "kind");
        Write(".husky/pre-commit", "test");
        Write(".git/config", "[core]");
        Write(".git/objects/ab", "object");
        Write("src/a.cs", "one");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(".husky/pre-commit"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var guard = Take();

        Write("AGENTS.md", "evil");
        File.Delete(At(".husky/pre-commit"));
        Write(".git/config", "[core] evil");
        Write(".git/hooks/post-commit", "evil");
        Write(".git/objects/cd", "object");
        Write(".github/workflows/x.yml", "evil");
        Write("src/a.cs", "two");
        Write("CLAUDE.md", "evil");
        var names = guard.PutBack(new Nobody());

        Assert.Equal([".git/config", ".git/hooks/post-commit", ".github/workflows/x.yml", ".husky/pre-commit", "AGENTS.md", "CLAUDE.md"], names);
        Assert.Equal(("kind", "test", "[core]", "two"), (Read("AGENTS.md"), Read(".husky/pre-commit"), Read(".git/config"), Read("src/a.cs")));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(At(".husky/pre-commit")).HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.Exists(At(".git/objects/cd")));
        foreach (var gone in (string[])["CLAUDE.md", ".git/hooks/post-commit", ".github/workflows/x.yml"]) Assert.False(File.Exists(At(gone)));
        Assert.Empty(guard.PutBack(new Nobody()));
    }

    public static TheoryData<string> Ways =>
    [
        "echo evil > sub/deep/AGENTS.md",
        "mkdir -p sub/x/.github/workflows; echo evil > sub/x/.github/workflows/a.yml",
        "mkdir -p sub/x/.husky; echo evil > sub/x/.husky/pre-commit",
        "echo evil > sub/.vscode/tasks.json",
        "mkdir -p sub/.idea; echo evil > sub/.idea/workspace.xml",
        "echo evil >> sub/repository/.git/config",
        "echo evil > sub/repository/.git/hooks/post-checkout; chmod +x sub/repository/.git/hooks/post-checkout",
        "git init -q sub/new; git -C sub/new config core.fsmonitor evil",
        "git init -q --bare sub/new; git -C sub/new config core.fsmonitor evil",
        "mkdir -p .git/modules/m/hooks; echo ref > .git/modules/m/HEAD; echo evil > .git/modules/m/hooks/post-checkout",
        "echo evil > .git/info/attributes",
        "echo 'gitdir: /elsewhere' > sub/.git",
        "cp AGENTS.md t; sed -i s/kind/evil/ t; cat t > AGENTS.md; rm t",
        "ln AGENTS.md other.txt; echo evil > other.txt; rm other.txt",
        "ln -s AGENTS.md other.txt; echo evil > other.txt; rm other.txt",
        "echo evil > docs/agents.txt",
        "echo evil > tools/agents/rules.md",
        "rm CLAUDE.md; echo evil > CLAUDE.md",
        "rm CLAUDE.md; ln -s src/a.cs CLAUDE.md",
        "rm .claude; mkdir .claude; echo evil > .claude/settings.json",
        "mv sub/.vscode away; sed -i s/kind/evil/ away/tasks.json; mv away sub/.vscode",
        "mv sub/deep other; mkdir sub/deep; echo evil > sub/deep/AGENTS.md; rm -r other",
        "mkdir evil; echo evil > evil/workflows.yml; mkdir .github; mv evil .github/workflows",
        "mkdir evil; echo evil > evil/AGENTS.md; mv evil src/evil",
        "rm AGENTS.md; mkdir AGENTS.md",
        "chmod 777 sub/.vscode/tasks.json",
        "rm .sallyignore",
        "touch -r AGENTS.md t; echo evil > AGENTS.md; touch -r t AGENTS.md; rm t",
        "echo '{\"scripts\":{\"postinstall\":\"evil\"}}' > sub/package.json",
        "echo '{\"scripts\":{\"prepare\":\"evil\"}}' > src/package.json",
        "echo '{\"husky\":{\"hooks\":{\"pre-commit\":\"evil\"}}}' > src/package.json",
        "echo evil > ignored/repository/.git/config",
        "printf 'sub/\\n' >> .gitignore; echo evil > sub/deep/AGENTS.md",
        "printf '*\\n' > sub/deep/.gitignore; mkdir sub/deep/x; echo evil > sub/deep/x/AGENTS.md",
    ];

    [Theory]
    [MemberData(nameof(Ways))]
    public void By_whichever_way_a_command_does_it(string line)
    {
        Prepare();
        var before = Lasting();
        var guard = Take();
        Sh(line);
        Assert.NotEqual(before, Lasting());
        Assert.NotEmpty(guard.PutBack(new Nobody()));
        Assert.Equal(before, Lasting());
        Assert.Empty(guard.PutBack(new Nobody()));
    }

    [Theory]
    [InlineData("echo more >> src/a.cs; mkdir src/b; echo x > src/b/c.cs")]
    [InlineData("mkdir -p node_modules/x/.github/workflows; echo x > node_modules/x/.github/workflows/a.yml; echo x > node_modules/x/.npmrc; echo '{\"scripts\":{\"postinstall\":\"x\"}}' > node_modules/x/package.json")]
    [InlineData("mkdir -p ignored/out; cp AGENTS.md ignored/out; echo x > ignored/out/nuget.config")]
    [InlineData("git init -q ignored/new")]
    [InlineData("echo '{\"scripts\":{\"postinstall\":\"kind\",\"test\":\"x\"},\"dependencies\":{\"a\":\"1\"}}' > sub/package.json")]
    [InlineData("echo '{\"scripts\":{\"test\":\"x\"}}' > src/package.json")]
    [InlineData("rm sub/package.json")]
    [InlineData("git -c user.name=T -c user.email=t@example.invalid commit -q --allow-empty -m x; git branch y; git gc -q")]
    [InlineData("touch AGENTS.md")]
    public void Daily_work_stays_as_it_was_done(string line)
    {
        Prepare();
        var guard = Take();
        Sh(line);
        var after = All();
        Assert.Empty(guard.PutBack(new Nobody()));
        Assert.Equal(after, All());
    }

    [Fact]
    public void Nothing_is_written_or_removed_through_a_link_that_took_the_place_of_a_folder()
    {
        Prepare();
        var outside = Directory.CreateTempSubdirectory("sally-outside-");
        try
        {
            File.WriteAllText(Path.Combine(outside.FullName, ".bashrc"), "mine");
            var guard = Take();
            Sh($"rm -r sub/deep; ln -s '{outside.FullName}' sub/deep; rm -r sub/.vscode; ln -s '{outside.FullName}' sub/.vscode");
            guard.PutBack(new Nobody());
            Assert.Equal([".bashrc"], outside.EnumerateFileSystemInfos().Select(static one => one.Name));
            Assert.Equal(("kind", "kind"), (Read("sub/deep/AGENTS.md"), Read("sub/.vscode/tasks.json")));
        }
        finally
        {
            outside.Delete(recursive: true);
        }
    }

    [Fact]
    public void However_many_there_are_all_are_kept()
    {
        for (var i = 0; i < 2000; i++) Write($"p{i}/AGENTS.md", $"kind {i}");
        for (var i = 0; i < 600; i++) Write($".cursor/rules/{i}.mdc", $"kind {i}");
        var guard = Take();
        Sh("for i in p1?99 p7; do echo evil > $i/AGENTS.md; done; echo evil > .cursor/rules/599.mdc; echo evil > .cursor/rules/600.mdc");
        Assert.Equal(13, guard.PutBack(new Nobody()).Count);
        Assert.Equal(("kind 1199", "kind 7", "kind 599"), (Read("p1199/AGENTS.md"), Read("p7/AGENTS.md"), Read(".cursor/rules/599.mdc")));
        Assert.False(File.Exists(At(".cursor/rules/600.mdc")));
    }

    [Fact]
    public void What_is_too_large_to_be_kept_is_told()
    {
        Write(".claude/large.json", new string('x', 5 << 20));
        var guard = Take();
        Assert.Empty(guard.PutBack(new Nobody()));
        Write(".claude/large.json", new string('y', 5 << 20));
        Assert.Contains("NOT as before", Assert.Single(guard.PutBack(new Nobody())));
    }

    [Fact]
    public void What_was_let_is_how_it_is_to_be()
    {
        Prepare();
        var guard = Take();
        Write("AGENTS.md", "other");
        Write("sub/deep/AGENTS.md", "evil");
        guard.Accept([At("AGENTS.md")]);
        Assert.Equal(["sub/deep/AGENTS.md"], guard.PutBack(new Nobody()));
        Assert.Equal(("other", "kind"), (Read("AGENTS.md"), Read("sub/deep/AGENTS.md")));
    }

    [Fact]
    public void Added_folders_count_too()
    {
        var added = Directory.CreateDirectory(At("../" + folder.Name + "-added"));
        try
        {
            File.WriteAllText(Path.Combine(added.FullName, "AGENTS.md"), "kind");
            var guard = LastingGuard.Take(new Workspace(folder.FullName, [added.FullName]));
            File.WriteAllText(Path.Combine(added.FullName, "AGENTS.md"), "evil");
            Assert.Single(guard.PutBack(new Nobody()));
            Assert.Equal("kind", File.ReadAllText(Path.Combine(added.FullName, "AGENTS.md")));
        }
        finally
        {
            added.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_folder_that_holds_such_files_is_known_by_the_first_of_them()
    {
        Prepare();
        Assert.EndsWith("AGENTS.md", LastingTree.FirstIn(At("sub/deep")));
        Assert.Null(LastingTree.FirstIn(At("src")));
        Write("ignored/out/AGENTS.md", "x");
        Assert.Null(LastingTree.FirstIn(At("ignored/out")));
    }

    // A workspace with one of each, a repository and one inside of it, links, and what git ignores.
    private void Prepare()
    {
        Write("AGENTS.md", "kind");
        Write("sub/deep/AGENTS.md", "kind");
        Write("sub/.vscode/tasks.json", "kind");
        Write("sub/package.json", """{"scripts":{"postinstall":"kind"}}""");
        Write("docs/agents.txt", "kind");
        Write("tools/agents/rules.md", "kind");
        Write("src/a.cs", "one");
        Write(".sallyignore", "closed");
        Write(".gitignore", "ignored/\n");
        Write("node_modules/x/AGENTS.md", "other");
        File.CreateSymbolicLink(At("CLAUDE.md"), "docs/agents.txt");
        File.CreateSymbolicLink(At(".claude"), "tools/agents");
        Sh("git init -q .; git init -q sub/repository; git init -q ignored/repository; rm -f .git/hooks/*.sample");
    }

    private LastingGuard Take() => LastingGuard.Take(new Workspace(folder.FullName));

    // What acts later, by content and mode, but for what is only in the way and was moved aside.
    private string Lasting() => string.Join('\n', Everything().Where(static one => !one.Contains("/objects/", StringComparison.Ordinal) && IsLasting(one)));

    private static bool IsLasting(string line)
    {
        var path = line[..line.IndexOf('|', StringComparison.Ordinal)];
        if (path is "docs/agents.txt" or "tools/agents/rules.md") return true;
        if (path.StartsWith("node_modules", StringComparison.Ordinal) || path.Contains(".sample", StringComparison.Ordinal)) return false;
        if (path.EndsWith("package.json", StringComparison.Ordinal)) return true;
        var at = path.LastIndexOf(".git/", StringComparison.Ordinal);
        if (at >= 0) return path[(at + 5)..] is "config" or "info/attributes" || path.Contains("/hooks/", StringComparison.Ordinal);
        return path == "sub/new/config" || LastingPaths.Why(path) is not null;
    }

    private string All() => string.Join('\n', Everything());

    private IEnumerable<string> Everything() =>
        from path in Directory.EnumerateFileSystemEntries(folder.FullName, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
        let one = new FileInfo(path)
        where one.LinkTarget is not null || one.Exists
        let name = Path.GetRelativePath(folder.FullName, path)
        where !IsThroughLink(name)
        orderby name
        select $"{name}|{(one.LinkTarget is { } target ? $"-> {target}" : $"{one.UnixFileMode} {File.ReadAllText(path)}")}";

    private bool IsThroughLink(string name)
    {
        for (var at = name.IndexOf('/', StringComparison.Ordinal); at > 0; at = name.IndexOf('/', at + 1)) if (new FileInfo(At(name[..at])).LinkTarget is not null) return true;
        return false;
    }

    private void Sh(string line)
    {
        using var shell = Process.Start(new ProcessStartInfo("/bin/bash", ["-c", line]) { WorkingDirectory = folder.FullName, RedirectStandardError = true, RedirectStandardOutput = true })!;
        shell.StandardOutput.ReadToEnd();
        var error = shell.StandardError.ReadToEnd();
        shell.WaitForExit();
        Assert.True(shell.ExitCode == 0, error);
    }

    private string At(string name) => Path.GetFullPath(name, folder.FullName);

    private string Read(string name) => File.ReadAllText(At(name));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    private sealed class Nobody : IChangeWitness
    {
        public void BeforeChange(string absolute) { }

        public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation) => default;

        public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation) => new([]);
    }
}
