namespace Sallyport.Engine;

/// <summary>
/// Where a path really leads when every link on the way is followed, also when its end does not exist yet. Consent is asked for
/// this place, writes go to it, and seen files are known by it.
/// </summary>
public static class RealPath
{
    private const int MostLinks = 40;

    /// <summary>The place without links; a circle of links leads to the path itself.</summary>
    public static string Of(string absolute)
    {
        var done = Path.GetPathRoot(absolute) ?? "";
        var rest = new Stack<string>();
        Push(rest, absolute.AsSpan(done.Length));
        var links = 0;
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                done = Path.GetDirectoryName(done) ?? done;
                continue;
            }
            var next = Path.Join(done, part);
            if (Target(next) is not { } target)
            {
                done = next;
                continue;
            }
            if (++links > MostLinks) return absolute;
            if (Path.IsPathRooted(target)) done = Path.GetPathRoot(target)!;
            Push(rest, target.AsSpan(Path.IsPathRooted(target) ? done.Length : 0));
        }
        return done;
    }

    /// <summary>
    /// The same, named by the workspace: when a folder of the workspace is itself reached by a link, what lies in it keeps the
    /// name that starts with that folder.
    /// </summary>
    public static string Of(string absolute, Workspace workspace)
    {
        var real = Of(absolute);
        if (real == absolute) return real;
        foreach (var root in workspace.Roots)
        {
            var realRoot = Of(root);
            if (realRoot == root || !real.StartsWith(realRoot, StringComparison.Ordinal)) continue;
            if (real.Length == realRoot.Length) return root;
            if (real[realRoot.Length] == Path.DirectorySeparatorChar) return root + real[realRoot.Length..];
        }
        return real;
    }

    /// <summary>Whether a path really leads to temporary files.</summary>
    public static bool IsTemporary(string absolute) => Of(absolute).StartsWith(Path.TrimEndingDirectorySeparator(Of(Path.GetTempPath())) + "/", StringComparison.Ordinal);

    private static void Push(Stack<string> rest, ReadOnlySpan<char> path)
    {
        for (var end = path.Length; end > 0;)
        {
            var start = path[..end].LastIndexOfAny(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar) + 1;
            var part = path[start..end];
            if (part.Length > 0 && part is not ".") rest.Push(part.ToString());
            end = start - 1;
        }
    }

    private static string? Target(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
