using Sallyport.Engine.Consent.Shell;
using Sallyport.Engine.Secrets;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Tells of a shell line that talks to others whether it does no more than a web request may: ask hosts that it names itself, each one
/// named by the person for commands, and send them no body.
/// </summary>
internal static class NamedHosts
{
    // Of curl in one letter, also among others; of both in words.
    private const string SendingLetters = "dFTX";
    private static readonly string[] SendingWords = ["--data", "--form", "--json", "--upload", "--request", "--post", "--method", "--body", "--url-query"];

    /// <param name="line">As it would run.</param>
    /// <param name="reading">The same, read.</param>
    /// <param name="workspace">Where it would run.</param>
    /// <param name="isNamed">Whether the person named a host, given as it stands in the line.</param>
    public static bool Cover(string line, ShellReading reading, Workspace workspace, Func<string, bool> isNamed)
    {
        var hosts = CommandHosts.Of(line, [CommandHosts.Anywhere], workspace);
        if (hosts.Count == 0) return false;
        foreach (var host in hosts) if (host == CommandHosts.Anywhere || !isNamed(host)) return false;
        return reading.Commands.TrueForAll(static command => !command.Traits.HasFlag(CommandTraits.Network) || OnlyAsks(command));
    }

    private static bool OnlyAsks(EffectiveCommand command)
    {
        if (command.Name is not ("curl" or "wget")) return false;
        for (var i = 1; i < command.Words.Count; i++)
        {
            if (command.Words[i].Value is not { } text) return false;
            if (text.StartsWith("--", StringComparison.Ordinal))
            {
                // Both take options cut short.
                if (Array.Exists(SendingWords, word => text.StartsWith(word, StringComparison.Ordinal) || (text.Length > 3 && word.StartsWith(text, StringComparison.Ordinal)))) return false;
            }
            else if (text.StartsWith('-') && command.Name == "curl" && text.AsSpan(1).IndexOfAny(SendingLetters) >= 0) return false;
        }
        return true;
    }
}
