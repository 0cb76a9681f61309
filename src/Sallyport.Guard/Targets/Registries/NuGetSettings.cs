using System.Net.Http.Headers;
using System.Text;
using Sallyport.Guard.Packing.Manifests;

namespace Sallyport.Guard.Targets.Registries;

/// <summary>The package sources of <c>nuget.config</c> files: the folder's and those above it, then the user's.</summary>
internal sealed class NuGetSettings
{
    private const string PublicSource = "https://api.nuget.org/v3/index.json";

    /// <summary>One source.</summary>
    /// <param name="Name">As nuget.config calls it.</param>
    /// <param name="Address">A service index, or a folder.</param>
    /// <param name="Login">For that source only.</param>
    internal sealed record Source(string Name, string Address, AuthenticationHeaderValue? Login);

    public static IReadOnlyList<Source> Load(string folder, Func<string, string?> environment)
    {
        var files = new List<string>();
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent) files.AddRange(Named(at.FullName));
        var home = environment("HOME") ?? environment("USERPROFILE") ?? "";
        if (environment("APPDATA") is { Length: > 0 } roaming) files.AddRange(Named(Path.Combine(roaming, "NuGet")));
        files.AddRange(Named(Path.Combine(home, ".nuget", "NuGet")));
        files.AddRange(Named(Path.Combine(home, ".config", "NuGet")));

        // The farthest file first; nearer ones add to it or clear it.
        var sources = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var disabled = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var logins = new Dictionary<string, AuthenticationHeaderValue>(StringComparer.OrdinalIgnoreCase);
        foreach (var file in Enumerable.Reverse(files).Distinct(StringComparer.Ordinal)) Merge(file, sources, disabled, logins, environment);
        if (files.Count == 0) sources["nuget.org"] = PublicSource;
        return [.. sources.Where(s => !disabled.Contains(s.Key)).Select(s => new Source(s.Key, s.Value, logins.GetValueOrDefault(s.Key)))];
    }

    private static IEnumerable<string> Named(string folder) =>
        Directory.Exists(folder) ? Directory.EnumerateFiles(folder).Where(f => Path.GetFileName(f).Equals("nuget.config", StringComparison.OrdinalIgnoreCase)) : [];

    private static void Merge(string file, Dictionary<string, string> sources, HashSet<string> disabled, Dictionary<string, AuthenticationHeaderValue> logins, Func<string, string?> environment)
    {
        if (new FileInfo(file).Length > 1 << 20) return;
        var users = new Dictionary<string, (string User, string Word)>(StringComparer.OrdinalIgnoreCase);
        foreach (var element in XmlText.Elements(File.ReadAllBytes(file)))
        {
            var (key, value) = (element.Attributes.GetValueOrDefault("key", ""), Expand(element.Attributes.GetValueOrDefault("value", ""), environment));
            switch (element.Path)
            {
                case "configuration/packageSources/clear": sources.Clear(); break;
                case "configuration/packageSources/add":
                    sources[key] = value.Contains("://", StringComparison.Ordinal) ? value : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(file)!, value.Replace('\\', '/')));
                    break;
                case "configuration/disabledPackageSources/clear": disabled.Clear(); break;
                case "configuration/disabledPackageSources/add" when value.Equals("true", StringComparison.OrdinalIgnoreCase): disabled.Add(key); break;
                case var path when path.StartsWith("configuration/packageSourceCredentials/", StringComparison.Ordinal) && path.EndsWith("/add", StringComparison.Ordinal):
                    var name = path.Split('/')[2].Replace("_x0020_", " ", StringComparison.Ordinal);
                    var login = users.GetValueOrDefault(name);
                    users[name] = key switch { "Username" => (value, login.Word), "ClearTextPassword" => (login.User, value), _ => login };
                    break;
            }
        }
        foreach (var (name, (user, word)) in users)
        {
            if (word is not null) logins[name] = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{user}:{word}")));
        }
    }

    private static string Expand(string value, Func<string, string?> environment)
    {
        var parts = value.Split('%');
        if (parts.Length < 3) return value;
        for (var i = 1; i < parts.Length - 1; i += 2) parts[i] = environment(parts[i]) ?? $"%{parts[i]}%";
        return string.Concat(parts);
    }
}
