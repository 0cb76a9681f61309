namespace Sallyport.Tools.Files.Patches;

internal enum PatchKind { Add, Update, Delete }

/// <summary>What a patch does to one file.</summary>
/// <param name="Kind">Whether the file is made, changed or deleted.</param>
/// <param name="Path">As written.</param>
/// <param name="Line">The patch's line that names it, for messages.</param>
internal sealed record FilePatch(PatchKind Kind, string Path, int Line)
{
    /// <summary>The new name of a file that moves, or of a copy.</summary>
    public string? MoveTo { get; set; }

    /// <summary>The file at <see cref="Path"/> stays.</summary>
    public bool IsCopy { get; set; }

    /// <summary>Whether it can be run afterwards; null leaves that as it is.</summary>
    public bool? Executable { get; set; }

    public List<PatchHunk> Hunks { get; } = [];
}

/// <summary>One stretch of changed lines with lines around it.</summary>
/// <param name="Line">The patch's line where it starts.</param>
internal sealed record PatchHunk(int Line)
{
    /// <summary>Lines that come before it in the file, outermost first.</summary>
    public List<string> Anchors { get; } = [];

    /// <summary>The line number that the patch gives, from 1; null when it gives none.</summary>
    public int? Start { get; init; }

    /// <summary>It reaches to the end of the file.</summary>
    public bool AtEnd { get; set; }

    public bool OldLacksBreak { get; set; }

    public bool NewLacksBreak { get; set; }

    public List<PatchLine> Lines { get; } = [];
}

/// <param name="Sign">Space, minus or plus.</param>
/// <param name="Text">Without the line break.</param>
internal readonly record struct PatchLine(char Sign, string Text);
