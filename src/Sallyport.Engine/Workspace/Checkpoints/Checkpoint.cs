namespace Sallyport.Engine.Checkpoints;

/// <summary>A prompt from which changes of files followed, or a rewind.</summary>
/// <param name="Message">The number of the prompt's message; of a rewind, the one that was rewound to.</param>
/// <param name="Text">The beginning of the prompt.</param>
/// <param name="At">When.</param>
/// <param name="IsRewind">It is a rewind.</param>
/// <param name="Files">What changed, relative to the workspace where it is inside.</param>
public sealed record Checkpoint(int Message, string Text, DateTimeOffset At, bool IsRewind, IReadOnlyList<string> Files)
{
    internal static IReadOnlyList<Checkpoint> From(List<LogLine> lines)
    {
        var all = new List<Checkpoint>();
        var files = new List<string>();
        var fresh = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (var line in lines)
        {
            if (line is CheckpointLine one) all.Add(new Checkpoint(one.Message, one.Text, one.At, one.IsRewind, files = []));
            else if (line is BeforeLine before && (!before.State.IsFolder || before.State.IsUnknown))
            {
                if (!files.Contains(before.Path))
                {
                    files.Add(before.Path);
                    fresh[before.Path] = before.State;
                }
            }
            else if (line is AfterLine same && fresh.Remove(same.Path, out var was) && was.IsLike(same.State)) files.Remove(same.Path);
            else if (line is AfterLine { State: { IsFolder: true, IsUnknown: false } } made) files.Remove(made.Path);
            else if (line is MadeLine { Entries: var entries })
                foreach (var entry in entries) if (!entry.State.IsFolder) files.Add(entry.Path);
        }
        return all;
    }
}

/// <summary>What a rewind did to a file, or would do.</summary>
public enum RewindOutcome
{
    /// <summary>It is what it was.</summary>
    Restored,

    /// <summary>It was not there before, and is gone again.</summary>
    Deleted,

    /// <summary>It is already what it was.</summary>
    Unchanged,

    /// <summary>Somebody else changed it since: left alone.</summary>
    Conflict,

    /// <summary>Its earlier content was not kept.</summary>
    NotCovered,

    /// <summary>The system did not let us.</summary>
    Failed,
}

/// <param name="Path">Relative to the workspace where it is inside.</param>
/// <param name="Outcome">What was done.</param>
/// <param name="Reason">Why it is not as asked; null when it is.</param>
public sealed record RewoundFile(string Path, RewindOutcome Outcome, string? Reason = null);
