using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Ignore;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Search;

/// <summary>Finds files by name, the newest first.</summary>
internal sealed class GlobTool : Tool
{
    private const int DefaultLimit = 200;

    // Asking so many files for their time is not worth the wait.
    private const int MostDated = 20_000;

    public override string Name => "glob";

    public override string Description => "Finds files by name: *.cs and **/*.cs anywhere below, src/*.cs in that folder, src/**/*.{ts,tsx}; several patterns with commas, !pattern leaves out. Newest first. Ignored (.gitignore, .ignore) and hidden files are passed over unless asked for. For what is in files use grep.";

    public override string Schema => """
        {"type":"object","properties":{"pattern":{"type":"string","minLength":1,"description":"Glob, such as **/*.cs."},"path":{"type":"string","description":"Folder to look in. Default: the workspace."},"hidden":{"type":"boolean","description":"Find hidden files, too."},"no_ignore":{"type":"boolean","description":"Find what .gitignore and .ignore leave out, too."},"limit":{"type":"integer","minimum":1,"maximum":5000,"description":"Files to show. Default 200."}},"required":["pattern"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Read(Place(arguments, workspace).Folder);

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        var pattern = arguments.Text("pattern");
        return arguments.TextOrNull("path") is { Length: > 0 } path ? $"{pattern} in {workspace.Show(workspace.Resolve(path))}" : pattern;
    }

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var workspace = call.Context.Workspace;
        var (folder, pattern) = Place(call.Arguments, workspace);
        if (!Directory.Exists(folder))
            return File.Exists(folder) ? ToolResult.Fail($"{workspace.Show(folder)} is a file; give a folder as path.") : ToolResult.Fail($"There is no folder {workspace.Show(folder)}. Look with list where it may be.");
        var options = new WalkOptions
        {
            Hidden = call.Arguments.Flag("hidden"),
            Ignore = call.Arguments.Flag("no_ignore") ? IgnoreKinds.None : IgnoreKinds.All,
            Filter = SearchScope.Filter(pattern, folder, workspace),
        };
        var limit = Math.Clamp(call.Arguments.Number("limit") ?? DefaultLimit, 1, 5000);
        return await Task.Run(() => Report(Find(folder, options, cancellation), limit, workspace, folder, pattern), cancellation).ConfigureAwait(false);
    }

    /// <summary>All files that match, in no order.</summary>
    public static List<FoundFile> Find(string folder, WalkOptions options, CancellationToken cancellation)
    {
        var parts = new List<Collector>();
        FileWalk.Run(folder, options, () =>
        {
            var part = new Collector();
            lock (parts) parts.Add(part);
            return part;
        }, cancellation);
        var all = parts.Count > 0 ? parts[0].Found : [];
        for (var i = 1; i < parts.Count; i++) all.AddRange(parts[i].Found);
        return all;
    }

    private static ToolResult Report(List<FoundFile> found, int limit, Workspace workspace, string folder, string pattern)
    {
        var display = new CountDisplay(found.Count, "files");
        if (found.Count == 0)
            return new ToolResult($"No files match {pattern} in {(folder == workspace.Root ? "the workspace" : workspace.Show(folder))}. Ignored and hidden files were left out (no_ignore, hidden).") { Display = display };
        var dated = found.Count <= MostDated;
        var names = dated ? NewestFirst(found) : FirstByPath(found, limit);
        var text = new StringBuilder();
        for (var i = 0; i < names.Length && i < limit; i++) text.Append(workspace.Show(names[i])).Append('\n');
        if (found.Count > limit)
            text.Append(CultureInfo.InvariantCulture, $"\n({limit:N0} of {found.Count:N0} files shown, {(dated ? "newest first" : "in order of path: they are too many to look at the time of each")}. Narrow the pattern or the path{(limit < 5000 ? ", or raise limit" : "")}.)\n");
        return new ToolResult(text.ToString().TrimEnd('\n')) { Display = display };
    }

    private static string[] NewestFirst(List<FoundFile> found)
    {
        var names = new string[found.Count];
        var times = new long[found.Count];
        for (var i = 0; i < names.Length; i++)
        {
            names[i] = found[i].Path;
            // Newest first is smallest first. A file that is gone by now has no time and comes last.
            times[i] = -File.GetLastWriteTimeUtc(names[i]).Ticks;
        }
        Array.Sort(times, names);
        // Of one and the same time: by path.
        for (var from = 0; from < names.Length;)
        {
            var to = from + 1;
            while (to < names.Length && times[to] == times[from]) to++;
            if (to - from > 1) Array.Sort(names, from, to - from, StringComparer.Ordinal);
            from = to;
        }
        return names;
    }

    private static string[] FirstByPath(List<FoundFile> found, int limit)
    {
        found.Sort(static (a, b) => FoundFile.Compare(a, b));
        var names = new string[Math.Min(limit, found.Count)];
        for (var i = 0; i < names.Length; i++) names[i] = found[i].Path;
        return names;
    }

    // Folders that a single pattern begins with need no search: src/app/**/*.ts is **/*.ts in src/app.
    private static (string Folder, string Pattern) Place(JsonElement arguments, Workspace workspace)
    {
        var pattern = arguments.Text("pattern");
        var folder = workspace.Resolve(arguments.TextOrNull("path") is { Length: > 0 } path ? path : ".");
        if (pattern.StartsWith('!') || SearchScope.Divide(pattern).Skip(1).Any()) return (folder, pattern);
        if (pattern.StartsWith("~/", StringComparison.Ordinal)) pattern = workspace.Resolve("~") + pattern[1..];
        var special = pattern.AsSpan().IndexOfAny("*?[{\\");
        var slash = special < 0 ? pattern.LastIndexOf('/') : special == 0 ? -1 : pattern.LastIndexOf('/', special - 1);
        if (slash < 0) return (folder, pattern);
        var start = slash == 0 ? "/" : pattern[..slash];
        // A path from the top is one only where it exists; otherwise the slash just ties the pattern to the folder.
        var below = start.StartsWith('/') && !Directory.Exists(start) ? Path.GetFullPath(start.TrimStart('/'), folder) : start == "/" ? folder : Path.GetFullPath(start, folder);
        return Directory.Exists(below) ? (below, "/" + pattern[(slash + 1)..]) : (folder, pattern);
    }

    private sealed class Collector : FileVisitor
    {
        public List<FoundFile> Found { get; } = [];

        public override bool Visit(FoundFile file)
        {
            Found.Add(file);
            return true;
        }
    }
}
