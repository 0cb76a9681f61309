using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;
using Sallyport.Tools.Files.Patches;

namespace Sallyport.Tools.Files;

/// <summary>Changes several files at once by a patch: all of it, or nothing.</summary>
internal sealed class ApplyPatchTool : Tool
{
    public override string Name => "apply_patch";

    public override string Description => """
        Changes several files by one patch: all of it is applied, or nothing. Either a unified diff, or this form:
        *** Begin Patch
        *** Update File: path
        *** Move to: new/path (only to rename)
        @@ class or function that the hunk is in (when its lines are not unique)
         unchanged line
        -removed line
        +added line
        *** Add File: path
        +every line of it
        *** Delete File: path
        *** End Patch
        Give about three unchanged lines around each change. Paths are relative to the workspace.
        """;

    public override string Schema => """
        {"type":"object","properties":{"patch":{"type":"string","minLength":1}},"required":["patch"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace)
    {
        var paths = new List<string>();
        try
        {
            foreach (var file in Patch.Parse(arguments.Text("patch")))
            {
                paths.AddRange(Place.Of(file.Path, workspace).Touched);
                if (file.MoveTo is { } to) paths.AddRange(Place.Of(to, workspace).Touched);
            }
        }
        catch (FormatException)
        {
            // It will fail before it touches anything.
            return Engine.Tools.Touches.Nothing;
        }
        return Engine.Tools.Touches.Write([.. paths]);
    }

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        try
        {
            var files = Patch.Parse(arguments.Text("patch"));
            var first = Place.Of(files[0].Path, workspace).Shown;
            return files.Count == 1 ? first : $"{first} and {files.Count - 1} more";
        }
        catch (FormatException)
        {
            return "a patch that cannot be read";
        }
    }

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation) => Task.FromResult(Apply(call));

    private static ToolResult Apply(ToolCall call)
    {
        try
        {
            var files = new PatchedFiles(call.Context);
            foreach (var patch in Patch.Parse(call.Arguments.Text("patch"))) files.Take(patch);
            return files.Write();
        }
        catch (FormatException e)
        {
            return ToolResult.Fail(TextCodec.Displayable($"{e.Message.TrimEnd('\n')}\nNothing was changed."));
        }
    }
}
