using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>Writes a whole file: a new one, or in place of one that the model has seen.</summary>
internal sealed class WriteTool : Tool
{
    public override string Name => "write";

    public override string Description => "Writes a whole file; folders are made as needed. An existing file must have been read before, and keeps its encoding and line endings. To change part of a file, use edit.";

    public override string Schema => """
        {"type":"object","properties":{"path":{"type":"string","minLength":1,"description":"Relative to the workspace, or absolute."},"content":{"type":"string","description":"All of the file."}},"required":["path","content"],"additionalProperties":false}
        """;

    public override Touches Touches(JsonElement arguments, Workspace workspace) => Engine.Tools.Touches.Write(Place.Of(arguments, workspace).Touched);

    public override string Title(JsonElement arguments, Workspace workspace) => Place.Of(arguments, workspace).Shown;

    public override Task<ToolResult> Run(ToolCall call, CancellationToken cancellation) => Task.FromResult(Write(call));

    private static ToolResult Write(ToolCall call)
    {
        var context = call.Context;
        var place = Place.Of(call.Arguments, context.Workspace);
        var content = call.Arguments.Text("content");
        if (FileStart.Refusal(place) is { } refusal) return ToolResult.Fail(refusal);
        if (!File.Exists(place.Real))
        {
            var fresh = TextFile.New(content);
            FileWriter.Write(context, place.Real, fresh.ToBytes(out _));
            return Done(place, "", fresh.Text, "added", "");
        }

        var length = new FileInfo(place.Real).Length;
        if (length > 0)
        {
            switch (context.Seen.Check(place.Real))
            {
                case SeenState.Never: return ToolResult.Fail($"{place.Shown} exists ({FileSignature.Size(length)}) and you have not read it. Read it first, so that nothing in it is lost unseen; nothing was written.");
                case SeenState.Changed: return ToolResult.Fail(FileStart.ChangedSince(place));
            }
        }
        if (length > TextFile.Largest)
        {
            FileWriter.Write(context, place.Real, Encoding.UTF8.GetBytes(content));
            return new ToolResult($"Wrote {place.Shown} over {FileSignature.Size(length)}.");
        }

        var bytes = File.ReadAllBytes(place.Real);
        if (FileSignature.Binary(bytes.AsSpan(0, Math.Min(4096, bytes.Length))) is not null || FileSignature.Image(bytes) is not null)
        {
            var fresh = TextFile.New(content);
            FileWriter.Write(context, place.Real, fresh.ToBytes(out _));
            return new ToolResult($"Wrote {place.Shown} over {FileSignature.Size(length)} that were not text.") { Display = new DiffDisplay([UnifiedDiff.Of(place.Shown, "", fresh.Text, "changed")]) };
        }
        var before = TextFile.Parse(bytes);
        // Content that brings CRLF of its own says which endings it wants.
        var after = content.Contains("\r\n", StringComparison.Ordinal) ? TextFile.New(content).WithEncoding(before.Encoding) : before.WithText(content);
        var note = after.Crlf && !content.Contains("\r\n", StringComparison.Ordinal) ? " Its CRLF line endings were kept." : "";
        var encoded = after.ToBytes(out var missing);
        if (encoded is null)
        {
            encoded = after.WithEncoding(TextEncoding.Utf8).ToBytes(out _)!;
            note += $" It was {TextCodec.Name(before.Encoding)}, which has no {missing} (U+{missing.Value:X4}): it is UTF-8 now.";
        }
        else if (before.Encoding is not TextEncoding.Utf8) note += $" It is still {TextCodec.Name(before.Encoding)}.";
        if (encoded.AsSpan().SequenceEqual(bytes)) return new ToolResult($"{place.Shown} already has exactly this content.");
        FileWriter.Write(context, place.Real, encoded);
        return Done(place, before.Text, after.Text, "changed", note);
    }

    private static ToolResult Done(Place place, string before, string after, string change, string note)
    {
        var diff = UnifiedDiff.Of(place.Shown, before, after, change);
        var text = change == "added"
            ? string.Create(CultureInfo.InvariantCulture, $"Made {place.Shown} ({diff.Added} {(diff.Added == 1 ? "line" : "lines")}).")
            : string.Create(CultureInfo.InvariantCulture, $"Wrote {place.Shown}: {diff.Added} lines added, {diff.Removed} removed.{note}");
        return new ToolResult(text) { Display = new DiffDisplay([diff]) };
    }
}
