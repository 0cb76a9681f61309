using System.Text.Json;
using Sallyport.Shelves;

namespace Sallyport.Engine.Tools;

/// <summary>
/// Something the model can do. One leaf a tool: its schema, what it touches and how it is shown stand here as data, so that
/// consent, screens and the loop need not know it by name. Leaves hold no state; what lasts lives in <see cref="ToolContext"/>.
/// </summary>
[Shelf]
public abstract class Tool
{
    /// <summary>snake_case.</summary>
    public abstract string Name { get; }

    /// <summary>For the model: when to use it, what comes back. Short.</summary>
    public abstract string Description { get; }

    /// <summary>JSON Schema of the arguments, as text. Arguments are validated against it before the tool sees them.</summary>
    public abstract string Schema { get; }

    /// <summary>What a call with these (valid) arguments would touch.</summary>
    public abstract Touches Touches(JsonElement arguments, Workspace workspace);

    /// <summary>One line for a person: what this call does, without the tool's name.</summary>
    public abstract string Title(JsonElement arguments, Workspace workspace);

    /// <summary>
    /// Does it. What the model can mend comes back as <see cref="ToolResult.Fail"/> with what to do next; exceptions are for
    /// the world failing (<see cref="IOException"/> and the like: the runner turns them into a result).
    /// </summary>
    public abstract Task<ToolResult> Run(ToolCall call, CancellationToken cancellation);
}

/// <param name="Id">The model's call id.</param>
/// <param name="Arguments">Valid by the tool's schema.</param>
/// <param name="Context">The session's hands.</param>
/// <param name="Progress">Takes output while it runs, for whoever watches; it does not reach the model.</param>
public sealed record ToolCall(string Id, JsonElement Arguments, ToolContext Context, Action<string> Progress);
