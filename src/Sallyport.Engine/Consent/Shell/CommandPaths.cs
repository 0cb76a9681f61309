using System.IO.Enumeration;

namespace Sallyport.Engine.Consent.Shell;

/// <summary>Which files a command's words name. Rather one too many: a word that names nothing does no harm.</summary>
internal static class CommandPaths
{
    private const int MostFiles = 2000;

    /// <summary>Absolute paths that its words may name; echo and its like name none.</summary>
    public static List<string> Named(EffectiveCommand command)
    {
        var paths = new List<string>();
        if (command.Name is "echo" or "printf" or "[[" || command.Traits.HasFlag(CommandTraits.Remote)) return paths;
        for (var i = 0; i < command.Words.Count; i++)
        {
            if (command.Words[i] is not { Value: { Length: > 0 and < 4096 } text } word) continue;
            if (word.IsGlob)
            {
                if (Expand(text, command.Folder) is { } found) paths.AddRange(found);
                continue;
            }
            if (!text.StartsWith('-')) Add(text);
            else if (text.Length > 2 && text[1] != '-') Add(text[2..]);
            for (var at = text.AsSpan().IndexOfAny('=', ':', '@'); at >= 0 && at + 1 < text.Length;)
            {
                Add(text[(at + 1)..]);
                var next = text.AsSpan(at + 1).IndexOfAny('=', ':', '@');
                at = next < 0 ? -1 : at + 1 + next;
            }
        }
        return paths;

        void Add(string text)
        {
            if (Absolute(text, command.Folder) is { } path) paths.Add(path);
        }
    }

    public static string? Absolute(string text, string? folder)
    {
        if (text.Length == 0 || text.AsSpan().IndexOfAny('\0', '\n') >= 0) return null;
        if (Path.IsPathRooted(text)) return Path.GetFullPath(text);
        return folder is null ? null : Path.GetFullPath(text, folder);
    }

    /// <summary>The files that a pattern names now; null when they are too many or the folder is not known.</summary>
    public static List<string>? Expand(string pattern, string? folder)
    {
        if (folder is null && !Path.IsPathRooted(pattern)) return null;
        var at = new List<string> { Path.IsPathRooted(pattern) ? "/" : folder! };
        foreach (var part in pattern.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            var next = new List<string>();
            foreach (var one in at)
            {
                if (part.AsSpan().IndexOfAny('*', '?', '[') < 0)
                {
                    next.Add(Path.GetFullPath(part, one));
                    continue;
                }
                var wild = Simplified(part);
                try
                {
                    foreach (var entry in Directory.EnumerateFileSystemEntries(one))
                    {
                        var name = Path.GetFileName(entry);
                        if (name.StartsWith('.') && !part.StartsWith('.')) continue;
                        if (FileSystemName.MatchesSimpleExpression(wild, name, ignoreCase: false)) next.Add(entry);
                        if (next.Count > MostFiles) return null;
                    }
                }
                catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                {
                    // Nothing there: the pattern names nothing in it.
                }
            }
            at = next;
        }
        return at;
    }

    // A bracket stands for any one character: rather one name too many.
    private static string Simplified(string part)
    {
        for (var open = part.IndexOf('[', StringComparison.Ordinal); open >= 0; open = part.IndexOf('[', StringComparison.Ordinal))
        {
            var close = open + 2 < part.Length ? part.IndexOf(']', open + 2) : -1;
            part = close < 0 ? part[..open] + "*" : part[..open] + "?" + part[(close + 1)..];
        }
        return part;
    }
}
