using System.Text;
using Sallyport.Guard.Artifacts;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets.Git;

/// <summary>
/// <c>git:staged</c>: what the next commit would add. <c>git:RANGE</c>: every blob that a commit of the range adds or
/// changes, deleted again later or not, with messages, names and addresses of the commits and tags. <c>--not</c> behind revisions
/// leaves out what others lead to; <c>--not --remotes</c> what a remote has already, as far as this clone knows.
/// </summary>
internal sealed class GitTarget : TargetReader
{
    private const string Prefix = "git:";

    private const string Without = " --not ";

    public override int Order => 10;

    public override bool Recognises(string target, TargetOptions options) => target.StartsWith(Prefix, StringComparison.Ordinal) && target.Length > Prefix.Length;

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var git = new GitProgram(options.Directory);
        var range = target[Prefix.Length..];
        var isStaged = range == "staged";
        var commits = isStaged ? [] : Commits(git, range, cancellation);
        var changes = isStaged ? Staged(git, cancellation) : Changed(git, commits, cancellation);
        var tags = isStaged ? [] : Tags(git, commits, cancellation);
        var run = begin(Sizes(git, changes, cancellation));
        using var objects = new ObjectReader(git);
        using var stop = cancellation.Register(objects.Stop);
        var go = true;
        foreach (var (id, path, commit) in changes)
        {
            if (!go) break;
            var shown = commit.Length == 0 ? path : $"{commit[..7]}:{path}";
            if (!objects.Read(id, (size, content) => go = run.Visit(new Entry { Path = shown, InPackage = path, DeclaredSize = size }, content)))
                run.Skip(shown, "its content is not in this clone (a partial or shallow one); fetch it and check again");
        }
        foreach (var id in commits.Concat(tags))
        {
            if (!go) break;
            if (!objects.Read(id, (_, content) => go = Message(run, id, content))) run.Skip(id[..7], "is not in this clone; fetch it and check again");
        }
        return new TargetInfo(isStaged ? "git-staged" : "git-range", null) { Profile = (Profile.Open, "a repository holds its source on purpose") };
    }

    private static List<(string Id, string Path, string Commit)> Staged(GitProgram git, CancellationToken cancellation)
    {
        string root;
        try
        {
            root = git.Text(cancellation, "rev-parse", "--verify", "--quiet", "HEAD^{commit}");
        }
        catch (GuardException)
        {
            // No commit yet: everything in the index is new. Fails by itself where there is no repository.
            root = git.Text(cancellation, "hash-object", "-t", "tree", "--stdin");
            git.Run([], cancellation, "rev-parse", "--git-dir");
        }
        return Raw(git.Run([], cancellation, "diff-index", "--cached", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", root, "--"));
    }

    private static string[] Commits(GitProgram git, string range, CancellationToken cancellation)
    {
        var at = range.IndexOf(Without, StringComparison.Ordinal);
        if (at < 0) return Lines(git.Text(cancellation, "rev-list", "--reverse", "--end-of-options", range, "--"));
        var left = range[(at + Without.Length)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (left.FirstOrDefault(static one => one.StartsWith('-') && one != "--remotes") is { } option) throw new GuardException($"git:{range}: behind --not stand revisions or --remotes, and {option} is neither");
        return Lines(git.Text(cancellation, ["rev-list", "--reverse", "--not", .. left, "--not", "--end-of-options", .. range[..at].Split(' ', StringSplitOptions.RemoveEmptyEntries), "--"]));

        static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    // For a merge only what differs from all its parents: the rest came in with them.
    private static List<(string Id, string Path, string Commit)> Changed(GitProgram git, string[] commits, CancellationToken cancellation) =>
        Raw(git.Run(Lines(commits), cancellation, "diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff"));

    // Annotated tags that point into the range.
    private static string[] Tags(GitProgram git, string[] commits, CancellationToken cancellation)
    {
        var known = commits.ToHashSet(StringComparer.Ordinal);
        return [.. git.Text(cancellation, "for-each-ref", "--format=%(objecttype) %(objectname) %(*objectname)", "refs/tags").Split('\n')
            .Select(l => l.Split(' ')).Where(p => p is ["tag", _, var to] && known.Contains(to)).Select(p => p[1])];
    }

    /// <summary>
    /// The raw diff format (git-diff-tree, "raw output format"): a colon for each parent, modes, ids, status, then the
    /// path; commit ids stand between. Each blob once, under the first path it is met.
    /// </summary>
    private static List<(string Id, string Path, string Commit)> Raw(byte[] output)
    {
        var changes = new List<(string, string, string)>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var commit = "";
        var fields = Encoding.UTF8.GetString(output).Split('\0');
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i].Trim('\n');
            if (field.Length == 0) continue;
            if (field[0] != ':')
            {
                commit = field;
                continue;
            }
            var parents = field.Length - field.TrimStart(':').Length;
            var parts = field[parents..].Split(' ');
            if (++i >= fields.Length || parts.Length < 2 * parents + 3) continue;
            var (mode, id) = (parts[parents], parts[2 * parents + 1]);
            // Deleted entries have mode 0; a submodule's commit is not in this repository.
            if (mode is "000000" or "160000" || id.All(c => c == '0') || !seen.Add(id)) continue;
            changes.Add((id, fields[i], commit));
        }
        return changes;
    }

    private static long Sizes(GitProgram git, List<(string Id, string Path, string Commit)> changes, CancellationToken cancellation)
    {
        var sizes = Encoding.ASCII.GetString(git.Run(Lines(changes.Select(c => c.Id)), cancellation, "cat-file", "--batch-check=%(objectsize)"));
        return sizes.Split('\n').Sum(l => long.TryParse(l, out var size) ? size : 0);
    }

    // The headers of commits and tags are trees, parents and signatures; people and words are what can leak.
    private static bool Message(ScanRun run, string id, Stream content)
    {
        using var reader = new StreamReader(content, Encoding.UTF8, detectEncodingFromByteOrderMarks: false, 4096, leaveOpen: true);
        var text = new StringBuilder();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            if (line.StartsWith("author ", StringComparison.Ordinal) || line.StartsWith("committer ", StringComparison.Ordinal) || line.StartsWith("tagger ", StringComparison.Ordinal) || line.StartsWith("tag ", StringComparison.Ordinal))
                text.Append(line).Append('\n');
        }
        text.Append('\n');
        var rest = new char[4096];
        while (text.Length < 16 << 20 && reader.Read(rest) is > 0 and var read) text.Append(rest, 0, read);
        var entry = new Entry { Path = $"{id[..7]}:message", InPackage = $"{id}:message", Origin = Origin.Derived };
        return run.Visit(entry, new MemoryReadStream(Encoding.UTF8.GetBytes(text.ToString())));
    }

    private static byte[] Lines(IEnumerable<string> ids) => Encoding.ASCII.GetBytes(string.Concat(ids.Select(i => i + "\n")));
}
