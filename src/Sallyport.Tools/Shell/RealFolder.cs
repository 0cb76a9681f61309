using Sallyport.Engine;

namespace Sallyport.Tools.Shell;

/// <summary>A shell tells the real path of a folder; the workspace may be known by a path through links.</summary>
internal static class RealFolder
{
    /// <returns>The folder as the workspace names it; null when it is outside.</returns>
    public static string? Inside(string real, Workspace workspace)
    {
        if (workspace.Contains(real)) return real;
        foreach (var root in workspace.Roots)
        {
            var target = Resolve(root);
            if (real == target) return root;
            if (real.StartsWith(target + "/", StringComparison.Ordinal)) return root + real[target.Length..];
        }
        return null;
    }

    private static string Resolve(string path)
    {
        var parent = Path.GetDirectoryName(path);
        if (parent is null) return path;
        var here = Path.Combine(Resolve(parent), Path.GetFileName(path));
        return new DirectoryInfo(here).LinkTarget is null ? here : Directory.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName ?? here;
    }
}
