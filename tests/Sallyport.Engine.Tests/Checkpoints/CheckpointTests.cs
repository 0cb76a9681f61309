using System.Diagnostics;
using System.Runtime.Versioning;

namespace Sallyport.Engine.Tests.Checkpoints;

[UnsupportedOSPlatform("windows")]
public sealed class CheckpointTests
{
    [Fact]
    public void What_a_tool_wrote_is_brought_back_step_by_step()
    {
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one";
        bench.Writes("a.txt", "two");
        bench.Writes("a.txt", "three");
        bench.Writes("new/deep/b.txt", "new");
        Assert.Equal("new/deep/b.txt Deleted", bench.Rewind(3));
        Assert.False(Directory.Exists(bench.At("new")));
        Assert.Equal("a.txt Restored, new/deep/b.txt Unchanged", bench.Rewind(2).Replace("new/deep/b.txt Deleted", "", StringComparison.Ordinal) + ", new/deep/b.txt Unchanged");
        Assert.Equal("two", bench["a.txt"]);
        Assert.Equal("a.txt Restored", bench.Rewind(1));
        Assert.Equal("one", bench["a.txt"]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_shell_lines_did_is_brought_back(bool git)
    {
        using var bench = new CheckpointBench(git);
        bench["src/a.txt"] = "alpha\n";
        bench["src/b.txt"] = "beta\n";
        bench["src/inner/c.txt"] = "gamma\n";
        bench["run.sh"] = "#!/bin/sh\n";
        bench.Shell("chmod 755 run.sh; ln -s a.txt src/link; mkdir empty");
        if (git) bench.Shell("git add . && git commit -qm first");
        bench["src/b.txt"] = "beta, edited by a person\n";
        bench["untracked.txt"] = "mine\n";
        var before = Tree(bench);

        Assert.Equal(["src/a.txt"], await bench.Runs("sed -i s/alpha/ALPHA/ src/a.txt"));
        Assert.Equal(["src/moved.txt", "src/b.txt"], (await bench.Runs("mv src/b.txt src/moved.txt")).OrderByDescending(p => p, StringComparer.Ordinal));
        Assert.Equal(["run.sh"], await bench.Runs("chmod 600 run.sh"));
        Assert.Equal(["src/link"], await bench.Runs("ln -sfn moved.txt src/link"));
        Assert.Equal(["untracked.txt"], await bench.Runs("printf 'over\\n' > untracked.txt"));
        Assert.Equal(5, (await bench.Runs("rm -rf src empty untracked.txt; mkdir -p made/deeper; echo x > made/deeper/x")).Count(p => !p.StartsWith("made", StringComparison.Ordinal)));
        var after = Tree(bench);

        var planned = bench.Rewind(1, dryRun: true);
        Assert.Equal(after, Tree(bench));
        Assert.Equal(planned, bench.Rewind(1));
        Assert.Equal(before, Tree(bench));
        Assert.DoesNotContain("Conflict", planned, StringComparison.Ordinal);

        // And the rewind itself can be undone, and that too.
        bench.Keeper.UndoRewind(dryRun: false);
        Assert.Equal(after, Tree(bench));
        bench.Keeper.UndoRewind(dryRun: false);
        Assert.Equal(before, Tree(bench));
    }

    [Fact]
    public async Task A_checkout_is_brought_back_file_by_file()
    {
        using var bench = new CheckpointBench(git: true);
        bench["a.txt"] = "one\n";
        bench["b.txt"] = "same\n";
        bench.Shell("git add . && git commit -qm first && git checkout -qb other && echo two > a.txt && echo c > c.txt && git add . && git commit -qm second && git checkout -q -");
        Assert.Equal(["a.txt", "c.txt"], (await bench.Runs("git checkout -q other")).Order(StringComparer.Ordinal));
        Assert.Equal("a.txt Restored, c.txt Deleted", bench.Rewind(1));
        Assert.Equal("one\n", bench["a.txt"]);
    }

    [Fact]
    public async Task What_did_not_change_in_the_end_is_not_told()
    {
        using var bench = new CheckpointBench(git: true);
        bench["a.txt"] = "one\n";
        bench["b.txt"] = "two\n";
        bench.Shell("git add . && git commit -qm first");
        Assert.Empty(await bench.Runs("touch a.txt; cp b.txt t && mv t b.txt; git status --short"));
        Assert.Empty(bench.Keeper.List());
        Assert.False(Directory.Exists(bench.State) && File.Exists(Path.Combine(bench.State, "log.jsonl")));
    }

    [Fact]
    public async Task What_the_person_changed_afterwards_is_left_alone_and_told()
    {
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one";
        bench["b.txt"] = "one";
        bench["c.txt"] = "one";
        await bench.Runs("echo agent | tee a.txt b.txt c.txt d.txt");
        bench["a.txt"] = "the person's";
        File.Delete(bench.At("b.txt"));
        bench["d.txt"] = "the person's too";
        Assert.Equal("a.txt Conflict, b.txt Conflict, c.txt Restored, d.txt Conflict", bench.Rewind(1));
        Assert.Equal(("the person's", "one", "the person's too"), (bench["a.txt"], bench["c.txt"], bench["d.txt"]));
        Assert.False(bench.Has("b.txt"));
    }

    [Fact]
    public async Task A_change_of_the_persons_between_two_of_the_agents_stays()
    {
        using var bench = new CheckpointBench(git: true);
        bench["a.txt"] = "one\n";
        bench.Shell("git add . && git commit -qm first");
        await bench.Runs("echo agent > a.txt");
        bench["a.txt"] = "the person's\n";
        await bench.Runs("echo agent again > a.txt");
        Assert.Equal("only as far as your own change of it", Assert.Single(bench.Keeper.Rewind(1, dryRun: false)).Reason);
        Assert.Equal("the person's\n", bench["a.txt"]);
    }

    [Fact]
    public async Task What_the_person_changes_between_commands_is_not_taken_for_the_agents()
    {
        using var bench = new CheckpointBench(git: true);
        bench["a.txt"] = "one\n";
        bench.Shell("git add . && git commit -qm first");
        await bench.Runs("true");
        bench["a.txt"] = "the person's\n";
        bench["b.txt"] = "the person's\n";
        Assert.Equal(["c.txt"], await bench.Runs("echo agent > c.txt"));
        Assert.Equal("c.txt Deleted", bench.Rewind(1));
        Assert.Equal("the person's\n", bench["a.txt"]);
    }

    [Fact]
    public async Task Ignored_files_are_not_watched_but_tracked_ones_are_in_any_case()
    {
        using var bench = new CheckpointBench(git: true);
        bench[".gitignore"] = "*.log\nbuild/\n";
        bench["kept.log"] = "one\n";
        bench["build/out"] = "x";
        bench.Shell("git add -f .gitignore kept.log && git commit -qm first");
        Assert.Equal(["kept.log"], await bench.Runs("echo two > kept.log; echo new > other.log; echo y > build/out"));
        Assert.Equal("kept.log Restored", bench.Rewind(1));
        Assert.Equal("one\n", bench["kept.log"]);
        Assert.Equal([".gitignore", "other.log"], (await bench.Runs("printf 'build/\\n' > .gitignore")).Append("other.log").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_in_which_git_turns_line_ends_comes_back_as_it_was()
    {
        using var bench = new CheckpointBench(git: true);
        bench[".gitattributes"] = "*.txt text eol=crlf\n";
        bench["a.txt"] = "one\r\ntwo\r\n";
        bench.Shell("git add . && git commit -qm first && rm a.txt && git checkout -q a.txt && touch -d '5 seconds ago' a.txt && git update-index --refresh && touch x && git add x");
        await bench.Runs("echo agent > a.txt");
        Assert.Equal("a.txt Restored", bench.Rewind(1));
        Assert.Equal("one\r\ntwo\r\n", bench["a.txt"]);
    }

    [Fact]
    public async Task A_filter_that_the_repository_names_is_not_started_by_a_rewind()
    {
        using var bench = new CheckpointBench(git: true);
        bench[".gitattributes"] = "*.txt filter=up\n";
        bench["a.txt"] = "one one one\n";
        bench.Shell("git config filter.up.clean 'sed s/one/1/g' && git config filter.up.smudge 'sed s/1/one/g' && git config filter.up.required true && git add . && git commit -qm first && touch -d '5 seconds ago' a.txt && git update-index --refresh");
        // The agent's own settings, as where nothing confines its commands.
        await bench.Runs("echo agent > a.txt; git config filter.up.smudge 'touch started; cat'; git config filter.up.process 'touch started'");
        Assert.StartsWith("a.txt NotCovered", bench.Rewind(1), StringComparison.Ordinal);
        Assert.False(bench.Has("started"));
    }

    [Fact]
    public async Task Large_files_are_not_kept_and_that_is_told()
    {
        using var bench = new CheckpointBench(git: false);
        bench.Shell("head -c 17000000 /dev/zero > large; head -c 10 /dev/zero > small");
        await bench.Runs("rm large small; head -c 18000000 /dev/zero > made");
        var told = bench.Keeper.Rewind(1, dryRun: false);
        Assert.Equal("large NotCovered, made Deleted, small Restored", CheckpointBench.Told(told));
        Assert.Equal("larger than 16 MB", told[0].Reason);
    }

    [Fact]
    public async Task A_resumed_session_goes_on_and_a_torn_line_costs_only_itself()
    {
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one";
        bench.Writes("a.txt", "two");
        bench.Resume();
        await File.AppendAllTextAsync(Path.Combine(bench.State, "log.jsonl"), "{\"type\":\"before\",\"pa", TestContext.Current.CancellationToken);
        await bench.Runs("printf three > a.txt");
        bench.Resume();
        Assert.Equal([1, 2], bench.Keeper.List().Select(c => c.Message));
        Assert.Equal(["a.txt"], bench.Keeper.List()[1].Files);
        Assert.Equal("a.txt Restored", bench.Rewind(1));
        Assert.Equal("one", bench["a.txt"]);
    }

    [Fact]
    public void Killed_between_the_change_and_its_record_a_file_counts_as_the_agents_only_if_it_was_written_while_the_session_lived()
    {
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one";
        bench["gone.txt"] = "one";
        bench.Prompt();
        bench.Keeper.BeforeChange(bench.At("a.txt"));
        bench.Keeper.BeforeChange(bench.At("gone.txt"));
        bench["a.txt"] = "two";
        File.Delete(bench.At("gone.txt"));
        using var other = bench.Open();
        Assert.Equal("a.txt Restored, gone.txt Restored", CheckpointBench.Told(other.Rewind(1, dryRun: true)));
        // The last sign of life is older than what is there now: a person may have written it.
        File.SetLastWriteTimeUtc(Path.Combine(bench.State, "log.jsonl"), File.GetLastWriteTimeUtc(bench.At("a.txt")).AddMinutes(-1));
        Assert.Equal("a.txt Conflict, gone.txt Conflict", CheckpointBench.Told(other.Rewind(1, dryRun: true)));
    }

    [Fact]
    public void Two_processes_do_not_write_one_log()
    {
        using var bench = new CheckpointBench(git: false);
        bench.Writes("a.txt", "two");
        using var other = bench.Open();
        Assert.Contains("another process", Assert.Throws<IOException>(() => other.Rewind(1, dryRun: false)).Message, StringComparison.Ordinal);
        Assert.Equal("two", bench["a.txt"]);
    }

    [Fact]
    public void Nothing_is_written_through_a_link_that_was_put_above_a_file()
    {
        using var bench = new CheckpointBench(git: false);
        bench["sub/a.txt"] = "one";
        bench.Writes("sub/a.txt", "two");
        Directory.CreateDirectory(Path.Combine(bench.Outside, "elsewhere"));
        File.WriteAllText(Path.Combine(bench.Outside, "elsewhere/a.txt"), "two");
        Directory.Delete(bench.At("sub"), recursive: true);
        Directory.CreateSymbolicLink(bench.At("sub"), Path.Combine(bench.Outside, "elsewhere"));
        File.SetUnixFileMode(Path.Combine(bench.Outside, "elsewhere/a.txt"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead);
        Assert.Equal("sub/a.txt Conflict", bench.Rewind(1));
        Assert.Equal("two", bench["sub/a.txt"]);
    }

    [Fact]
    public void Writing_through_a_link_brings_back_what_it_leads_to()
    {
        using var bench = new CheckpointBench(git: false);
        bench["real.txt"] = "one";
        File.CreateSymbolicLink(bench.At("link.txt"), bench.At("real.txt"));
        bench.Writes("link.txt", "two");
        Assert.Contains("real.txt Restored", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal("one", bench["real.txt"]);
        Assert.NotNull(new FileInfo(bench.At("link.txt")).LinkTarget);
    }

    [Fact]
    public void State_is_for_its_owner_only()
    {
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one";
        bench.Writes("a.txt", "two");
        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;
        Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(bench.State) & Others);
        Assert.All(Directory.GetFiles(bench.State), file => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(file) & Others));
    }

    [Fact]
    public async Task A_look_at_two_thousand_files_costs_little()
    {
        using var bench = new CheckpointBench(git: true);
        bench.Shell("for d in $(seq 50); do mkdir d$d; for f in $(seq 40); do echo $d $f > d$d/f$f.txt; done; done; git add . && git commit -qm all");
        var cancellation = TestContext.Current.CancellationToken;
        var times = new List<double>();
        bench.Prompt();
        for (var i = 0; i < 20; i++)
        {
            var watch = Stopwatch.StartNew();
            var span = await bench.Keeper.BeforeCommand(cancellation);
            await bench.Keeper.AfterCommand(span, cancellation);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"first {times[0]:0.0} ms, then {string.Join(' ', times.Skip(1).Select(t => t.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)))}");
        Assert.InRange(times.Min(), 0, 60);
    }

    [Fact]
    public async Task Commands_that_overlap_are_brought_back_whatever_the_order_of_their_ends()
    {
        var cancellation = TestContext.Current.CancellationToken;
        foreach (var firstEnds in new[] { true, false })
        {
            using var bench = new CheckpointBench(git: true);
            foreach (var name in (ReadOnlySpan<string>)["a.txt", "b.txt", "both.txt", "gone.txt"]) bench[name] = $"{name} as it was\n";
            bench.Shell("git add . && git commit -qm first");
            var before = Tree(bench);

            bench.Prompt();
            var a = await bench.Keeper.BeforeCommand(cancellation);
            // What the first has done by the time the second begins is the first's, not somebody else's.
            bench.Shell("echo one > a.txt; echo half > both.txt; mkdir made; echo x > made/early.txt");
            var b = await bench.Keeper.BeforeCommand(cancellation);
            bench.Shell("echo two > b.txt; echo whole > both.txt; rm gone.txt");
            var (first, second) = firstEnds ? (a, b) : (b, a);
            var ended = await bench.Keeper.AfterCommand(first, cancellation);
            bench.Shell("echo late > made/late.txt; echo more >> a.txt");
            var last = await bench.Keeper.AfterCommand(second, cancellation);

            Assert.True(a.WasShared && b.WasShared);
            // Each is told of what changed in its own time.
            Assert.Equal(["a.txt", "b.txt", "both.txt", "gone.txt", "made/early.txt", .. firstEnds ? Array.Empty<string>() : ["made/late.txt"]], (firstEnds ? ended : last).Order(StringComparer.Ordinal));
            Assert.Equal(firstEnds ? ["a.txt", "b.txt", "both.txt", "gone.txt", "made/late.txt"] : ["b.txt", "both.txt", "gone.txt"], (firstEnds ? last : ended).Order(StringComparer.Ordinal));

            var told = bench.Rewind(1);
            Assert.DoesNotContain("Conflict", told, StringComparison.Ordinal);
            Assert.Equal(before, Tree(bench));
        }
    }

    [Fact]
    public async Task Between_commands_that_do_not_overlap_a_persons_changes_are_still_theirs()
    {
        var cancellation = TestContext.Current.CancellationToken;
        using var bench = new CheckpointBench(git: false);
        bench["a.txt"] = "one\n";
        bench.Prompt();
        var a = await bench.Keeper.BeforeCommand(cancellation);
        var b = await bench.Keeper.BeforeCommand(cancellation);
        bench["a.txt"] = "by a command\n";
        await bench.Keeper.AfterCommand(a, cancellation);
        await bench.Keeper.AfterCommand(b, cancellation);
        // Ending twice is as good as once.
        Assert.Equal(["a.txt"], await bench.Keeper.AfterCommand(b, cancellation));
        bench["a.txt"] = "by a person\n";
        Assert.Equal(["c.txt"], await bench.Runs("echo c > c.txt"));
        Assert.Equal("a.txt Conflict, c.txt Deleted", bench.Rewind(1));
        Assert.Equal("by a person\n", bench["a.txt"]);
    }

    private static string Tree(CheckpointBench bench)
    {
        var lines = new List<string>();
        foreach (var path in Directory.EnumerateFileSystemEntries(bench.Root, "*", SearchOption.AllDirectories))
        {
            var name = Path.GetRelativePath(bench.Root, path);
            if (name == ".git" || name.StartsWith(".git/", StringComparison.Ordinal)) continue;
            var link = new FileInfo(path).LinkTarget;
            lines.Add(link is not null ? $"{name} -> {link}" : Directory.Exists(path) ? $"{name}/" : $"{name} {File.GetUnixFileMode(path)} {File.ReadAllText(path)}");
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }
}
