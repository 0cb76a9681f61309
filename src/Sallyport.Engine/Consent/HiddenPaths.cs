using System.Text;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Consent;

/// <summary>What <c>.sallyignore</c> closes, for every tool alike. A folder that is closed closes all that is in it.</summary>
internal static class HiddenPaths
{
    public const string FileName = ".sallyignore";

    /// <summary>The file that closes a path; null when it is open.</summary>
    public static string? Closes(string absolute)
    {
        var text = OperatingSystem.IsWindows() ? absolute.Replace('\\', '/') : absolute;
        IgnoreLayer? layers = null;
        string? nearest = null;
        var path = Encoding.UTF8.GetBytes(text);
        // Of every folder above it: a repository inside of another is no way around.
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '/') continue;
            var folder = i == 0 ? "/" : text[..i];
            if (Read(Path.Combine(folder, FileName)) is not { } rules) continue;
            layers = new IgnoreLayer(rules, Encoding.UTF8.GetByteCount(text.AsSpan(0, i)) + 1, layers);
            nearest = Path.Combine(folder, FileName);
        }
        if (layers is null) return null;
        for (var start = 1; start < path.Length;)
        {
            var end = path.AsSpan(start).IndexOf((byte)'/');
            end = end < 0 ? path.Length : start + end;
            if (end > start && IgnoreLayer.Closes(layers, path.AsSpan(0, end), start, end < path.Length || Directory.Exists(absolute))) return nearest;
            start = end + 1;
        }
        return null;
    }

    /// <summary>Whether any folder of a workspace has such a file at its top or above.</summary>
    public static bool Any(Workspace workspace)
    {
        foreach (var root in workspace.Roots)
            for (var folder = root; folder is not null; folder = Path.GetDirectoryName(folder)) if (File.Exists(Path.Combine(folder, FileName))) return true;
        return false;
    }

    /// <summary>The rules of a file; null when it is not there.</summary>
    internal static IgnoreRules? Read(string path)
    {
        try
        {
            return File.Exists(path) ? IgnoreRules.Parse(File.ReadAllBytes(path)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Rules that cannot be read close everything: nobody knows what they were to protect.
            return IgnoreRules.FromGlobs(["*"]);
        }
    }
}
