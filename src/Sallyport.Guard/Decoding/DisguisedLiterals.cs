using Sallyport.Guard.Detectors;

namespace Sallyport.Guard.Decoding;

/// <summary>The literals of detectors that are distinctive enough to be looked for in disguise.</summary>
internal static class DisguisedLiterals
{
    /// <summary>Fixed prefixes of tokens with a separator or a digit in them (<c>ghp_</c>, <c>sk-ant-</c>, <c>AKIA</c>), and the line that begins a key.</summary>
    public static string[] Of(IReadOnlyList<Trigger> detectors) =>
    [
        .. detectors.Where(t => !t.IgnoreCase && t.Literal.Length >= 4 && IsDistinctive(t.Literal)).Select(t => t.Literal).Append("-----BEGIN ").Distinct(StringComparer.Ordinal),
    ];

    private static bool IsDistinctive(string literal)
    {
        var (letters, capitals) = (0, 0);
        foreach (var c in literal)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('_' or '-' or '.' or ':')) return false;
            if (char.IsAsciiLetter(c)) letters++;
            if (char.IsAsciiLetterUpper(c)) capitals++;
        }
        return letters >= 2 && (literal[^1] is '_' or '-' or '.' || capitals == literal.Length || literal.StartsWith("AIza", StringComparison.Ordinal) || literal.StartsWith("xox", StringComparison.Ordinal));
    }
}
