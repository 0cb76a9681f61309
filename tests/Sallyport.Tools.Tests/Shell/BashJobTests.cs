using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Tests.Shell;

public sealed class BashJobTests : IAsyncDisposable
{
    private readonly ToolBench bench = new();

    public ValueTask DisposeAsync() => bench.DisposeAsync();

    [Fact]
    public async Task A_background_job_returns_at_once_and_gives_only_new_output_later()
    {
        var started = await bench.Run("bash", new { command = "echo one; until [ -e go ]; do sleep 0.02; done; echo two", background = true });
        Assert.Equal("1", Assert.IsType<CommandDisplay>(started.Display).Job);
        var first = "";
        while (!first.Contains("one", StringComparison.Ordinal)) first = await bench.Ok("bash_output", new { job = "1" });
        Assert.Equal("one\n[job 1 is running]", first);
        Assert.Equal("(no new output)\n[job 1 is running]", await bench.Ok("bash_output", new { job = "1", wait_ms = 20 }));
        bench.Put("go", "");
        Assert.Equal("two\n[job 1 ended: exit 0]", await bench.Ok("bash_output", new { job = "1", wait_ms = 10_000 }));
        Assert.Equal("(no new output)\n[job 1 ended: exit 0]", await bench.Ok("bash_output", new { job = "1" }));
    }

    [Fact]
    public async Task The_end_of_a_job_is_told_with_its_exit_code()
    {
        await bench.Ok("bash", new { command = "echo no; exit 7", background = true });
        var result = await bench.Run("bash_output", new { job = "1", wait_ms = 10_000 });
        Assert.Equal("no\n[job 1 ended: exit 7]", result.Text);
        Assert.Equal(7, Assert.IsType<CommandDisplay>(result.Display).ExitCode);
    }

    [Fact]
    public async Task Stopping_a_job_ends_everything_that_it_started()
    {
        await bench.Ok("bash", new { command = "sleep 1000 & echo $! > pid.new; mv pid.new pid; echo begun; wait", background = true });
        await Processes.Until(() => File.Exists(bench.At("pid")), "a child");
        Assert.Matches("^(begun|\\(no new output\\))\n.job 1 ended: killed by SIGTERM.$", await bench.Ok("bash_stop", new { job = "1" }));
        Assert.False(Processes.Lives(Processes.Number(bench.Text("pid"))));
    }

    [Fact]
    public async Task The_end_of_the_session_ends_its_jobs()
    {
        await bench.Ok("bash", new { command = "sleep 1000 & echo $! > pid.new; mv pid.new pid; wait", background = true });
        await Processes.Until(() => File.Exists(bench.At("pid")), "a child");
        var child = Processes.Number(bench.Text("pid"));
        await bench.Context.Jobs.DisposeAsync();
        Assert.False(Processes.Lives(child));
    }

    [Theory]
    [InlineData("sleep 1000 & echo $! > pid; echo done")]
    [InlineData("nohup sleep 1000 > /dev/null 2>&1 & echo $! > pid; echo done")]
    public async Task A_server_that_was_left_running_does_not_hold_the_command_and_becomes_a_job(string command)
    {
        var result = await bench.Run("bash", new { command });
        Assert.StartsWith("done\n", result.Text, StringComparison.Ordinal);
        Assert.Equal((0, "1"), result.Display is CommandDisplay d ? (d.ExitCode, d.Job) : default);
        var child = Processes.Number(bench.Text("pid"));
        Assert.True(Processes.Lives(child));
        await bench.Ok("bash_stop", new { job = "1" });
        Assert.False(Processes.Lives(child));
    }

    [Fact]
    public async Task What_was_left_running_can_still_be_heard()
    {
        await bench.Ok("bash", new { command = "(until [ -e go ]; do sleep 0.02; done; echo late) & echo early" });
        bench.Put("go", "");
        Assert.StartsWith("late\n", await bench.Ok("bash_output", new { job = "1", wait_ms = 10_000 }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_job_is_told_with_those_that_there_are()
    {
        Assert.Contains("nothing runs", await bench.Fails("bash_output", new { job = "9" }), StringComparison.Ordinal);
        await bench.Ok("bash", new { command = "true", background = true });
        Assert.Contains("There are: 1.", await bench.Fails("bash_stop", new { job = "9" }), StringComparison.Ordinal);
    }
}
