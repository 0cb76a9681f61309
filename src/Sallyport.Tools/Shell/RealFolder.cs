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
            var target = RealPath.Of(root);
            if (real == target) return root;
            if (real.StartsWith(target + "/", StringComparison.Ordinal)) return root + real[target.Length..];
        }
        return null;
    }
}
