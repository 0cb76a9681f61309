using System.Text;

namespace Sallyport.Guard;

/// <summary>
/// <c>sally:allow secret.github-pat -- reason</c> in a comment, on a finding's own line or alone on the line before. It
/// must be near and say why; a line longer than <see cref="MaxLine"/> bytes is not written by hand and cannot hold one.
/// </summary>
/// <param name="Rules">Rule ids or families with a star.</param>
/// <param name="Reason">Why; "" when none is given, and then it does not count.</param>
internal sealed record InlineAllowance(string[] Rules, string Reason)
{
    public const int MaxLine = 1024;

    public bool Covers(Rule rule) => Rules.Any(r => RulePattern.Covers(r, rule));

    /// <summary>Null when there is none around the index.</summary>
    public static InlineAllowance? Around(ReadOnlySpan<byte> text, int index)
    {
        // Two lines and no more, however large the file.
        var window = Math.Max(0, index - 2 * MaxLine - 2);
        text = text[window..Math.Min(text.Length, index + MaxLine + 1)];
        index -= window;
        var start = text[..index].LastIndexOf((byte)'\n') + 1;
        if (index - start > MaxLine) return null;
        var end = text[index..].IndexOf((byte)'\n');
        end = end < 0 ? text.Length : index + end;
        if (end - start <= MaxLine && Parse(text[start..end], alone: false) is { } same) return same;
        if (start < 2) return null;
        var before = text[..(start - 1)];
        var line = before[(before.LastIndexOf((byte)'\n') + 1)..];
        return line.Length <= MaxLine ? Parse(line, alone: true) : null;
    }

    private static InlineAllowance? Parse(ReadOnlySpan<byte> line, bool alone)
    {
        var mark = "sally:allow"u8;
        var at = line.IndexOf(mark);
        if (at < 0) return null;
        // A comment behind code speaks for its own line only.
        if (alone && line[..at].ContainsAnyInRange((byte)'a', (byte)'z')) return null;
        var said = Encoding.UTF8.GetString(line[(at + mark.Length)..]);
        var dashes = said.IndexOf(" -- ", StringComparison.Ordinal);
        var rules = (dashes < 0 ? said : said[..dashes]).Split([' ', '\t', ',', '\r'], StringSplitOptions.RemoveEmptyEntries);
        var reason = dashes < 0 ? "" : said[(dashes + 4)..].Trim();
        foreach (var closer in (ReadOnlySpan<string>)["*/", "-->", "--%>", "*)", "#}", "}}"])
        {
            if (reason.EndsWith(closer, StringComparison.Ordinal)) reason = reason[..^closer.Length].TrimEnd();
        }
        reason = new string([.. reason.Where(c => !char.IsControl(c))]);
        return new InlineAllowance([.. rules.Where(RulePattern.IsWellFormed)], reason);
    }
}
