namespace Sallyport.Tools.Files.Patches;

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
