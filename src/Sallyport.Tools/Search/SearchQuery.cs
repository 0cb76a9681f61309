using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Tools.Search;

/// <summary>What is looked for, ready to be used by several threads.</summary>
internal sealed class SearchQuery
{
    private readonly PatternNode node;
    private readonly Lazy<Regex> regex;

    /// <exception cref="PatternException">The pattern cannot be searched for.</exception>
    public SearchQuery(string pattern, bool plain, bool fold, bool multiline)
    {
        Multiline = multiline || (!plain && PatternReader.NamesNewline(pattern)) || (plain && pattern.Contains('\n', StringComparison.Ordinal));
        node = plain ? PatternReader.Plain(pattern, fold) : PatternReader.Read(pattern, fold);
        Required = RequiredLiterals.Of(node);
        regex = new Lazy<Regex>(Build);
        if (!Multiline && !Required.Whole) Program = PatternProgram.Of(node);
        // What is wrong with it is told at once.
        if (Program is null && !Required.Whole) _ = regex.Value;
    }

    public bool Multiline { get; }

    public RequiredLiterals Required { get; }

    /// <summary>For <see cref="LineAutomaton"/>; null where a literal says all, or the automaton cannot do it.</summary>
    public PatternProgram? Program { get; }

    /// <summary>Linear in time, whatever the pattern is.</summary>
    public Regex Regex => regex.Value;

    private Regex Build()
    {
        var text = new StringBuilder();
        node.Write(text);
        var options = RegexOptions.NonBacktracking | RegexOptions.CultureInvariant | (Multiline ? RegexOptions.Multiline : RegexOptions.None);
        try
        {
            return new Regex(text.ToString(), options);
        }
        catch (Exception problem) when (problem is ArgumentException or NotSupportedException)
        {
            throw new PatternException($"The pattern cannot be searched for: {problem.Message} To search for it as it stands, set fixed to true.");
        }
    }
}

/// <summary>What is wanted of the matches.</summary>
/// <param name="Mode">What is told.</param>
/// <param name="Context">Lines before and after.</param>
/// <param name="Limit">Lines (or files) that are told.</param>
/// <param name="LongestLine">Characters of a line that are told.</param>
internal sealed record SearchWish(SearchMode Mode, int Context, int Limit, int LongestLine);

internal enum SearchMode { Content, Files, Count }
