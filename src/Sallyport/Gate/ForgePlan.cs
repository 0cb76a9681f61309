namespace Sallyport.Gate;

/// <summary>
/// What a program that talks to a forge (<c>gh</c>, <c>glab</c>, <c>tea</c>) would write there: titles, texts, names and comments among
/// its arguments, and the files that they name. Pull requests and issues are read by more people than the code.
/// </summary>
internal static class ForgePlan
{
    public static PublishPlan Of(string program, string[] words, string folder)
    {
        var targets = new List<string>();
        foreach (var word in words)
        {
            if (word is "-" or "@-" || word.EndsWith("=@-", StringComparison.Ordinal) || word.EndsWith("=-", StringComparison.Ordinal))
                return new([], $"what {program} reads from standard input cannot be checked before: put it in a file, and name that");
            foreach (var name in Names(word))
                if (Path.GetFullPath(name, folder) is var path && File.Exists(path) && !targets.Contains(path)) targets.Add(path);
        }
        // An expansion in an argument may have made several lines of it; a word of its own each.
        var text = string.Join('\n', words);
        return new([HookTexts.Arguments, .. targets], null) { Texts = new() { [HookTexts.Arguments] = text } };
    }

    // body.md, --body-file=body.md, -Fbody.md, body=@body.md, and with a label behind it: tool.zip#Tool.
    private static IEnumerable<string> Names(string word)
    {
        if (word.Length == 0) yield break;
        yield return word;
        if (word.Length > 2 && word[0] == '-' && word[1] != '-') yield return word[2..];
        foreach (var at in (int[])[word.IndexOf('=', StringComparison.Ordinal), word.IndexOf('@', StringComparison.Ordinal)])
            if (at >= 0 && at + 1 < word.Length) yield return word[(at + 1)..];
        if (word.LastIndexOf('#') is > 0 and var label) yield return word[..label];
    }
}
