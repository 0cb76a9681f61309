using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Links.Mcp;

/// <summary>What a server was when it was trusted: its tools, as it defined them, and the files of the project that it runs from.</summary>
/// <param name="Version">Of this form.</param>
/// <param name="Server">Its name in the settings.</param>
/// <param name="Identity">Digest of its entry in the settings; another entry is another server.</param>
/// <param name="At">When.</param>
/// <param name="Speaks">The version of the protocol.</param>
/// <param name="Files">Digests of programs of the project that its command names, by path.</param>
/// <param name="Tools">Each as its server defines it.</param>
internal sealed record Pin(int Version, string Server, string Identity, DateTimeOffset At, string Speaks, SortedDictionary<string, string> Files, IReadOnlyList<JsonElement> Tools)
{
    private IReadOnlyList<ToolDefinition>? definitions;

    [JsonIgnore]
    public IReadOnlyList<ToolDefinition> Definitions => definitions ??= ToolDefinition.Read(Tools);

    /// <summary>Of all that is pinned.</summary>
    [JsonIgnore]
    public string Digest
    {
        get
        {
            var all = new System.Text.StringBuilder();
            foreach (var tool in Definitions) all.Append(tool.Canonical).Append('\n');
            foreach (var (path, digest) in Files) all.Append(path).Append(' ').Append(digest).Append('\n');
            return CanonicalJson.Digest(all.ToString());
        }
    }

    public static Pin Of(string server, string identity, DateTimeOffset at, string speaks, SortedDictionary<string, string> files, IReadOnlyList<ToolDefinition> tools) =>
        new(1, server, identity, at, speaks, files, [.. tools.Select(static tool => tool.Fields)]);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(Pin))]
internal sealed partial class PinJson : JsonSerializerContext;
