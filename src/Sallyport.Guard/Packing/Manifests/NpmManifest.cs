using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Packing.Manifests;

/// <summary><c>package.json</c> at the package's root.</summary>
internal sealed class NpmManifest : ManifestReader
{
    public override int Rank => 10;

    public override bool IsManifest(Entry entry) => entry.InPackage is "package.json";

    public override PackageManifest? Read(Entry entry, byte[] content) => Read(entry, content, "npm");

    public static PackageManifest? Read(Entry entry, byte[] content, string ecosystem)
    {
        try
        {
            using var json = JsonDocument.Parse(content is [0xEF, 0xBB, 0xBF, ..] ? content.AsMemory(3) : content, new JsonDocumentOptions { MaxDepth = 64, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (json.RootElement.ValueKind != JsonValueKind.Object) return null;
            var root = json.RootElement;
            return new PackageManifest
            {
                Path = entry.InPackage,
                Ecosystem = ecosystem,
                Name = Text(root, "name"),
                Version = Text(root, "version"),
                License = License(root),
                IsPrivate = root.TryGetProperty("private", out var p) && p.ValueKind == JsonValueKind.True,
                Content = content,
            };
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            return null;
        }
    }

    // Old packages write {"type": "MIT"} or a list of those.
    private static string? License(JsonElement root)
    {
        if (Text(root, "license") is { } plain) return plain;
        if (root.TryGetProperty("license", out var one) && one.ValueKind == JsonValueKind.Object) return Text(one, "type");
        if (root.TryGetProperty("licenses", out var many) && many.ValueKind == JsonValueKind.Array)
            return string.Join(" OR ", many.EnumerateArray().Select(l => l.ValueKind == JsonValueKind.Object ? Text(l, "type") : l.ValueKind == JsonValueKind.String ? l.GetString() : null).OfType<string>());
        return null;
    }

    private static string? Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
