using System.Text.Json;

namespace Sallyport.Engine.Flow;

/// <summary>
/// Scripts of a package.json that run by themselves when it is installed, packed or published. Other changes of that file are daily
/// work; a call that touches one of these is not.
/// </summary>
internal static class LifecycleScripts
{
    public const string FileName = "package.json";

    // Hooks of git that tools set up from here.
    private static readonly string[] Hooks = ["husky", "simple-git-hooks", "gitHooks", "pre-commit", "pre-push", "lint-staged"];

    private static readonly string[] Names = ["preinstall", "install", "postinstall", "prepare", "preprepare", "postprepare", "prepublish", "prepublishOnly", "prepack", "postpack", "publish", "postpublish", "preuninstall", "uninstall", "postuninstall", "dependencies"];

    /// <param name="path">The file that a call writes.</param>
    /// <param name="arguments">What the call was given.</param>
    public static bool Concerns(string path, JsonElement arguments)
    {
        if (!Path.GetFileName(path).Equals(FileName, StringComparison.OrdinalIgnoreCase)) return false;
        var now = Of(Text(path));
        if (arguments.ValueKind == JsonValueKind.Object && arguments.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.String)
            return !Same(now, Of(content.GetString()!));
        return Any(arguments, text => Mentions(text, now));
    }

    private static bool Mentions(string text, Dictionary<string, string> now)
    {
        // "dependencies" is first of all the list of packages.
        foreach (var name in Names) if (name != "dependencies" && text.Contains($"\"{name}\"", StringComparison.Ordinal)) return true;
        var part = text.Trim().Trim('"', ',');
        foreach (var script in now.Values) if (part.Length >= 3 && script.Contains(part, StringComparison.Ordinal)) return true;
        return false;
    }

    /// <summary>The scripts of a package.json that run by themselves, in one comparable text; empty for none.</summary>
    public static string Told(ReadOnlySpan<byte> json)
    {
        var scripts = Of(System.Text.Encoding.UTF8.GetString(json));
        return scripts.Count == 0 ? "" : string.Join('\n', scripts.Select(static script => $"{script.Key}: {script.Value}").Order(StringComparer.Ordinal));
    }

    private static Dictionary<string, string> Of(string json)
    {
        var scripts = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            using var document = JsonDocument.Parse(json.TrimStart('\uFEFF'));
            if (document.RootElement.ValueKind != JsonValueKind.Object) return scripts;
            foreach (var hooks in Hooks) if (document.RootElement.TryGetProperty(hooks, out var set)) scripts["/" + hooks] = set.GetRawText();
            if (document.RootElement.TryGetProperty("scripts", out var all) && all.ValueKind == JsonValueKind.Object)
                foreach (var script in all.EnumerateObject()) if (Array.IndexOf(Names, script.Name) >= 0) scripts[script.Name] = script.Value.GetRawText();
        }
        catch (JsonException)
        {
            // What npm cannot read runs nothing.
        }
        return scripts;
    }

    private static bool Same(Dictionary<string, string> one, Dictionary<string, string> other)
    {
        if (one.Count != other.Count) return false;
        foreach (var (name, script) in one) if (!other.TryGetValue(name, out var same) || same != script) return false;
        return true;
    }

    private static string Text(string path)
    {
        try
        {
            return File.Exists(path) && new FileInfo(path).Length < 1 << 20 ? File.ReadAllText(path) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static bool Any(JsonElement value, Func<string, bool> test) => value.ValueKind switch
    {
        JsonValueKind.String => test(value.GetString()!),
        JsonValueKind.Array => value.EnumerateArray().Any(item => Any(item, test)),
        JsonValueKind.Object => value.EnumerateObject().Any(member => member.Name != "path" && Any(member.Value, test)),
        _ => false,
    };
}
