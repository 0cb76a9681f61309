namespace Sallyport.Engine;

/// <summary>The folders a session works in, and where it stands in them.</summary>
public sealed class Workspace
{
    private readonly string[] roots;

    /// <param name="root">The main folder, absolute.</param>
    /// <param name="added">Further folders (<c>--add-dir</c>), absolute.</param>
    public Workspace(string root, IReadOnlyList<string>? added = null)
    {
        Root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));
        roots = [Root, .. (added ?? []).Select(folder => Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))];
        Current = Root;
    }

    public string Root { get; }

    public IReadOnlyList<string> Roots => roots;

    /// <summary>The working folder of shell lines; it follows <c>cd</c>.</summary>
    public string Current { get; set; }

    /// <summary>The absolute path of what the model wrote: relative to the root, <c>~</c> understood.</summary>
    public string Resolve(string path)
    {
        if (path is "~" || path.StartsWith("~/", StringComparison.Ordinal))
            path = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + path[1..];
        return Path.GetFullPath(path, Root);
    }

    /// <summary>Whether a path lies in one of the folders, by name. Links are the concern of who opens it.</summary>
    public bool Contains(string absolute)
    {
        foreach (var root in roots) if (IsWithin(absolute, root)) return true;
        return false;
    }

    /// <summary>The path as people and models read it: relative to the root where it is inside.</summary>
    public string Show(string absolute) =>
        absolute == Root ? "." : IsWithin(absolute, Root) ? absolute[(Root.Length == 1 ? 1 : Root.Length + 1)..] : absolute;

    private static bool IsWithin(string path, string root) =>
        path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || root.Length == 1 || path[root.Length] == Path.DirectorySeparatorChar);
}
