using System.Text.Json;
using Sallyport.Engine;

namespace Sallyport.Links.Mcp;

/// <summary>Files of this machine that arguments name: what <c>.sallyignore</c> closes is closed to servers, too.</summary>
internal static class NamedFiles
{
    private const int Most = 64;
    private const int Longest = 4096;

    public static IReadOnlyList<string> In(JsonElement arguments, Workspace workspace)
    {
        var paths = new List<string>();
        Collect(arguments, workspace, paths);
        return paths;
    }

    private static void Collect(JsonElement at, Workspace workspace, List<string> paths)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject()) Collect(member.Value, workspace, paths);
                break;
            case JsonValueKind.Array:
                foreach (var item in at.EnumerateArray()) Collect(item, workspace, paths);
                break;
            case JsonValueKind.String when paths.Count < Most && Path(at.GetString()!, workspace) is { } path:
                if (!paths.Contains(path)) paths.Add(path);
                var real = RealPath.Of(path, workspace);
                if (!paths.Contains(real)) paths.Add(real);
                break;
        }
    }

    // A word is a file when there is one of that name; with a slash in it, it may become one.
    private static string? Path(string text, Workspace workspace)
    {
        if (text.Length is 0 or > Longest || text.AsSpan().IndexOfAny('\0', '\n', '\r') >= 0) return null;
        if (text.StartsWith("file:", StringComparison.OrdinalIgnoreCase)) return Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.IsFile ? System.IO.Path.GetFullPath(uri.LocalPath) : null;
        if (text.Contains("://", StringComparison.Ordinal)) return null;
        var path = workspace.Resolve(text);
        return text.Contains('/', StringComparison.Ordinal) || System.IO.Path.Exists(path) ? path : null;
    }
}
