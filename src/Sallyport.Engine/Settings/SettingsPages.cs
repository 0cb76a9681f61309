using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Settings;

/// <summary>The published schema and the page of documentation, written from the table of settings so that they cannot lag behind it.</summary>
public static class SettingsPages
{
    /// <summary><c>schema/settings.schema.json</c>.</summary>
    public static string Schema()
    {
        var text = new StringBuilder("""
            {
              "$schema": "http://json-schema.org/draft-07/schema#",
              "title": "Sallyport settings",
              "type": "object",
              "additionalProperties": false,
              "properties": {
                "$schema": { "type": "string" },
                "locked": {
                  "description": "Managed settings only: keys that no other layer may set.",
                  "type": "array",
                  "items": { "enum": [
            """);
        text.AppendJoin(", ", Names()).Append("] }\n    }");
        var group = "";
        foreach (var key in SettingKeys.All)
        {
            var dot = key.Name.IndexOf('.', StringComparison.Ordinal);
            var outer = dot < 0 ? "" : key.Name[..dot];
            if (outer != group && group.Length > 0) text.Append("\n      }\n    }");
            text.Append(",\n");
            if (outer.Length > 0 && outer != group) text.Append($"    \"{outer}\": {{\n      \"type\": \"object\",\n      \"additionalProperties\": false,\n      \"properties\": {{\n");
            group = outer;
            var indent = outer.Length > 0 ? "        " : "    ";
            text.Append(indent).Append('"').Append(key.Name[(dot + 1)..]).Append("\": {\n")
                .Append(indent).Append("  \"description\": ").Append(SettingText.Json(Described(key))).Append(",\n")
                .Append(indent).Append("  ").Append(Form(key)).Append('\n').Append(indent).Append('}');
        }
        if (group.Length > 0) text.Append("\n      }\n    }");
        return text.Append("\n  }\n}\n").ToString();
    }

    /// <summary><c>docs/settings.md</c>.</summary>
    public static string Markdown()
    {
        var text = new StringBuilder("""
            # Settings

            Files are JSON; comments and trailing commas are welcome. The nearest layer wins:

            | Layer | Where |
            |---|---|
            | command line | options of one run |
            | personal project | `.sallyport/settings.local.json` (not for git) |
            | project | `.sallyport/settings.json`, in the folder or above it up to the repository's root |
            | user | `~/.config/sallyport/settings.json` (`$XDG_CONFIG_HOME` is followed) |
            | managed | `/etc/sallyport/settings.json`; the keys that it names in `"locked"` nobody else can set |

            Rules and folders of all layers add up; `env`, `tiers`, `providers`, `mcpServers` and `network.credentials` are joined name by name. A denial always holds.
            `sally config show --origins` says what holds and why; `sally config set KEY VALUE` writes it and keeps your comments.

            A rule may carry examples, which are checked whenever the file is read: `{ "rule": "bash git status *", "matches": ["git status -s"], "not": ["git status; rm x"] }`. [Consent](consent.md) says what rules mean.

            Settings of a project that could run code or widen permissions count only after `sally trust`, and only as they were then: any change to the files asks for trust again.

            ```jsonc
            {
              "model": "standard",
              "permissionMode": "edits",
              // Whatever else says so, these do not happen.
              "deny": ["read .env", "bash git push *"]
            }
            ```

            | Key | What it decides | Default | Option | Needs trust in a project |
            |---|---|---|---|---|

            """);
        foreach (var key in SettingKeys.All)
            text.Append($"| `{key.Name}` | {Described(key)}<br>`{key.Example.Replace("|", "\\|", StringComparison.Ordinal)}` | {key.Default} | {(key.Option is null ? "" : $"`{key.Option}`")} | {key.TrustNote} |\n");
        return text.Append("""

            Credentials are never settings. They are found by the variables that each provider's tools use (`sally models` names
            them); a server of your own names its variable in `keyVariable`.

            """).ToString();
    }

    private static List<string> Names()
    {
        var names = new List<string>();
        foreach (var key in SettingKeys.All) names.Add($"\"{key.Name}\"");
        return names;
    }

    private static string Described(SettingKey key) => key.Words.Count == 0 ? key.Title : $"{key.Title}: {string.Join(", ", key.Words)}";

    private static string Form(SettingKey key)
    {
        var words = new List<string>();
        foreach (var word in key.Words) words.Add($"\"{word}\"");
        const string text = "{ \"type\": \"string\", \"minLength\": 1 }";
        const string texts = "{ \"type\": \"object\", \"additionalProperties\": { \"type\": \"string\" } }";
        const string name = "\"propertyNames\": { \"pattern\": \"^[^ /\\\\t\\\\n]+$\" }";
        const string address = "{ \"type\": \"string\", \"pattern\": \"^(https?://|[.]{0,2}/|~/)\" }";
        const string variable = "{ \"type\": \"string\", \"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\" }";
        return key.Kind switch
        {
            SettingKind.Text when key.Name == "baseUrl" => "\"type\": \"string\", \"pattern\": \"^(https?://|[.]{0,2}/|~/)\"",
            SettingKind.Text => "\"type\": \"string\", \"minLength\": 1",
            SettingKind.Choice => $"\"enum\": [{string.Join(", ", words)}]",
            SettingKind.Flag => "\"type\": \"boolean\"",
            SettingKind.Whole or SettingKind.Amount or SettingKind.Fraction =>
                $"\"type\": \"{(key.Kind == SettingKind.Whole ? "integer" : "number")}\", \"minimum\": {key.Least.ToString(CultureInfo.InvariantCulture)}{(key.Most == long.MaxValue ? "" : $", \"maximum\": {key.Most.ToString(CultureInfo.InvariantCulture)}")}",
            SettingKind.Texts => "\"type\": \"object\", \"propertyNames\": { \"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\" }, \"additionalProperties\": { \"type\": \"string\" }",
            SettingKind.Tiers => $"\"type\": \"object\", {name}, \"additionalProperties\": {{ \"anyOf\": [{text}, {{ \"type\": \"object\", \"properties\": {{ \"provider\": {text}, \"model\": {text} }}, \"required\": [\"model\"], \"additionalProperties\": false }}] }}",
            SettingKind.Providers => $"\"type\": \"object\", {name}, \"additionalProperties\": {{ \"type\": \"object\", \"properties\": {{ \"kind\": {{ \"enum\": [\"anthropic\", \"openai\", \"openai-chat\", \"gemini\", \"recorded\"] }}, \"baseUrl\": {address}, \"keyVariable\": {variable}, \"models\": {{ \"type\": \"array\", \"items\": {text} }}, \"trusted\": {{ \"type\": \"boolean\" }} }}, \"additionalProperties\": false }}",
            SettingKind.Servers => $"\"type\": \"object\", \"propertyNames\": {{ \"pattern\": \"^[A-Za-z0-9][A-Za-z0-9._-]{{0,39}}$\" }}, \"additionalProperties\": {{ \"type\": \"object\", \"properties\": {{ \"type\": {{ \"enum\": [\"stdio\", \"http\", \"streamable-http\", \"streamableHttp\"] }}, \"command\": {text}, \"args\": {{ \"type\": \"array\", \"items\": {{ \"type\": \"string\" }} }}, \"env\": {texts}, \"cwd\": {text}, \"url\": {text}, \"headers\": {texts}, \"disabled\": {{ \"type\": \"boolean\" }}, \"timeoutMs\": {{ \"type\": \"integer\", \"minimum\": 1, \"maximum\": 3600000 }}, \"tools\": {{ \"type\": \"array\", \"items\": {text} }} }}, \"additionalProperties\": false }}",
            SettingKind.Credentials => $"\"type\": \"object\", \"propertyNames\": {{ \"pattern\": \"^[A-Za-z_][A-Za-z0-9_]*$\" }}, \"additionalProperties\": {{ \"type\": \"object\", \"properties\": {{ \"hosts\": {{ \"type\": \"array\", \"items\": {{ \"type\": \"string\", \"pattern\": \"^[A-Za-z0-9.-]+(:[0-9]+)?$\" }} }}, \"secret\": {{ \"type\": \"string\", \"pattern\": \"^(env:[A-Za-z_][A-Za-z0-9_]*|file:(/|~/).*|keyring:[^/]+/[^/]+)$\" }}, \"header\": {{ \"type\": \"string\", \"pattern\": \"^[A-Za-z0-9_-]+$\" }} }}, \"required\": [\"hosts\"], \"additionalProperties\": false }}",
            SettingKind.Rules => $"\"type\": \"array\", \"items\": {{ \"anyOf\": [{text}, {{ \"type\": \"object\", \"properties\": {{ \"rule\": {text}, \"matches\": {{ \"type\": \"array\", \"items\": {text} }}, \"not\": {{ \"type\": \"array\", \"items\": {text} }} }}, \"required\": [\"rule\"], \"additionalProperties\": false }}] }}",
            _ => $"\"type\": \"array\", \"items\": {text}",
        };
    }
}
