namespace Sallyport.Engine.Settings;

/// <summary>Where a path really leads: links are followed, in its folders too.</summary>
internal static class RealPath
{
    public static string Of(string path)
    {
        var at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        var rest = new Stack<string>();
        for (var links = 0; links < 40;)
        {
            if (new FileInfo(at).LinkTarget is { } target)
            {
                at = Path.TrimEndingDirectorySeparator(Path.GetFullPath(target, Path.GetDirectoryName(at) ?? "/"));
                links++;
                continue;
            }
            if (Path.GetDirectoryName(at) is not { } parent) break;
            rest.Push(Path.GetFileName(at));
            at = parent;
        }
        foreach (var name in rest) at = Path.Combine(at, name);
        return at;
    }
}
