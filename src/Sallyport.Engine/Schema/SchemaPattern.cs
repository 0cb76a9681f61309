using System.Text;
using System.Text.RegularExpressions;

namespace Sallyport.Engine.Schema;

/// <summary>
/// A <c>pattern</c>, matched anywhere in linear time. What cannot be matched so accepts everything, and says so. Built when
/// first needed: most calls of a tool never meet one.
/// </summary>
internal sealed class SchemaPattern(string text)
{
    private const int MaxLength = 2000;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(1);

    private Regex? regex;
    private bool isBuilt;

    public string Text { get; } = text;

    public bool IsEnforced => Build() is not null;

    public bool Matches(string value)
    {
        try
        {
            return Build()?.IsMatch(value) ?? true;
        }
        catch (RegexMatchTimeoutException)
        {
            return false;
        }
    }

    private Regex? Build()
    {
        if (isBuilt) return regex;
        try
        {
            if (Text.Length <= MaxLength) regex = new Regex(Translate(Text), RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, Limit);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Look-arounds, back references, or no pattern at all.
        }
        isBuilt = true;
        return regex;
    }

    /// <summary>ECMAScript's meaning in .NET's words: ASCII classes, and an end that is the end.</summary>
    private static string Translate(string pattern)
    {
        var result = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                var next = pattern[++i];
                result.Append((next, inClass) switch
                {
                    ('d', true) => "0-9",
                    ('d', false) => "[0-9]",
                    ('D', false) => "[^0-9]",
                    ('w', true) => "A-Za-z0-9_",
                    ('w', false) => "[A-Za-z0-9_]",
                    ('W', false) => "[^A-Za-z0-9_]",
                    _ => "\\" + next,
                });
                continue;
            }
            if (c == '[' && inClass) result.Append('\\');
            if (c == '[') inClass = true;
            else if (c == ']') inClass = false;
            else if (c == '$' && !inClass)
            {
                result.Append("\\z");
                continue;
            }
            result.Append(c);
        }
        return result.ToString();
    }
}
