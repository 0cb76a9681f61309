using System.Text.Json;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests;

/// <summary>A tool whose doing is the test's.</summary>
internal sealed class FakeTool(string name, Effect effect, Func<ToolCall, CancellationToken, Task<ToolResult>> run, Func<string, Touches>? touches = null) : Tool
{
    public override string Name => name;

    public override string Description => "Does what the test wants, and nothing else at all.";

    public override string Schema => """{"type":"object","properties":{"text":{"type":"string"}},"required":["text"],"additionalProperties":false}""";

    public override Touches Touches(JsonElement arguments, Workspace workspace) => touches?.Invoke(arguments.Text("text")) ?? new(effect);

    public override string Title(JsonElement arguments, Workspace workspace) => arguments.Text("text");

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation) => run(call, cancellation);

    public static FakeTool Echo(Effect effect = Effect.Read) => new("echo", effect, (call, _) => Task.FromResult(new ToolResult("echo " + call.Arguments.Text("text"))));
}
