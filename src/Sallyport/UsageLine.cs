using System.CommandLine;
using System.CommandLine.Parsing;

namespace Sallyport;

/// <summary>What is wrong with a command line, in one sentence. The parser's own names types and sub-commands that nobody typed.</summary>
internal static class UsageLine
{
    /// <param name="parsed">With at least one error.</param>
    /// <param name="command">The words up to the sub-command that was reached.</param>
    public static string Of(ParseResult parsed, string command)
    {
        var error = parsed.Errors[0];
        if (error.SymbolResult is CommandResult reached && parsed.UnmatchedTokens.Count > 0 && reached.Command.Subcommands.Count > 0)
            return $"there is no \"{command} {parsed.UnmatchedTokens[0]}\"; there are {string.Join(", ", reached.Command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
        var option = error.SymbolResult as OptionResult ?? error.SymbolResult?.Parent as OptionResult;
        var given = error.SymbolResult is { Tokens.Count: > 0 } result ? result.Tokens[^1].Value : "";
        var name = option is null ? "" : $"{option.Option.Name}: ";
        var choices = error.Message.Split('\n');
        if (choices.Length > 1) return $"{name}\"{given}\" is none of {string.Join(", ", choices[1..].Select(line => line.Trim().Trim('\'')))}";
        return option is not null && error.Message.Contains("as expected type", StringComparison.Ordinal) ? $"{name}\"{given}\" is not a whole number" : error.Message.TrimEnd('.');
    }
}
