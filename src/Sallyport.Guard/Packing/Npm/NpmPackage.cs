using System.Text.Json;

namespace Sallyport.Guard.Packing.Npm;

/// <summary>What of a <c>package.json</c> decides what is packed, each with its line.</summary>
internal sealed class NpmPackage
{
    /// <summary>The <c>files</c> list; null when there is none.</summary>
    public List<Listed>? Files { get; private set; }

    /// <summary><c>main</c>, <c>browser</c> and <c>bin</c>: always packed.</summary>
    public List<Listed> Required { get; } = [];

    public List<string> Bundled { get; } = [];
    public List<string> Dependencies { get; } = [];

    /// <summary>Development and peer dependencies are never bundled.</summary>
    public HashSet<string> NotBundled { get; } = new(StringComparer.Ordinal);

    public List<string> Workspaces { get; } = [];
    public string? BinFolder { get; private set; }
    public bool IsPrivate { get; private set; }
    public bool IsPackage { get; private set; }
    public List<string> BuildScripts { get; } = [];

    /// <summary>Null when the content is no JSON object.</summary>
    public static NpmPackage? Parse(byte[] content)
    {
        try
        {
            using var json = JsonDocument.Parse(WithoutMark(content), new JsonDocumentOptions { MaxDepth = 256 });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var package = new NpmPackage();
            package.Read(json.RootElement, JsonLines.Of(content));
            return package;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            return null;
        }
    }

    private static ReadOnlyMemory<byte> WithoutMark(byte[] content) => content is [0xEF, 0xBB, 0xBF, ..] ? content.AsMemory(3) : content;

    private void Read(JsonElement root, JsonLines lines)
    {
        string At(string path, string text) => $"package.json:{lines.LineOf(path)} {path} \"{text}\"";

        if (root.TryGetProperty("files", out var files) && files.ValueKind == JsonValueKind.Array)
        {
            Files = [];
            var i = 0;
            foreach (var file in files.EnumerateArray())
            {
                if (file.ValueKind == JsonValueKind.String && file.GetString() is { } pattern) Files.Add(new Listed(pattern, At($"files[{i}]", pattern)));
                i++;
            }
        }
        foreach (var name in (string[])["browser", "main"])
        {
            if (Text(root, name) is { Length: > 0 } path) Required.Add(new Listed(path, At(name, path)));
        }
        if (root.TryGetProperty("bin", out var bin))
        {
            if (bin.ValueKind == JsonValueKind.String && bin.GetString() is { Length: > 0 } one) Required.Add(new Listed(Inside(one), At("bin", one)));
            else if (bin.ValueKind == JsonValueKind.Object)
            {
                foreach (var program in bin.EnumerateObject())
                {
                    if (program.Value.ValueKind == JsonValueKind.String && program.Value.GetString() is { Length: > 0 } path) Required.Add(new Listed(Inside(path), At($"bin.{program.Name}", path)));
                }
            }
        }
        else if (root.TryGetProperty("directories", out var folders) && folders.ValueKind == JsonValueKind.Object) BinFolder = Text(folders, "bin") is { } folder ? Inside(folder) : null;

        Dependencies.AddRange(Names(root, "dependencies").Concat(Names(root, "optionalDependencies")).Distinct(StringComparer.Ordinal));
        NotBundled.UnionWith(Names(root, "devDependencies").Concat(Names(root, "peerDependencies")).Except(Dependencies, StringComparer.Ordinal));
        foreach (var name in (string[])["bundleDependencies", "bundledDependencies"])
        {
            if (!root.TryGetProperty(name, out var bundled)) continue;
            if (bundled.ValueKind == JsonValueKind.True) Bundled.AddRange(Dependencies);
            if (bundled.ValueKind == JsonValueKind.Array) Bundled.AddRange(Texts(bundled));
            break;
        }
        if (root.TryGetProperty("workspaces", out var spaces))
        {
            if (spaces.ValueKind == JsonValueKind.Object && spaces.TryGetProperty("packages", out var packages)) spaces = packages;
            if (spaces.ValueKind == JsonValueKind.Array) Workspaces.AddRange(Texts(spaces));
        }
        if (root.TryGetProperty("scripts", out var scripts) && scripts.ValueKind == JsonValueKind.Object)
            BuildScripts.AddRange(((string[])["prepack", "prepare", "prepublishOnly"]).Where(s => Text(scripts, s) is not null));
        IsPrivate = root.TryGetProperty("private", out var p) && p.ValueKind == JsonValueKind.True;
        IsPackage = Text(root, "name") is not null;
    }

    // npm reads such a path as if the package were the root of the disk.
    private static string Inside(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Replace('\\', '/').Split('/'))
        {
            if (part is "" or ".") continue;
            if (part != "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static List<string> Names(JsonElement root, string name)
    {
        var names = new List<string>();
        if (!root.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Object) return names;
        foreach (var property in value.EnumerateObject()) names.Add(property.Name);
        return names;
    }

    private static List<string> Texts(JsonElement list)
    {
        var texts = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (item.ValueKind == JsonValueKind.String) texts.Add(item.GetString()!);
        }
        return texts;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    /// <summary>A path or pattern, and where the manifest says it.</summary>
    internal sealed record Listed(string Text, string Source);
}
