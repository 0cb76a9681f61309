using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Guard;

namespace Sallyport.Engine.Settings;

/// <summary>Values as people type them on a command line, and as they are written into a file.</summary>
public static class SettingText
{
    /// <summary>Reads what was typed for a setting; lists take one entry a call. Throws <see cref="SettingsException"/>.</summary>
    /// <param name="key">The setting.</param>
    /// <param name="text">What was typed.</param>
    /// <param name="name">What messages call it, as <c>--max-turns</c>.</param>
    public static object Read(SettingKey key, string text, string name)
    {
        switch (key.Kind)
        {
            case SettingKind.Text:
                if (text.Trim().Length == 0) throw new SettingsException($"{name} must not be empty");
                if (key.Name == "baseUrl" && !IsAddress(text) && !File.Exists(text.Split('?')[0])) throw new SettingsException($"{name}: {AddressHint}");
                return text;
            case SettingKind.Choice:
                foreach (var word in key.Words) if (word == text) return word;
                throw new SettingsException(ChoiceHint(name, key.Words, text));
            case SettingKind.Flag:
                return text switch { "true" or "on" => true, "false" or "off" => false, _ => throw new SettingsException($"{name} is true or false") };
            case SettingKind.Whole or SettingKind.Amount or SettingKind.Fraction:
                return Number(key, text) ?? throw new SettingsException(NumberHint(key with { Name = name }));
            case SettingKind.Rules:
                if (ConsentRule.Parse(text, out var wrong) is null) throw new SettingsException($"{name}: {wrong}");
                return new List<string> { text };
            case SettingKind.List or SettingKind.Folders:
                return new List<string> { text };
            case SettingKind.Servers when name == key.Option:
                return SettingsReader.Servers(text);
            default:
                throw new SettingsException($"{key.Name} has parts; set one of them, as in {key.Name}.NAME");
        }
    }

    /// <summary>There is no such setting; perhaps this was meant.</summary>
    public static string Unknown(string name)
    {
        var names = new List<string>();
        foreach (var key in SettingKeys.All) names.Add(key.Name);
        names.Add("locked");
        return $"no setting \"{name}\"; {(NearestWord.Of(name, names) is { } meant ? $"did you mean \"{meant}\"?" : "\"sally config keys\" lists them")}";
    }

    internal const string AddressHint = "an address starts with http:// or https:// (for a recording it is a path that starts with /, ./ or ~/)";

    internal static bool IsAddress(string text) =>
        (text.StartsWith("http", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        || text.StartsWith('/') || text.StartsWith("./", StringComparison.Ordinal) || text.StartsWith("../", StringComparison.Ordinal) || text.StartsWith("~/", StringComparison.Ordinal);

    internal static object? Number(SettingKey key, string text)
    {
        if (!decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number < key.Least || number > key.Most) return null;
        if (key.Kind != SettingKind.Whole) return number;
        return number == decimal.Truncate(number) ? (long)number : null;
    }

    internal static string NumberHint(SettingKey key)
    {
        var what = key.Kind == SettingKind.Whole ? "a whole number" : "a number";
        return key.Most == long.MaxValue
            ? string.Create(CultureInfo.InvariantCulture, $"{key.Name} is {what} of {key.Least} or more")
            : string.Create(CultureInfo.InvariantCulture, $"{key.Name} is {what} from {key.Least} to {key.Most}");
    }

    internal static string ChoiceHint(string name, IReadOnlyList<string> words, string? written) =>
        $"{name} is one of {string.Join(", ", words)}{(written is not null && NearestWord.Of(written, words) is { } meant ? $"; did you mean \"{meant}\"?" : "")}";

    internal static bool IsVariable(string name)
    {
        if (name.Length == 0 || char.IsAsciiDigit(name[0])) return false;
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && c != '_') return false;
        return true;
    }

    /// <summary>A value as JSON on one line.</summary>
    public static string Json(object value)
    {
        switch (value)
        {
            case bool flag: return flag ? "true" : "false";
            case IFormattable number: return number.ToString(null, CultureInfo.InvariantCulture);
            case string text: return Quote(text);
            case TierSetting tier: return tier.Provider is null ? Quote(tier.Model) : $"{{ \"provider\": {Quote(tier.Provider)}, \"model\": {Quote(tier.Model)} }}";
            case ProviderSetting provider:
                var parts = new List<string> { $"\"kind\": {Quote(provider.Kind)}" };
                if (provider.BaseUrl is { } address) parts.Add($"\"baseUrl\": {Quote(address)}");
                if (provider.KeyVariable is { } variable) parts.Add($"\"keyVariable\": {Quote(variable)}");
                if (provider.Models.Count > 0) parts.Add($"\"models\": {Json(provider.Models)}");
                if (provider.Trusted is { } trusted) parts.Add($"\"trusted\": {Json(trusted)}");
                return $"{{ {string.Join(", ", parts)} }}";
            case ServerSetting server: return Server(server);
            case CredentialSetting credential:
                var said = $"\"hosts\": {Json(credential.Hosts)}";
                if (credential.Secret is { } source) said += $", \"secret\": {Quote(source)}";
                if (credential.Header is { } header) said += $", \"header\": {Quote(header)}";
                return $"{{ {said} }}";
            case IReadOnlyList<string> list:
                var items = new List<string>();
                foreach (var item in list) items.Add(Quote(item));
                return $"[{string.Join(", ", items)}]";
            case IReadOnlyDictionary<string, string> texts: return Map(texts);
            case IReadOnlyDictionary<string, TierSetting> tiers: return Map(tiers);
            case IReadOnlyDictionary<string, ProviderSetting> providers: return Map(providers);
            case IReadOnlyDictionary<string, ServerSetting> servers: return Map(servers);
            case IReadOnlyDictionary<string, CredentialSetting> credentials: return Map(credentials);
            default: throw new ArgumentException($"no setting holds a {value.GetType().Name}", nameof(value));
        }
    }

    // Values of variables and headers are often credentials: only their names are shown.
    private static string Server(ServerSetting server)
    {
        var parts = new List<string>();
        if (server.Command is { } command) parts.Add($"\"command\": {Quote(command)}");
        if (server.Arguments.Count > 0) parts.Add($"\"args\": {Json(server.Arguments)}");
        if (server.Folder is { } folder) parts.Add($"\"cwd\": {Quote(folder)}");
        if (server.Url is { } url) parts.Add($"\"url\": {Quote(url)}");
        foreach (var (name, pairs) in (ReadOnlySpan<(string, IReadOnlyDictionary<string, string>)>)[("env", server.Environment), ("headers", server.Headers)])
            if (pairs.Count > 0) parts.Add($"\"{name}\": {Map(pairs.ToDictionary(static pair => pair.Key, static _ => "…", StringComparer.Ordinal))}");
        if (server.IsDisabled) parts.Add("\"disabled\": true");
        if (server.TimeoutMs is { } time) parts.Add(string.Create(CultureInfo.InvariantCulture, $"\"timeoutMs\": {time}"));
        if (server.Tools is { } tools) parts.Add($"\"tools\": {Json(tools)}");
        return $"{{ {string.Join(", ", parts)} }}";
    }

    private static string Map<T>(IReadOnlyDictionary<string, T> map) where T : class
    {
        var parts = new List<string>();
        foreach (var (name, value) in map) parts.Add($"{Quote(name)}: {Json(value)}");
        return parts.Count == 0 ? "{}" : $"{{ {string.Join(", ", parts)} }}";
    }

    private static string Quote(string text) => "\"" + JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
}
