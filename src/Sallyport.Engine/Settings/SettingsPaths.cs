namespace Sallyport.Engine.Settings;

/// <summary>Where settings stand for a working folder.</summary>
/// <param name="Managed">For everybody on the machine.</param>
/// <param name="User">The user's own.</param>
/// <param name="ProjectFolder">The folder whose <c>.sallyport</c> counts.</param>
/// <param name="Trust">Where trusted folders are remembered.</param>
public sealed record SettingsPaths(string Managed, string User, string ProjectFolder, string Trust)
{
    public string Project => Path.Combine(ProjectFolder, ".sallyport", "settings.json");

    public string Local => Path.Combine(ProjectFolder, ".sallyport", "settings.local.json");

    public static SettingsPaths Of(string folder) => new(
        OperatingSystem.IsWindows() ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "sallyport", "settings.json") : "/etc/sallyport/settings.json",
        Path.Combine(ConfigFolder(), "settings.json"),
        ProjectOf(folder),
        Path.Combine(Sessions.StateFolder.Root(), "trust.json"));

    /// <summary><c>$XDG_CONFIG_HOME/sallyport</c>, by default <c>~/.config/sallyport</c>.</summary>
    public static string ConfigFolder()
    {
        var config = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
        if (string.IsNullOrEmpty(config) || !Path.IsPathRooted(config)) config = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(config, "sallyport");
    }

    public string Of(LayerKind layer) => layer switch
    {
        LayerKind.Managed => Managed,
        LayerKind.User => User,
        LayerKind.Project => Project,
        LayerKind.Local => Local,
        _ => "",
    };

    /// <summary>The nearest folder up to the repository's root that has settings; without a repository only the folder itself counts.</summary>
    private static string ProjectOf(string folder)
    {
        var asked = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        var nearest = (string?)null;
        for (var at = asked; at is not null; at = Path.GetDirectoryName(at))
        {
            if (nearest is null && HasSettings(at)) nearest = at;
            if (Path.Exists(Path.Combine(at, ".git"))) return nearest ?? at;
        }
        return asked;
    }

    private static bool HasSettings(string folder)
    {
        var own = Path.Combine(folder, ".sallyport");
        return Directory.Exists(own) && (File.Exists(Path.Combine(own, "settings.json")) || File.Exists(Path.Combine(own, "settings.local.json")));
    }
}
