using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Files;

/// <summary>
/// Shows a folder as a tree, the upper levels first when not everything fits; what is left out is counted where it is.
/// </summary>
internal sealed class ListTool : Tool
{
    private const int UsualDepth = 3;
    private const int MostEntries = 400;
    private const int MostRead = 20_000;

    public override string Name => "list";

    public override string Description => "Shows what is in a folder as a tree, folders first, files with their sizes. Ignored files (.gitignore) are left out and counted. Three levels unless depth says otherwise. To find files by name, use glob.";

    public override string Schema => """
        {"type":"object","properties":{"path":{"type":"string","description":"A folder; the workspace when absent."},"depth":{"type":"integer","minimum":1,"maximum":20,"description":"Levels; 3 when absent."},"all":{"type":"boolean","description":"Ignored files too."}},"required":[],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Read(Place.Of(arguments, workspace).Touched);

    public override string Title(JsonElement arguments, Workspace workspace) => Place.Of(arguments, workspace).Shown;

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var place = Place.Of(call.Arguments, call.Context.Workspace);
        if (File.Exists(place.Real)) return Task.FromResult(ToolResult.Fail($"{place.Shown} is a file. Use read."));
        if (!Directory.Exists(place.Real)) return Task.FromResult(ToolResult.Fail(NearestNames.NotFound(place, call.Context.Workspace)));

        var all = call.Arguments.Flag("all");
        var root = new Folder(new DirectoryInfo(place.Real), all ? null : IgnoredEntries.Of(place.Real), 1);
        root.Open();
        var shown = root.Count;
        var waiting = new Queue<Folder>(root.Folders);
        var depth = call.Arguments.Number("depth") ?? UsualDepth;
        while (waiting.TryDequeue(out var folder))
        {
            cancellation.ThrowIfCancellationRequested();
            if (folder.Level > depth) continue;
            folder.Open();
            // Too many to show: it stays closed, with its count.
            if (shown + folder.Count > MostEntries) continue;
            folder.IsShown = true;
            shown += folder.Count;
            foreach (var inner in folder.Folders) waiting.Enqueue(inner);
        }

        var text = new StringBuilder();
        Write(text, root, 0, MostEntries);
        if (text.Length == 0) text.Append($"{place.Shown} is empty.\n");
        return Task.FromResult(new ToolResult(text.ToString()) { Display = new CountDisplay(shown, shown == 1 ? "entry" : "entries") });
    }

    private static void Write(StringBuilder text, Folder folder, int indent, int most)
    {
        foreach (var inner in folder.Folders)
        {
            if (most-- <= 0) break;
            text.Append(' ', indent).Append(inner.Info.Name).Append('/');
            if (inner.IsShown)
            {
                text.Append('\n');
                Write(text, inner, indent + 2, int.MaxValue);
                continue;
            }
            inner.Open();
            text.Append(inner.Problem ?? string.Create(CultureInfo.InvariantCulture, $" ({inner.Folders.Count} folders, {inner.Files.Count} files{(inner.IsCut ? " and more" : "")})")).Append('\n');
        }
        foreach (var file in folder.Files)
        {
            if (most-- <= 0) break;
            text.Append(' ', indent).Append(file.Name);
            if (file.LinkTarget is { } target) text.Append(" -> ").Append(target);
            else if (FileFacts.Special(file.FullName) is { } special) text.Append(" (").Append(special).Append(')');
            else text.Append("  ").Append(FileSignature.Size(file.Length));
            text.Append('\n');
        }
        if (most < 0)
            text.Append(' ', indent).Append(CultureInfo.InvariantCulture, $"[{folder.Count - MostEntries}{(folder.IsCut ? " or more" : "")} further entries are not shown; use glob]\n");
        if (folder.Ignored > 0) text.Append(' ', indent).Append('[').Append(Ignored(folder.Ignored)).Append("]\n");
        if (folder.Problem is { } problem) text.Append(' ', indent).Append(problem.Trim()).Append('\n');
    }

    private static string Ignored(int count) => string.Create(CultureInfo.InvariantCulture, $"{count} ignored {(count == 1 ? "entry" : "entries")}");

    private sealed class Folder(DirectoryInfo info, IgnoredEntries? ignored, int level)
    {
        private bool isOpen;

        public DirectoryInfo Info => info;

        public int Level => level;

        public List<Folder> Folders { get; } = [];

        public List<FileInfo> Files { get; } = [];

        public int Count => Folders.Count + Files.Count;

        public int Ignored { get; private set; }

        public bool IsCut { get; private set; }

        public bool IsShown { get; set; }

        public string? Problem { get; private set; }

        public void Open()
        {
            if (isOpen) return;
            isOpen = true;
            try
            {
                foreach (var entry in info.EnumerateFileSystemInfos("*", new EnumerationOptions { AttributesToSkip = 0, IgnoreInaccessible = false }))
                {
                    if (Count + Ignored >= MostRead)
                    {
                        IsCut = true;
                        break;
                    }
                    // A link is shown as what it is, not followed.
                    var isFolder = entry is DirectoryInfo && entry.LinkTarget is null;
                    if (ignored is null ? entry.Name == ".git" : ignored.Has(entry.Name, isFolder)) Ignored += entry.Name == ".git" ? 0 : 1;
                    else if (isFolder) Folders.Add(new Folder((DirectoryInfo)entry, ignored?.Enter(entry.Name), level + 1));
                    else Files.Add(entry as FileInfo ?? new FileInfo(entry.FullName));
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Problem = " (cannot be read)";
            }
            Folders.Sort(static (a, b) => string.CompareOrdinal(a.Info.Name, b.Info.Name));
            Files.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        }
    }
}
