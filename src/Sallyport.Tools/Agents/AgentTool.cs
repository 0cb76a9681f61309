using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Agents;

/// <summary>Starts another agent with a task of its own. It touches nothing itself: each call that the agent makes is judged as it comes.</summary>
internal sealed class AgentTool : Tool
{
    public override string Name => "agent";

    public override string Description => """
        Starts another agent that does a task by itself and returns its last message. It sees nothing of this conversation: the prompt must say all it needs (what, where, why, what to report). Kinds: explore finds things out by reading only, on a fast model; review reads a change and tells what is wrong; general, when none is named, does a task with all your tools; the system prompt names others, if there are any. Use it for searches that would fill your context, and for parts of a task that do not depend on each other: several calls in one answer run side by side. Let only one at a time change the same files. Not for what two or three calls of your own would do.
        """;

    public override string Schema => """
        {"type":"object","properties":{"prompt":{"type":"string","minLength":1,"description":"The whole task."},"kind":{"type":"string","minLength":1,"description":"explore, general, review or another that is named."},"tools":{"type":"array","items":{"type":"string","minLength":1},"description":"The only tools it may use, out of yours; those of its kind when not given."},"background":{"type":"boolean","description":"Return at once; its answer comes as a message when it is there."},"max_turns":{"type":"integer","minimum":1,"description":"Model answers it may take."}},"required":["prompt"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Nothing;

    public override string Title(JsonElement arguments, Workspace workspace) => $"{arguments.TextOrNull("kind") ?? AgentOrder.UsualKind}: {AgentOrder.TitleOf(arguments.Text("prompt"))}";

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        if (call.Context.Agents is not { } agents) return ToolResult.Fail("No agents can be started here: do it yourself.");
        List<string>? tools = null;
        if (call.Arguments.TryGetProperty("tools", out var named) && named.ValueKind == JsonValueKind.Array)
        {
            tools = [];
            foreach (var tool in named.EnumerateArray()) tools.Add(tool.GetString()!);
        }
        var order = new AgentOrder(call.Id, call.Arguments.Text("prompt"), call.Arguments.TextOrNull("kind"), tools, call.Arguments.Number("max_turns"));
        return call.Arguments.Flag("background") ? agents.Start(order, cancellation) : await agents.Run(order, cancellation).ConfigureAwait(false);
    }
}
