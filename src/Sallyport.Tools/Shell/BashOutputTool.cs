using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>What a background job printed since the last look, and whether it has ended.</summary>
internal sealed class BashOutputTool : Tool
{
    private const int LongestWait = 600_000;

    public override string Name => "bash_output";

    public override string Description => "Returns what a background job (a command or an agent) printed since the last look, and whether it still runs. With wait_ms it waits that long for the job to end, and returns sooner when it does; without, it returns at once.";

    public override string Schema => """
        {"type":"object","properties":{"job":{"type":"string","minLength":1,"description":"The job's id."},"wait_ms":{"type":"integer","minimum":0,"description":"Wait up to this long for its end: 600000 at most."}},"required":["job"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Nothing;

    public override string Title(JsonElement arguments, Workspace workspace) => $"job {arguments.Text("job")}";

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var id = call.Arguments.Text("job");
        if (call.Context.Jobs.Find(id) is not { } job) return ToolResult.Fail(Unknown(id, call.Context.Jobs));
        var wait = Math.Min(call.Arguments.Number("wait_ms") ?? 0, LongestWait);
        try
        {
            // What has just ended may still have something to say.
            if (wait > 0 || !job.IsRunning) await job.Ended.WaitAsync(TimeSpan.FromMilliseconds(Math.Max(wait, 100)), call.Context.Clock, cancellation).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // It still runs, which the answer says.
        }
        return Answer(job, job.TakeOutput());
    }

    public static ToolResult Answer(Job job, string output)
    {
        output = output.TrimEnd('\n');
        var state = job is ShellJob shell ? shell.State : job.IsRunning ? $"job {job.Id} is running" : $"job {job.Id} has ended";
        return new ToolResult($"{(output.Length == 0 ? "(no new output)" : output)}\n[{state}]")
        {
            Display = new CommandDisplay(job.IsRunning ? null : job.ExitCode, job is ShellJob timed ? (long)timed.Elapsed.TotalMilliseconds : 0, job.Id),
        };
    }

    public static string Unknown(string id, JobList jobs)
    {
        var known = string.Join(", ", jobs.All.Select(j => j.Id).Order(StringComparer.Ordinal));
        return known.Length == 0 ? $"There is no job {id}: nothing runs in the background." : $"There is no job {id}. There are: {known}.";
    }
}
