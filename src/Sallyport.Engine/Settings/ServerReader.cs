using System.Text.Json;
using Sallyport.Guard;

namespace Sallyport.Engine.Settings;

/// <summary>MCP servers, as every client of the protocol writes them down.</summary>
internal sealed partial class SettingsReader
{
    private const int LongestTime = 3_600_000;

    private static readonly string[] ServerKeys = ["type", "command", "args", "env", "cwd", "url", "headers", "disabled", "timeoutMs", "tools"];

    /// <summary>The servers of a file of their own (<c>--mcp-config</c>). Throws <see cref="SettingsException"/>.</summary>
    public static Dictionary<string, ServerSetting> Servers(string path)
    {
        if (!File.Exists(path)) throw new SettingsException($"--mcp-config {path}: there is no such file");
        var reader = new SettingsReader(RunSettings.ReadIfThere(path)!, path, LayerKind.Flags);
        var servers = new Dictionary<string, ServerSetting>(StringComparer.Ordinal);
        var root = reader.Parse();
        if (reader.IsObject(root, "the file"))
        {
            reader.Known(root, "the file", ["mcpServers", "$schema"]);
            if (root["mcpServers"] is { } node) servers = reader.Servers(node);
            else if (reader.problems.Count == 0) reader.Problem(root, "\"mcpServers\" is missing here: { \"mcpServers\": { \"NAME\": { \"command\": … } } }");
        }
        reader.ThrowProblems();
        return servers;
    }

    private Dictionary<string, ServerSetting> Servers(PlacedJson node)
    {
        var servers = new Dictionary<string, ServerSetting>(StringComparer.Ordinal);
        if (!IsObject(node, "mcpServers")) return servers;
        foreach (var (name, at, value) in node.Members)
        {
            if (!IsServerName(name)) problems.Add((at, $"\"{name}\" is no name of a server: letters, digits, - _ and ., at most 40, without two _ in a row"));
            else if (Server(name, value) is { } server) servers[name] = server;
        }
        return servers;
    }

    private static bool IsServerName(string name)
    {
        if (name.Length is 0 or > 40 || !char.IsAsciiLetterOrDigit(name[0]) || name.Contains("__", StringComparison.Ordinal) || name.EndsWith('_')) return false;
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')) return false;
        return true;
    }

    private ServerSetting? Server(string name, PlacedJson node)
    {
        var what = $"mcpServers.{name}";
        if (!IsObject(node, what)) return null;
        Known(node, what, ServerKeys);
        var before = problems.Count;
        var (command, url) = (node["command"] is { } c ? Text(c, "command") : null, node["url"] is { } u ? Address(u) : null);
        var disabled = node["disabled"] is { } off ? Flag(off, "disabled") : null;
        switch (node["type"])
        {
            case null: break;
            case { Kind: JsonTokenType.String, Text: "stdio" } type when url is not null: Problem(type, "a server of type stdio has a command, and no url"); break;
            case { Kind: JsonTokenType.String, Text: "http" or "streamable-http" or "streamableHttp" } type when command is not null: Problem(type, "a server of type http has a url, and no command"); break;
            case { Kind: JsonTokenType.String, Text: "stdio" or "http" or "streamable-http" or "streamableHttp" }: break;
            case { Kind: JsonTokenType.String, Text: "sse" } type: Problem(type, "the old transport sse is not spoken: most servers have streamable HTTP by now, which is type http and another url"); break;
            case { } type: Problem(type, "type is stdio or http"); break;
        }
        if (command is not null && url is not null) Problem(node, $"{what} has a command and a url: only one of them can hold");
        // Alone, it switches off what another layer names.
        if (command is null && url is null && problems.Count == before && (disabled is null || node.Members.Count > 1)) Problem(node, $"{what} needs a \"command\" with its \"args\", or a \"url\"");
        foreach (var (key, fits) in (ReadOnlySpan<(string, bool)>)[("args", command is not null), ("env", command is not null), ("cwd", command is not null), ("headers", url is not null)])
            if (!fits && node[key] is { } stray && problems.Count == before) Problem(stray, $"{key} belongs to a server with a {(key == "headers" ? "url" : "command")}");
        var server = new ServerSetting
        {
            Command = command,
            Arguments = node["args"] is { } list ? Strings(list, "args") : [],
            Environment = node["env"] is { } variables ? Pairs(variables, "env", SettingText.IsVariable, "a name of a variable: letters, digits and _, not beginning with a digit") : new Dictionary<string, string>(),
            Folder = node["cwd"] is { } folder ? Text(folder, "cwd") : null,
            Url = url,
            Headers = node["headers"] is { } headers ? Pairs(headers, "headers", IsHeader, "a name of a header") : new Dictionary<string, string>(),
            IsDisabled = disabled == true,
            TimeoutMs = node["timeoutMs"] is { } time ? Time(time) : null,
            Tools = node["tools"] is { } tools ? [.. List(tools, "tools").Select(static tool => tool.Text)] : null,
            Layer = kind,
            Path = path,
            Line = PlacedJson.Place(json, node.Start).Line,
        };
        return problems.Count == before ? server : null;
    }

    private string? Address(PlacedJson node)
    {
        if (Text(node, "url") is not { } text) return null;
        // What comes from a variable is looked at when it is there.
        if (text.Contains("${", StringComparison.Ordinal) || (Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0)) return text;
        Problem(node, "url starts with http:// or https://, and has no user name in it");
        return null;
    }

    private int? Time(PlacedJson node)
    {
        if (node.Kind == JsonTokenType.Number && int.TryParse(node.Text, System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var time) && time is > 0 and <= LongestTime) return time;
        Problem(node, $"timeoutMs is a whole number from 1 to {LongestTime}");
        return null;
    }

    private bool? Flag(PlacedJson node, string name)
    {
        if (node.Kind is JsonTokenType.True or JsonTokenType.False) return node.Kind == JsonTokenType.True;
        Problem(node, $"{name} is true or false");
        return null;
    }

    // An empty word may be meant; what is in a list of settings never is.
    private List<string> Strings(PlacedJson node, string name)
    {
        var texts = new List<string>();
        if (node.Kind != JsonTokenType.StartArray) Problem(node, $"{name} must be a list of texts: [\"…\"]");
        foreach (var item in node.Items)
        {
            if (item.Kind == JsonTokenType.String && !item.Text.Contains('\0', StringComparison.Ordinal)) texts.Add(item.Text);
            else Problem(item, $"an entry of {name} must be a text in quotes");
        }
        return texts;
    }

    private Dictionary<string, string> Pairs(PlacedJson node, string name, Func<string, bool> isName, string hint)
    {
        var pairs = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!IsObject(node, name)) return pairs;
        foreach (var (key, at, value) in node.Members)
        {
            if (!isName(key)) problems.Add((at, $"\"{key}\" is not {hint}"));
            if (value.Kind == JsonTokenType.String && value.Text.AsSpan().IndexOfAny('\0', '\r', '\n') < 0) pairs[key] = value.Text;
            else Problem(value, $"{name}.{key} must be a text in quotes, on one line");
        }
        return pairs;
    }

    private static bool IsHeader(string name)
    {
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal)) return false;
        return name.Length > 0;
    }
}
