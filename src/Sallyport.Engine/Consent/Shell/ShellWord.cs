using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>A word as a command receives it.</summary>
/// <param name="Shown">As it was written.</param>
/// <param name="Value">Its text; null when it is known only when the line runs.</param>
internal sealed record ShellWord(string Shown, string? Value)
{
    /// <summary>It names files by a pattern: what it becomes depends on the folder.</summary>
    public bool IsGlob { get; init; }

    /// <summary>It is the output of a process, which is judged by itself.</summary>
    public bool IsProcess { get; init; }

    public static ShellWord Of(string text) => new(text, text);

    /// <summary>Whether it could become an option, or more than one word.</summary>
    public bool IsLoose => Value is null || (IsGlob && Value.Length > 0 && Value[0] is '*' or '?' or '[' or '-');

    /// <summary>Characters that look like something else, or like nothing.</summary>
    public static bool IsOdd(string text)
    {
        foreach (var c in text)
        {
            if (c < 128)
            {
                if (c is '\t' or '\n' || (c >= ' ' && c != '\x7f')) continue;
            }
            else if (c is not ('\u115f' or '\u1160' or '\u3164' or '\uffa0') && char.GetUnicodeCategory(c) is not (UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Format or UnicodeCategory.Control)) continue;
            return true;
        }
        return false;
    }

    /// <summary>Words as one can type them.</summary>
    public static string Join(IReadOnlyList<ShellWord> words)
    {
        var line = new StringBuilder();
        foreach (var word in words) (line.Length == 0 ? line : line.Append(' ')).Append(word.Value is { } value && !word.IsGlob ? Quote(value) : word.Shown);
        return line.ToString();
    }

    private static string Quote(string value) =>
        value.Length > 0 && value.AsSpan().IndexOfAny(" \t\n'\"\\$`|&;<>()*?[]{}~#!") < 0 ? value : "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
}
