using System.Text;
using Sallyport.Engine.Settings;

namespace Sallyport.Links.Mcp;

/// <summary>A server's entry with variables put in: what is really started or reached.</summary>
/// <param name="Program">Absolute; empty for a server that is reached by <paramref name="Address"/>.</param>
/// <param name="Arguments">Of the program.</param>
/// <param name="Folder">Where it starts.</param>
/// <param name="Environment">All of it.</param>
/// <param name="Address">null for a program.</param>
/// <param name="Headers">Sent with every request.</param>
internal sealed record ServerCommand(string Program, IReadOnlyList<string> Arguments, string Folder, IReadOnlyDictionary<string, string> Environment, Uri? Address, IReadOnlyList<KeyValuePair<string, string>> Headers)
{
    // What programs need to find themselves, their user and their language.
    private static readonly string[] Plain =
    [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TERM", "TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "SSL_CERT_FILE", "SSL_CERT_DIR", "NODE_EXTRA_CA_CERTS", "SALLYPORT_SESSION",
        "SystemRoot", "SystemDrive", "windir", "ComSpec", "PATHEXT", "APPDATA", "LOCALAPPDATA", "USERPROFILE", "USERNAME", "ProgramData", "ProgramFiles", "ProgramFiles(x86)", "DOTNET_ROOT",
    ];

    /// <summary>Throws <see cref="McpException"/>.</summary>
    /// <param name="setting">As it is written.</param>
    /// <param name="project">The folder of the project; programs start there.</param>
    /// <param name="variable">The user's variables, for <c>${NAME}</c>.</param>
    /// <param name="environment">That children get; of it only the plain ones are passed on.</param>
    public static ServerCommand Of(ServerSetting setting, string project, Func<string, string?> variable, IReadOnlyDictionary<string, string> environment)
    {
        if (setting.Url is { } url)
        {
            if (!Uri.TryCreate(Filled(url), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || address.UserInfo.Length > 0) throw new McpException(McpFailure.Unreachable, $"its url {McpText.Line(url)} is no address");
            return new("", [], project, new Dictionary<string, string>(), address, [.. setting.Headers.Select(header => new KeyValuePair<string, string>(header.Key, Header(header.Key, Filled(header.Value))))]);
        }
        var folder = setting.Folder is { } own ? Path.GetFullPath(Home(Filled(own)), project) : project;
        if (!Directory.Exists(folder)) throw new McpException(McpFailure.Unreachable, $"its cwd {folder} is not there");
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in environment) if (Array.IndexOf(Plain, name) >= 0 || name.StartsWith("LC_", StringComparison.Ordinal)) variables[name] = value;
        foreach (var (name, value) in setting.Environment) variables[name] = Filled(value);
        var command = Home(Filled(setting.Command ?? ""));
        return new(Found(command, folder, variables), [.. setting.Arguments.Select(argument => Home(Filled(argument)))], folder, variables, null, []);

        // ${NAME}, and ${NAME:-otherwise}, as in shells.
        string Filled(string text)
        {
            var at = text.IndexOf("${", StringComparison.Ordinal);
            if (at < 0) return text;
            var (filled, done) = (new StringBuilder(), 0);
            for (; at >= 0; at = text.IndexOf("${", done, StringComparison.Ordinal))
            {
                var end = text.IndexOf('}', at);
                if (end < 0) break;
                var name = text[(at + 2)..end];
                var otherwise = name.IndexOf(":-", StringComparison.Ordinal);
                var value = variable(otherwise < 0 ? name : name[..otherwise]);
                if (string.IsNullOrEmpty(value)) value = otherwise >= 0 ? name[(otherwise + 2)..] : value ?? throw new McpException(McpFailure.Unreachable, $"its settings take the variable {McpText.Line(name, 80)}, which is not set");
                filled.Append(text, done, at - done).Append(value);
                done = end + 1;
            }
            return filled.Append(text, done, text.Length - done).ToString();
        }
    }

    private static string Header(string name, string value) =>
        value.AsSpan().IndexOfAny('\r', '\n', '\0') < 0 ? value : throw new McpException(McpFailure.Unreachable, $"its header {McpText.Line(name, 80)} would have more than one line");

    private static string Home(string text) => text is "~" || text.StartsWith("~/", StringComparison.Ordinal) ? System.Environment.GetFolderPath(System.Environment.SpecialFolder.UserProfile) + text[1..] : text;

    private static string Found(string command, string folder, Dictionary<string, string> variables)
    {
        if (command.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && command.Contains('\\', StringComparison.Ordinal)))
        {
            var path = Path.GetFullPath(command, folder);
            return File.Exists(path) ? path : throw new McpException(McpFailure.Unreachable, $"there is no program {path}");
        }
        var endings = OperatingSystem.IsWindows() ? (variables.GetValueOrDefault("PATHEXT") ?? ".EXE;.CMD;.BAT").Split(';') : [""];
        foreach (var place in (variables.GetValueOrDefault("PATH") ?? "/usr/local/bin:/usr/bin:/bin").Split(Path.PathSeparator))
            foreach (var ending in endings)
                if (Path.IsPathRooted(place) && Path.Combine(place, command + ending) is var path && File.Exists(path)) return path;
        throw new McpException(McpFailure.Unreachable, $"there is no program {McpText.Line(command, 120)} in the PATH");
    }
}
