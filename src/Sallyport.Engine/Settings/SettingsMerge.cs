namespace Sallyport.Engine.Settings;

/// <summary>The rules by which layers become one.</summary>
internal static class SettingsMerge
{
    public static Dictionary<string, Setting> Of(IReadOnlyList<SettingsLayer> layers)
    {
        var merged = new Dictionary<string, Setting>(StringComparer.Ordinal);
        foreach (var layer in layers)
        {
            foreach (var (name, setting) in layer.Values)
            {
                var key = SettingKeys.Find(name)!;
                if (!Counts(layers, layer, name))
                {
                    if (layer.Kind == LayerKind.Flags) throw new SettingsException($"{key.Option ?? name} cannot be used: the managed settings ({layers[0].Path}) lock \"{name}\"");
                    continue;
                }
                var value = key.Kind == SettingKind.Folders ? Rooted((List<string>)setting.Value, layer.Folder) : setting.Value;
                merged[name] = setting with { Value = key.AddsUp && merged.TryGetValue(name, out var below) ? Join(below.Value, value) : value };
            }
        }
        return merged;
    }

    // Denials always add up: a lock must never make anything less forbidden.
    public static bool Counts(IReadOnlyList<SettingsLayer> layers, SettingsLayer layer, string name) =>
        layer.Kind == LayerKind.Managed || layers[0].Kind != LayerKind.Managed || name == "deny" || !Contains(layers[0].Locked, name);

    private static bool Contains(IReadOnlyList<string> names, string name)
    {
        foreach (var one in names) if (one == name) return true;
        return false;
    }

    private static object Join(object below, object above)
    {
        switch (below, above)
        {
            case (List<string> a, List<string> b):
                var list = new List<string>(a);
                foreach (var item in b) if (!list.Contains(item)) list.Add(item);
                return list;
            case (Dictionary<string, string> a, Dictionary<string, string> b): return Over(a, b);
            case (Dictionary<string, TierSetting> a, Dictionary<string, TierSetting> b): return Over(a, b);
            case (Dictionary<string, ProviderSetting> a, Dictionary<string, ProviderSetting> b): return Over(a, b);
            case (Dictionary<string, ServerSetting> a, Dictionary<string, ServerSetting> b):
                var servers = new Dictionary<string, ServerSetting>(a, StringComparer.Ordinal);
                foreach (var (name, server) in b) servers[name] = a.TryGetValue(name, out var weaker) ? server.Over(weaker) : server;
                return servers;
            case (Dictionary<string, CredentialSetting> a, Dictionary<string, CredentialSetting> b): return Over(a, b);
            default: return above;
        }
    }

    private static Dictionary<string, T> Over<T>(Dictionary<string, T> below, Dictionary<string, T> above)
    {
        var result = new Dictionary<string, T>(below, StringComparer.Ordinal);
        foreach (var (name, value) in above) result[name] = value;
        return result;
    }

    private static List<string> Rooted(List<string> folders, string? start)
    {
        var result = new List<string>();
        foreach (var folder in folders)
        {
            var home = folder is "~" || folder.StartsWith("~/", StringComparison.Ordinal);
            result.Add(Path.GetFullPath(home ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + folder[1..] : folder, start ?? Environment.CurrentDirectory));
        }
        return result;
    }
}
