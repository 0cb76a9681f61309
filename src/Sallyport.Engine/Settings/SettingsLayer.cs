namespace Sallyport.Engine.Settings;

/// <summary>Where a value comes from, the weakest first.</summary>
public enum LayerKind
{
    Managed,
    User,
    Project,
    Local,
    Flags,
}

/// <summary>What one file, or the command line, says.</summary>
/// <param name="Kind">Whose it is.</param>
/// <param name="Path">The file; null for the command line.</param>
public sealed record SettingsLayer(LayerKind Kind, string? Path)
{
    /// <summary>Values by key.</summary>
    public Dictionary<string, Setting> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>Keys that no other layer may set; only managed settings have them.</summary>
    public IReadOnlyList<string> Locked { get; init; } = [];

    /// <summary>Keys of a folder that is not trusted, which do not count.</summary>
    public List<string> Ignored { get; } = [];

    /// <summary>The folder that relative paths start from.</summary>
    public string? Folder { get; init; }
}

/// <summary>A value and where it stands.</summary>
/// <param name="Value">string, bool, long, decimal, or a list or dictionary of its kind.</param>
/// <param name="Layer">Whose it is.</param>
/// <param name="Path">The file; null for the command line.</param>
/// <param name="Line">From 1; 0 for the command line.</param>
public sealed record Setting(object Value, LayerKind Layer, string? Path, int Line)
{
    /// <summary>As "user settings (…/settings.json:4)".</summary>
    public string Origin => Path is null ? "command line" : $"{Name(Layer)} ({Path}:{Line})";

    public static string Name(LayerKind layer) => layer switch
    {
        LayerKind.Managed => "managed settings",
        LayerKind.User => "user settings",
        LayerKind.Project => "project settings",
        LayerKind.Local => "personal project settings",
        _ => "command line",
    };
}
