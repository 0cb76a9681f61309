using System.Collections;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Settings;
using Sallyport.Providers;

namespace Sallyport.Agent;

/// <summary>
/// What commands get of our environment, in a sandbox or not: nothing whose name speaks of a credential, and no way to the agents
/// and services of the person's session. What the settings name is passed.
/// </summary>
internal static class ChildEnvironment
{
    // Words, between underscores or at the end of one: MONKEY is not a key, APIKEY is.
    private static readonly string[] Words = ["KEY", "KEYS", "TOKEN", "TOKENS", "SECRET", "SECRETS", "PASSWORD", "PASSWD", "PASS", "PASSPHRASE", "PWD", "CREDENTIAL", "CREDENTIALS", "CREDS", "AUTH", "COOKIE", "DSN", "PAT"];
    private static readonly string[] Endings = ["TOKEN", "SECRET", "PASSWORD", "APIKEY", "ACCESSKEY", "SECRETKEY", "PRIVATEKEY", "CREDENTIALS", "PASSPHRASE"];
    private static readonly string[] Channels =
    [
        "SSH_AUTH_SOCK", "SSH_AGENT_PID", "SSH_ASKPASS", "GPG_AGENT_INFO", "GIT_ASKPASS", "SUDO_ASKPASS", "DBUS_SESSION_BUS_ADDRESS", "DBUS_SYSTEM_BUS_ADDRESS", "GNOME_KEYRING_CONTROL",
        "KRB5CCNAME", "DOCKER_HOST", "CONTAINER_HOST", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "TMUX", "TMUX_PANE", "STY", "VSCODE_IPC_HOOK_CLI", "VSCODE_GIT_IPC_HANDLE", "VSCODE_GIT_ASKPASS_MAIN",
        "DATABASE_URL", "REDIS_URL", "MONGODB_URI", "MONGO_URL", "AMQP_URL", "SENTRY_DSN",
    ];

    public static Dictionary<string, string> OfThisProcess() => Of(null);

    /// <param name="settings">What they pass and add.</param>
    /// <param name="session">Told to every child, so that our own program knows by whom it is called.</param>
    public static Dictionary<string, string> Of(RunSettings? settings, string? session = null)
    {
        var kept = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            var name = (string)variable.Key;
            // Which provider credentials there are is ours to know; nobody passes them on by a list.
            if (ProviderTable.CredentialVariables.Contains(name)) continue;
            if (settings is not null && (IsKey(settings, name) || (IsCredential(settings, name) && !Contains(settings.PassEnv, name)))) continue;
            if (!IsPrivate(name) || Contains(settings?.PassEnv, name)) kept[name] = (string?)variable.Value ?? "";
        }
        if (settings is not null) foreach (var (name, value) in settings.Env) kept[name] = value;
        if (session is not null) kept[AgentCaller.Mark] = session;
        return kept;
    }

    private static bool IsKey(RunSettings settings, string name)
    {
        foreach (var (_, provider) in settings.Providers) if (provider.KeyVariable == name) return true;
        return false;
    }

    // Whatever it is called: commands use it through the proxy.
    private static bool IsCredential(RunSettings settings, string name)
    {
        foreach (var (variable, credential) in settings.Credentials)
            if (CredentialSource.Variable(credential.Secret ?? "env:" + variable) == name) return true;
        return false;
    }

    internal static bool IsPrivate(string name)
    {
        if (name is "PWD" or "OLDPWD") return false;
        var upper = name.ToUpperInvariant();
        if (Contains(Channels, upper)) return true;
        foreach (var part in upper.Split('_', '-', '.'))
        {
            if (Contains(Words, part)) return true;
            foreach (var ending in Endings) if (part.EndsWith(ending, StringComparison.Ordinal)) return true;
        }
        return false;
    }

    private static bool Contains(IReadOnlyList<string>? list, string text)
    {
        if (list is not null) foreach (var one in list) if (string.Equals(one, text, StringComparison.Ordinal)) return true;
        return false;
    }
}
