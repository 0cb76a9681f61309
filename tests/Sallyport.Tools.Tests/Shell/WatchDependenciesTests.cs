using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Sandboxing;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>What others installed is brought back like any other file: deleted, replaced or changed in place, large or small.</summary>
public sealed class WatchDependenciesTests
{
    private const string Installed = """
        mkdir -p node_modules/.bin node_modules/a/lib/deep node_modules/a/empty node_modules/@scope/b/node_modules/c
        echo 'console.log(1)' > node_modules/a/cli.js; chmod 755 node_modules/a/cli.js; echo a > node_modules/a/lib/deep/x.js; echo patched by hand > node_modules/a/lib/deep/y.js
        echo c > node_modules/@scope/b/node_modules/c/index.js; head -c 300000 /dev/urandom > node_modules/@scope/b/native.node; chmod 755 node_modules/@scope/b/native.node
        ln -s ../a/cli.js node_modules/.bin/a; ln -s nowhere node_modules/.bin/dangling; ln -s a node_modules/linked; chmod 750 node_modules/a/lib/deep
        find node_modules -type f -exec touch -d '2020-05-06 07:08:09.123456700' {} +; find node_modules -depth -type d -exec touch -d '2021-01-02 03:04:05' {} +
        """;

    [Theory, MemberData(nameof(WatchTests.Forms), MemberType = typeof(WatchTests))]
    public async Task A_deleted_tree_of_dependencies_comes_back_with_links_rights_and_times(SandboxForm? form)
    {
        await using var bench = new WatchBench(form);
        // Root alone deletes what is in a folder that is closed to writing.
        bench.Person(Installed + (form is null ? "\nchmod 555 node_modules/a/lib/deep" : ""));
        var (before, times) = (bench.Tree(), Times(bench));
        Assert.Contains("node_modules/a/lib/deep/y.js", await bench.Runs("rm -rf node_modules"), StringComparison.Ordinal);
        Assert.False(bench.Has("node_modules"));
        Assert.DoesNotContain("NotCovered", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal((before, times), (bench.Tree(), Times(bench)));
        bench.Keeper.UndoRewind(dryRun: false);
        Assert.False(bench.Has("node_modules"));
        bench.Rewind(1);
        Assert.Equal((before, times), (bench.Tree(), Times(bench)));
    }

    [Fact]
    public async Task What_an_installer_replaces_and_makes_anew_comes_back()
    {
        await using var bench = new WatchBench();
        bench.Person(Installed);
        var before = bench.Tree();
        // A package is put aside, made anew and the old one thrown away; single files are replaced whole; others go into a folder of their own.
        await bench.Runs("""
            mv node_modules/a node_modules/.a-x1; mkdir -p node_modules/a/lib; echo new > node_modules/a/cli.js; rm -rf node_modules/.a-x1
            echo other > node_modules/@scope/b/tmp; mv -f node_modules/@scope/b/tmp node_modules/@scope/b/native.node; ln -sfn ../@scope/b/native.node node_modules/.bin/a
            mkdir node_modules/d; echo d > node_modules/d/index.js; mv node_modules/@scope/b/node_modules/c node_modules/c
            """);
        Assert.NotEqual(before, bench.Tree());
        Assert.DoesNotContain("Conflict", bench.Rewind(1), StringComparison.Ordinal);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task What_is_changed_in_place_and_taken_out_of_a_virtual_environment_comes_back()
    {
        await using var bench = new WatchBench();
        foreach (var name in (ReadOnlySpan<string>)["venv/lib/site-packages/p/__init__.py", "venv/lib/site-packages/p/__pycache__/m.pyc", "venv/lib/site-packages/p-1.dist-info/RECORD", "venv/bin/p", "venv/notes.txt"]) bench[name] = $"{name} as it was\n";
        var before = bench.Tree();
        await bench.Runs("""
            sed -i s/was/is/ venv/notes.txt; echo more >> venv/lib/site-packages/p/__init__.py
            python3 - <<'END'
            import os, shutil
            shutil.rmtree('venv/lib/site-packages/p-1.dist-info'); shutil.rmtree('venv/lib/site-packages/p/__pycache__'); os.unlink('venv/bin/p')
            os.mkdir('venv/lib/site-packages/p-2.dist-info'); open('venv/lib/site-packages/p-2.dist-info/RECORD', 'w').write('new')
            END
            """);
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Theory, InlineData(10), InlineData(300_000), InlineData(3_000_000), InlineData(20_000_000)]
    public async Task Another_file_of_the_same_size_and_time_is_another_file(int size)
    {
        await using var bench = new WatchBench();
        bench.Person($"mkdir node_modules; head -c {size} /dev/urandom > node_modules/a; cp node_modules/a node_modules/b; touch -d '1985-10-26 08:15:00' node_modules/a node_modules/b");
        var before = bench.Tree();
        // As archives do it: a new file in the old one's place, or the old one written over, with the time of the archive.
        await bench.Runs($"head -c {size} /dev/urandom > new; touch -d '1985-10-26 08:15:00' new; mv new node_modules/a; head -c {size} /dev/urandom > node_modules/b; touch -d '1985-10-26 08:15:00' node_modules/b");
        Assert.NotEqual(before, bench.Tree());
        Assert.Equal("node_modules/a Restored, node_modules/b Restored", bench.Rewind(1));
        Assert.Equal(before, bench.Tree());
    }

    [Theory, InlineData(10), InlineData(300_000)]
    public async Task A_file_of_two_names_loses_one_and_is_changed_by_the_other(int size)
    {
        await using var bench = new WatchBench();
        bench.Person($"mkdir node_modules; head -c {size} /dev/urandom > node_modules/one; ln node_modules/one node_modules/two");
        var before = bench.Tree();
        await bench.Runs("rm node_modules/one; echo written over > node_modules/two");
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task What_a_person_makes_again_is_left_alone()
    {
        await using var bench = new WatchBench();
        bench.Person(Installed);
        await bench.Runs("rm -rf node_modules");
        bench["node_modules/a/cli.js"] = "the person's\n";
        bench.Person("head -c 300000 /dev/zero > big; mkdir -p node_modules/@scope/b; mv big node_modules/@scope/b/native.node");
        var told = bench.Rewind(1);
        Assert.Contains("node_modules/a/cli.js Conflict", told, StringComparison.Ordinal);
        Assert.Contains("node_modules/@scope/b/native.node Conflict", told, StringComparison.Ordinal);
        Assert.Equal("the person's\n", bench["node_modules/a/cli.js"]);
        Assert.Equal(new byte[300_000], await File.ReadAllBytesAsync(bench.At("node_modules/@scope/b/native.node"), TestContext.Current.CancellationToken));
        Assert.Equal("patched by hand\n", bench["node_modules/a/lib/deep/y.js"]);
    }

    [Fact]
    public async Task A_large_file_that_did_not_lose_its_name_after_all_can_be_written_and_comes_back()
    {
        await using var bench = new WatchBench();
        bench.Person("mkdir folder; head -c 300000 /dev/urandom > written; head -c 300000 /dev/urandom > untouched; head -c 300000 /dev/urandom > replaced");
        var before = bench.Tree();
        // A folder cannot go where a file is: what was kept by its name is then written in place.
        var told = await bench.Runs("""
            python3 - <<'END'
            import os
            for name in ('written', 'untouched', 'replaced'):
                try: os.rename('folder', name)
                except OSError: pass
            with open('written', 'r+b') as f: f.write(b'written over')
            open('new', 'wb').write(open('replaced', 'rb').read())
            os.rename('new', 'replaced')
            END
            """);
        Assert.Contains("[changed: written", told, StringComparison.Ordinal);
        bench.Person("test $(stat -c %h untouched) = 1");
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task A_deleted_file_that_somebody_still_writes_comes_back_as_it_was()
    {
        await using var bench = new WatchBench();
        bench.Person("mkdir venv; head -c 300000 /dev/urandom > venv/log");
        var before = bench.Tree();
        await using (var held = new FileStream(bench.At("venv/log"), FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete))
        {
            await bench.Runs("rm -r venv");
            held.Write("not of its time"u8);
        }
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task Swapped_files_come_back_though_one_is_written_in_place_then()
    {
        await using var bench = new WatchBench();
        bench.Person("head -c 300000 /dev/urandom > a; head -c 300000 /dev/urandom > b");
        var before = bench.Tree();
        await bench.Runs("python3 -c \"import ctypes; assert ctypes.CDLL(None).syscall(316, -100, b'a', -100, b'b', 2) == 0\"; printf x | dd of=a conv=notrunc status=none; printf y | dd of=b conv=notrunc status=none");
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task A_file_too_large_for_any_room_is_told_at_once()
    {
        await using var bench = new WatchBench();
        bench.Person("mkdir node_modules; truncate -s 9G node_modules/image");
        Assert.Contains("node_modules/image: larger than 1 GB]", await bench.Runs("rm -rf node_modules"), StringComparison.Ordinal);
        Assert.Equal("node_modules/image NotCovered", bench.Rewind(1));
    }

    [Fact]
    public async Task Many_removed_files_are_settled_while_the_command_goes_on()
    {
        await using var bench = new WatchBench();
        bench.Person("mkdir -p node_modules/last; cd node_modules; for d in $(seq 12); do mkdir $d; for f in $(seq 100); do : > $d/$f; done; done; for f in $(seq 1500); do : > last/$f; done");
        var before = bench.Tree();
        // It is never quiet, so that nothing but this settles what it removed; what it makes again is another change.
        var told = await bench.Runs("""
            rm -rf node_modules/[0-9]*
            for f in node_modules/last/*; do rm $f; if grep -q '"after"' ../state/log.jsonl; then echo settled; break; fi; done
            mkdir node_modules/1; echo again > node_modules/1/1; echo x > $f; rm node_modules/1/1; rmdir node_modules/1; mkdir node_modules/1
            """);
        Assert.Contains("settled", told, StringComparison.Ordinal);
        bench.Rewind(1);
        Assert.Equal(before, bench.Tree());
    }

    [Fact]
    public async Task What_a_killed_session_was_deleting_comes_back()
    {
        await using var bench = new WatchBench();
        bench.Person(Installed + "\nhead -c 300000 /dev/urandom > node_modules/still");
        var before = bench.Tree();
        bench.Prompt();
        await bench.More("rm -rf node_modules/a node_modules/@scope; rm node_modules/still; echo over");
        var log = Path.Combine(bench.State, "log.jsonl");
        var lines = (await ReadLines(log)).Where(l => l.Contains("\"before\"", StringComparison.Ordinal) || l.Contains("\"checkpoint\"", StringComparison.Ordinal)).ToList();
        await using var other = new WatchBench(watches: false);
        Directory.CreateDirectory(other.State);
        bench.Person($"cp -a '{bench.Root}/.' '{other.Root}/'; cp -a '{bench.State}'/linked-* '{bench.State}'/blobs-* '{other.State}/'");
        await File.WriteAllLinesAsync(Path.Combine(other.State, "log.jsonl"), lines, TestContext.Current.CancellationToken);
        // This one it had not come to: it has both names still.
        var still = Path.Combine(other.State, lines.Last(l => l.Contains("linked-", StringComparison.Ordinal)).Split('"').Single(w => w.StartsWith("linked-", StringComparison.Ordinal)));
        bench.Person($"ln '{still}' '{other.Root}/node_modules/still'");
        Assert.DoesNotContain("NotCovered", other.Rewind(1), StringComparison.Ordinal);
        Assert.Equal(before, other.Tree());
        Assert.False(File.Exists(still));
    }

    private static string Times(WatchBench bench)
    {
        var lines = new List<string>();
        foreach (var path in Directory.EnumerateFileSystemEntries(bench.Root, "*", SearchOption.AllDirectories))
            if (new FileInfo(path).LinkTarget is null) lines.Add($"{Path.GetRelativePath(bench.Root, path)} {File.GetLastWriteTimeUtc(path):O}");
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static async Task<List<string>> ReadLines(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var lines = new List<string>();
        while (await reader.ReadLineAsync(TestContext.Current.CancellationToken) is { } line) lines.Add(line);
        return lines;
    }
}
