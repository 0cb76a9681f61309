using System.Net.Http.Headers;
using System.Text;

namespace Sallyport.Guard.Targets.Registries;

/// <summary>What npm is told in <c>.npmrc</c> files and the environment: registries by scope, and logins.</summary>
internal sealed class NpmSettings
{
    public const string PublicRegistry = "https://registry.npmjs.org/";

    private readonly Dictionary<string, string> values = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Project, user and global file and the environment, the first to name a setting wins, as in npm.</summary>
    public static NpmSettings Load(string folder, Func<string, string?> environment)
    {
        var settings = new NpmSettings();
        if ((environment("npm_config_registry") ?? environment("NPM_CONFIG_REGISTRY")) is { Length: > 0 } registry) settings.values["registry"] = registry;
        var home = environment("HOME") ?? environment("USERPROFILE") ?? "";
        foreach (var file in new[]
        {
            ProjectFile(folder),
            environment("npm_config_userconfig") ?? environment("NPM_CONFIG_USERCONFIG") ?? Path.Combine(home, ".npmrc"),
            environment("npm_config_globalconfig") ?? environment("NPM_CONFIG_GLOBALCONFIG") ?? "/usr/local/etc/npmrc",
            "/usr/etc/npmrc",
        })
        {
            if (!File.Exists(file)) continue;
            foreach (var line in File.ReadLines(file).Take(10_000).Select(l => l.Trim()))
            {
                var equals = line.IndexOf('=', StringComparison.Ordinal);
                if (equals <= 0 || line[0] is '#' or ';') continue;
                settings.values.TryAdd(line[..equals].Trim(), Expand(line[(equals + 1)..].Trim().Trim('"'), environment));
            }
        }
        return settings;
    }

    public Uri RegistryOf(string packageName)
    {
        var scope = packageName.StartsWith('@') ? packageName[..packageName.IndexOf('/', StringComparison.Ordinal)] + ":registry" : "";
        var address = (scope.Length > 0 ? values.GetValueOrDefault(scope) : null) ?? values.GetValueOrDefault("registry") ?? PublicRegistry;
        if (!Uri.TryCreate(address.EndsWith('/') ? address : address + "/", UriKind.Absolute, out var uri) || uri.Scheme is not ("http" or "https"))
            throw new GuardException($"npm's registry setting is no address: {address}");
        return uri;
    }

    /// <summary>The login for an address: settings hold them by host and path (<c>//host/path/:_authToken</c>).</summary>
    public AuthenticationHeaderValue? LoginFor(Uri address)
    {
        for (var path = "//" + address.Authority + address.AbsolutePath; path.Length > 2; path = path[..(path.TrimEnd('/').LastIndexOf('/') + 1)])
        {
            if (values.GetValueOrDefault(path + ":_authToken") is { Length: > 0 } token) return new AuthenticationHeaderValue("Bearer", token);
            if (values.GetValueOrDefault(path + ":_auth") is { Length: > 0 } basic) return new AuthenticationHeaderValue("Basic", basic);
            if (values.GetValueOrDefault(path + ":username") is { } user && values.GetValueOrDefault(path + ":_password") is { } coded)
                return new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{Encoding.UTF8.GetString(Convert.FromBase64String(coded))}")));
            if (path.TrimEnd('/').LastIndexOf('/') <= 1) break;
        }
        return null;
    }

    // The folder that npm would take for the project: the nearest with a package.json.
    private static string ProjectFile(string folder)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "package.json"))) return Path.Combine(at.FullName, ".npmrc");
        }
        return Path.Combine(folder, ".npmrc");
    }

    private static string Expand(string value, Func<string, string?> environment)
    {
        for (var start = value.IndexOf("${", StringComparison.Ordinal); start >= 0; start = value.IndexOf("${", start + 1, StringComparison.Ordinal))
        {
            var end = value.IndexOf('}', start);
            if (end < 0) break;
            if (environment(value[(start + 2)..end].TrimEnd('?')) is { } known) value = value[..start] + known + value[(end + 1)..];
        }
        return value;
    }
}
