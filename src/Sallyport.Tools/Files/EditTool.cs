using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>Replaces one stretch of a file.</summary>
internal sealed class EditTool : Tool
{
    public override string Name => "edit";

    public override string Description => "Replaces text in a file. old must be in it exactly once (add lines around it until it is), or set all to replace every occurrence. Copy old from read without the line numbers; indentation counts. Everything else in the file stays as it is. An empty old makes a new file. The result shows the changed lines.";

    public override string Schema => """
        {"type":"object","properties":{"path":{"type":"string","minLength":1,"description":"Relative to the workspace, or absolute."},"old":{"type":"string","description":"The text to replace."},"new":{"type":"string","description":"What comes in its place."},"all":{"type":"boolean","description":"Replace every occurrence."}},"required":["path","old","new"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Write(Place.Of(arguments, workspace).Touched);

    public override string Title(JsonElement arguments, Workspace workspace) => Place.Of(arguments, workspace).Shown;

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation) => Task.FromResult(FileEdit.Run(
        call.Context,
        Place.Of(call.Arguments, call.Context.Workspace),
        [new EditStep(call.Arguments.Text("old"), call.Arguments.Text("new"), call.Arguments.Flag("all"))]));
}
