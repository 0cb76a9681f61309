using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

/// <summary>
/// One rule over calls: <c>TOOL</c> or <c>TOOL PATTERN</c>, as <c>bash git status *</c>, <c>edit src/**</c>, <c>web_fetch docs.example</c>.
/// <c>*</c> in the place of the tool is any tool. The pattern is held against the command, the paths or the host that a call touches.
/// </summary>
public sealed class ConsentRule
{
    private readonly string tool;
    private readonly string? pattern;

    private ConsentRule(string text, string tool, string? pattern) => (Text, this.tool, this.pattern) = (text, tool, pattern);

    public string Text { get; }

    /// <summary>Reads a rule; null with a message when it is none.</summary>
    public static ConsentRule? Parse(string text, out string? error)
    {
        error = null;
        var trimmed = text.Trim();
        var space = trimmed.IndexOf(' ', StringComparison.Ordinal);
        var paren = trimmed.IndexOf('(', StringComparison.Ordinal);
        // TOOL(PATTERN) is understood too: many write it so.
        if (paren > 0 && (space < 0 || paren < space) && trimmed.EndsWith(')')) return new ConsentRule(trimmed, trimmed[..paren], trimmed[(paren + 1)..^1].Trim());
        var name = space < 0 ? trimmed : trimmed[..space];
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_*-") >= 0)
        {
            error = $"\"{text}\" is no rule: write a tool and, if wanted, a pattern, as \"bash git status *\" or \"edit src/**\"";
            return null;
        }
        return new ConsentRule(trimmed, name, space < 0 ? null : trimmed[(space + 1)..].Trim());
    }

    /// <summary>Whether the rule covers the whole call.</summary>
    /// <param name="strict">For rules that permit: a command that could run others must be named whole.</param>
    public bool Covers(string name, Touches touches, Workspace workspace, bool strict)
    {
        if (tool != "*" && !Wild(tool, name)) return false;
        if (pattern is null) return true;
        if (touches.Command is { } command)
        {
            if (pattern == command) return true;
            if (strict && command.AsSpan().IndexOfAny(";&|`$<>\n(){}\\") >= 0) return false;
            return strict ? CoversWords(command) : Wild(pattern, command) || Wild(pattern + " *", command) || Wild("* " + pattern + "*", command);
        }
        if (touches.Host is { } host) return host == pattern || Wild(pattern, host) || host.EndsWith("." + pattern, StringComparison.OrdinalIgnoreCase);
        if (touches.Paths.Count == 0) return false;
        foreach (var path in touches.Paths)
        {
            var covered = Wild(pattern, workspace.Show(path)) || Wild(pattern, path);
            if (strict && !covered) return false;
            if (!strict && covered) return true;
        }
        return strict;
    }

    // "git status" covers "git status --short": a prefix of whole words.
    private bool CoversWords(string command) => Wild(pattern!, command) || command.StartsWith(pattern + " ", StringComparison.Ordinal);

    /// <summary><c>*</c> is any text, <c>?</c> one character; nothing else is special.</summary>
    private static bool Wild(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
