using System.Text.Json;
using System.Text.Json.Nodes;
using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard;

/// <summary>What drift needs to know of a release: names, sizes and kinds, no contents.</summary>
/// <param name="Label">For people: a target or a version.</param>
/// <param name="Name">The package's name; "" when its manifest gives none.</param>
/// <param name="Files">Unpacked size in bytes and <see cref="FileKinds"/> by path in the package.</param>
internal sealed record Baseline(string Label, string Name, IReadOnlyDictionary<string, (long Bytes, string Kind)> Files)
{
    public long Bytes { get; } = Files.Values.Sum(f => f.Bytes);

    /// <summary>Only what the package itself lists; what stands in archives inside it is one file here.</summary>
    public static Baseline Of(string label, IEnumerable<Entry> entries, PackageManifest? manifest)
    {
        var files = new Dictionary<string, (long, string)>(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (entry.Origin == Origin.Packed && !entry.IsRoot && entry.Ghost is null) files[entry.InPackage] = (entry.Size, entry.Kind);
        }
        return new Baseline(label, manifest?.Name ?? "", files);
    }
}

/// <summary>The recorded baseline, one JSON file for all packages of a repository: <c>.sallyport/baseline.json</c> unless the policy says otherwise.</summary>
internal static class BaselineFile
{
    private const long MaxBytes = 256L << 20;

    public static string PathOf(CheckRequest request)
    {
        var folder = request.Policy.Source is { } source ? Path.GetDirectoryName(Path.GetFullPath(Path.Combine(request.Directory, source)))! : request.Directory;
        return Path.Combine(folder, request.Policy.Drift.Baseline ?? Path.Combine(".sallyport", "baseline.json"));
    }

    /// <summary>The record of the package of that name; null when there is none. Throws <see cref="GuardException"/> on a damaged file.</summary>
    public static Baseline? Find(CheckRequest request, string? name)
    {
        var path = PathOf(request);
        if (!File.Exists(path)) return null;
        try
        {
            if (Load(path)[name ?? ""] is not JsonObject package) return null;
            var files = new Dictionary<string, (long, string)>(StringComparer.Ordinal);
            foreach (var (file, value) in package["files"]!.AsObject()) files[file] = (value!["bytes"]!.GetValue<long>(), value["kind"]!.GetValue<string>());
            return new Baseline(package["label"]?.GetValue<string>() ?? "the recorded baseline", name ?? "", files);
        }
        catch (Exception e) when (e is NullReferenceException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw Damaged(path, e);
        }
    }

    /// <summary>Adds or replaces one package's record.</summary>
    public static void Write(string path, Baseline release)
    {
        var packages = File.Exists(path) ? Load(path) : [];
        var files = new JsonObject();
        foreach (var (file, (bytes, kind)) in release.Files.OrderBy(f => f.Key, StringComparer.Ordinal)) files[file] = new JsonObject { ["bytes"] = bytes, ["kind"] = kind };
        packages[release.Name] = new JsonObject { ["label"] = release.Label, ["files"] = files };
        packages.Parent?.AsObject().Remove("packages");
        var root = new JsonObject { ["version"] = 1, ["packages"] = packages };
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var stream = new MemoryStream();
            using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true })) root.WriteTo(writer);
            stream.WriteByte((byte)'\n');
            File.WriteAllBytes(path + ".new", stream.ToArray());
            File.Move(path + ".new", path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{path}: the baseline cannot be written ({e.Message})", e);
        }
    }

    private static JsonObject Load(string path)
    {
        try
        {
            if (new FileInfo(path).Length > MaxBytes) throw new GuardException($"{path}: too large for a baseline; record it again");
            var root = JsonNode.Parse(File.ReadAllBytes(path));
            return root?["packages"]?.AsObject() ?? throw Damaged(path, null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw Damaged(path, e);
        }
    }

    private static GuardException Damaged(string path, Exception? cause) =>
        cause is null ? new GuardException($"{path}: is no baseline; record it again") : new GuardException($"{path}: is no baseline ({cause.Message}); record it again", cause);
}
