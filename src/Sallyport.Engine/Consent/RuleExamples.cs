using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Consent;

/// <summary>
/// Examples that stand beside a rule: calls that it must be about, and calls that it must not. They are checked whenever the
/// settings are read, so that a rule cannot say something else than its author thinks.
/// </summary>
internal static class RuleExamples
{
    // No folder of anybody's: what a rule says must not depend on where it is read.
    private static readonly string Nowhere = OperatingSystem.IsWindows() ? @"C:\project" : "/project";

    /// <summary>What is wrong with an example; null when it is right.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="permits">It allows, so that all of a line has to be covered.</param>
    /// <param name="example">A shell line, path or host; the name of the tool in front may be left out.</param>
    /// <param name="matches">What it should be.</param>
    public static string? Check(ConsentRule rule, bool permits, string example, bool matches)
    {
        var (tool, argument) = Split(rule, example.Trim());
        var workspace = new Workspace(Nowhere);
        bool got;
        if (tool == "bash")
        {
            var line = ShellReading.Of(argument, workspace);
            got = permits
                ? new Judge(PermissionMode.Ask, [rule], [], []).Rule(tool, new Touches(Effect.Execute) { Command = argument }, workspace).Answer == Consented.Yes && Covers(rule, tool, line, workspace)
                : rule.Meets(tool, line) == Match.Yes;
        }
        else
        {
            var touches = tool == "mcp" ? Server(argument) : tool.StartsWith("web", StringComparison.Ordinal) ? new Touches(Effect.Network) { Host = argument } : Touches.Write(workspace.Resolve(argument));
            got = rule.Covers(tool == "mcp" ? "mcp__" : tool, touches, workspace, permits);
        }
        return got == matches ? null : $"\"{rule.Text}\" {(got ? "is" : "is not")} about \"{example}\", but its example says {(matches ? "it is" : "it is not")}";
    }

    private static Touches Server(string argument)
    {
        var colon = argument.IndexOf(':', StringComparison.Ordinal);
        return new(Effect.Call) { Server = colon < 0 ? new(argument, "") : new(argument[..colon], argument[(colon + 1)..]) };
    }

    // Reading passes without any rule; that is not what the rule says.
    private static bool Covers(ConsentRule rule, string tool, ShellReading line, Workspace workspace) =>
        rule.CoversLine(tool, line) || line.Commands.Exists(command => rule.Covers(tool, command, workspace));

    private static (string Tool, string Argument) Split(ConsentRule rule, string example)
    {
        var tool = rule.Text.AsSpan();
        var end = tool.IndexOfAny(' ', '(');
        var name = (end < 0 ? tool : tool[..end]).ToString();
        if (name.Contains('*', StringComparison.Ordinal)) name = "bash";
        return (name, example.StartsWith(name + " ", StringComparison.Ordinal) ? example[(name.Length + 1)..] : example);
    }
}
