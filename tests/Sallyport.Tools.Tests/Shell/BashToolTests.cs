using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Shell;

public sealed class BashToolTests : IAsyncDisposable
{
    private readonly ToolBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task Returns_output_and_errors_in_the_order_in_which_they_were_written() =>
        Assert.Equal("one\ntwo\nthree\nfour", await bench.Ok("bash", new { command = "echo one; echo two >&2; echo three; echo four >&2" }));

    [Fact]
    public async Task Says_that_there_was_no_output() => Assert.Equal("(no output)", await bench.Ok("bash", new { command = "true" }));

    [Theory]
    [InlineData("echo so; exit 2", "so\nexit 2")]
    [InlineData("kill -SEGV $$", "(no output)\nkilled by SIGSEGV")]
    [InlineData("exit 137", "(no output)\nexit 137 (SIGKILL)")]
    public async Task Tells_an_exit_code_that_is_not_0_and_the_name_of_a_signal(string command, string expected)
    {
        var result = await bench.Run("bash", new { command });
        Assert.Equal(expected, result.Text);
        Assert.False(result.Failed);
    }

    [Fact]
    public async Task Shows_the_exit_code_and_the_duration()
    {
        var display = Assert.IsType<CommandDisplay>((await bench.Run("bash", new { command = "exit 3" })).Display);
        Assert.Equal(3, display.ExitCode);
        Assert.InRange(display.DurationMs, 0, 60_000);
        Assert.Null(display.Job);
    }

    [Fact]
    public async Task Standard_input_is_empty() => Assert.Equal("0", await bench.Ok("bash", new { command = "cat | wc -c" }));

    [Fact]
    public async Task A_line_of_any_length_runs_as_it_is_and_leaves_no_file_behind()
    {
        var word = string.Concat(Enumerable.Range(0, 30_000).Select(i => (i % 10) switch { 0 => "é", 1 => "'", 2 => "\"", 3 => "\\", 4 => "😀", _ => "$x`" }));
        var result = await bench.Ok("bash", new { command = $"cat <<'END' | sha256sum\n{word}\nEND\necho $# $0 | wc -w; cd .." });
        Assert.StartsWith(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(word + "\n"))), result, StringComparison.Ordinal);
        Assert.Contains("\n2", result, StringComparison.Ordinal);
        Assert.False(Directory.Exists(bench.Context.OutputFolder) && Directory.EnumerateFiles(bench.Context.OutputFolder).Any());
        Assert.Contains("put what is long into a file", await bench.Fails("bash", new { command = "echo " + new string('x', 700_000) }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_syntax_error_is_told_as_the_shell_tells_it() => Assert.Contains("syntax error", await bench.Ok("bash", new { command = "if then" }), StringComparison.Ordinal);

    [Theory]
    [InlineData("cd sub")]
    [InlineData("cd sub && exit 3")]
    [InlineData("cd sub; kill -TERM $$")]
    [InlineData("set -e; cd sub; false; cd /")]
    [InlineData("cd sub; exec ls")]
    [InlineData("cd sub; exec > /dev/null; true")]
    [InlineData("cd sub; (cd deeper)")]
    [InlineData("pushd sub > /dev/null")]
    [InlineData("cd sub; for i in $(seq 5000); do exec 3>/dev/null; done")]
    [InlineData("cd sub; exec -a name ls")]
    [InlineData("set -u; cd sub; echo $nothing")]
    [InlineData("for i in $(seq 5000); do cd sub; cd ..; done; cd sub; true exec")]
    public async Task The_working_folder_follows_cd_however_the_command_ends(string command)
    {
        Directory.CreateDirectory(bench.At("sub/deeper"));
        await bench.Run("bash", new { command });
        Assert.Equal(bench.At("sub"), bench.Context.Workspace.Current);
        Assert.Equal(bench.At("sub"), await bench.Ok("bash", new { command = "pwd" }));
    }

    [Fact]
    public async Task A_folder_outside_the_workspace_is_not_kept_and_that_is_told()
    {
        Assert.Contains("outside the workspace", await bench.Ok("bash", new { command = "cd / && pwd" }), StringComparison.Ordinal);
        Assert.Equal(bench.Root, await bench.Ok("bash", new { command = "pwd" }));
    }

    [Fact]
    public async Task A_workspace_that_is_reached_through_a_link_is_followed_too()
    {
        var link = Path.Combine(bench.Outside, "link");
        Directory.CreateDirectory(bench.At("sub"));
        Directory.CreateSymbolicLink(link, bench.Root);
        using var other = new CancellationTokenSource();
        var context = Contexts.In(bench.Context, link);
        await ToolBench.Find("bash").Run(new ToolCall("1", ToolBench.Json(new { command = "cd sub" }), context, _ => { }), other.Token);
        Assert.Equal(Path.Combine(link, "sub"), context.Workspace.Current);
    }

    [Fact]
    public async Task A_working_folder_that_was_deleted_is_told_and_left()
    {
        Directory.CreateDirectory(bench.At("sub"));
        await bench.Ok("bash", new { command = "cd sub && rm -rf ../sub" });
        Assert.Equal(bench.Root, (await bench.Ok("bash", new { command = "pwd" })).Split('\n')[^1]);
    }

    [Theory]
    [InlineData("set -x; echo one", "+ echo one\none")]
    [InlineData("set -e; mkdir -p sub; cd sub; rmdir ../sub; echo one", "one")]
    [InlineData("mkdir -p sub; cd sub; rmdir ../sub; exit 4", "(no output)\nexit 4")]
    public async Task Following_the_folder_leaves_no_trace_in_output_or_exit_code(string command, string expected) =>
        Assert.Equal(expected, await bench.Ok("bash", new { command }));

    [Fact]
    public async Task Variables_are_not_kept_for_the_next_call()
    {
        await bench.Ok("bash", new { command = "export KEPT=yes" });
        Assert.Equal("[]", await bench.Ok("bash", new { command = "echo [$KEPT]" }));
    }

    [Fact]
    public async Task Nothing_opens_a_pager_or_asks()
    {
        Assert.Equal("cat cat dumb 0", await bench.Ok("bash", new { command = "echo $PAGER $GIT_PAGER $TERM $GIT_TERMINAL_PROMPT" }));
        Assert.Contains("no tty", await bench.Ok("bash", new { command = "(exec < /dev/tty) 2>/dev/null || echo no tty" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_environment_is_the_one_that_the_session_gives_to_children()
    {
        var context = Contexts.In(bench.Context, bench.Root, environment: new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["MARK"] = "1" });
        var result = await ToolBench.Find("bash").Run(new ToolCall("1", ToolBench.Json(new { command = "echo $MARK; env | grep -c HOME" }), context, _ => { }), CancellationToken.None);
        Assert.Equal("1\n0\nexit 1", result.Text);
    }

    [Fact]
    public async Task The_program_that_is_started_is_the_one_that_the_launcher_says()
    {
        var context = Contexts.In(bench.Context, bench.Root, launcher: new Wrapper());
        var result = await ToolBench.Find("bash").Run(new ToolCall("1", ToolBench.Json(new { command = "echo $WRAPPED; cd /; cd -; mkdir -p in; cd in" }), context, _ => { }), CancellationToken.None);
        Assert.StartsWith("yes\n", result.Text, StringComparison.Ordinal);
        Assert.Equal(bench.At("in"), context.Workspace.Current);
    }

    [Fact]
    public async Task A_command_longer_than_an_argument_may_be_runs_as_well()
    {
        var text = new string('x', 300_000);
        Assert.Equal("300001", await bench.Ok("bash", new { command = $"cat <<'END' | wc -c\n{text}\nEND" }));
    }

    [Fact]
    public async Task The_timeout_ends_everything_that_was_started_and_gives_the_output_so_far()
    {
        var text = await bench.Fails("bash", new { command = "sleep 1000 & echo $!; (sleep 1000 & echo $!; wait) ; wait", timeout_ms = 500 });
        Assert.Contains("time of 0.5 s", text, StringComparison.Ordinal);
        var started = text.Split('\n')[..2].Select(Processes.Number).ToArray();
        Assert.DoesNotContain(started, Processes.Lives);
    }

    [Fact]
    public async Task What_ignores_the_request_to_end_is_killed()
    {
        var text = await bench.Fails("bash", new { command = "trap '' TERM; echo $$; while :; do sleep 0.05; done", timeout_ms = 300 });
        Assert.False(Processes.Lives(Processes.Number(text.Split('\n')[0])));
    }

    [Fact]
    public async Task What_hides_in_a_group_of_its_own_is_ended_too()
    {
        var text = await bench.Fails("bash", new { command = "set -m; sleep 1000 & echo $!; wait", timeout_ms = 300 });
        Assert.False(Processes.Lives(Processes.Number(text.Split('\n')[0])));
    }

    [Fact]
    public async Task An_interruption_ends_it_the_same_way()
    {
        using var interrupt = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bench.Cancellation = interrupt.Token;
        var running = bench.Fails("bash", new { command = "sleep 1000 & echo $! > pid; echo begun; wait" });
        await Processes.Until(() => !bench.Progress.IsEmpty, "first output");
        await interrupt.CancelAsync();
        var text = await running;
        Assert.Contains("begun", text, StringComparison.Ordinal);
        Assert.Contains("interrupted", text, StringComparison.Ordinal);
        Assert.False(Processes.Lives(Processes.Number(bench.Text("pid"))));
    }

    [Fact]
    public async Task Output_is_shown_while_it_runs()
    {
        var running = bench.Ok("bash", new { command = "echo early; while [ ! -e go ]; do sleep 0.02; done; echo late" });
        await Processes.Until(() => bench.Progress.Any(p => p.Contains("early", StringComparison.Ordinal)), "early output");
        Assert.False(running.IsCompleted);
        bench.Put("go", "");
        Assert.Equal("early\nlate", await running);
    }

    [Fact]
    public async Task A_terminal_is_there_on_request()
    {
        Assert.Equal("no\n", (await bench.Ok("bash", new { command = "test -t 1 && echo yes || echo no" })) + "\n");
        Assert.Equal("yes\n24 80\nin", await bench.Ok("bash", new { command = "test -t 1 && echo yes; stty size; test -t 0 && echo in", pty = true }));
        Assert.Equal("got nothing", await bench.Ok("bash", new { command = "read line; echo got ${line:-nothing}", pty = true }));
        Assert.Equal("red", await bench.Ok("bash", new { command = "(echo $'\\e[31mred\\e[0m') > /dev/tty", pty = true }));
    }

    [Fact]
    public async Task A_terminal_is_taken_away_with_its_programs()
    {
        var text = await bench.Fails("bash", new { command = "echo $$; sleep 1000", pty = true, timeout_ms = 300 });
        Assert.False(Processes.Lives(Processes.Number(text.Split('\n')[0])));
    }

    [Fact]
    public void The_title_is_the_first_line_of_what_runs()
    {
        Assert.Equal("dotnet test", bench.Title("bash", new { command = "dotnet test", description = "run the tests" }));
        Assert.Equal("dotnet test ...", bench.Title("bash", new { command = "dotnet test\nls" }));
        var touches = bench.Touches("bash", new { command = "ls" });
        Assert.Equal((Effect.Execute, "ls"), (touches.Effect, touches.Command));
    }

    private sealed class Wrapper : ILauncher
    {
        public Launch Prepare(Launch launch) =>
            launch with { Program = "/usr/bin/env", Arguments = ["WRAPPED=yes", launch.Program, .. launch.Arguments] };
    }
}
