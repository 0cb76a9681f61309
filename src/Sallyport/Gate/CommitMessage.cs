using System.Text;

namespace Sallyport.Gate;

/// <summary>The part of a message file that git will keep (git-commit, <c>--cleanup</c>). In doubt a line counts: what is checked needlessly does no harm.</summary>
internal static class CommitMessage
{
    private const string Scissors = "------------------------ >8 ------------------------";

    private const string AutomaticMarks = "#;@!$%^&|:";

    /// <param name="text">The file.</param>
    /// <param name="cleanup">The setting commit.cleanup; null when there is none.</param>
    /// <param name="mark">What begins a comment (core.commentString or core.commentChar); null when there is no setting.</param>
    /// <param name="isEdited">Whether a person saw the message in an editor; without one git keeps comments.</param>
    public static string Kept(string text, string? cleanup, string? mark, bool isEdited)
    {
        if (!isEdited && cleanup is not "strip") return text;
        if (cleanup is "verbatim" or "whitespace") return text;
        if (mark is null or "") mark = "#";
        else if (mark == "auto") mark = Guess(text);
        var kept = new StringBuilder(text.Length);
        foreach (var line in (text.EndsWith('\n') ? text[..^1] : text).Split('\n'))
        {
            if (isEdited && line.TrimEnd('\r') == $"{mark} {Scissors}") break;
            if (cleanup is "scissors" || !line.StartsWith(mark, StringComparison.Ordinal)) kept.Append(line);
            // Line numbers stay those of the file.
            kept.Append('\n');
        }
        return kept.ToString();
    }

    // Git has chosen a mark that no line of the message begins with; its own last words begin with it.
    private static string Guess(string text)
    {
        var last = text.TrimEnd().Split('\n')[^1];
        foreach (var line in text.Split('\n'))
        {
            if (line.TrimEnd('\r').EndsWith(Scissors, StringComparison.Ordinal) && line.Length > 2 && line[1] == ' ') return line[..1];
        }
        return last.Length > 0 && AutomaticMarks.Contains(last[0], StringComparison.Ordinal) ? last[..1] : "#";
    }
}
