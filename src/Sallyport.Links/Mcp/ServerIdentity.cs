using System.Security.Cryptography;
using Sallyport.Engine.Settings;

namespace Sallyport.Links.Mcp;

/// <summary>Which server an entry of the settings names: pins are for that one and for no other.</summary>
internal static class ServerIdentity
{
    private const int MostFiles = 8;
    private const long LargestFile = 64 << 20;

    // What others run for it. Data that it works on may change every day.
    private static readonly string[] Programs = [".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".py", ".pyz", ".rb", ".pl", ".php", ".lua", ".sh", ".bash", ".ps1", ".cmd", ".bat", ".jar", ".dll", ".exe", ".wasm", ".cs", ".fsx", ".go", ".rs", ".clj", ".kts", ".r"];

    /// <summary>The folder that an entry's paths start from.</summary>
    public static string Home(ServerSetting setting, string project, string workspace) => setting.Layer is LayerKind.Project or LayerKind.Local ? project : workspace;

    /// <param name="name">In the settings.</param>
    /// <param name="setting">As it is written, before variables are put in. Values of variables and headers are no part of it: they may be credentials, which change.</param>
    /// <param name="project">The folder of the project.</param>
    public static string Of(string name, ServerSetting setting, string project) => CanonicalJson.Digest(CanonicalJson.Of(json =>
    {
        json.WriteStartArray();
        json.WriteStringValue(name);
        // The same words in another project may name another program.
        json.WriteStringValue(setting.Layer is LayerKind.Project or LayerKind.Local || IsRelative(setting) ? project : "");
        foreach (var text in (string?[])[setting.Command, setting.Folder, setting.Url]) json.WriteStringValue(text);
        foreach (var list in (IEnumerable<string>[])[setting.Arguments, setting.Environment.Keys.Order(StringComparer.Ordinal), setting.Headers.Keys.Order(StringComparer.Ordinal)])
        {
            json.WriteStartArray();
            foreach (var text in list) json.WriteStringValue(text);
            json.WriteEndArray();
        }
        json.WriteEndArray();
    }));

    /// <summary>Digests of the programs within the project that a server's command names: who can change those, can change the server.</summary>
    public static SortedDictionary<string, string> Files(ServerCommand command, string project)
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in command.Arguments.Prepend(command.Program))
        {
            if (files.Count == MostFiles || word.Length is 0 or > 4096 || word[0] == '-' || word.Contains('\0', StringComparison.Ordinal)) continue;
            var path = Path.GetFullPath(word, command.Folder);
            if (!path.StartsWith(project + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path) || !IsProgram(path, word == command.Program) || new FileInfo(path).Length > LargestFile) continue;
            using var content = File.OpenRead(path);
            files[Path.GetRelativePath(project, path)] = Convert.ToHexStringLower(SHA256.HashData(content));
        }
        return files;
    }

    private static bool IsProgram(string path, bool isStarted) =>
        isStarted || Array.IndexOf(Programs, Path.GetExtension(path).ToLowerInvariant()) >= 0 || (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & UnixFileMode.UserExecute) != 0);

    private static bool IsRelative(ServerSetting setting) => setting.Command is { } command && (command.Contains('/', StringComparison.Ordinal) || setting.Arguments.Any(static word => word.Contains('/', StringComparison.Ordinal) || word.Contains('.', StringComparison.Ordinal))) && !Path.IsPathRooted(command);
}
