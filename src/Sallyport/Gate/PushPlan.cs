using System.Text;

namespace Sallyport.Gate;

/// <summary>What a push would send, from the lines that git gives its pre-push hook: local ref, local id, remote ref, remote id.</summary>
internal sealed record PushPlan(IReadOnlyList<string> Targets, Dictionary<string, string> Texts, IReadOnlyList<string> Unknown)
{
    /// <param name="input">git's lines.</param>
    /// <param name="repository">The clone.</param>
    /// <param name="there">Commits that the remote says it has; null takes the clone's word for it.</param>
    public static PushPlan Read(TextReader input, GitRepository repository, IReadOnlyList<string>? there)
    {
        var targets = new List<string>();
        var fresh = new SortedSet<string>(StringComparer.Ordinal);
        var unknown = new List<string>();
        var names = new StringBuilder();
        var tags = new StringBuilder();
        while (input.ReadLine() is { } line)
        {
            if (line.Trim().Length == 0) continue;
            if (line.Split(' ') is not [var local, var id, var name, var old] || !IsId(id) || !IsId(old))
            {
                unknown.Add($"git says \"{line}\", which this version of sally does not understand");
                continue;
            }
            // A deletion sends nothing.
            if (IsZero(id)) continue;
            names.Append(name.StartsWith("refs/", StringComparison.Ordinal) && name.IndexOf('/', 5) is > 0 and var slash ? name[(slash + 1)..] : name).Append('\n');
            var commit = Peel(repository, id, tags);
            if (commit is null)
            {
                unknown.Add($"{local} is no commit, and only commits can be checked");
                continue;
            }
            // What the remote had and this clone knows is out already; otherwise what no remote has is new.
            if (there is null && !IsZero(old) && repository.Ask("rev-parse", "--verify", "--quiet", $"{old}^{{commit}}") is { } known) targets.Add($"git:{known}..{commit}");
            else fresh.Add(commit);
        }
        if (fresh.Count > 0) targets.Add($"git:{string.Join(' ', fresh)}{(there is null ? " --not --remotes" : there.Count > 0 ? $" --not {string.Join(' ', there)}" : "")}");
        var texts = new Dictionary<string, string>(StringComparer.Ordinal);
        if (names.Length > 0) texts[HookTexts.Branches] = names.ToString();
        if (tags.Length > 0) texts[HookTexts.Tags] = tags.ToString();
        targets.AddRange(texts.Keys);
        return new PushPlan(targets, texts, unknown);
    }

    // Tags may point at tags; each has a message of its own.
    private static string? Peel(GitRepository repository, string id, StringBuilder tags)
    {
        for (var depth = 0; depth < 20; depth++)
        {
            var kind = repository.Ask("cat-file", "-t", id);
            if (kind == "commit") return id;
            if (kind != "tag" || repository.Ask("cat-file", "tag", id) is not { } text || text.Split('\n')[0].Split(' ') is not ["object", var inner]) return null;
            tags.Append(text).Append('\n');
            id = inner;
        }
        return null;
    }

    private static bool IsId(string id) => id.Length is 40 or 64 && id.All(char.IsAsciiHexDigit);

    private static bool IsZero(string id) => id.All(c => c == '0');
}
