using System.Text;

namespace Sallyport.Engine.Ignore;

/// <summary>
/// The ignore rules that git keeps outside the working tree: the repository's <c>info/exclude</c> and the user's excludes
/// file, which <c>core.excludesFile</c> names (else <c>git/ignore</c> in the configuration folder).
/// </summary>
/// <param name="environment">Reads a variable of the environment.</param>
internal sealed class GitExcludes(Func<string, string?> environment)
{
    public static GitExcludes OfThisProcess { get; } = new(Environment.GetEnvironmentVariable);

    /// <summary>The lists that hold in a repository; the last one counts first.</summary>
    public IEnumerable<IgnoreRules> For(byte[] folder)
    {
        var root = Encoding.UTF8.GetString(folder);
        var git = GitFolder(root);
        if (UserList(git) is { } user) yield return user;
        if (git is not null && Read(Path.Combine(git, "info", "exclude")) is { } own) yield return own;
    }

    // A linked working tree or submodule has a file that says where the folder is; excludes are shared with the main one.
    private static string? GitFolder(string root)
    {
        var path = Path.Combine(root, ".git");
        if (Directory.Exists(path)) return path;
        try
        {
            var line = File.ReadAllText(path).Trim();
            if (!line.StartsWith("gitdir:", StringComparison.Ordinal)) return null;
            var folder = Path.GetFullPath(line["gitdir:".Length..].Trim(), root);
            var common = Path.Combine(folder, "commondir");
            return File.Exists(common) ? Path.GetFullPath(File.ReadAllText(common).Trim(), folder) : folder;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private IgnoreRules? UserList(string? git)
    {
        var home = environment("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var configuration = environment("XDG_CONFIG_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(home, ".config");
        string? named = null;
        var system = environment("GIT_CONFIG_NOSYSTEM") is null or "" or "0" or "false" ? environment("GIT_CONFIG_SYSTEM") ?? "/etc/gitconfig" : null;
        string?[] files = environment("GIT_CONFIG_GLOBAL") is { } global
            ? [system, global, git is null ? null : Path.Combine(git, "config")]
            : [system, Path.Combine(configuration, "git", "config"), Path.Combine(home, ".gitconfig"), git is null ? null : Path.Combine(git, "config")];
        foreach (var file in files) if (file is not null) named = ExcludesFile(file) ?? named;
        if (named is null) return Read(Path.Combine(configuration, "git", "ignore"));
        if (named.Length == 0) return null;
        return Read(named.StartsWith("~/", StringComparison.Ordinal) ? Path.Combine(home, named[2..]) : named);
    }

    /// <summary><c>core.excludesFile</c> of one configuration file; null when it does not say.</summary>
    internal static string? ExcludesFile(string path)
    {
        string[] lines;
        try
        {
            if (!File.Exists(path)) return null;
            lines = File.ReadAllLines(path);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        string? found = null;
        var inCore = false;
        foreach (var raw in lines)
        {
            var line = raw.Trim();
            if (line.StartsWith('['))
            {
                var close = line.IndexOf(']', StringComparison.Ordinal);
                inCore = close > 0 && line[1..close].Trim().Equals("core", StringComparison.OrdinalIgnoreCase);
                line = close > 0 ? line[(close + 1)..].Trim() : "";
            }
            var equals = line.IndexOf('=', StringComparison.Ordinal);
            if (inCore && equals > 0 && line[..equals].Trim().Equals("excludesfile", StringComparison.OrdinalIgnoreCase)) found = Value(line[(equals + 1)..]);
        }
        return found;
    }

    private static string Value(string text)
    {
        var value = new StringBuilder();
        var quoted = false;
        text = text.Trim();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"') quoted = !quoted;
            else if (text[i] == '\\' && i + 1 < text.Length) value.Append(text[++i] switch { 't' => '\t', 'n' => '\n', var other => other });
            else if (text[i] is '#' or ';' && !quoted) break;
            else value.Append(text[i]);
        }
        return value.ToString().TrimEnd();
    }

    private static IgnoreRules? Read(string path)
    {
        try
        {
            return File.Exists(path) ? IgnoreRules.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
