using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Tests.Settings;

/// <summary>A machine's worth of settings files in a temporary folder.</summary>
internal sealed class SettingsFolder : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("sally-settings-").FullName;

    public SettingsFolder() => Directory.CreateDirectory(Paths.ProjectFolder);

    public SettingsPaths Paths => new(Path.Combine(root, "etc", "settings.json"), Path.Combine(root, "user", "settings.json"), Path.Combine(root, "project"), Path.Combine(root, "state", "trust.json"));

    public SettingsFolder Managed(string json) => Write(Paths.Managed, json);

    public SettingsFolder User(string json) => Write(Paths.User, json);

    public SettingsFolder Project(string json) => Write(Paths.Project, json);

    public SettingsFolder Local(string json) => Write(Paths.Local, json);

    public SettingsFolder Trusted()
    {
        Trust.Grant(Paths);
        return this;
    }

    public RunSettings Load(params (string Key, string Text)[] flags) => RunSettings.Load(Paths, [.. flags.Select(f => KeyValuePair.Create(f.Key, f.Text))]);

    public void Dispose() => Directory.Delete(root, recursive: true);

    private SettingsFolder Write(string path, string json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, json);
        return this;
    }
}
