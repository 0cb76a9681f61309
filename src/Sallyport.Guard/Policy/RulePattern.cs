namespace Sallyport.Guard;

/// <summary>How policies name rules: by id, or a whole family with a star (<c>stray.*</c>).</summary>
internal static class RulePattern
{
    public static bool Covers(string pattern, Rule rule) =>
        pattern == rule.Id || (pattern.EndsWith(".*", StringComparison.Ordinal) && pattern.AsSpan(0, pattern.Length - 2).SequenceEqual(rule.Family));

    public static bool IsWellFormed(string pattern) =>
        pattern.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && dot < pattern.Length - 1
        && pattern.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '-' or '*');
}
