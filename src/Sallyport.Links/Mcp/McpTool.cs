using System.Globalization;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Links.Mcp;

/// <summary>A server's tool among the agent's own. What it is said to do is its server's word; what is judged is that it is called at all.</summary>
internal sealed class McpTool(McpServer server, ToolDefinition definition) : Tool
{
    private const int LongestTitle = 300;
    private const int MostChanges = 20;

    public override string Name { get; } = ToolNames.Of(server.Name, definition.Name);

    public override string Description { get; } = definition.Description(server.Name);

    public override string Schema { get; } = definition.Schema;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => new(Effect.Call) { Server = new(server.Name, definition.Name), Paths = server.IsLocal ? NamedFiles.In(arguments, workspace) : [] };

    // All of it, as far as it fits: who is asked must see what would be sent.
    public override string Title(JsonElement arguments, Workspace workspace) => McpText.Line(CanonicalJson.Of(arguments.WriteTo), LongestTitle);

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        // A server elsewhere changes no file here.
        if (!server.IsLocal) return await server.Call(definition, call.Arguments, call.Progress, cancellation).ConfigureAwait(false);
        var changes = call.Context.Changes;
        var span = server.Watch ?? await changes.BeforeCommand(cancellation).ConfigureAwait(false);
        ToolResult result;
        IReadOnlyList<string> changed = [];
        try
        {
            result = await server.Call(definition, call.Arguments, call.Progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            // After an interruption too: what was done by then is to be brought back as well.
            changed = await changes.AfterCommand(span, CancellationToken.None).ConfigureAwait(false);
        }
        var text = result.Text;
        if (changed.Count > 0) text += $"\n[changed: {(changed.Count <= MostChanges ? string.Join(", ", changed) : changed.Count.ToString(CultureInfo.InvariantCulture) + " files")}]";
        if (span.Trouble is { } trouble && trouble != server.Trouble) text += $"\n[not all that it changed can be brought back: {server.Trouble = trouble}]";
        return text == result.Text ? result : result with { Text = text };
    }
}
