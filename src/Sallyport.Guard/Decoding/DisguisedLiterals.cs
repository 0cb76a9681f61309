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

    private static bool IsDistinctive(string literal) =>
        literal.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ':') && literal.Count(char.IsAsciiLetter) >= 2
        && (literal[^1] is '_' or '-' or '.' || literal.All(char.IsAsciiLetterUpper) || literal.StartsWith("AIza", StringComparison.Ordinal) || literal.StartsWith("xox", StringComparison.Ordinal));
}
