using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary>Where this user's ledger is. Only the managed settings can turn it off; nobody's settings is the quick case.</summary>
internal static class LedgerPlace
{
    public static string Folder() => Path.Combine(StateFolder.Root(), "ledger");

    /// <summary>null when the managed settings turn the ledger off.</summary>
    public static LedgerOptions? Read()
    {
        var (isOn, witness) = Settings();
        return isOn ? new LedgerOptions(Folder()) { Witness = witness } : null;
    }

    /// <summary>As above, for those who only look.</summary>
    public static LedgerOptions ToRead(string? witness) => new(Folder()) { Witness = witness ?? Settings().Witness };

    private static (bool IsOn, string? Witness) Settings()
    {
        var paths = SettingsPaths.Of(Path.GetTempPath());
        if (!File.Exists(paths.Managed) && !File.Exists(paths.User)) return (true, null);
        try
        {
            var settings = RunSettings.Load(Directory.GetCurrentDirectory());
            var isOn = true;
            foreach (var layer in settings.Layers) if (layer.Kind == LayerKind.Managed && layer.Values.TryGetValue("ledger.enabled", out var said)) isOn = said.Value is not false;
            return (isOn, settings["ledger.witness"]?.Value as string);
        }
        catch (SettingsException)
        {
            // Who runs with these settings is told by others; what happens is written down all the same.
            return (true, null);
        }
    }
}
