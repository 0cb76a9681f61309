using Sallyport.Engine.Consent;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Turns;

namespace Sallyport.Engine.Settings;

/// <summary>
/// What holds for a run, merged from its layers: command line over personal project over project over user over managed,
/// except what the managed settings lock. A file that is not there costs nothing; a file that is wrong stops the run.
/// </summary>
public sealed class RunSettings
{
    private readonly Dictionary<string, Setting> values;

    private RunSettings(SettingsPaths paths, IReadOnlyList<SettingsLayer> layers, Dictionary<string, Setting> values, bool isTrusted)
    {
        (Paths, Layers, this.values, IsTrusted) = (paths, layers, values, isTrusted);
    }

    public SettingsPaths Paths { get; }

    /// <summary>The layers that exist, the weakest first.</summary>
    public IReadOnlyList<SettingsLayer> Layers { get; }

    /// <summary>Whether the project's settings, as they now are, were trusted.</summary>
    public bool IsTrusted { get; }

    /// <param name="folder">The working folder.</param>
    /// <param name="flags">Key and text, in order; lists may come more than once.</param>
    /// <exception cref="SettingsException">A file or flag is wrong; a line for each error.</exception>
    public static RunSettings Load(string folder, IReadOnlyList<KeyValuePair<string, string>>? flags = null) => Load(SettingsPaths.Of(folder), flags ?? []);

    internal static RunSettings Load(SettingsPaths paths, IReadOnlyList<KeyValuePair<string, string>> flags)
    {
        var layers = new List<SettingsLayer>(5);
        var (project, local) = (ReadIfThere(paths.Project), ReadIfThere(paths.Local));
        Add(LayerKind.Managed, paths.Managed, ReadIfThere(paths.Managed), null);
        Add(LayerKind.User, paths.User, ReadIfThere(paths.User), Environment.GetFolderPath(Environment.SpecialFolder.UserProfile));
        Add(LayerKind.Project, paths.Project, project, paths.ProjectFolder);
        Add(LayerKind.Local, paths.Local, local, paths.ProjectFolder);
        var trusted = true;
        foreach (var layer in layers)
        {
            if (layer.Kind is not (LayerKind.Project or LayerKind.Local) || !Trust.Withholds(layer)) continue;
            trusted = Trust.Holds(paths, project, local);
            if (!trusted) foreach (var other in layers) if (other.Kind is LayerKind.Project or LayerKind.Local) Trust.Withhold(other);
            break;
        }
        if (flags.Count > 0) layers.Add(Flags(flags));
        return new RunSettings(paths, layers, SettingsMerge.Of(layers), trusted);

        void Add(LayerKind kind, string path, byte[]? content, string? home)
        {
            if (content is not null) layers.Add(new SettingsReader(content, path, kind).Read(home));
        }
    }

    private static SettingsLayer Flags(IReadOnlyList<KeyValuePair<string, string>> flags)
    {
        var layer = new SettingsLayer(LayerKind.Flags, null);
        foreach (var (name, text) in flags)
        {
            var key = SettingKeys.Find(name) ?? throw new ArgumentException($"no setting {name}", nameof(flags));
            var value = SettingText.Read(key, text, key.Option ?? key.Name);
            if (value is List<string> more && layer.Values.TryGetValue(name, out var before)) ((List<string>)before.Value).AddRange(more);
            else layer.Values[name] = new Setting(value, LayerKind.Flags, null, 0);
        }
        return layer;
    }

    internal static byte[]? ReadIfThere(string path)
    {
        if (!File.Exists(path)) return Directory.Exists(path) ? throw new SettingsException($"{path}: is a folder, where a file with settings belongs; move it away") : null;
        try
        {
            return new FileInfo(path).Length > 1 << 20 ? throw new SettingsException($"{path}: larger than 1 MiB; those are no settings") : File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{path}: cannot be read ({e.Message})", e);
        }
    }

    /// <summary>The value that holds for a key, and whose it is; null when nobody says anything.</summary>
    public Setting? this[string key] => values.GetValueOrDefault(key);

    /// <summary>Whether what a layer says of a key counts, or the managed settings lock it.</summary>
    public bool Counts(SettingsLayer layer, string key) => SettingsMerge.Counts(Layers, layer, key);

    /// <summary>What a person should know: settings of an untrusted folder that do not count. At most one sentence or two.</summary>
    public string? Notice()
    {
        var names = new List<string>();
        foreach (var layer in Layers) foreach (var name in layer.Ignored) if (!names.Contains(name)) names.Add(name);
        return names.Count == 0 ? null
            : $"{Paths.ProjectFolder} is not trusted as it now is: its settings for {string.Join(", ", names)} do not count. Look at {Path.Combine(".sallyport", "settings.json")}, then \"sally trust\" lets them.";
    }

    public string? Model => Value<string>("model");

    public string? Provider => Value<string>("provider");

    public string? BaseUrl => Value<string>("baseUrl");

    public Effort? Effort => Value<string>("effort") switch { "low" => Models.Effort.Low, "medium" => Models.Effort.Medium, "high" => Models.Effort.High, _ => null };

    public PermissionMode PermissionMode => PermissionModes.Parse(Value<string>("permissionMode") ?? "ask") ?? PermissionMode.Ask;

    public IReadOnlyList<ConsentRule> Allow => Rules("allow");

    public IReadOnlyList<ConsentRule> Ask => Rules("ask");

    public IReadOnlyList<ConsentRule> Deny => Rules("deny");

    /// <summary>null when nobody says.</summary>
    public bool? Sandbox => Value<string>("sandbox") switch { "off" => false, null => null, _ => true };

    /// <summary>The form of confinement that is asked for by name; null for the best that works.</summary>
    public SandboxForm? SandboxForm => Value<string>("sandbox") switch { "bubblewrap" => Sandboxing.SandboxForm.Bubblewrap, "landlock" => Sandboxing.SandboxForm.Landlock, _ => null };

    /// <summary>Hosts that confined commands may reach.</summary>
    public IReadOnlyList<string> NetworkAllow => Value<List<string>>("network.allow") ?? [];

    /// <summary>Credentials by the variable in which commands find a placeholder.</summary>
    public IReadOnlyDictionary<string, CredentialSetting> Credentials => Value<Dictionary<string, CredentialSetting>>("network.credentials") ?? Empty<CredentialSetting>.Map;

    /// <summary>Names of variables that commands get although they look like credentials.</summary>
    public IReadOnlyList<string> PassEnv => Value<List<string>>("passEnv") ?? [];

    public int? MaxTurns => Value<object>("maxTurns") is long turns ? (int)turns : null;

    public decimal? MaxCost => Value<object>("maxCost") is decimal cost ? cost : null;

    public long? MaxTokens => Value<object>("maxTokens") is long tokens ? tokens : null;

    public IReadOnlyDictionary<string, TierSetting> Tiers => Value<Dictionary<string, TierSetting>>("tiers") ?? Empty<TierSetting>.Map;

    public IReadOnlyDictionary<string, ProviderSetting> Providers => Value<Dictionary<string, ProviderSetting>>("providers") ?? Empty<ProviderSetting>.Map;

    /// <summary>MCP servers, those that are switched off included.</summary>
    public IReadOnlyDictionary<string, ServerSetting> Servers => Value<Dictionary<string, ServerSetting>>("mcpServers") ?? Empty<ServerSetting>.Map;

    public IReadOnlyDictionary<string, string> Env => Value<Dictionary<string, string>>("env") ?? Empty<string>.Map;

    /// <summary>Hosts by the kind of secret that may go there.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<string>> SecretHosts
    {
        get
        {
            var hosts = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
            foreach (var line in Value<List<string>>("secrets.allow") ?? [])
                if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var kind, .. var names]) hosts[kind] = [.. hosts.GetValueOrDefault(kind) ?? [], .. names];
            return hosts;
        }
    }

    public IReadOnlyList<string> FallbackModels => Value<List<string>>("fallbackModels") ?? [];

    /// <summary>Absolute.</summary>
    public IReadOnlyList<string> AddDirs => Value<List<string>>("addDirs") ?? [];

    public bool AttributeCommits => Value<object>("attribution.commit") is not false;

    public double CompactAt => Value<object>("compaction.threshold") is decimal part ? (double)part : 0.8;

    public Patience Patience
    {
        get
        {
            var usual = new Patience();
            return usual with
            {
                Attempts = Value<object>("retry.attempts") is long attempts ? (int)attempts : usual.Attempts,
                FirstSign = Value<object>("retry.firstSignSeconds") is long first ? TimeSpan.FromSeconds(first) : usual.FirstSign,
                BetweenSigns = Value<object>("retry.silenceSeconds") is long silence ? TimeSpan.FromSeconds(silence) : usual.BetweenSigns,
            };
        }
    }

    /// <summary>Where the key of encrypted sessions is: file or keyring; null when they are not encrypted.</summary>
    public string? EncryptSessions => Value<string>("sessions.encrypt") is { } place and not "off" ? place : null;

    public int? RetentionDays => Value<object>("retentionDays") is long days ? (int)days : null;

    private T? Value<T>(string key) where T : class => values.TryGetValue(key, out var setting) ? (T)setting.Value : null;

    private List<ConsentRule> Rules(string key)
    {
        var rules = new List<ConsentRule>();
        if (Value<List<string>>(key) is { } texts) foreach (var text in texts) if (ConsentRule.Parse(text, out _) is { } rule) rules.Add(rule);
        return rules;
    }

    private static class Empty<T>
    {
        public static readonly Dictionary<string, T> Map = [];
    }
}
