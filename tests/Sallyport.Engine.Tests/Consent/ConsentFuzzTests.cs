using System.Diagnostics;
using System.Globalization;
using System.Text;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>
/// Random shell lines, judged and then run by bash itself: what passes as reading must leave nothing behind, and what passes a rule that
/// forbids a program must not have run it. SALLY_FUZZ and SALLY_FUZZ_SEED say how much is tried, and what.
/// </summary>
[Trait("Category", "Fuzz")]
public sealed class ConsentFuzzTests : IDisposable
{
    private static readonly int Lines = int.TryParse(Environment.GetEnvironmentVariable("SALLY_FUZZ"), CultureInfo.InvariantCulture, out var wanted) ? Math.Clamp(wanted, 1000, 1_000_000) : 1500;
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("SALLY_FUZZ_SEED"), CultureInfo.InvariantCulture, out var seed) ? seed : 20261122;

    // What writes here makes a file whose name begins with "bomb", and nothing else.
    private static readonly string[] Readers =
    [
        "cat a.txt", "ls", "ls -l sub", "echo hi", "grep h a.txt", "grep -c h a.txt sub/b.txt", "head -1 a.txt", "tail -n 1 a.txt", "sed -n 1p a.txt", "sed 's/h/j/' a.txt", "find . -name x", "sort a.txt", "wc -l a.txt", "test -f a.txt",
        "printf '%s\\n' x", "awk '{print $1}' a.txt", "uniq a.txt", "true", "false", "cd sub", "[ -f a.txt ]", "[[ a == a ]]", "tr a b < a.txt", "cut -c1 a.txt", "date +%s", "basename a.txt", "diff a.txt sub/b.txt", "seq 2", "expr 1 + 1", "nl a.txt", "od a.txt", "xxd a.txt", "jq . a.txt", "stat a.txt", "type cat", ":", "pwd", "cat", "echo", "grep", "sed", "awk", "find", "sort", "xargs", "env", "printf",
    ];

    private static readonly string[] Bombs =
    [
        "touch bomb", "touch\tbomb", "'touch' bomb", "t\\ouch bomb", "{touch,bomb}", "$(touch bomb)", "`touch bomb`", "\"$(touch bomb)\"", "'$(touch bomb)'", "> bomb", ">>bomb", ">|bomb", "&>bomb", "2>bomb", "<>bomb", "1<>bomb", ">&bomb", "{fd}>bomb", "<(touch bomb)", ">(cat > bomb)",
        "a[$(touch bomb)]=1", "a[$(touch bomb)]", "${a[$(touch bomb)]}", "$((a[$(touch bomb)]))", "x='a[$(touch bomb)]'", "$((x))", "$x", "${x@P}", "${!x}", "${x:=$(touch bomb)}", "${y:-`touch bomb`}", "x=touch", "$x bomb", "x='touch bomb'", "PATH=sub:.", "IFS=,", "x=touch,bomb", "BASH_ENV=sub/run", "ENV=sub/run", "PS4='$(touch bomb)'", "set -x", "[[ x -eq 1 ]]", "((x))", "let x", "declare -i n=x", "declare -i n=$x", "b[x]=1", "${b[x]}", "${b:x}", "${b:0:x}", "[ -v x ]", "[[ -v x ]]", "test x -eq 1", "[[ $x -gt 0 ]]", "[[ $(cat sub/sub) -eq 1 ]]", "x=$(cat sub/sub)", "read x < sub/sub", "for ((i=x;i<1;i++)); do :; done", "((i = x))", "printf %d x", "printf '%d' \"$x\"", "exec {x}>&1", "$[x]", "$[ a[`touch bomb`] ]", "b=(1 2 3)", "unset x", "export x",
        "awk 'BEGIN{print 1 > \"bomb\"}'", "awk 'BEGIN{system(\"touch bomb\")}'", "awk 'BEGIN{print|\"cat >bomb\"}'", "awk -f sub/awk a.txt", "awk -v x=1 '{print > \"bomb\"}' a.txt", "sed -n 'w bomb' a.txt", "sed 's/h/x/w bomb' a.txt", "sed '1e touch bomb' a.txt", "sed 's/.*/touch bomb/e' a.txt", "sed -f sub/sed a.txt", "sed -i.bomb s/q/q/ a.txt",
        "find . -fprint bomb", "find . -maxdepth 0 -exec touch bomb ;", "find . -maxdepth 0 -exec touch bomb \\;", "find . -maxdepth 0 -exec touch bomb {} +", "sort -o bomb a.txt", "sort a.txt -obomb", "sort --output=bomb a.txt", "sort --outp bomb a.txt", "uniq a.txt bomb", "tee bomb", "| tee bomb", "| xargs touch", "xargs touch bomb", "| sh", "| bash", "sh sub/run", ". sub/run", "source sub/run", "sub/run", "./sub/run", "eval touch bomb", "eval 'touch bomb'", "exec touch bomb", "command touch bomb", "builtin eval touch bomb",
        "env touch bomb", "env -S 'touch bomb'", "nohup touch bomb", "nice touch bomb", "timeout 1 touch bomb", "time touch bomb", "trap 'touch bomb' EXIT", "coproc touch bomb", "printf -v 'a[$(touch bomb)]' x", "read 'a[$(touch bomb)]' < a.txt", "test -v 'a[$(touch bomb)]'", "[ -v 'a[$(touch bomb)]' ]", "[[ 'a[$(touch bomb)]' -eq 1 ]]", "[[ -v 'a[$(touch bomb)]' ]]", "let 'a[$(touch bomb)]=1'", "declare 'a[$(touch bomb)]=1'", "declare -n r='a[$(touch bomb)]'", "unset 'a[$(touch bomb)]'", "((a[$(touch bomb)]))", "wait -p 'a[$(touch bomb)]'", "mapfile -C 'touch bomb #' -c 1 < a.txt", "alias ls='touch bomb'", "hash -p sub/run cat", "enable -f x y", "shopt -s expand_aliases", "complete -C 'touch bomb' x", "compgen -C 'touch bomb'", "bind -x x", "exec 3>bomb", "echo x >&3", "git -c alias.x='!touch bomb' x", "xxd a.txt bomb", "xxd -r a.txt bomb", "date -f a.txt", "jq -n 'input'", "split a.txt bomb", "csplit a.txt 1", "dd of=bomb", "cp a.txt bomb", "ln a.txt bomb", "mkdir bomb", "ls() { touch bomb; }", "cat () { touch bomb; }", "function echo { touch bomb; }",
    ];

    private static readonly string[] Glue =
    [
        " ", " ", " ", "", ";", "; ", " | ", " && ", " || ", " & ", "\n", "(", ")", "{ ", "; }", "$(", ")", "`", "\"", "'", "<<E\n", "\nE\n", "<<'E'\n", " <<< ", "<(", " > /dev/null ", " 2>&1 ", " < a.txt ", "${x:-", "${x:=", "${x:+", "${x/h/", "${x#", "\"${x:-", "${x[", "]", "}", "}", "$((", "))", " x=1 ", "for i in a b; do ", "; done", "if ", "; then ", "; else ", "; fi", "case x in x) ", ";; esac", "while ", "; do break; done", "! ", "\\\n", "\\", " # ", "$'\\n'", "$'", "{a,b}", "*", "~", "=", " -- ", "-", " -e ", "$i", "\"$i\"", "[[ ", " ]]", "[ ", " ]", "((", "\t", "\r", " -c ", " -exec ", " ; ", "|&", "&>/dev/null",
    ];

    private readonly ConsentFolder folder = new();

    [Fact]
    public async Task What_passes_as_reading_leaves_nothing_behind()
    {
        var judge = ConsentFolder.Judge("ask");
        await Try(1, line => judge.Rule("bash", new Touches(Effect.Execute) { Command = line }, new Workspace(folder.Path)).Answer == Consented.Yes);
    }

    [Fact]
    public async Task What_passes_a_rule_that_forbids_a_program_does_not_run_it()
    {
        var judge = ConsentFolder.Judge("open; deny bash touch *");
        await Try(2, line => judge.Rule("bash", new Touches(Effect.Execute) { Command = line }, new Workspace(folder.Path)).Answer == Consented.Yes, static bomb => bomb.Contains("touch", StringComparison.Ordinal) && !bomb.Contains('>', StringComparison.Ordinal) && !OtherLanguage(bomb), static name => name == "bomb");
    }

    public void Dispose() => folder.Dispose();

    // There a rule that forbids is held against words alone, and they can be spelled otherwise.
    private static bool OtherLanguage(string bomb) => bomb.StartsWith("sed", StringComparison.Ordinal) || bomb.StartsWith("awk", StringComparison.Ordinal);

    private async Task Try(int which, Func<string, bool> passes, Func<string, bool>? some = null, Func<string, bool>? isBomb = null)
    {
        Prepare();
        var bombs = some is null ? Bombs : [.. Bombs.Where(some)];
        var random = new Random(Seed + which);
        var (passed, holes) = (new List<string>(), new List<string>());
        for (var n = 0; n < Lines; n++)
        {
            var line = Line(random, bombs);
            if (passes(line)) passed.Add(line);
        }
        // A generator whose lines are all refused shows nothing.
        Assert.True(passed.Count > Lines / 100, $"only {passed.Count} of {Lines} passed");
        for (var from = 0; from < passed.Count; from += 200)
        {
            var some200 = passed[from..Math.Min(from + 200, passed.Count)];
            if (!await LeavesSomething(some200, isBomb)) continue;
            foreach (var line in some200) if (await LeavesSomething([line], isBomb)) holes.Add(line);
        }
        Assert.True(holes.Count == 0, $"seed {Seed}, {passed.Count} passed of {Lines}, {holes.Count} did more:\n{string.Join("\n----\n", holes.OrderBy(static line => line.Length).Take(12))}");
    }

    private static string Line(Random random, string[] bombs)
    {
        var line = new StringBuilder();
        for (var parts = random.Next(1, 5); parts > 0; parts--)
        {
            var kind = random.Next(10);
            line.Append(kind < 6 ? Readers[random.Next(Readers.Length)] : kind < 8 ? bombs[random.Next(bombs.Length)] : Glue[random.Next(Glue.Length)]);
            if (random.Next(6) == 0)
            {
                // Something in the middle of it.
                var at = random.Next(line.Length + 1);
                line.Insert(at, random.Next(3) == 0 ? bombs[random.Next(bombs.Length)] : Glue[random.Next(Glue.Length)]);
            }
            line.Append(Glue[random.Next(Glue.Length)]);
        }
        return line.ToString();
    }

    private void Prepare()
    {
        folder.Write("a.txt", "hello\ntouch bomb\n");
        folder.Write("sub/b.txt", "world\n");
        folder.Write("sub/run", "#!/bin/sh\ntouch bomb\n");
        folder.Write("sub/awk", "BEGIN { system(\"touch bomb\") }\n");
        folder.Write("sub/sed", "w bomb\n");
        folder.Write("sub/sub", "a[$(touch bomb)]\n");
        foreach (var name in (string[])["sub/run", "sub/touch"])
        {
            folder.Write(name, "#!/bin/sh\n: > bomb\n");
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(Path.Combine(folder.Path, name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    // Each line has a bash of its own, as in the tool; one bash starts them.
    private async Task<bool> LeavesSomething(IReadOnlyList<string> lines, Func<string, bool>? isBomb)
    {
        var before = Listing();
        var script = new StringBuilder();
        foreach (var line in lines) script.Append("timeout -k 1 3 bash --noprofile --norc -c '").Append(line.Replace("'", "'\\''", StringComparison.Ordinal)).Append("' </dev/null >/dev/null 2>&1\n");
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path, StandardInputEncoding = new UTF8Encoding(false) };
        start.Environment["HOME"] = folder.Path;
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.StandardInput.WriteAsync(script, TestContext.Current.CancellationToken);
        bash.StandardInput.Close();
        await bash.WaitForExitAsync(TestContext.Current.CancellationToken);
        await Task.WhenAll(output, error);
        var after = Listing();
        foreach (var bomb in after.Except(before)) if (File.Exists(bomb)) File.Delete(bomb); else if (Directory.Exists(bomb)) Directory.Delete(bomb, recursive: true);
        return after.Except(before).Any(path => isBomb is null || isBomb(Path.GetFileName(path)));
    }

    private HashSet<string> Listing() => [.. Directory.EnumerateFileSystemEntries(folder.Path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })];
}
