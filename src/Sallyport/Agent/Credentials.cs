using System.Globalization;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Settings;
using Sallyport.Guard.Gate;

namespace Sallyport.Agent;

/// <summary>The credentials of a run that its commands use without having them, from its settings.</summary>
internal static class Credentials
{
    /// <summary>Those that are there; what is not is told. The vault knows each, wherever it is printed. Throws <see cref="UsageException"/> where one could never be used.</summary>
    public static List<HostCredential> Of(RunSettings settings, SecretVault vault)
    {
        var found = new List<HostCredential>();
        if (settings.Credentials.Count == 0) return found;
        var rules = new HostRules(settings.NetworkAllow);
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, credential) in settings.Credentials)
        {
            var hosts = new List<(string, int)>();
            foreach (var text in credential.Hosts)
            {
                var (host, port) = HostCredential.Host(text)!.Value;
                if (!rules.Judge(host, port).Allowed)
                    throw new UsageException($"network.credentials.{name} ({settings["network.credentials"]?.Origin}): {text} is not among the hosts of network.allow; add \"{(port == 443 ? host : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}"))}\" there");
                hosts.Add((host, port));
            }
            var (value, problem) = CredentialSource.Read(credential.Secret ?? "env:" + name);
            if (value is null)
            {
                Console.Error.WriteLine($"sally: {Printable.Line($"network.credentials.{name}: {problem}; commands do without it")}");
                continue;
            }
            vault.LearnValue(name, value);
            found.Add(new HostCredential(name, hosts, credential.Header ?? "Authorization", value));
        }
        if (found.Count > 0 && settings.Sandbox == false) Console.Error.WriteLine("sally: network.credentials does nothing without the sandbox, whose proxy would use them");
        return found;
    }
}
