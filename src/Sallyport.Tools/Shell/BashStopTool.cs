using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>Ends a background job and everything that it started.</summary>
internal sealed class BashStopTool : Tool
{
    public override string Name => "bash_stop";

    public override string Description => "Ends a background job and everything that it started: asked first, killed after two seconds. Returns what it printed since the last look.";

    public override string Schema => """
        {"type":"object","properties":{"job":{"type":"string","minLength":1,"description":"The job's id."}},"required":["job"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Nothing;

    public override string Title(JsonElement arguments, Workspace workspace) => $"job {arguments.Text("job")}";

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var id = call.Arguments.Text("job");
        if (call.Context.Jobs.Find(id) is not { } job) return ToolResult.Fail(BashOutputTool.Unknown(id, call.Context.Jobs));
        if (job.IsRunning) await job.DisposeAsync().ConfigureAwait(false);
        return BashOutputTool.Answer(job, job.TakeOutput());
    }
}
