using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Consent;

/// <summary>
/// Keeps what a person answered "always" to, in the project's personal settings. It keeps no trust that was not there: where
/// the folder's settings are not trusted as they are, nothing is written, and the rule lasts as long as the session.
/// </summary>
public static class RememberedRules
{
    /// <returns>Whether it was kept.</returns>
    public static bool Keep(SettingsPaths paths, ConsentRule rule)
    {
        if (rule.IsExact) return false;
        try
        {
            var (project, local) = (RunSettings.ReadIfThere(paths.Project), RunSettings.ReadIfThere(paths.Local));
            var isOpen = !Trust.Read(paths, project, local).Exists(static layer => Trust.Gated(layer).Count > 0);
            if (!isOpen && !Trust.Holds(paths, project, local)) return false;
            // A command that runs beside may write into the files at any moment: what it wrote must not be trusted along.
            Trust.Grant(paths, project, SettingsEditor.Set(paths.Local, LayerKind.Local, "allow", rule.Text, local));
            return true;
        }
        catch (Exception e) when (e is SettingsException or IOException or UnauthorizedAccessException)
        {
            // It holds for the session all the same.
            return false;
        }
    }
}
