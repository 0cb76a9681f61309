using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Ignore;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Search;

/// <summary>Which files a search is about, from its arguments.</summary>
internal static class SearchScope
{
    public static bool TryRead(JsonElement arguments, string path, Workspace workspace, out WalkOptions options, [NotNullWhen(false)] out string? problem)
    {
        problem = null;
        options = new WalkOptions { Hidden = arguments.Flag("hidden"), Ignore = arguments.Flag("no_ignore") ? IgnoreKinds.None : IgnoreKinds.All };
        if (arguments.TextOrNull("glob") is { Length: > 0 } glob) options = options with { Filter = Filter(glob, path, workspace) };
        if (arguments.TextOrNull("type") is not { Length: > 0 } kind) return true;
        if (FileKinds.Globs(kind) is not { } globs)
        {
            problem = $"The type {kind} is not known. Use glob instead, such as *.{kind}.";
            return false;
        }
        options = options with { Kinds = PathFilter.Of(globs, path) };
        return true;
    }

    /// <summary>Patterns with a slash hold below the folder that is searched, and below the workspace.</summary>
    public static PathFilter Filter(string globs, string path, Workspace workspace)
    {
        var all = Divide(globs).Select(g => g.StartsWith("./", StringComparison.Ordinal) ? g[1..] : g);
        var root = workspace.Root;
        return path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == Path.DirectorySeparatorChar) ? PathFilter.Of(all, path, root) : PathFilter.Of(all, path);
    }

    /// <summary>At commas outside of braces, brackets and escapes.</summary>
    public static IEnumerable<string> Divide(string globs)
    {
        var (depth, from) = (0, 0);
        for (var i = 0; i < globs.Length; i++)
        {
            switch (globs[i])
            {
                case '\\': i++; break;
                case '{' or '[': depth++; break;
                case '}' or ']': depth--; break;
                case ',' when depth <= 0:
                    if (globs[from..i].Trim() is { Length: > 0 } one) yield return one;
                    from = i + 1;
                    break;
            }
        }
        if (globs[from..].Trim() is { Length: > 0 } last) yield return last;
    }
}
