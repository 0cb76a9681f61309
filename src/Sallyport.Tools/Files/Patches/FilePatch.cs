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

/// <summary>The lines of a patch while it is parsed. Errors name the line.</summary>
internal sealed class PatchLines(string[] lines)
{
    private int at;

    public bool More => at < lines.Length;

    /// <summary>From 1: the line that <see cref="Peek"/> shows.</summary>
    public int Number => at + 1;

    public string Peek => lines[at];

    /// <summary>The line after <see cref="Peek"/>; empty at the end.</summary>
    public string After => at + 1 < lines.Length ? lines[at + 1] : "";

    public string Next() => lines[at++];

    public FormatException Error(string problem) => At(Math.Min(Number, lines.Length), problem);

    public static FormatException At(int line, string problem) => new($"Patch line {line}: {problem}");
}

/// <summary>Reads a patch in either form: the envelope (<c>*** Begin Patch</c>) or a unified diff, git's or plain.</summary>
internal static class Patch
{
    /// <exception cref="FormatException">For the model: which line is wrong, and how.</exception>
    public static List<FilePatch> Parse(string text)
    {
        var lines = text.Split('\n');
        // Carriage returns on every line come from the way here; on some, they are content.
        var all = lines.Length > 1;
        for (var i = 0; i < lines.Length - 1 && all; i++) all = lines[i].EndsWith('\r');
        if (all) for (var i = 0; i < lines.Length; i++) lines[i] = lines[i].TrimEnd('\r');
        if (lines.Length > 0 && lines[^1].Length == 0) Array.Resize(ref lines, lines.Length - 1);

        var reader = new PatchLines(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            if (EnvelopePatch.IsStart(lines[i]))
            {
                while (reader.Number <= i) reader.Next();
                return Checked(EnvelopePatch.Parse(reader));
            }
            if (lines[i].StartsWith("diff --git ", StringComparison.Ordinal) || (lines[i].StartsWith("--- ", StringComparison.Ordinal) && i + 1 < lines.Length && lines[i + 1].StartsWith("+++ ", StringComparison.Ordinal)))
                return Checked(UnifiedPatch.Parse(reader));
        }
        throw new FormatException("This is not a patch. Start with `*** Begin Patch` and `*** Update File: path` (or Add File, Delete File), or give a unified diff with `--- a/path` and `+++ b/path`.");
    }

    private static List<FilePatch> Checked(List<FilePatch> files) => files.Count > 0 ? files : throw new FormatException("The patch names no file.");
}
