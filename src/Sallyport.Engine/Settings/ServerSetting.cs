namespace Sallyport.Engine.Settings;

/// <summary>An MCP server as a file names it. Nothing in it is expanded yet: <c>${NAME}</c> is the reader's to fill in when it starts.</summary>
public sealed record ServerSetting
{
    /// <summary>The program that is the server; null when it is reached by <see cref="Url"/>.</summary>
    public string? Command { get; init; }

    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>Variables that the program gets beside the plain ones.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the program starts; null for the workspace.</summary>
    public string? Folder { get; init; }

    public string? Url { get; init; }

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public bool IsDisabled { get; init; }

    /// <summary>Milliseconds that one answer may take; null for the usual time.</summary>
    public int? TimeoutMs { get; init; }

    /// <summary>The tools that are offered; null for all.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>Whose it is.</summary>
    public LayerKind Layer { get; init; }

    /// <summary>The file that names it.</summary>
    public string Path { get; init; } = "";

    public int Line { get; init; }

    /// <summary>It only switches off, or on, what a weaker layer names.</summary>
    internal bool IsRemark => Command is null && Url is null;

    /// <summary>This one, where a weaker layer has one of the same name.</summary>
    internal ServerSetting Over(ServerSetting below) => IsRemark ? below with { IsDisabled = IsDisabled } : this;
}
