using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Engine.Checkpoints;

/// <summary>What was at a path at one moment, and where its content is kept.</summary>
/// <param name="Kind">absent, file, link, folder or other.</param>
/// <param name="Mode">Permission bits.</param>
/// <param name="Size">Of a file, in bytes.</param>
/// <param name="Content"><c>git:HASH</c> for what git holds, <c>PACK:OFFSET:HASH</c> for what we hold, <c>linked-N/NUMBER</c> for what we hold as it was; null when it is not kept.</param>
/// <param name="Target">Of a link.</param>
/// <param name="Missing">Why the content is not kept.</param>
/// <param name="Modified">When a file was written, so that a change shows where the contents are not compared, and comes back where it was gone; of a folder that was removed, too.</param>
internal sealed record FileState(string Kind, int Mode = 0, long Size = 0, string? Content = null, string? Target = null, string? Missing = null, long Modified = 0)
{
    /// <summary>When the system last changed anything about the file, as long as we live: writing it with its old time does that, too.</summary>
    [JsonIgnore]
    public long Changed { get; init; }

    public static FileState Absent { get; } = new("absent");

    /// <summary>Whether it is the same by what is written here; git's name for a content tells nothing of ours.</summary>
    public bool IsLike(FileState other) =>
        Kind == other.Kind && Mode == other.Mode && Size == other.Size && Target == other.Target && Missing == other.Missing
        && ((IsFolder && !IsUnknown) || (Content is null || other.Content is null ? Modified == other.Modified : IsInGit == other.IsInGit && Hash.SequenceEqual(other.Hash)));

    [JsonIgnore]
    public bool IsAbsent => Kind == "absent";

    [JsonIgnore]
    public bool IsFolder => Kind == "folder";

    /// <summary>A folder in which something changed, and nobody can tell what.</summary>
    [JsonIgnore]
    public bool IsUnknown => IsFolder && Missing is not null;

    [JsonIgnore]
    public bool IsInGit => Content is not null && Content.StartsWith("git:", StringComparison.Ordinal);

    [JsonIgnore]
    public bool IsLinked => Content is not null && LinkedFiles.Has(Content);

    [JsonIgnore]
    public ReadOnlySpan<char> Hash => Content is null ? [] : Content.AsSpan(Content.LastIndexOf(':') + 1);
}

/// <summary>One line of a session's log of changes. Only ever appended to; a torn last line is as if it was not there.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(CheckpointLine), "checkpoint")]
[JsonDerivedType(typeof(BeforeLine), "before")]
[JsonDerivedType(typeof(AfterLine), "after")]
[JsonDerivedType(typeof(MadeLine), "made")]
internal abstract record LogLine
{
    private protected LogLine() { }
}

/// <summary>A prompt from which changes followed, or a rewind.</summary>
/// <param name="Message">The number of the prompt's message; of a rewind, the message that was rewound to.</param>
/// <param name="Text">Its beginning.</param>
/// <param name="IsRewind">Whether the changes that follow are a rewind's.</param>
internal sealed record CheckpointLine(int Message, string Text, DateTimeOffset At, bool IsRewind = false) : LogLine;

/// <summary>What a file was before a change. Paths are relative to the workspace where they are inside.</summary>
internal sealed record BeforeLine(string Path, FileState State) : LogLine;

/// <summary>What the last change at this path left.</summary>
internal sealed record AfterLine(string Path, FileState State) : LogLine;

/// <summary>What came where there was nothing: paths and what the command left there.</summary>
internal sealed record MadeLine(IReadOnlyList<MadeEntry> Entries) : LogLine;

internal sealed record MadeEntry(string Path, FileState State);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(LogLine))]
internal sealed partial class CheckpointJson : JsonSerializerContext
{
    public static byte[] Line(LogLine line) => JsonSerializer.SerializeToUtf8Bytes(line, Default.LogLine);
}
