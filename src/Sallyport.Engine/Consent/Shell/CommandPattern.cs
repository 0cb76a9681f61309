using System.IO.Enumeration;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>How far a pattern is about a command: not, perhaps, surely.</summary>
internal enum Match { No, Maybe, Yes }

/// <summary>
/// A pattern over a command's words. To forbid it looks through options, other spellings and words that are known only when
/// the line runs; to allow, every word has to be known and covered.
/// </summary>
internal sealed class CommandPattern
{
    private readonly string text;
    private readonly string[] parts;

    public CommandPattern(string text)
    {
        this.text = text;
        parts = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>It is about every command.</summary>
    public bool IsAll => text is "*" or "**" or "";

    /// <summary>Whether the command is covered in whole.</summary>
    public bool Covers(EffectiveCommand command, Workspace workspace)
    {
        if (command.IsOpaque || command.HasDynamicWords || ShellWord.IsOdd(command.Shown)) return false;
        foreach (var variable in command.Variables) if (!ShellVariables.IsHarmless(variable)) return false;
        // What the rule itself spells out, as "python3 -c *", was meant.
        if (command.Unknown is not null && !SpellsAnOption(command)) return false;
        if (!command.Traits.HasFlag(CommandTraits.Elevated) && !command.Traits.HasFlag(CommandTraits.Remote))
        {
            if (CoversWords(command.Words, command.IsPlainName ? command.Name : null, command)) return true;
            if (command.Canonical is { } canonical && SafeGit.Front(command, workspace) is null && CoversWords(canonical, command.IsPlainName ? command.Name : null, command)) return true;
        }
        foreach (var (words, at) in command.Outer) if (Literals() > at && CoversWords(words, null, command)) return true;
        return false;
    }

    private int Literals()
    {
        var count = 0;
        while (count < parts.Length && parts[count].AsSpan().IndexOfAny('*', '?') < 0) count++;
        return count;
    }

    private bool SpellsAnOption(EffectiveCommand command)
    {
        for (var i = 1; i < Literals(); i++) if (Decides(command, parts[i])) return true;
        return false;
    }

    private static bool Decides(EffectiveCommand command, string text) =>
        command.Name is { } name && OptionTraits.Decides(name, command.Canonical is { Count: > 1 } canonical ? canonical[1].Value : command.Words.Count > 1 ? command.Words[1].Value : null, text);

    private bool CoversWords(IReadOnlyList<ShellWord> words, string? name, EffectiveCommand command)
    {
        if (parts.Length == 0) return false;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] == "*" && i == parts.Length - 1)
            {
                // What writes or starts programs is not meant unless it is said.
                for (; i < words.Count; i++) if (words[i].Value is { } behind && Decides(command, behind)) return false;
                return true;
            }
            if (i >= words.Count || words[i].Value is not { } value || words[i].IsGlob) return false;
            if (i == 0)
            {
                if (parts[0] != value && (name is null || !Wild(parts[0], name))) return false;
            }
            // A * inside of a word is no way up and out.
            else if (parts[i] != value && (!Wild(parts[i], value) || (parts[i] != "*" && HasUp(value)) || (parts[i][0] == '*' && Decides(command, value)))) return false;
        }
        return words.Count == parts.Length;
    }

    private static bool HasUp(string value) => value == ".." || value.StartsWith("../", StringComparison.Ordinal) || value.EndsWith("/..", StringComparison.Ordinal) || value.Contains("/../", StringComparison.Ordinal);

    /// <summary>Whether it is about any command of the line.</summary>
    public Match Meets(ShellReading reading)
    {
        if (IsAll || Wild(text, reading.Line) || Wild(text + " *", reading.Line)) return Match.Yes;
        var best = Match.No;
        if (reading.IsOpaque) best = reading.Line.Contains(text.TrimEnd('*', ' '), StringComparison.Ordinal) ? Match.Yes : Match.Maybe;
        if (best == Match.No && reading.Code.Exists(IsSpokenOf)) best = Match.Maybe;
        foreach (var command in reading.Commands)
        {
            var met = Meets(command);
            if (met == Match.Yes) return met;
            if (met > best) best = met;
        }
        return best;
    }

    public Match Meets(EffectiveCommand command)
    {
        if (IsAll) return Match.Yes;
        var best = command.IsOpaque ? Match.Maybe : Match.No;
        best = Max(best, Meets(command.Words, command.Name));
        if (command.Canonical is { } canonical) best = Max(best, Meets(canonical, command.Name));
        foreach (var (words, _) in command.Outer) best = Max(best, Meets(words, NameOf(words[0])));
        if (best == Match.No && ((command.Code is { } code && IsSpokenOf(code)) || IsHanded(command))) best = Match.Maybe;
        return best;
    }

    // A program that is not known may start what its words say, as a container engine does; those that only show them do not.
    private bool IsHanded(EffectiveCommand command)
    {
        if (command.Name is null or "git" or "echo" or "printf" or "test" or "[" or "[[" or "grep" or "rg" or "man" or "which" or "type" or "help" || Literals() < 2) return false;
        for (var i = 1; i < command.Words.Count; i++)
            if (NameOf(command.Words[i]) == parts[0] && Meets([.. command.Words.Skip(i)], parts[0]) == Match.Yes) return true;
        return false;
    }

    // Code that names all the words of a rule may well run them.
    private bool IsSpokenOf(string code)
    {
        var any = false;
        foreach (var part in parts)
        {
            var bare = part.Trim('*', '?');
            if (bare.Length == 0) continue;
            if (!code.Contains(bare, StringComparison.Ordinal)) return false;
            any = true;
        }
        return any;
    }

    private static string? NameOf(ShellWord word) => word.Value is { } value && !word.IsGlob ? value[(value.LastIndexOf('/') + 1)..] : null;

    private Match Meets(IReadOnlyList<ShellWord> words, string? name)
    {
        if (parts.Length == 0) return Match.Yes;
        var first = name is null ? Match.Maybe : Wild(parts[0], name) || Wild(parts[0], words[0].Value!) || (name.Equals(parts[0], StringComparison.OrdinalIgnoreCase)) ? Match.Yes : Match.No;
        if (first == Match.No) return Match.No;
        var n = words.Count;
        // From behind: what is left of the pattern against what is left of the words.
        var below = new Match[n + 1];
        Array.Fill(below, Match.Yes);
        for (var p = parts.Length - 1; p >= 1; p--)
        {
            var row = new Match[n + 1];
            var part = parts[p];
            var isOption = part.StartsWith('-');
            row[n] = part == "*" ? below[n] : AllFlags(part, words) ? below[n] : Match.No;
            for (var w = n - 1; w >= 1; w--)
            {
                var word = words[w];
                var here = part == "*" ? Max(below[w], row[w + 1])
                    : word.Value is null ? Min(Match.Maybe, Max(below[w + 1], below[w]))
                    : word.IsGlob ? Min(word.IsLoose || Wild(word.Value, part) ? Match.Maybe : Match.No, below[w + 1])
                    : Wild(part, word.Value) ? below[w + 1] : Match.No;
                if (AllFlags(part, words)) here = Max(here, below[w]);
                // Options may stand anywhere, and other options between.
                if (isOption) here = Max(here, row[w + 1]);
                else if (word.Value?.StartsWith('-') == true) here = Max(here, p >= 2 ? row[w + 1] : Min(Match.Maybe, row[w + 1]));
                else if (w >= 2 && words[w - 1].Value?.StartsWith('-') == true) here = Max(here, Min(Match.Maybe, row[w + 1]));
                row[w] = here;
            }
            below = row;
        }
        return Min(first, n > 0 ? below[Math.Min(1, n)] : Match.No);
    }

    // -rf is the same as -r -f, -fr and --recursive --force.
    private static bool AllFlags(string part, IReadOnlyList<ShellWord> words)
    {
        if (part.Length < 2 || part[0] != '-' || part[1] == '-') return false;
        foreach (var letter in part.AsSpan(1))
        {
            if (!char.IsAsciiLetter(letter)) return false;
            var found = false;
            for (var i = 1; i < words.Count && !found; i++)
                found = words[i].Value is ['-', var second, ..] value && (second == '-' ? Long(letter) is { } name && value.Length > 3 && name.StartsWith(value, StringComparison.Ordinal) : value.Contains(letter, StringComparison.Ordinal) || (letter == 'r' && value.Contains('R', StringComparison.Ordinal)));
            if (!found) return false;
        }
        return true;
    }

    private static string? Long(char letter) => letter switch { 'r' or 'R' => "--recursive", 'f' => "--force", 'i' => "--interactive", 'a' => "--all", 'd' => "--delete", 'n' => "--dry-run", _ => null };

    private static Match Max(Match a, Match b) => a > b ? a : b;

    private static Match Min(Match a, Match b) => a < b ? a : b;

    private static bool Wild(ReadOnlySpan<char> pattern, ReadOnlySpan<char> value) => FileSystemName.MatchesSimpleExpression(pattern, value, ignoreCase: false);
}
