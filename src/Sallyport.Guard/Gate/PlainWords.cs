using System.Buffers;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Tells of a word that nothing behind it can make it a part of a secret, so that streamed text need not wait: ordinary words and
/// names of code, short numbers. What could be drawn by a machine is none, nor what announces a value.
/// </summary>
internal static class PlainWords
{
    private const int LongestNumber = 4, LongestShouted = 12, LongestWord = 24;

    private static readonly SearchValues<string> Announcing = SearchValues.Create(
        ["pass", "pwd", "pswd", "pw:", "pw=", "pw>", "_pw", "_pat", "secret", "token", "key", "cred", "auth", "salt", "bearer", "basic", "cookie", "login", "begin", "user", "://", "⟦"], StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether a word, blanks apart, is plain.</summary>
    public static bool IsPlain(ReadOnlySpan<char> word)
    {
        if (word.Length > 80 || word.ContainsAny(Announcing)) return false;
        // -p, -u: what follows is a value.
        if (word.Length <= 3 && word[0] == '-' && word.Length > 1 && char.IsAsciiLetter(word[1])) return false;
        var from = -1;
        for (var at = 0; at <= word.Length; at++)
        {
            if (at < word.Length && (char.IsLetterOrDigit(word[at]) || word[at] is '+' or '/' or '%' or '\\'))
            {
                if (from < 0) from = at;
                continue;
            }
            if (from >= 0 && !IsPlainRun(word[from..at])) return false;
            from = -1;
        }
        return true;
    }

    private static bool IsPlainRun(ReadOnlySpan<char> run)
    {
        var (digits, signs, capitals, small) = (0, 0, 0, 0);
        for (var i = 0; i < run.Length; i++)
        {
            var c = run[i];
            if (char.IsDigit(c)) digits++;
            else if (!char.IsLetter(c)) signs++;
            else if (char.IsUpper(c))
            {
                capitals++;
                // A capital begins a word: one that stands by itself does not.
                if (run.Length > LongestShouted && i + 2 < run.Length && !(char.IsLower(run[i + 1]) && char.IsLower(run[i + 2]))) return false;
            }
            else small++;
        }
        if (digits > 0) return run.Length <= LongestNumber && signs == 0;
        // A path of words is plain when its words are.
        if (signs > 0) return run.Length <= LongestShouted || EachPart(run);
        return run.Length <= (small == 0 ? LongestShouted : LongestWord);
    }

    private static bool EachPart(ReadOnlySpan<char> run)
    {
        foreach (var part in run.SplitAny('/', '\\', '+'))
        {
            var word = run[part];
            if (word.ContainsAny('%', '+') || (!word.IsEmpty && !IsPlainRun(word))) return false;
        }
        return run.IndexOf('/') >= 0;
    }
}
