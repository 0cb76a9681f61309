using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Settings;

namespace Sallyport.Settings;

/// <summary>Whether commands can use the credentials of <c>network.credentials</c> here, and why not.</summary>
internal static class CredentialCheck
{
    /// <summary>Nothing where none is named.</summary>
    public static IEnumerable<DoctorCheck> Of(string folder)
    {
        RunSettings settings;
        try
        {
            settings = RunSettings.Load(folder);
        }
        catch (SettingsException)
        {
            // Told by the check of the settings.
            yield break;
        }
        if (settings.Credentials.Count == 0) yield break;
        var form = SandboxProbe.Best().Form;
        var rules = new HostRules(settings.NetworkAllow);
        foreach (var (name, credential) in settings.Credentials)
        {
            var hosts = string.Join(", ", credential.Hosts);
            var (_, problem) = CredentialSource.Read(credential.Secret ?? "env:" + name);
            var closed = "";
            foreach (var text in credential.Hosts) if (HostCredential.Host(text) is var (host, port) && !rules.Judge(host, port).Allowed) closed = text;
            yield return problem is not null ? new("credential", CheckState.Warning, $"{name}: {problem}", "set it, or take it out of network.credentials")
                : closed.Length > 0 ? new("credential", CheckState.Failed, $"{name}: {closed} is not among the hosts of network.allow", $"add \"{closed}\" to network.allow")
                : form != SandboxForm.Bubblewrap || settings.Sandbox == false ? new("credential", CheckState.Warning, $"{name}: not active, for only the proxy of bubblewrap's sandbox can use it", "install bubblewrap; sandbox must not be off")
                : new("credential", CheckState.Ok, $"{name}: commands have a placeholder, the proxy puts the value into {credential.Header ?? "Authorization"} for {hosts}");
        }
    }
}
