using System.Globalization;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Sandboxing;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>What commands change is kept before they change it, whatever file it is.</summary>
public sealed class WatchTests
{
    public static TheoryData<SandboxForm?> Forms { get; } = new((SandboxForm?)null, (SandboxForm?)SandboxForm.Bubblewrap, (SandboxForm?)SandboxForm.Landlock);

    [Theory, MemberData(nameof(Forms))]
    public async Task An_ignored_file_is_brought_back(SandboxForm? form)
    {
        await using var bench = new WatchBench(form);
        bench.Person("git init -q .");
        bench[".gitignore"] = "*.log\n.env\nout/\n";
        bench[".env"] = "NAME=one\n";
        bench["kept.log"] = "one\n";
        bench["out/deep/file"] = "one\n";
        var before = bench.Tree();
        Assert.Contains("[changed: .env, kept.log, out/deep/file, new.log]", await bench.Runs("echo NAME=two > .env; echo more >> kept.log; rm -r out; echo new > new.log"), StringComparison.Ordinal);
        Assert.Equal(".env Restored, kept.log Restored, new.log Deleted, out/deep/file Restored", bench.Rewind(1));
        Assert.Equal(before, bench.Tree());
    }

    [Theory, MemberData(nameof(Forms))]
    public async Task Every_way_to_change_a_file_is_brought_back_and_brought_forth_again(SandboxForm? form)
    {
        await using var bench = new WatchBench(form, added: "added");
        foreach (var name in (ReadOnlySpan<string>)["a", "b", "c", "d", "e", "f", "g", "h", "sub/one", "sub/in/two", "gone/x", "gone/in/y", "into/z", "changed mode", "ümlaut – name"]) bench[name] = $"{name} as it was\n";
        await File.WriteAllTextAsync(Path.Combine(bench.Added!, "far"), "far\n", TestContext.Current.CancellationToken);
        bench.Person("ln -s a link; ln -s sub way; mkdir -p empty; chmod 640 'changed mode'");
        var before = bench.Tree();
        await bench.Runs($$"""
            echo over > a; echo more >> b; sed -i s/as/AS/ c; rm d; mv e e2; cp a f; ln -f a hard; : > g
            python3 - <<'END'
            import os
            with open('h', 'r+') as f:
                f.truncate(3); f.write('rewritten')
            os.truncate('b', 1)
            at = os.open('sub', os.O_RDONLY)
            os.rename('one', 'three', src_dir_fd=at, dst_dir_fd=at)
            os.unlink('in/two', dir_fd=at)
            END
            echo through > link; echo by way > way/new; rm -rf gone; rmdir empty; mv into moved; echo y > moved/z; mkdir -p made/deep/er; echo new > made/deep/er/n; ln -s n made/deep/er/l
            chmod 600 'changed mode'; echo x > 'ümlaut – name'; cd sub; echo here > ../relative; ln -sfn ../a ../link
            echo far over > '{{bench.Added}}/far'; echo near > '{{bench.Added}}/new'
            """);
        var after = bench.Tree();
        Assert.NotEqual(before, after);
        Assert.DoesNotContain("Conflict", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal(before, bench.Tree());
        bench.Keeper.UndoRewind(dryRun: false);
        Assert.Equal(after, bench.Tree());
        bench.Keeper.UndoRewind(dryRun: false);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task A_large_file_is_brought_back()
    {
        await using var bench = new WatchBench();
        bench.Person("head -c 40000000 /dev/urandom > large; head -c 40000000 /dev/urandom > other");
        var before = bench.Tree();
        await bench.Runs("printf X | dd of=large bs=1 seek=20000000 conv=notrunc status=none; rm other");
        Assert.Equal("large Restored, other Restored", bench.Rewind(1));
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task Step_by_step_and_only_as_far_as_asked()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        await bench.Runs("echo two > a");
        await bench.Runs("echo three > a; mkdir d; echo x > d/x");
        await bench.Runs("echo y > d/x; mv d e");
        Assert.Equal("d/x Restored, e/x Deleted", bench.Rewind(3));
        Assert.Equal(("three\n", "x\n"), (bench["a"], bench["d/x"]));
        Assert.Contains("a Restored", bench.Rewind(2), StringComparison.Ordinal);
        Assert.Equal("two\n", bench["a"]);
        Assert.False(bench.Has("d"));
        bench.Rewind(1);
        Assert.Equal("one\n", bench["a"]);
    }

    [Fact]
    public async Task What_a_job_changes_later_is_brought_back_to_each_prompt()
    {
        await using var bench = new WatchBench();
        bench["log"] = "start\n";
        bench["state"] = "one\n";
        bench.Person("mkfifo go");
        // It holds its log open all the while, and rewrites the other file.
        await bench.Runs("exec >> log; while read -r word < go; do echo $word; echo $word > state; echo $word > seen; done", background: true);
        await Say(bench, "first");
        bench.Prompt();
        await Say(bench, "second");
        await bench.Context.Jobs.DisposeAsync();
        var told = bench.Rewind(2);
        Assert.Contains("log Restored", told, StringComparison.Ordinal);
        Assert.Contains("state Restored", told, StringComparison.Ordinal);
        Assert.Equal(("start\nfirst\n", "first\n"), (bench["log"], bench["state"]));
        Assert.Contains("log Restored", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal(("start\n", "one\n"), (bench["log"], bench["state"]));
        Assert.False(bench.Has("seen"));
    }

    [Fact]
    public async Task A_persons_change_of_another_file_meanwhile_is_left_alone()
    {
        await using var bench = new WatchBench();
        bench["agents"] = "one\n";
        bench["persons"] = "one\n";
        bench.Person("mkfifo go");
        bench.Prompt();
        var line = bench.More("echo two > agents; mkdir made; echo x > made/agents; echo begun > begun; read -r word < go; echo $word >> agents");
        await Until(() => bench.Has("begun") && bench["begun"].Length > 0);
        bench["persons"] = "the person's\n";
        bench["made/persons"] = "the person's\n";
        await File.WriteAllTextAsync(bench.At("go"), "on\n", TestContext.Current.CancellationToken);
        Assert.DoesNotContain("persons", await line, StringComparison.Ordinal);
        bench.Rewind(1);
        Assert.Equal(("one\n", "the person's\n", "the person's\n"), (bench["agents"], bench["persons"], bench["made/persons"]));
        Assert.False(bench.Has("made/agents"));
    }

    [Fact]
    public async Task A_persons_change_of_the_same_file_is_left_alone()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        bench["b"] = "one\n";
        bench.Person("mkfifo go");
        bench.Prompt();
        var line = bench.More("echo two > a; echo two > b; read -r word < go; echo $word >> b");
        var log = Path.Combine(bench.State, "log.jsonl");
        // The command is quiet, so what it left is written down while it goes on.
        await Until(() => File.Exists(log) && Lines(log).Count(l => l.Contains("\"after\"", StringComparison.Ordinal)) == 2);
        bench["a"] = "the person's\n";
        bench["b"] = "the person's\n";
        await File.WriteAllTextAsync(bench.At("go"), "three\n", TestContext.Current.CancellationToken);
        await line;
        Assert.Equal("a Conflict, b Restored", bench.Rewind(1));
        Assert.Equal(("the person's\n", "the person's\n"), (bench["a"], bench["b"]));
    }

    [Fact]
    public async Task Two_commands_side_by_side_are_told_apart_and_brought_back()
    {
        await using var bench = new WatchBench(SandboxForm.Bubblewrap);
        foreach (var name in (ReadOnlySpan<string>)["a", "b", "both"]) bench[name] = "one\n";
        bench.Person("mkfifo go back");
        var before = bench.Tree();
        bench.Prompt();
        var first = bench.More("echo two > a; read -r word < go; echo first >> both; echo done > back");
        var second = bench.More("echo two > b; echo second >> both; echo on > go; read -r word < back");
        var (one, two) = (await first, await second);
        Assert.Contains("[changed: a, both]", one, StringComparison.Ordinal);
        Assert.Contains("[changed: b, both]", two, StringComparison.Ordinal);
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task A_checkout_of_many_files_is_brought_back()
    {
        await using var bench = new WatchBench(SandboxForm.Bubblewrap);
        bench.Person("""
            git init -q . && git config user.email t@example.com && git config user.name t
            for d in $(seq 20); do mkdir -p d$d; for f in $(seq 25); do echo $d $f > d$d/f$f; done; done; git add . && git commit -qm first
            git checkout -qb other && for d in $(seq 20); do for f in $(seq 25); do echo other >> d$d/f$f; done; done && rm -r d3 && mkdir e && echo e > e/e && git add -A . && git commit -qm second && git checkout -q -
            """);
        var before = bench.Tree();
        Assert.Contains("[changed: 501 files]", await bench.Runs("git checkout -q other"), StringComparison.Ordinal);
        Assert.DoesNotContain("Conflict", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task What_opens_by_the_newest_call_is_seen()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        bench["b"] = "one\n";
        // openat2 with O_WRONLY|O_TRUNC, and with O_RDONLY, which is nobody's concern.
        await bench.Runs("""
            python3 - <<'END'
            import ctypes, struct
            libc = ctypes.CDLL(None, use_errno=True)
            for name, flags in ((b'a', 0o1001), (b'b', 0)):
                how = ctypes.create_string_buffer(struct.pack('QQQ', flags, 0, 0))
                handle = libc.syscall(437, -100, name, how, 24)
                assert handle >= 0, ctypes.get_errno()
                if flags: libc.write(handle, b'two\n', 4)
            END
            """);
        Assert.Equal("a Restored", bench.Rewind(1));
        Assert.Equal("one\n", bench["a"]);
    }

    [Fact]
    public async Task A_file_that_is_opened_again_and_again_is_kept_once()
    {
        await using var bench = new WatchBench();
        bench["a"] = new string('x', 100_000);
        await bench.Runs("for i in $(seq 2000); do echo $i >> a; done; echo > a");
        Assert.InRange(new DirectoryInfo(bench.State).EnumerateFiles("blobs-*").Sum(f => f.Length), 100_000, 1_000_000);
        Assert.Equal("a Restored", bench.Rewind(1));
        Assert.Equal(100_000, bench["a"].Length);
    }

    [Fact]
    public async Task A_terminal_is_watched_as_well()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        bench.Prompt();
        await ToolBench.Find("bash").Run(new Sallyport.Engine.Tools.ToolCall("call", ToolBench.Json(new { command = "echo two > a", pty = true }), bench.Context, static _ => { }), TestContext.Current.CancellationToken);
        Assert.Equal("a Restored", bench.Rewind(1));
    }

    [Fact]
    public async Task What_was_only_opened_is_not_told()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        Assert.DoesNotContain("[changed", await bench.Runs("python3 -c 'open(\"a\", \"r+\").read()'; echo new > b; rm b"), StringComparison.Ordinal);
        Assert.Empty(bench.Keeper.Rewind(1, dryRun: true));
        Assert.All(bench.Keeper.List(), c => Assert.Empty(c.Files));
    }

    [Fact]
    public async Task What_a_killed_session_left_half_done_is_brought_back_and_what_came_later_is_not()
    {
        await using var bench = new WatchBench();
        bench["a"] = "one\n";
        bench["later"] = "one\n";
        bench["tree/x"] = "one\n";
        bench.Prompt();
        // As far as the log tells, the session ended in the middle of this.
        var kept = await bench.More("rm -r tree; mkdir made; echo x > made/x; echo two > a; echo two > later");
        var log = Path.Combine(bench.State, "log.jsonl");
        Assert.Contains("changed", kept, StringComparison.Ordinal);
        var lines = Lines(log).Where(l => l.Contains("\"before\"", StringComparison.Ordinal) || l.Contains("\"checkpoint\"", StringComparison.Ordinal)).ToList();
        await using var other = new WatchBench(watches: false);
        Directory.CreateDirectory(other.State);
        bench.Person($"cp -a '{bench.Root}/.' '{other.Root}/'");
        await File.WriteAllLinesAsync(Path.Combine(other.State, "log.jsonl"), lines, TestContext.Current.CancellationToken);
        foreach (var pack in Directory.EnumerateFiles(bench.State, "blobs-*")) File.Copy(pack, Path.Combine(other.State, Path.GetFileName(pack)));
        File.SetLastWriteTimeUtc(Path.Combine(other.State, "log.jsonl"), TimeProvider.System.GetUtcNow().UtcDateTime);
        bench.Person($"touch -d '+10 seconds' '{other.Root}/later'");
        Assert.Equal("a Restored, later Conflict, made/x Deleted, tree/x Restored", other.Rewind(1));
        Assert.Equal(("one\n", "two\n", "one\n"), (other["a"], other["later"], other["tree/x"]));
        Assert.False(other.Has("made"));
    }

    private static async Task Say(WatchBench bench, string word)
    {
        await File.WriteAllTextAsync(bench.At("go"), word + "\n", TestContext.Current.CancellationToken);
        await Until(() => bench.Has("seen") && bench["seen"] == word + "\n" && bench["log"].EndsWith(word + "\n", StringComparison.Ordinal));
    }

    private static async Task Until(Func<bool> holds)
    {
        var limit = TimeProvider.System.GetTimestamp();
        while (!holds())
        {
            Assert.True(TimeProvider.System.GetElapsedTime(limit) < TimeSpan.FromSeconds(60), "it did not come to that");
            await Task.Delay(10, TestContext.Current.CancellationToken);
        }
    }

    private static List<string> Lines(string log)
    {
        using var reader = new StreamReader(new FileStream(log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = new List<string>();
        while (reader.ReadLine() is { } line) lines.Add(line);
        return lines;
    }
}
