using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Sallyport.Gate;

namespace Sallyport.Mcp;

/// <summary><c>sally mcp list</c>.</summary>
internal static class ListServers
{
    public static Command Create()
    {
        var (config, json) = (McpCommand.Config(), new Option<bool>("--json"));
        var command = new Command("list", "the servers that the settings name, and how they stand") { config, json };
        command.SetAction((result, _) =>
        {
            var entries = McpCommand.Book(result.GetValue(config)).All();
            if (result.GetValue(json)) Output.Write(null, writer => Json(entries, writer));
            else if (entries.Count == 0) Console.Out.WriteLine("the settings name no MCP servers (\"mcpServers\")");
            foreach (var entry in result.GetValue(json) ? [] : entries)
            {
                var known = entry.Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{entry.Tools} tools since {since.ToLocalTime():yyyy-MM-dd}, sha256 {entry.Digest![..12]}") : "not met yet";
                Console.Out.WriteLine(Printable.Line($"{entry.Name.PadRight(16)} {entry.State.PadRight(8)} {entry.How}  ({known})"));
            }
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Json(IReadOnlyList<Links.Mcp.McpEntry> entries, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("servers");
            foreach (var entry in entries)
            {
                json.WriteStartObject();
                json.WriteString("name", entry.Name);
                json.WriteString("state", entry.State);
                json.WriteString("how", entry.How);
                json.WriteString("file", entry.Setting.Path);
                json.WriteNumber("line", entry.Setting.Line);
                if (entry.Tools is { } tools) json.WriteNumber("tools", tools);
                if (entry.Digest is { } digest) json.WriteString("sha256", digest);
                if (entry.Since is { } since) json.WriteString("since", since);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
