using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Sandboxing;
using Sallyport.Guard;

namespace Sallyport.Engine.Settings;

/// <summary>Makes a layer of a file's JSON. Gathers every error with its place, so that one round of mending is enough.</summary>
internal sealed partial class SettingsReader(byte[] json, string path, LayerKind kind)
{
    private static readonly string[] ProviderKinds = ["anthropic", "openai", "openai-chat", "gemini", "recorded"];

    private readonly List<(int At, string Message)> problems = [];

    /// <summary>Throws <see cref="SettingsException"/> with a line for each error.</summary>
    public SettingsLayer Read(string? folder)
    {
        var root = Parse();
        var values = new Dictionary<string, Setting>(StringComparer.Ordinal);
        IReadOnlyList<string> locked = [];
        if (IsObject(root, "the settings")) Members(root, "", values, ref locked);
        ThrowProblems();
        var layer = new SettingsLayer(kind, path) { Locked = locked, Folder = folder };
        foreach (var (name, value) in values) layer.Values[name] = value;
        return layer;
    }

    private PlacedJson Parse()
    {
        try
        {
            return PlacedJson.Parse(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var (line, column) = e is JsonException j ? ((j.LineNumber ?? 0) + 1, (j.BytePositionInLine ?? 0) + 1) : (1, 1);
            throw new SettingsException($"{path}:{line}:{column}: not JSON: {(e is JsonException wrong ? JsonWords.Sentence(wrong) : e.Message)}", e);
        }
    }

    private void ThrowProblems()
    {
        if (problems.Count == 0) return;
        problems.Sort(static (a, b) => a.At.CompareTo(b.At));
        var lines = new List<string>();
        foreach (var (at, message) in problems)
        {
            var (line, column) = PlacedJson.Place(json, at);
            lines.Add($"{path}:{line}:{column}: {message}");
        }
        throw new SettingsException(string.Join('\n', lines));
    }

    private void Members(PlacedJson node, string prefix, Dictionary<string, Setting> values, ref IReadOnlyList<string> locked)
    {
        foreach (var (name, at, value) in node.Members)
        {
            var full = prefix + name;
            if (prefix.Length == 0 && name == "$schema") continue;
            if (prefix.Length == 0 && name == "locked")
            {
                locked = Locked(value, at);
                continue;
            }
            if (SettingKeys.Find(full) is { } key)
            {
                if (Value(key, value) is { } read) values[full] = new Setting(read, kind, path, PlacedJson.Place(json, value.Start).Line);
            }
            else if (SettingKeys.IsGroup(full))
            {
                if (IsObject(value, full)) Members(value, full + ".", values, ref locked);
            }
            else problems.Add((at, SettingText.Unknown(full)));
        }
    }

    private List<string> Locked(PlacedJson node, int at)
    {
        if (kind != LayerKind.Managed) problems.Add((at, "\"locked\" counts only in the managed settings; take it out"));
        var result = new List<string>();
        foreach (var item in List(node, "locked"))
        {
            if (SettingKeys.Find(item.Text) is null) Problem(item, SettingText.Unknown(item.Text));
            result.Add(item.Text);
        }
        return result;
    }

    private object? Value(SettingKey key, PlacedJson node)
    {
        switch (key.Kind)
        {
            case SettingKind.Text:
                return Text(node, key.Name) is { } text && (key.Name != "baseUrl" || IsAddress(node)) ? text : null;
            case SettingKind.Choice:
                return Choice(node, key.Name, key.Words);
            case SettingKind.Flag:
                if (node.Kind is JsonTokenType.True or JsonTokenType.False) return node.Kind == JsonTokenType.True;
                Problem(node, $"{key.Name} is true or false");
                return null;
            case SettingKind.Whole or SettingKind.Amount or SettingKind.Fraction:
                if (node.Kind == JsonTokenType.Number && SettingText.Number(key, node.Text) is { } number) return number;
                Problem(node, SettingText.NumberHint(key));
                return null;
            case SettingKind.Rules:
                var rules = new List<string>();
                foreach (var item in Items(node, key.Name)) if (Rule(key.Name, item) is { } rule) rules.Add(rule);
                return rules;
            case SettingKind.List or SettingKind.Folders:
                var list = new List<string>();
                foreach (var item in List(node, key.Name)) list.Add(item.Text);
                return list;
            case SettingKind.Texts:
                var texts = new Dictionary<string, string>(StringComparer.Ordinal);
                foreach (var (name, at, value) in Entries(node, key.Name))
                {
                    if (!SettingText.IsVariable(name)) problems.Add((at, $"\"{name}\" is no name of a variable: letters, digits and _, not beginning with a digit"));
                    if (value.Kind == JsonTokenType.String) texts[name] = value.Text;
                    else Problem(value, $"{key.Name}.{name} must be a text in quotes");
                }
                return texts;
            case SettingKind.Tiers:
                var tiers = new Dictionary<string, TierSetting>(StringComparer.Ordinal);
                foreach (var (name, _, value) in Entries(node, key.Name)) if (Tier(name, value) is { } tier) tiers[name] = tier;
                return tiers;
            case SettingKind.Servers:
                return Servers(node);
            case SettingKind.Credentials:
                var credentials = new Dictionary<string, CredentialSetting>(StringComparer.Ordinal);
                foreach (var (name, at, value) in Entries(node, key.Name))
                {
                    if (!SettingText.IsVariable(name)) problems.Add((at, $"\"{name}\" is no name of a variable: letters, digits and _, not beginning with a digit"));
                    if (Credential(name, value) is { } credential) credentials[name] = credential;
                }
                return credentials;
            default:
                var providers = new Dictionary<string, ProviderSetting>(StringComparer.Ordinal);
                foreach (var (name, _, value) in Entries(node, key.Name)) if (Provider(name, value) is { } provider) providers[name] = provider;
                return providers;
        }
    }

    // A text, or an object with examples that have to hold.
    private string? Rule(string list, PlacedJson item)
    {
        if (item.Kind != JsonTokenType.StartObject)
        {
            string? wrong = null;
            if (item.Kind == JsonTokenType.String && ConsentRule.Parse(item.Text, out wrong) is not null) return item.Text;
            Problem(item, wrong ?? $"an entry of {list} is a rule in quotes, or {{ \"rule\": …, \"matches\": […], \"not\": […] }}");
            return null;
        }
        Known(item, "a rule", ["rule", "matches", "not"]);
        if (item["rule"] is not { } text)
        {
            Problem(item, "\"rule\" is missing here");
            return null;
        }
        if (Text(text, "rule") is not { } written) return null;
        if (ConsentRule.Parse(written, out var error) is not { } rule)
        {
            Problem(text, error!);
            return null;
        }
        foreach (var (name, matches) in (ReadOnlySpan<(string, bool)>)[("matches", true), ("not", false)])
            if (item[name] is { } examples) foreach (var example in List(examples, name)) if (RuleExamples.Check(rule, list == "allow", example.Text, matches) is { } problem) Problem(example, problem);
        return written;
    }

    private List<PlacedJson> Items(PlacedJson node, string name)
    {
        if (node.Kind == JsonTokenType.StartArray) return node.Items;
        Problem(node, $"{name} must be a list of texts: [\"…\"]");
        return [];
    }

    private TierSetting? Tier(string name, PlacedJson node)
    {
        if (node.Kind == JsonTokenType.String) return Text(node, name) is { } text ? new TierSetting(text) : null;
        if (node.Kind != JsonTokenType.StartObject)
        {
            Problem(node, $"tiers.{name} is a model's name, or {{ \"provider\": …, \"model\": … }}");
            return null;
        }
        Known(node, $"tiers.{name}", ["provider", "model"]);
        if (node["model"] is not { } model)
        {
            Problem(node, "\"model\" is missing here");
            return null;
        }
        return Text(model, "model") is { } written ? new TierSetting(written, node["provider"] is { } p ? Text(p, "provider") : null) : null;
    }

    private ProviderSetting? Provider(string name, PlacedJson node)
    {
        if (!IsObject(node, $"providers.{name}")) return null;
        Known(node, $"providers.{name}", ["kind", "baseUrl", "keyVariable", "models", "trusted"]);
        var isBuiltIn = Array.IndexOf(ProviderKinds, name) >= 0;
        if (node["kind"] is not { } wire && !isBuiltIn)
        {
            Problem(node, $"\"kind\" is missing here: the wire that the server speaks, one of {string.Join(", ", ProviderKinds)}");
            return null;
        }
        var variable = node["keyVariable"] is { } v ? Text(v, "keyVariable") : null;
        if (variable is not null && !SettingText.IsVariable(variable)) Problem(node["keyVariable"]!, "keyVariable is the name of an environment variable, never the credential itself");
        var models = new List<string>();
        if (node["models"] is { } list) foreach (var item in List(list, "models")) models.Add(item.Text);
        bool? trusted = node["trusted"] is { } word ? word.Kind == JsonTokenType.True : null;
        if (node["trusted"] is { Kind: not (JsonTokenType.True or JsonTokenType.False) } other) Problem(other, "trusted is true or false: whether this provider may see the internal names of a policy");
        var chosen = node["kind"] is { } kind ? Choice(kind, "kind", ProviderKinds) : name;
        return chosen is null ? null : new ProviderSetting(chosen, node["baseUrl"] is { } address && IsAddress(address) ? address.Text.TrimEnd('/') : null, variable, models, trusted);
    }

    private CredentialSetting? Credential(string name, PlacedJson node)
    {
        if (!IsObject(node, $"network.credentials.{name}")) return null;
        Known(node, $"network.credentials.{name}", ["hosts", "secret", "header"]);
        if (node["hosts"] is not { } list)
        {
            Problem(node, "\"hosts\" is missing here: the hosts that the credential is for, as [\"api.github.com\"]");
            return null;
        }
        var hosts = new List<string>();
        foreach (var item in List(list, "hosts"))
        {
            if (HostCredential.Host(item.Text) is null) Problem(item, $"\"{item.Text}\" is no host for a credential: write one name, or name:port; no address and no *");
            hosts.Add(item.Text);
        }
        var secret = node["secret"] is { } s ? Text(s, "secret") : null;
        if (secret is not null && CredentialSource.Mistake(secret) is { } mistake) Problem(node["secret"]!, mistake);
        var header = node["header"] is { } h ? Text(h, "header") : null;
        if (header is not null && (header.AsSpan().ContainsAnyExcept("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") || header.ToUpperInvariant() is "HOST" or "CONTENT-LENGTH" or "TRANSFER-ENCODING" or "CONNECTION"))
            Problem(node["header"]!, $"\"{header}\" is no header for a credential: write its name, as Authorization or X-Api-Key");
        return new CredentialSetting(hosts, secret, header);
    }

    private bool IsAddress(PlacedJson node)
    {
        if (node.Kind == JsonTokenType.String && SettingText.IsAddress(node.Text)) return true;
        Problem(node, SettingText.AddressHint);
        return false;
    }

    private List<(string Name, int At, PlacedJson Value)> Entries(PlacedJson node, string name)
    {
        if (!IsObject(node, name)) return [];
        foreach (var (key, at, _) in node.Members) if (key.Length == 0 || key.AsSpan().IndexOfAny(" \t\n/") >= 0) problems.Add((at, $"\"{key}\" is no name: without spaces and slashes"));
        return node.Members;
    }

    private List<PlacedJson> List(PlacedJson node, string name)
    {
        if (node.Kind != JsonTokenType.StartArray)
        {
            Problem(node, $"{name} must be a list of texts: [\"…\"]");
            return [];
        }
        var good = new List<PlacedJson>();
        foreach (var item in node.Items)
        {
            if (item.Kind == JsonTokenType.String && item.Text.Trim().Length > 0) good.Add(item);
            else Problem(item, $"an entry of {name} must be a text that is not empty");
        }
        return good;
    }

    private string? Text(PlacedJson node, string name)
    {
        if (node.Kind == JsonTokenType.String && node.Text.Trim().Length > 0) return node.Text;
        Problem(node, $"{name} must be a text in quotes");
        return null;
    }

    private string? Choice(PlacedJson node, string name, IReadOnlyList<string> words)
    {
        if (node.Kind == JsonTokenType.String) foreach (var word in words) if (word == node.Text) return word;
        Problem(node, SettingText.ChoiceHint(name, words, node.Kind == JsonTokenType.String ? node.Text : null));
        return null;
    }

    private void Known(PlacedJson node, string what, string[] keys)
    {
        NoKeyTwice(node);
        foreach (var (name, at, _) in node.Members)
            if (Array.IndexOf(keys, name) < 0) problems.Add((at, $"unknown key \"{name}\" in {what}; {(NearestWord.Of(name, keys) is { } meant ? $"did you mean \"{meant}\"?" : "there are " + string.Join(", ", keys))}"));
    }

    private bool IsObject(PlacedJson node, string what)
    {
        if (node.Kind == JsonTokenType.StartObject)
        {
            NoKeyTwice(node);
            return true;
        }
        Problem(node, $"{what} must be an object: {{ … }}");
        return false;
    }

    private void NoKeyTwice(PlacedJson node)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, at, _) in node.Members)
            if (!seen.Add(name) && !problems.Contains((at, Twice(name)))) problems.Add((at, Twice(name)));
    }

    private static string Twice(string name) => $"\"{name}\" stands here a second time; only one of them can hold";

    private void Problem(PlacedJson at, string message) => problems.Add((at.Start, message));
}
