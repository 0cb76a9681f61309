using System.Text.Json.Serialization;

namespace Sallyport.Engine.Tools;

/// <summary>What came of a call.</summary>
/// <param name="Text">For the model.</param>
/// <param name="Failed">It was not done.</param>
public sealed record ToolResult(string Text, bool Failed = false)
{
    public IReadOnlyList<ImagePart>? Images { get; init; }

    /// <summary>For screens; null when the text says it all.</summary>
    public Display? Display { get; init; }

    /// <summary>Whose words it brings in, when they are neither the user's nor the workspace's.</summary>
    public Flow.UntrustedSource? From { get; init; }

    public static ToolResult Fail(string text) => new(text, Failed: true);
}

/// <summary>What a screen draws for a result. Data only: closed shapes, no layout.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(DiffDisplay), "diff")]
[JsonDerivedType(typeof(CommandDisplay), "command")]
[JsonDerivedType(typeof(CountDisplay), "count")]
[JsonDerivedType(typeof(TodoDisplay), "todo")]
public abstract record Display
{
    private protected Display() { }
}

/// <summary>Changed files.</summary>
public sealed record DiffDisplay(IReadOnlyList<FileDiff> Files) : Display;

/// <param name="Path">Relative to the workspace where it is inside.</param>
/// <param name="Patch">Unified hunks, without file headers; empty for binary files.</param>
/// <param name="Added">Lines.</param>
/// <param name="Removed">Lines.</param>
/// <param name="Change">added, changed, deleted or moved.</param>
public sealed record FileDiff(string Path, string Patch, int Added, int Removed, string Change);

/// <param name="ExitCode">null while it runs in the background, or when it was killed.</param>
/// <param name="DurationMs">Wall time in milliseconds.</param>
/// <param name="Job">Id of the background job.</param>
public sealed record CommandDisplay(int? ExitCode, long DurationMs, string? Job = null) : Display;

/// <summary>How much was read or found: "12 files", "80 lines".</summary>
public sealed record CountDisplay(long Count, string Unit) : Display;

public sealed record TodoDisplay(IReadOnlyList<TodoItem> Items) : Display;

/// <param name="Text">What is to be done.</param>
/// <param name="Status">pending, active or done.</param>
public sealed record TodoItem(string Text, string Status);
