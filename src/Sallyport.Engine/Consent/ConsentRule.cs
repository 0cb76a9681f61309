using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;
using Sallyport.Guard;

namespace Sallyport.Engine.Consent;

/// <summary>
/// One rule over calls: <c>TOOL</c> or <c>TOOL PATTERN</c>, as <c>bash git status *</c>, <c>edit src/**</c>, <c>web_fetch docs.example</c>,
/// <c>mcp(github)</c>, <c>mcp(github:search_issues)</c>.
/// <c>*</c> in the place of the tool is any tool. The pattern is held against every command of a shell line, the paths or the
/// host that a call touches.
/// </summary>
public sealed class ConsentRule
{
    private readonly string tool;
    private readonly string? pattern;
    private readonly CommandPattern? command;

    // All tools of MCP servers; the pattern says which server, or which of its tools.
    private const string Servers = "mcp";

    private ConsentRule(string text, string tool, string? pattern)
    {
        (Text, this.tool, this.pattern) = (text, tool, pattern);
        command = pattern is null ? null : new CommandPattern(pattern);
    }

    public string Text { get; }

    /// <summary>This call and no other: its pattern is a line, word for word.</summary>
    public bool IsExact { get; private init; }

    /// <summary>It lasts as long as the session and is written nowhere.</summary>
    public bool IsForSession { get; private init; }

    /// <summary>It lets so much pass that it says no more than a mode: it names no tool, or a tool and nothing that it is given.</summary>
    internal bool IsBroad => !IsExact && (tool.Contains('*', StringComparison.Ordinal) || pattern is null || pattern.AsSpan().IndexOfAnyExcept("*?/. ") < 0);

    /// <summary>It is about one tool by its name; of MCP servers, about one of them.</summary>
    internal bool NamesTool => !tool.Contains('*', StringComparison.Ordinal) && (!IsAnyServer || pattern is not null && pattern.AsSpan().IndexOfAnyExcept("*?:") >= 0);

    private bool IsAnyServer => tool == Servers;

    /// <summary>Reads a rule; null with a message when it is none.</summary>
    public static ConsentRule? Parse(string text, out string? error)
    {
        error = null;
        var trimmed = text.Trim();
        var space = trimmed.IndexOf(' ', StringComparison.Ordinal);
        var paren = trimmed.IndexOf('(', StringComparison.Ordinal);
        // TOOL(PATTERN) is understood too: many write it so.
        var isCall = paren > 0 && (space < 0 || paren < space) && trimmed.EndsWith(')');
        var name = isCall ? trimmed[..paren] : space < 0 ? trimmed : trimmed[..space];
        if (name.Length == 0 || name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_*-") >= 0)
        {
            error = $"\"{text}\" is no rule: write a tool and, if wanted, a pattern, as \"bash git status *\" or \"edit src/**\"";
            return null;
        }
        return new ConsentRule(trimmed, name, isCall ? trimmed[(paren + 1)..^1].Trim() : space < 0 ? null : trimmed[(space + 1)..].Trim());
    }

    /// <summary>A rule as <see cref="Parse"/> reads it, for as long as the session lasts; null when it is none.</summary>
    public static ConsentRule? ForSession(string text) => Parse(text, out _) is { } rule ? new ConsentRule(rule.Text, rule.tool, rule.pattern) { IsForSession = true } : null;

    /// <summary>A rule for one shell line, for as long as the session lasts.</summary>
    public static ConsentRule Exactly(string tool, string line) => new($"{tool} {line}", tool, line) { IsExact = true };

    /// <summary>The tool that was probably meant, when it is about none of these: a rule that is misspelt would hold nothing back.</summary>
    public string? Meant(IReadOnlyList<string> tools)
    {
        if (IsAnyServer || tool.Contains('*', StringComparison.Ordinal) || tool.StartsWith("mcp__", StringComparison.Ordinal)) return null;
        foreach (var name in tools) if (name == tool) return null;
        return NearestWord.Of(tool, tools);
    }

    internal bool IsAbout(string name) => tool == "*" || Wild(tool, name) || (IsAnyServer && name.StartsWith("mcp__", StringComparison.Ordinal));

    /// <summary>Whether a rule that permits covers all of a shell line by itself.</summary>
    internal bool CoversLine(string name, ShellReading reading) =>
        IsAbout(name) && (pattern is null || (!IsExact && command!.IsAll) || pattern == reading.Line);

    internal bool Covers(string name, EffectiveCommand one, Workspace workspace) => !IsExact && command is not null && IsAbout(name) && command.Covers(one, workspace);

    /// <summary>How far a rule that forbids or asks is about a shell line.</summary>
    internal Match Meets(string name, ShellReading reading) => !IsAbout(name) ? Match.No : command?.Meets(reading) ?? Match.Yes;

    internal Match Meets(string name, EffectiveCommand one) => !IsAbout(name) ? Match.No : command?.Meets(one) ?? Match.Yes;

    /// <summary>Whether it is about a call that touches paths, a host or nothing.</summary>
    /// <param name="strict">For rules that permit: every path must be covered.</param>
    public bool Covers(string name, Touches touches, Workspace workspace, bool strict)
    {
        if (IsExact || !IsAbout(name)) return false;
        if (pattern is null) return true;
        if (touches.Server is { } server) return IsAnyServer && Wild(pattern, pattern.Contains(':', StringComparison.Ordinal) ? server.ToString() : server.Server);
        if (touches.Host is { } host) return host == pattern || Wild(pattern, host) || host.EndsWith("." + pattern, StringComparison.OrdinalIgnoreCase);
        if (touches.Paths.Count == 0) return false;
        foreach (var path in touches.Paths)
        {
            var covered = IsAboutPath(path, workspace);
            if (strict && !covered) return false;
            if (!strict && covered) return true;
        }
        return strict;
    }

    internal bool IsAboutPath(string path, Workspace workspace)
    {
        var wanted = pattern!.StartsWith("~/", StringComparison.Ordinal) ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + pattern[1..] : pattern.StartsWith("./", StringComparison.Ordinal) ? pattern[2..] : pattern;
        return Wild(wanted, workspace.Show(path)) || Wild(wanted, path) || (wanted.StartsWith("**/", StringComparison.Ordinal) && Wild(wanted[3..], workspace.Show(path)));
    }

    internal bool HasPattern => pattern is not null;

    /// <summary><c>*</c> is any text, <c>?</c> one character; nothing else is special.</summary>
    private static bool Wild(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text) => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
