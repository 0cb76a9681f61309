using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>Several edits of one file at once: all, or none.</summary>
internal sealed class MultiEditTool : Tool
{
    public override string Name => "multi_edit";

    public override string Description => "Makes several edits in one file, in order; each sees what the ones before made of it. All are made, or none. Each works as edit does.";

    public override string Schema => """
        {"type":"object","properties":{"path":{"type":"string","minLength":1,"description":"Relative to the workspace, or absolute."},"edits":{"type":"array","minItems":1,"items":{"type":"object","properties":{"old":{"type":"string","description":"The text to replace."},"new":{"type":"string","description":"What comes in its place."},"all":{"type":"boolean","description":"Replace every occurrence."}},"required":["old","new"],"additionalProperties":false}}},"required":["path","edits"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Write(Place.Of(arguments, workspace).Touched);

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        var count = arguments.GetProperty("edits").GetArrayLength();
        return $"{Place.Of(arguments, workspace).Shown}, {count} {(count == 1 ? "edit" : "edits")}";
    }

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var steps = new List<EditStep>();
        foreach (var edit in call.Arguments.Items("edits")) steps.Add(new EditStep(edit.Text("old"), edit.Text("new"), edit.Flag("all")));
        return Task.FromResult(FileEdit.Run(call.Context, Place.Of(call.Arguments, call.Context.Workspace), steps));
    }
}
