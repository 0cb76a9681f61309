using Sallyport.Guard;

namespace Sallyport.Engine.Settings;

/// <summary>Sets one value in a settings file; comments and layout stay as they are.</summary>
public static class SettingsEditor
{
    /// <param name="path">The file; made when it is missing.</param>
    /// <param name="layer">Whose it is.</param>
    /// <param name="key">As <c>model</c>, <c>compaction.threshold</c>, <c>env.CI</c>, <c>tiers.review</c>.</param>
    /// <param name="text">The value; lists take it as one more entry.</param>
    /// <exception cref="SettingsException">The file or what is to be set is wrong.</exception>
    public static void Set(string path, LayerKind layer, string key, string text) => Set(path, layer, key, text, RunSettings.ReadIfThere(path));

    /// <summary>The same over a content that was read before; what the file holds then.</summary>
    internal static byte[] Set(string path, LayerKind layer, string key, string text, byte[]? before)
    {
        var edit = new JsonEdit(before is null ? null : System.Text.Encoding.UTF8.GetString(before), json => new SettingsReader(json, path, layer).Read(null));
        var parts = key.Split('.');
        if (SettingKeys.Find(key) is { } known)
        {
            var value = SettingText.Read(known, text, key);
            if (value is not List<string> list) edit.Set(parts, SettingText.Json(value));
            else if (edit.Root[key] is not { } there) edit.Set(parts, SettingText.Json(list));
            else if (!there.Items.Exists(item => item.Text == text || item["rule"]?.Text == text)) edit.Add(parts, _ => SettingText.Json(text));
        }
        else if (parts.Length == 2 && SettingKeys.Find(parts[0])?.Kind is SettingKind.Texts or SettingKind.Tiers) edit.Set(parts, SettingText.Json(text));
        else if (parts.Length == 3 && parts[0] == "providers") SetProvider(edit, parts, text);
        else throw new SettingsException(SettingText.Unknown(key));
        Write(path, edit.Text);
        return System.Text.Encoding.UTF8.GetBytes(edit.Text);
    }

    // Written whole, so that the file is valid after every step.
    private static void SetProvider(JsonEdit edit, string[] parts, string text)
    {
        if (edit.Root["providers"]?[parts[1]] is null && parts[2] != "kind") throw new SettingsException($"there is no provider \"{parts[1]}\" yet; first set providers.{parts[1]}.kind");
        edit.Set(parts, parts[2] == "models" ? SettingText.Json((IReadOnlyList<string>)text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)) : SettingText.Json(text));
    }

    private static void Write(string path, string text)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var target = File.Exists(path) ? new FileInfo(path).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? path : path;
            var next = target + ".next";
            File.WriteAllText(next, text);
            if (!OperatingSystem.IsWindows() && File.Exists(target)) File.SetUnixFileMode(next, File.GetUnixFileMode(target));
            File.Move(next, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"{path}: cannot be written ({e.Message})", e);
        }
    }
}
