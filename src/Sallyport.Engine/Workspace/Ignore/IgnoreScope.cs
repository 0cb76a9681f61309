namespace Sallyport.Engine.Ignore;

/// <summary>
/// The ignore files that hold in a folder: its own first, then its parents', kind by kind. <c>.sallyignore</c> counts before
/// <c>.ignore</c>, that before git's own files, and those only inside a repository.
/// </summary>
/// <param name="Sally">Always obeyed.</param>
/// <param name="Plain"><c>.ignore</c>.</param>
/// <param name="Git"><c>.gitignore</c>.</param>
/// <param name="Excludes">The repository's own and the user's excludes.</param>
/// <param name="InRepository">Whether git's files count here.</param>
internal sealed record IgnoreScope(IgnoreLayer? Sally, IgnoreLayer? Plain, IgnoreLayer? Git, IgnoreLayer? Excludes, bool InRepository)
{
    public static IgnoreScope Empty { get; } = new(null, null, null, null, false);

    public bool IsEmpty => Sally is null && Plain is null && Git is null && Excludes is null;

    /// <param name="path">Absolute.</param>
    /// <param name="nameStart">Where its last part begins.</param>
    /// <param name="isFolder">Whether it is a folder.</param>
    public Verdict Match(ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        var verdict = IgnoreLayer.Closes(Sally, path, nameStart, isFolder) ? Verdict.Ignored : IgnoreLayer.Match(Sally, path, nameStart, isFolder);
        if (verdict == Verdict.None) verdict = IgnoreLayer.Match(Plain, path, nameStart, isFolder);
        if (verdict == Verdict.None) verdict = IgnoreLayer.Match(Git, path, nameStart, isFolder);
        return verdict == Verdict.None ? IgnoreLayer.Match(Excludes, path, nameStart, isFolder) : verdict;
    }

    /// <summary>What holds in a folder below or at this one.</summary>
    /// <param name="folder">Absolute, as bytes, without a closing slash.</param>
    /// <param name="marks">Which of the files that matter are there.</param>
    /// <param name="rules">Which kinds are wanted.</param>
    /// <param name="excludes">The user's excludes.</param>
    public IgnoreScope Enter(byte[] folder, IgnoreMarks marks, IgnoreKinds rules, GitExcludes excludes)
    {
        var scope = this;
        var start = folder.Length + (folder is [(byte)'/'] ? 0 : 1);
        if (marks.HasFlag(IgnoreMarks.Repository) && rules.HasFlag(IgnoreKinds.Git))
        {
            // A repository inside another one follows its own rules only.
            IgnoreLayer? own = null;
            foreach (var list in excludes.For(folder)) own = new IgnoreLayer(list, start, own);
            scope = scope with { InRepository = true, Git = null, Excludes = own };
        }
        if (marks.HasFlag(IgnoreMarks.Git) && scope.InRepository && rules.HasFlag(IgnoreKinds.Git) && Read(folder, ".gitignore"u8) is { } git)
            scope = scope with { Git = new IgnoreLayer(git, start, scope.Git) };
        if (marks.HasFlag(IgnoreMarks.Plain) && rules.HasFlag(IgnoreKinds.Plain) && Read(folder, ".ignore"u8) is { } plain)
            scope = scope with { Plain = new IgnoreLayer(plain, start, scope.Plain) };
        if (marks.HasFlag(IgnoreMarks.Sally) && Read(folder, ".sallyignore"u8) is { } sally)
            scope = scope with { Sally = new IgnoreLayer(sally, start, scope.Sally) };
        return scope;
    }

    private static IgnoreRules? Read(byte[] folder, ReadOnlySpan<byte> name)
    {
        try
        {
            return IgnoreRules.Parse(File.ReadAllBytes(System.Text.Encoding.UTF8.GetString([.. folder, (byte)'/', .. name])));
        }
        // One that cannot be read holds no rules, as for git.
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>One ignore file, and those of the same kind that count after it.</summary>
/// <param name="Rules">What it says.</param>
/// <param name="Start">Where, in an absolute path, the part begins that the rules are about.</param>
/// <param name="Next">The next outer one.</param>
internal sealed record IgnoreLayer(IgnoreRules Rules, int Start, IgnoreLayer? Next)
{
    /// <summary>Whether any of them ignores a path: of files that close, one deeper down opens nothing that another closes.</summary>
    public static bool Closes(IgnoreLayer? layer, ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        for (; layer is not null; layer = layer.Next)
            if (layer.Start <= nameStart && layer.Rules.Match(path[layer.Start..], nameStart - layer.Start, isFolder) == Verdict.Ignored) return true;
        return false;
    }

    public static Verdict Match(IgnoreLayer? layer, ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        for (; layer is not null; layer = layer.Next)
        {
            if (layer.Start > nameStart) continue;
            var verdict = layer.Rules.Match(path[layer.Start..], nameStart - layer.Start, isFolder);
            if (verdict != Verdict.None) return verdict;
        }
        return Verdict.None;
    }
}

/// <summary>Which files that matter to ignoring are in a folder.</summary>
[Flags]
internal enum IgnoreMarks { None = 0, Repository = 1, Git = 2, Plain = 4, Sally = 8 }

/// <summary>Which kinds of ignore files are obeyed. <c>.sallyignore</c> always is.</summary>
[Flags]
public enum IgnoreKinds { None = 0, Git = 1, Plain = 2, All = 3 }
