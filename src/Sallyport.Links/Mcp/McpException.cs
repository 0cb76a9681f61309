namespace Sallyport.Links.Mcp;

/// <summary>Why nothing came of asking a server. The message is for whoever reads it: it may quote the server.</summary>
internal sealed class McpException(McpFailure kind, string message, Exception? inner = null) : Exception(message, inner)
{
    public McpFailure Kind { get; } = kind;

    /// <summary>The server's own number for it; 0 for none.</summary>
    public int Code { get; init; }

    /// <summary>Of HTTP; 0 for none.</summary>
    public int Status { get; init; }

    /// <summary>What the program wrote beside the protocol before it ended.</summary>
    public string Said { get; init; } = "";

    /// <summary>Versions of the protocol that the server says it speaks.</summary>
    public IReadOnlyList<string> Supported { get; init; } = [];
}

internal enum McpFailure
{
    /// <summary>It cannot be started or reached.</summary>
    Unreachable,

    /// <summary>It ended, or the connection did.</summary>
    Gone,

    /// <summary>It took too long.</summary>
    Late,

    /// <summary>It answered with an error.</summary>
    Refused,

    /// <summary>What it says is not the protocol, or too much.</summary>
    Malformed,

    /// <summary>It has forgotten the session; a new one can be begun.</summary>
    SessionLost,
}
