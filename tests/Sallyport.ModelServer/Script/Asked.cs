using System.Text.Json;

namespace Sallyport.ModelServer;

public enum WireKind { Messages, Responses, Chat, Gemini }

/// <summary>A request as the model sees it, whichever wire it came by.</summary>
public sealed record Asked
{
    public required WireKind Wire { get; init; }

    public required string Model { get; init; }

    public bool Stream { get; init; }

    /// <summary>Only a count of tokens is wanted.</summary>
    public bool CountOnly { get; init; }

    public string System { get; init; } = "";

    public IReadOnlyList<string> Tools { get; init; } = [];

    public required IReadOnlyList<AskedTurn> Turns { get; init; }

    /// <summary>The client wants to see the model think.</summary>
    public bool Thinks { get; init; }

    /// <summary>Steps that the conversation has behind it.</summary>
    public int Step { get; init; }

    /// <summary>What stood before the wire's own path.</summary>
    public string PathPrefix { get; init; } = "";

    public required JsonElement Body { get; init; }

    /// <summary>The prompt in the order that the provider caches it, byte for byte, cache marks left out.</summary>
    public required IReadOnlyList<Segment> Segments { get; init; }

    /// <summary>Text of the last user turn.</summary>
    public string LastText => Turns.Count == 0 || Turns[^1].Assistant ? "" : Turns[^1].Text;

    /// <summary>Results that the last user turn brings.</summary>
    public IReadOnlyList<AskedResult> Results => Turns.Count == 0 ? [] : Turns[^1].Results;
}

public sealed record AskedTurn(bool Assistant)
{
    public string Text { get; set; } = "";

    public List<AskedCall> Calls { get; } = [];

    public List<AskedResult> Results { get; } = [];

    public int Images { get; set; }
}

public sealed record AskedCall(string Id, string Name, string Arguments);

public sealed record AskedResult(string CallId, string Text, bool Failed);

/// <summary>One piece of the cached prompt.</summary>
/// <param name="Place">Such as <c>messages[3].content[0]</c>.</param>
/// <param name="Text">As sent.</param>
/// <param name="Mark">A cache breakpoint stands here: <c>5m</c> or <c>1h</c>.</param>
public sealed record Segment(string Place, string Text, string? Mark = null);
