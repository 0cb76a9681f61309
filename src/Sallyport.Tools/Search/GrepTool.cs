using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Ignore;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Search;

/// <summary>Searches files for a pattern, as ripgrep does, in this process.</summary>
internal sealed class GrepTool : Tool
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 5000;
    private const int LongestLine = 500;
    private static readonly TimeSpan time = TimeSpan.FromSeconds(30);

    public override string Name => "grep";

    public override string Description => "Searches the content of files for a regular expression (ripgrep's syntax; no look-around, no back-references). Ignored (.gitignore, .ignore), hidden and binary files are passed over. Use it instead of running grep or rg. mode content (the default) gives lines as path:line: text, files the paths, count matching lines a file.";

    public override string Schema => """
        {"type":"object","properties":{"pattern":{"type":"string","minLength":1,"description":"Regular expression, held against each line; with fixed, the text itself."},"path":{"type":"string","description":"Folder or file to search. Default: the workspace."},"glob":{"type":"string","description":"Only files that match, such as *.ts, src/**/*.{js,jsx} or !*.min.js; several with commas."},"type":{"type":"string","description":"Only files of a kind: cs, ts, js, py, go, rust, java, cpp, md, json, …"},"mode":{"type":"string","enum":["content","files","count"]},"context":{"type":"integer","minimum":0,"maximum":50,"description":"Lines to show before and after each match."},"ignore_case":{"type":"boolean"},"fixed":{"type":"boolean","description":"The pattern is plain text, not an expression."},"multiline":{"type":"boolean","description":"Matches may go over lines; . still stops at line ends unless (?s) is set."},"hidden":{"type":"boolean","description":"Search hidden files, too."},"no_ignore":{"type":"boolean","description":"Search what .gitignore and .ignore leave out, too."},"limit":{"type":"integer","minimum":1,"maximum":5000,"description":"Matching lines (files, for the other modes) to show. Default 100."}},"required":["pattern"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Read(workspace.Resolve(arguments.TextOrNull("path") ?? "."));

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        var title = arguments.Text("pattern");
        if (arguments.TextOrNull("path") is { Length: > 0 } path) title += " in " + workspace.Show(workspace.Resolve(path));
        return arguments.TextOrNull("glob") is { Length: > 0 } glob ? $"{title} ({glob})" : title;
    }

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var arguments = call.Arguments;
        var workspace = call.Context.Workspace;
        var path = workspace.Resolve(arguments.TextOrNull("path") is { Length: > 0 } given ? given : ".");
        var isFile = File.Exists(path);
        if (!isFile && !Directory.Exists(path)) return ToolResult.Fail($"There is no file or folder {workspace.Show(path)}. Look with list or glob where it may be.");
        if (!SearchScope.TryRead(arguments, path, workspace, out var options, out var problem)) return ToolResult.Fail(problem);
        SearchQuery query;
        try
        {
            query = new SearchQuery(arguments.Text("pattern"), arguments.Flag("fixed"), arguments.Flag("ignore_case"), arguments.Flag("multiline"));
        }
        catch (PatternException wrong)
        {
            return ToolResult.Fail(wrong.Message);
        }
        var mode = arguments.TextOrNull("mode") switch { "files" => SearchMode.Files, "count" => SearchMode.Count, _ => SearchMode.Content };
        var wish = new SearchWish(mode, Math.Clamp(arguments.Number("context") ?? 0, 0, 50), Math.Clamp(arguments.Number("limit") ?? DefaultLimit, 1, MostLimit), LongestLine);
        var tally = await Task.Run(() => Search(path, isFile, options, query, wish, call.Context.Clock, time, cancellation), cancellation).ConfigureAwait(false);
        return GrepReport.Of(tally, wish, query, path, workspace, options);
    }

    /// <summary>The search itself.</summary>
    public static SearchTally Search(string path, bool isFile, WalkOptions options, SearchQuery query, SearchWish wish, TimeProvider clock, TimeSpan most, CancellationToken cancellation)
    {
        var deadline = clock.GetTimestamp() + (long)(most.TotalSeconds * clock.TimestampFrequency);
        var searches = new List<(FileSearch Search, SearchTally.Share Share)>();
        FileSearch Start()
        {
            var share = new SearchTally.Share(wish);
            var search = new FileSearch(query, wish, share, clock, deadline);
            lock (searches) searches.Add((search, share));
            return search;
        }
        if (isFile) Start().Visit(FoundFile.Of(path));
        else FileWalk.Run(path, options, Start, cancellation);
        var tally = new SearchTally();
        foreach (var (search, share) in searches)
        {
            tally.Add(share);
            tally.IsIncomplete |= search.IsOutOfTime;
        }
        tally.Files.Sort(static (a, b) => FoundFile.Compare(a.File, b.File));
        return tally;
    }
}

/// <summary>What a tally looks like to the model.</summary>
internal static class GrepReport
{
    private const int MostText = 60_000;

    public static ToolResult Of(SearchTally tally, SearchWish wish, SearchQuery query, string path, Workspace workspace, WalkOptions options)
    {
        var text = new StringBuilder();
        var (shown, cut) = (0L, false);
        foreach (var file in tally.Files)
        {
            if (shown >= wish.Limit || text.Length > MostText)
            {
                cut = true;
                break;
            }
            var name = workspace.Show(file.File.Path);
            switch (wish.Mode)
            {
                case SearchMode.Files when file.Matches > 0:
                    text.Append(name).Append('\n');
                    shown++;
                    break;
                case SearchMode.Count when file.Matches > 0:
                    text.Append(CultureInfo.InvariantCulture, $"{name}: {file.Matches}\n");
                    shown++;
                    break;
                case SearchMode.Content when file.Lines is not null:
                    cut |= Content(text, file, name, wish, ref shown);
                    break;
            }
            if (file.Note is not null) text.Append(CultureInfo.InvariantCulture, $"({name}: {file.Note})\n");
        }
        var unit = wish.Mode == SearchMode.Content ? "match" : "file";
        var all = wish.Mode == SearchMode.Content ? tally.Matches : tally.MatchingFiles;
        if (tally.Matches == 0) text.Append(CultureInfo.InvariantCulture, $"No matches in {Show(workspace, path)}: {Plural(tally.Searched, "file")} searched{Aside(tally, options)}.\n");
        else if (cut || shown < all)
            text.Append(CultureInfo.InvariantCulture, $"\n({shown:N0} of {Plural(all, unit)} shown{(wish.Mode == SearchMode.Content ? $", {Plural(tally.MatchingFiles, "file")} in all" : "")}. Narrow the search with path, glob or a longer pattern{(wish.Limit < 5000 ? ", or raise limit" : "")}.)\n");
        else if (wish.Mode == SearchMode.Count) text.Append(CultureInfo.InvariantCulture, $"\n({Plural(tally.Matches, "matching line")} in {Plural(tally.MatchingFiles, "file")}.)\n");
        if (tally.IsIncomplete) text.Append(CultureInfo.InvariantCulture, $"(Incomplete: time ran out after {Plural(tally.Searched, "file")}. Search a smaller folder, or with a glob.)\n");
        if (query.Multiline && wish.Mode == SearchMode.Count) text.Append("(Every line of a match that goes over lines is counted.)\n");
        return new ToolResult(text.ToString().TrimEnd('\n')) { Display = new CountDisplay(all, unit == "match" ? "matches" : "files") };
    }

    // True when not all lines of the file are shown.
    private static bool Content(StringBuilder text, FileHits file, string name, SearchWish wish, ref long shown)
    {
        var before = 0L;
        if (wish.Context > 0 && text.Length > 0) text.Append("--\n");
        foreach (var line in file.Lines!)
        {
            if (line.IsMatch && shown >= wish.Limit || text.Length > MostText) return true;
            if (wish.Context > 0 && before > 0 && line.Number > before + 1) text.Append("--\n");
            text.Append(name).Append(line.IsMatch ? ':' : '-').Append(line.Number).Append(line.IsMatch ? ':' : '-').Append(' ').Append(line.Text).Append('\n');
            before = line.Number;
            if (line.IsMatch) shown++;
        }
        return false;
    }

    private static string Show(Workspace workspace, string path) => workspace.Show(path) is var shown && shown == "." ? "the workspace" : shown;

    private static string Aside(SearchTally tally, WalkOptions options)
    {
        var aside = new List<string>();
        if (tally.SkippedBinary > 0) aside.Add(Plural(tally.SkippedBinary, "binary file") + " passed over");
        if (tally.Unread > 0) aside.Add(Plural(tally.Unread, "file") + " could not be read");
        if (options.Ignore != IgnoreKinds.None || !options.Hidden) aside.Add("ignored and hidden files left out (no_ignore, hidden)");
        return aside.Count == 0 ? "" : ", " + string.Join(", ", aside);
    }

    public static string Plural(long count, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {unit}{(count == 1 ? "" : unit.EndsWith("ch", StringComparison.Ordinal) ? "es" : "s")}");
}
