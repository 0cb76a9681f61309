using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Settings;

/// <summary>
/// Which folders' settings count in full: those that the user has looked at, as they were then. The answer is bound to the
/// content, so that a change, by a pull or by an agent, has to be looked at again.
/// </summary>
public static class Trust
{
    /// <summary>Keys of a layer that count only with trust.</summary>
    public static List<string> Gated(SettingsLayer layer)
    {
        var names = new List<string>();
        foreach (var (name, setting) in layer.Values) if (SettingKeys.Find(name)!.NeedsTrust(setting.Value)) names.Add(name);
        return names;
    }

    internal static bool Withholds(SettingsLayer layer) => Gated(layer).Count > 0;

    internal static void Withhold(SettingsLayer layer)
    {
        foreach (var name in Gated(layer))
        {
            layer.Values.Remove(name);
            layer.Ignored.Add(name);
        }
    }

    /// <summary>The layers of a project as its files say, whether trusted or not.</summary>
    public static List<SettingsLayer> Read(SettingsPaths paths) => Read(paths, RunSettings.ReadIfThere(paths.Project), RunSettings.ReadIfThere(paths.Local));

    internal static List<SettingsLayer> Read(SettingsPaths paths, byte[]? project, byte[]? local)
    {
        var layers = new List<SettingsLayer>();
        if (project is not null) layers.Add(new SettingsReader(project, paths.Project, LayerKind.Project).Read(paths.ProjectFolder));
        if (local is not null) layers.Add(new SettingsReader(local, paths.Local, LayerKind.Local).Read(paths.ProjectFolder));
        return layers;
    }

    public static bool Holds(SettingsPaths paths) => Holds(paths, RunSettings.ReadIfThere(paths.Project), RunSettings.ReadIfThere(paths.Local));

    internal static bool Holds(SettingsPaths paths, byte[]? project, byte[]? local) =>
        All(paths).TryGetValue(RealPath.Of(Path.GetFullPath(paths.ProjectFolder)), out var hash) && hash == Hash(project, local);

    /// <summary>Trusts a folder's settings as they now are.</summary>
    public static void Grant(SettingsPaths paths) => Grant(paths, RunSettings.ReadIfThere(paths.Project), RunSettings.ReadIfThere(paths.Local));

    /// <summary>Trusts these very contents: what has come into the files since they were looked at is not trusted along with them.</summary>
    internal static void Grant(SettingsPaths paths, byte[]? project, byte[]? local)
    {
        var all = All(paths);
        all[RealPath.Of(Path.GetFullPath(paths.ProjectFolder))] = Hash(project, local);
        Write(paths, all);
    }

    /// <summary>Whether it was trusted until now.</summary>
    public static bool Revoke(SettingsPaths paths)
    {
        var all = All(paths);
        if (!all.Remove(RealPath.Of(Path.GetFullPath(paths.ProjectFolder)))) return false;
        Write(paths, all);
        return true;
    }

    /// <summary>Whether the files of a folder beside the settings (agents) were trusted, as they are. Each such folder is trusted by itself.</summary>
    public static bool Holds(SettingsPaths paths, string folder, IReadOnlyList<(string Path, byte[] Content)> files) =>
        All(paths).TryGetValue(RealPath.Of(Path.GetFullPath(folder)), out var hash) && hash == Hash(files);

    /// <summary>Trusts these very contents of a folder beside the settings.</summary>
    public static void Grant(SettingsPaths paths, string folder, IReadOnlyList<(string Path, byte[] Content)> files)
    {
        var all = All(paths);
        all[RealPath.Of(Path.GetFullPath(folder))] = Hash(files);
        Write(paths, all);
    }

    /// <summary>Whether a folder beside the settings was trusted until now.</summary>
    public static bool Revoke(SettingsPaths paths, string folder)
    {
        var all = All(paths);
        if (!all.Remove(RealPath.Of(Path.GetFullPath(folder)))) return false;
        Write(paths, all);
        return true;
    }

    /// <summary>Every trusted folder with the hash of its settings.</summary>
    public static SortedDictionary<string, string> All(SettingsPaths paths)
    {
        try
        {
            if (File.Exists(paths.Trust) && JsonSerializer.Deserialize(File.ReadAllBytes(paths.Trust), TrustJson.Default.TrustFile) is { Folders: { } folders }) return new(folders, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            // What cannot be read trusts nobody.
        }
        return new(StringComparer.Ordinal);
    }

    private static void Write(SettingsPaths paths, SortedDictionary<string, string> folders)
    {
        StateFolder.Make(Path.GetDirectoryName(paths.Trust)!);
        var next = paths.Trust + ".next";
        using (var file = StateFolder.Open(next, FileMode.Create)) file.Write(JsonSerializer.SerializeToUtf8Bytes(new TrustFile(1, new(folders, StringComparer.Ordinal)), TrustJson.Default.TrustFile));
        File.Move(next, paths.Trust, overwrite: true);
    }

    private static string Hash(IReadOnlyList<(string Path, byte[] Content)> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (path, content) in files)
        {
            var name = System.Text.Encoding.UTF8.GetBytes(Path.GetFileName(path));
            hash.AppendData(BitConverter.GetBytes((long)name.Length));
            hash.AppendData(name);
            hash.AppendData(BitConverter.GetBytes(content.LongLength));
            hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static string Hash(byte[]? project, byte[]? local)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var content in (byte[]?[])[project, local])
        {
            // The length in front, so that what stands in one file can never pass for two.
            hash.AppendData(BitConverter.GetBytes(content is null ? -1L : content.LongLength));
            if (content is not null) hash.AppendData(content);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

internal sealed record TrustFile(int Version, Dictionary<string, string> Folders);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(TrustFile))]
internal sealed partial class TrustJson : JsonSerializerContext;
