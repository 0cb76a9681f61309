using System.Diagnostics;
using System.Text;
using Sallyport.Engine.Consent.Shell;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>The parser against bash itself, and against noise.</summary>
public sealed class ShellParserTests
{
    private static readonly string[] Bits =
        ["a", "b c", "'x y'", "\"p q\"", "\\ ", "$'t\\tn\\x41\\u00e9\\''", "$\"d\"", "\\$", "'$x'", "\"\\$y\"", "\"a\\b\"", " ", "  ", "\t", "{m,n}", "{1..3}", "{c..a}", "{}", "{,z}", "x{", "}", "{k}", "\\{a,b}", "'{a,b}'", "\\\n", "#", "#no", "=", "v=1", "''", "\"\"", "\\'", "\\\"", "!", "é", "~x", "%", "a{b,{c,d}}e", ",", "--x=y", "'a'\"b\"c", "[", "]", "{a,b"];

    [Fact]
    public async Task Words_are_divided_as_bash_divides_them()
    {
        var random = new Random(4711);
        var lines = new List<(string Line, List<string> Words)>();
        var script = new StringBuilder("set -f\n");
        while (lines.Count < 4000)
        {
            var line = new StringBuilder("printf '%s\\0' x");
            for (var i = random.Next(1, 9); i > 0; i--) line.Append(Bits[random.Next(Bits.Length)]);
            if (ShellParser.Parse(line.ToString(), out _) is not { } tree) continue;
            if (tree.Steps is not [{ Node: Simple { Redirections.Count: 0 } simple }]) continue;
            var words = new Expander("/home/me", "/here").Words(simple.Words);
            if (words.Exists(static word => word.Value is null)) continue;
            lines.Add((line.ToString(), [.. words.Skip(2).Select(static word => word.Value!)]));
            script.Append(line).Append("\nprintf '\\1\\0'\n");
        }
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardOutputEncoding = Encoding.UTF8, StandardInputEncoding = new UTF8Encoding(false) };
        start.Environment["LC_ALL"] = "C.UTF-8";
        using var bash = Process.Start(start)!;
        var output = bash.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = bash.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await bash.StandardInput.WriteAsync(script, TestContext.Current.CancellationToken);
        bash.StandardInput.Close();
        var told = (await output).Split('\0');
        Assert.Equal("", await error);
        var at = 0;
        foreach (var (line, words) in lines)
        {
            var next = Array.IndexOf(told, "\u0001", at);
            Assert.True(next >= 0, line);
            Assert.True(words.SequenceEqual(told[at..next]), $"{line}\nbash: {string.Join('|', told[at..next])}\nours: {string.Join('|', words)}");
            at = next + 1;
        }
    }

    [Fact]
    public void Noise_is_read_or_refused_but_never_holds_anyone_up()
    {
        var random = new Random(1);
        string[] bits = ["$(", ")", "((", "))", "`", "\"", "'", "${", "}", "{", "<<E\n", "\nE\n", "|", "&&", ";", ";;", "case x in ", "esac", "if ", "then ", "fi ", "for x in ", "do ", "done ", "[[ ", " ]]", "\\", "\n", "a", " ", "=", "<(", ">", "&", "$((", "<<<", "f()", "eval ", "sh -c ", "env -S ", "xargs ", "find . -exec ", "\u0000", "é", "$'", "\\x", "time ", "! ", "#", "~", "*", "?", "[", "{a,b}", "cd "];
        var watch = Stopwatch.StartNew();
        for (var round = 0; round < 6000; round++)
        {
            var line = new StringBuilder();
            for (var i = random.Next(60); i > 0; i--) line.Append(random.Next(4) == 0 ? ((char)random.Next(1, 0x250)).ToString() : bits[random.Next(bits.Length)]);
            var reading = LineReader.Read(line.ToString(), "/here", "/home/me");
            Assert.True(reading.Commands.Count <= 600);
        }
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(60), watch.Elapsed.ToString());
    }

    [Theory]
    [InlineData("$((")]
    [InlineData("$(")]
    [InlineData("((")]
    [InlineData("(")]
    [InlineData("{a,")]
    [InlineData("${x:-")]
    [InlineData("\"$(")]
    [InlineData("`")]
    [InlineData("if ")]
    [InlineData("eval ")]
    [InlineData("{a,b}")]
    [InlineData("<<E ")]
    [InlineData("for x in a; do cd x; ")]
    [InlineData("$(( ( ")]
    public void Deep_nests_end_soon(string opening)
    {
        foreach (var many in (int[])[10, 59, 1000, 20_000])
        {
            var watch = Stopwatch.StartNew();
            LineReader.Read(string.Concat(Enumerable.Repeat(opening, many)) + "x" + string.Concat(Enumerable.Repeat("))", many)), "/here", "/home/me");
            Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{opening} x {many}: {watch.Elapsed}");
        }
    }

    [Theory]
    [InlineData("case x in (a|b) echo 1;; c) echo 2;& d) ;; esac")]
    [InlineData("if a; then b; elif c; then d; else e; fi > x 2>&1")]
    [InlineData("until a; do b; done; select x in 1 2; do c; done")]
    [InlineData("cat <<A; cat <<-'B'\none\nA\n\ttwo\n\tB\necho done")]
    [InlineData("echo $(cat <<E\nin\nE\n) after")]
    [InlineData("a=(1 2 $(b)); declare -A m=([x]=1)")]
    [InlineData("echo $((1 + (2*3))) $[1+2] ${x//a/b} ${#x} ${x:1:2} \"${x[@]}\"")]
    [InlineData("echo $( (a) ; (b) )")]
    [InlineData("[[ $a =~ ^(x|y)$ && ! -f b ]] && c")]
    [InlineData("f() ( a ); function g() { b; }\nf | g &")]
    [InlineData("time -p ! a | b |& c")]
    [InlineData("{ a; } 2>&1 | { b; }; echo }")]
    [InlineData("for ((i=0; i<3; i++)) { echo $i; }")]
    [InlineData("echo a#b # a comment with ' quote")]
    [InlineData("echo {fd}>x <&3 >&- 2>&1-")]
    public void Lines_of_bash_are_read(string line)
    {
        Assert.NotNull(ShellParser.Parse(line, out var error));
        Assert.Null(error);
        // And bash agrees that it is one.
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", "-c", line]) { RedirectStandardError = true })!;
        Assert.Equal("", bash.StandardError.ReadToEnd());
    }
}
