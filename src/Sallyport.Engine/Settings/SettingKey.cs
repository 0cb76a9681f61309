namespace Sallyport.Engine.Settings;

/// <summary>What a setting's value looks like.</summary>
public enum SettingKind
{
    Text,
    Choice,
    Flag,
    Whole,
    Amount,
    Fraction,

    /// <summary>Texts that add up over all layers.</summary>
    Rules,

    /// <summary>Folders that add up over all layers.</summary>
    Folders,

    /// <summary>Texts; the nearest layer's list holds alone.</summary>
    List,

    /// <summary>Text by name.</summary>
    Texts,

    Tiers,
    Providers,

    /// <summary>MCP servers by name.</summary>
    Servers,
    Credentials,
}

/// <summary>
/// One setting, as data: reading, the published schema, the page of documentation, <c>sally config</c> and completions all
/// follow from it.
/// </summary>
/// <param name="Name">The key; a dot stands for an object in an object.</param>
/// <param name="Kind">The value's form.</param>
/// <param name="Title">One line: what it decides.</param>
/// <param name="Example">As JSON.</param>
public sealed record SettingKey(string Name, SettingKind Kind, string Title, string Example)
{
    /// <summary>The words of a <see cref="SettingKind.Choice"/>.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    /// <summary>What holds when no layer says anything; in words.</summary>
    public string Default { get; init; } = "";

    public decimal Least { get; init; }

    public decimal Most { get; init; } = long.MaxValue;

    /// <summary>Whether the value could run code or widen permissions: then a project's counts only when its folder is trusted.</summary>
    public Func<object, bool> NeedsTrust { get; init; } = static _ => false;

    /// <summary>For the documentation: in which case trust is needed; empty when never.</summary>
    public string TrustNote { get; init; } = "";

    /// <summary>The option that sets it for one run; null when there is none.</summary>
    public string? Option { get; init; }

    /// <summary>Whether the layers' values are joined.</summary>
    public bool AddsUp => Kind is SettingKind.Rules or SettingKind.Folders or SettingKind.Texts or SettingKind.Tiers or SettingKind.Providers or SettingKind.Servers or SettingKind.Credentials;
}

/// <summary>What a tier means.</summary>
/// <param name="Model">A model's name.</param>
/// <param name="Provider">Its provider; null for the one in use.</param>
public sealed record TierSetting(string Model, string? Provider = null)
{
    public override string ToString() => Provider is null ? Model : $"{Provider}/{Model}";
}

/// <summary>A credential that the sandbox's proxy puts into requests.</summary>
/// <param name="Hosts">That it is for, each a name or name:port.</param>
/// <param name="Secret">Where it is; null for the variable of the same name.</param>
/// <param name="Header">In which header it may stand; null for Authorization.</param>
public sealed record CredentialSetting(IReadOnlyList<string> Hosts, string? Secret, string? Header);

/// <summary>A server of one's own.</summary>
/// <param name="Kind">The wire that it speaks: anthropic, openai, openai-chat or gemini.</param>
/// <param name="BaseUrl">Its address; null for the kind's own.</param>
/// <param name="KeyVariable">The variable that holds its credential; null when the kind's own ones do, or none is needed.</param>
/// <param name="Models">Names of models that it is known to have.</param>
/// <param name="Trusted">Whether it may see the internal names of a policy; null when nobody says.</param>
public sealed record ProviderSetting(string Kind, string? BaseUrl, string? KeyVariable, IReadOnlyList<string> Models, bool? Trusted = null)
{
    /// <summary>Whether this only says something about a provider that is built in.</summary>
    public bool IsRemarkOn(string name) => name == Kind && BaseUrl is null && KeyVariable is null;
}
