using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>Shows a file: text by pages of numbered lines, pictures as pictures, notebooks and PDFs as text.</summary>
internal sealed class ReadTool : Tool
{
    private const int UsualLines = 2000;
    private const int LargestImage = 5 << 20;

    public override string Name => "read";

    public override string Description => "Reads a file. Text comes as numbered lines (`12|text`; the number and bar are not part of the file), 2000 lines a call unless limit says otherwise; go on with offset. Also shows pictures (png, jpeg, gif, webp), notebooks as cells and PDFs as text. Read several files by several calls in one step.";

    public override string Schema => """
        {"type":"object","properties":{"path":{"type":"string","minLength":1,"description":"Relative to the workspace, or absolute."},"offset":{"type":"integer","minimum":1,"description":"First line, from 1."},"limit":{"type":"integer","minimum":1,"description":"Most lines; 2000 when absent."},"raw":{"type":"boolean","description":"Show a notebook as the JSON that it is on disk, which is what edit works on."}},"required":["path"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Read(Place.Of(arguments, workspace).Touched);

    public override string Title(JsonElement arguments, Workspace workspace)
    {
        var shown = Place.Of(arguments, workspace).Shown;
        var (offset, limit) = (arguments.Number("offset"), arguments.Number("limit"));
        return (offset, limit) switch
        {
            (null, null) => shown,
            ({ } from, null) => $"{shown} from line {from}",
            _ => $"{shown} lines {offset ?? 1}-{(offset ?? 1L) + limit - 1}",
        };
    }

    public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
    {
        var (arguments, context) = (call.Arguments, call.Context);
        var place = Place.Of(arguments, context.Workspace);
        if (Directory.Exists(place.Real)) return ToolResult.Fail($"{place.Shown} is a folder. Use list to see what is in it.");
        if (place.Special is { } special) return ToolResult.Fail($"{place.Shown} is {special}, not a file: reading it might never end.");
        if (!File.Exists(place.Real)) return ToolResult.Fail(NearestNames.NotFound(place, context.Workspace));

        using var file = new FileStream(place.Real, new FileStreamOptions { Access = FileAccess.Read, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 });
        var head = new byte[4096];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        Array.Resize(ref head, length);
        file.Position = 0;

        if (FileSignature.Image(head) is { } media) return Image(place, file, media, context);
        var page = new LinePage(Math.Max(1, arguments.Number("offset") ?? 1), Math.Max(1, arguments.Number("limit") ?? UsualLines));
        if (FileSignature.IsPdf(head)) return await PdfText.Read(place, page, call, cancellation).ConfigureAwait(false);
        if (FileSignature.Binary(head) is { } binary)
            return ToolResult.Fail($"{place.Shown} is not text: {binary}, {FileSignature.Size(file.Length)}. Look into it with a program through bash.");
        if (!arguments.Flag("raw") && Notebook.TryRead(place.Real, file) is { } cells)
        {
            page.Read(new MemoryStream(Encoding.UTF8.GetBytes(cells)), cancellation);
            context.Seen.Mark(place.Real);
            return Shown(place, page, arguments, "notebook shown as cells; to edit it, read it with raw: true");
        }
        file.Position = 0;
        var wide = head is [0xFF, 0xFE, ..] ? Encoding.Unicode : head is [0xFE, 0xFF, ..] ? Encoding.BigEndianUnicode : null;
        if (wide is not null) file.Position = 2;
        using var stream = wide is null ? file : Encoding.CreateTranscodingStream(file, wide, Encoding.UTF8, leaveOpen: true);
        page.Read(stream, cancellation);
        context.Seen.Mark(place.Real);
        return Shown(place, page, arguments, wide is null ? null : "UTF-16 on disk; edits keep it");
    }

    /// <summary>The page and, in one line below it, what the lines do not show.</summary>
    internal static ToolResult Shown(Place place, LinePage page, JsonElement arguments, string? note)
    {
        if (page.Lines == 0) return new ToolResult($"{place.Shown} is empty.") { Display = new CountDisplay(0, "lines") };
        var offset = Math.Max(1, arguments.Number("offset") ?? 1);
        if (page.Count == 0) return ToolResult.Fail($"{place.Shown} has {Lines(page.Lines)}: offset {offset} is past its end.");

        var last = offset + page.Count - 1;
        var notes = new List<string>();
        if (last < page.Lines || !page.CountedAll)
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"lines {offset}-{last} of {(page.CountedAll ? "" : "more than ")}{page.Lines}; go on with offset {last + 1}"));
        else if (offset > 1) notes.Add(string.Create(CultureInfo.InvariantCulture, $"lines {offset}-{last}, the end of the file"));
        if (page.CrlfLines > 0) notes.Add(page.CrlfLines >= page.Count - 1 ? "CRLF line endings on disk; edits keep them" : "some lines end with CRLF on disk; edits keep them");
        if (page.ForeignLines > 0) notes.Add("not all UTF-8: read as Windows-1252 where it is not; edits keep the bytes");
        if (page.EndsWithoutBreak && last == page.Lines) notes.Add("no line break at the end");
        if (note is not null) notes.Add(note);
        return new ToolResult(notes.Count == 0 ? page.Text : $"{page.Text}[{string.Join("; ", notes)}]") { Display = new CountDisplay(page.Count, page.Count == 1 ? "line" : "lines") };
    }

    private static string Lines(long count) => count == 1 ? "1 line" : string.Create(CultureInfo.InvariantCulture, $"{count} lines");

    private static ToolResult Image(Place place, FileStream file, string media, ToolContext context)
    {
        var kind = media["image/".Length..].ToUpperInvariant();
        if (file.Length > LargestImage)
            return ToolResult.Fail($"{place.Shown} is a {kind} image of {FileSignature.Size(file.Length)}; up to {FileSignature.Size(LargestImage)} can be shown. Make a smaller copy with a program through bash.");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        context.Seen.Mark(place.Real);
        return new ToolResult($"{place.Shown}: {kind} image, {FileSignature.Size(bytes.Length)}.") { Images = [new ImagePart(media, Convert.ToBase64String(bytes))] };
    }
}
