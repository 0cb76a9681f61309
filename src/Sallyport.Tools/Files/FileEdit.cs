using System.Globalization;
using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <param name="Old">What is there.</param>
/// <param name="New">What comes in its place.</param>
/// <param name="All">At every place.</param>
internal sealed record EditStep(string Old, string New, bool All);

/// <summary>Edits of one file, in order, each seeing the ones before: all of them are done, or none.</summary>
internal static class FileEdit
{
    private const int MostNamed = 10;

    public static ToolResult Run(ToolContext context, Place place, IReadOnlyList<EditStep> steps)
    {
        TextFile file;
        byte[] bytes = [];
        var fresh = steps[0].Old.Length == 0;
        if (fresh)
        {
            if (FileStart.Refusal(place) is { } refusal) return ToolResult.Fail(refusal);
            if (File.Exists(place.Real)) return ToolResult.Fail($"{place.Shown} exists: an empty old makes a new file only. Give the text to replace as old, or use write for the whole file.");
            file = TextFile.New(steps[0].New);
        }
        else
        {
            if (FileStart.Open(place, context, out bytes, out var problem) is not { } open) return ToolResult.Fail(problem);
            file = open;
        }

        var before = fresh ? "" : file.Text;
        var notes = new StringBuilder();
        var (places, at, length) = (fresh ? 1 : 0, 0, file.Text.Length);
        for (var i = fresh ? 1 : 0; i < steps.Count; i++)
        {
            var label = steps.Count == 1 ? "" : $"Edit {i + 1} of {steps.Count}: ";
            if (Apply(file, steps[i], place, out var found) is { } problem) return ToolResult.Fail($"{label}{problem}{(steps.Count == 1 ? "" : " None of the edits was made.")}");
            file = file.Replace(found!.Splices);
            places += found.Splices.Count;
            (at, length) = (found.Splices[0].Start, TextFile.Plain(found.Splices[0].With).Length);
            if (found.How is { } how) notes.Append(CultureInfo.InvariantCulture, $" {(steps.Count == 1 ? "Matched" : $"Edit {i + 1} matched")} after ignoring {how}.");
        }

        if (FileStart.Encode(place, file, out var lacking) is not { } encoded) return ToolResult.Fail(lacking);
        if (!fresh && encoded.AsSpan().SequenceEqual(bytes)) return ToolResult.Fail($"{place.Shown} would stay as it is: nothing was written.{notes}");
        FileWriter.Write(context, place.Real, encoded);
        var text = fresh && steps.Count == 1 ? $"Made {place.Shown}." : string.Create(CultureInfo.InvariantCulture, $"Edited {place.Shown}{(places > 1 ? $" at {places} places" : "")}.{notes}");
        return new ToolResult($"{text}\n{Snippet.Of(file.Text, at, length)}".TrimEnd('\n'))
        {
            Display = new DiffDisplay([UnifiedDiff.Of(place.Shown, before, file.Text, fresh ? "added" : "changed")]),
        };
    }

    private static string? Apply(TextFile file, EditStep step, Place place, out Found? found)
    {
        found = null;
        if (step.Old.Length == 0) return "old is empty. Give the text that is to be replaced.";
        if (step.Old == step.New) return "old and new are the same: there is nothing to change.";
        found = TextSearch.Find(file, step.Old, step.New);
        if (found is null) return NotFound(file, step, place);
        if (found.Splices.Count == 1 || step.All) return null;

        var lines = new LineTable(file.Text);
        var named = new StringBuilder();
        for (var i = 0; i < found.Splices.Count && i < MostNamed; i++) named.Append(i == 0 ? "" : ", ").Append(lines.At(found.Splices[i].Start) + 1);
        if (found.Splices.Count > MostNamed) named.Append(", ...");
        return string.Create(CultureInfo.InvariantCulture, $"old occurs {found.Splices.Count} times in {place.Shown}{(found.How is null ? "" : $" after ignoring {found.How}")}, on lines {named}. Add lines around it until it is unique, or set all to change every one.");
    }

    private static string NotFound(TextFile file, EditStep step, Place place)
    {
        if (file.Text.Length == 0) return $"{place.Shown} is empty: old cannot be in it. Use write.";
        var text = new StringBuilder($"old is not in {place.Shown}.");
        if (step.New.Length > 3 && file.Text.Contains(TextFile.Plain(step.New), StringComparison.Ordinal)) text.Append(" But new is: perhaps this was done already.");
        if (NearestLines.Show(file.Text, TextFile.Plain(step.Old)) is { } near) text.Append(" The most similar lines are:\n").Append(near);
        else text.Append(" Read the file again and copy the text from there.");
        return text.ToString();
    }
}
