using System.Text;
using System.Text.Json;

namespace Sallyport.Links.Mcp;

/// <summary>What is different between a server as it was trusted and as it is, for a person: tools by name, and what each says now.</summary>
internal static class PinDifference
{
    private const int MostValue = 1500;
    private const int MostText = 12_000;

    /// <summary>One line: how many tools are new, gone and changed; null when all is as it was.</summary>
    public static string? Summary(Pin was, Pin now)
    {
        var (added, gone, changed) = Sorted(was, now);
        var files = Files(was, now);
        var parts = new List<string>();
        Add(added.Select(static tool => tool.Name), "new");
        Add(gone.Select(static tool => tool.Name), "gone");
        Add(changed.Select(static pair => pair.Now.Name), "changed");
        Add(files, "changed on the disk");
        return parts.Count == 0 ? null : string.Join("; ", parts);

        void Add(IEnumerable<string> names, string what)
        {
            var all = names.Select(static name => McpText.Line(name, 80)).ToArray();
            if (all.Length > 0) parts.Add($"{what}: {string.Join(", ", all.Take(8))}{(all.Length > 8 ? $" and {all.Length - 8} more" : "")}");
        }
    }

    /// <summary>The whole of it, line by line. Empty when all is as it was.</summary>
    public static string Of(Pin was, Pin now)
    {
        var text = new StringBuilder();
        var (added, gone, changed) = Sorted(was, now);
        foreach (var path in Files(was, now)) text.Append("~ file ").Append(McpText.Line(path)).Append('\n');
        foreach (var tool in gone) text.Append("- tool ").Append(McpText.Line(tool.Name, 140)).Append('\n');
        foreach (var tool in added)
        {
            text.Append("+ tool ").Append(McpText.Line(tool.Name, 140)).Append('\n');
            foreach (var field in ToolDefinition.PinnedFields) if (field != "name") Value(text, "+", field, Field(tool, field));
        }
        foreach (var (old, tool) in changed)
        {
            text.Append("~ tool ").Append(McpText.Line(tool.Name, 140)).Append('\n');
            foreach (var field in ToolDefinition.PinnedFields)
            {
                var (before, after) = (Field(old, field), Field(tool, field));
                if (before == after) continue;
                Value(text, "-", field, before);
                Value(text, "+", field, after);
            }
        }
        return McpText.Cut(text.ToString(), MostText);
    }

    /// <summary>A server's tools, each with all that it says.</summary>
    public static string Whole(Pin pin)
    {
        var text = new StringBuilder();
        foreach (var tool in pin.Definitions)
        {
            text.Append("  tool ").Append(McpText.Line(tool.Name, 140)).Append("  sha256 ").Append(tool.Digest, 0, 12).Append('\n');
            if (tool.Problem is { } problem) text.Append("    not offered: ").Append(problem).Append('\n');
            foreach (var field in ToolDefinition.PinnedFields) if (field != "name") Value(text, " ", field, Field(tool, field));
        }
        return text.ToString();
    }

    private static (List<ToolDefinition> Added, List<ToolDefinition> Gone, List<(ToolDefinition Was, ToolDefinition Now)> Changed) Sorted(Pin was, Pin now)
    {
        var before = was.Definitions.ToDictionary(static tool => tool.Name, StringComparer.Ordinal);
        var (added, changed) = (new List<ToolDefinition>(), new List<(ToolDefinition, ToolDefinition)>());
        foreach (var tool in now.Definitions)
        {
            if (!before.Remove(tool.Name, out var old)) added.Add(tool);
            else if (old.Canonical != tool.Canonical) changed.Add((old, tool));
        }
        return (added, [.. before.Values], changed);
    }

    private static List<string> Files(Pin was, Pin now)
    {
        var paths = new List<string>();
        foreach (var (path, digest) in now.Files) if (!was.Files.TryGetValue(path, out var old) || old != digest) paths.Add(path);
        foreach (var path in was.Files.Keys) if (!now.Files.ContainsKey(path)) paths.Add(path);
        return paths;
    }

    private static string? Field(ToolDefinition tool, string field) =>
        !tool.Fields.TryGetProperty(field, out var value) ? null : value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText();

    private static void Value(StringBuilder text, string sign, string field, string? value)
    {
        if (value is null) return;
        var lines = McpText.Visible(McpText.Cut(value.ReplaceLineEndings("\n"), MostValue)).Split('\n');
        for (var i = 0; i < lines.Length; i++) text.Append(sign).Append("   ").Append(i == 0 ? field + ": " : new string(' ', field.Length + 2)).Append(lines[i]).Append('\n');
    }
}
