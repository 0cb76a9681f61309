using System.Globalization;
using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Artifacts.Images;

/// <summary>
/// Which files a later layer of a container image deletes or overwrites (OCI image spec, "Whiteouts"). Names are noted as
/// layers pass by, in whatever order; the manifests tell the order at the end. Only hashes of names are kept.
/// </summary>
internal sealed class ImageLayers
{
    private const int MaxManifests = 4096;
    private const int MaxImages = 64;
    private const int MaxAliases = 4096;
    private const int MaxLayers = 1024;

    private readonly Dictionary<string, Names> layers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> documents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly Lock gate = new();
    private readonly HashSet<string> ways = new(StringComparer.Ordinal);
    private List<List<string>> orders = [];

    /// <summary>A blob of an OCI layout, or a layer of an older <c>docker save</c>.</summary>
    public static bool IsLayerName(string path)
    {
        if (path.EndsWith("/layer.tar", StringComparison.Ordinal)) return true;
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (name.EndsWith(".tar")) name = name[..^4];
        return name.Length == 64 && !name.ContainsAnyExcept("0123456789abcdef");
    }

    /// <summary>Null when the container cannot be a layer.</summary>
    public Names? Begin(Entry container)
    {
        if (container.Origin == Origin.Derived || !IsLayerName(container.InPackage)) return null;
        lock (gate)
        {
            if (!layers.TryGetValue(container.Path, out var names)) layers[container.Path] = names = new Names();
            return names;
        }
    }

    /// <summary>Remembers a document that may tell the order of layers.</summary>
    public void Offer(Entry entry, ReadOnlyMemory<byte> content)
    {
        if (entry.Origin == Origin.Derived || entry.Name is not ("manifest.json" or "index.json") && !IsLayerName(entry.InPackage)) return;
        if (content.Length > 1 << 20 || content.Span.TrimStart(" \t\r\n"u8) is not [(byte)'{' or (byte)'[', ..]) return;
        lock (gate)
        {
            if (documents.Count < MaxManifests) documents[entry.Path] = content.ToArray();
        }
    }

    /// <summary>Older writers put a layer that several images share into one of them and link to it from the others.</summary>
    /// <param name="path">The link.</param>
    /// <param name="target">The file; may hold <c>..</c>.</param>
    public void Link(string path, string target)
    {
        if (!IsLayerName(path)) return;
        lock (gate)
        {
            if (aliases.Count < MaxAliases) aliases[path] = MemberNames.WithoutDots(target);
        }
    }

    /// <summary>True when one layer may hide files of another. Known after <see cref="Settle"/>.</summary>
    public bool MayHide => orders.Count > 0;

    /// <summary>All layers were read: works out their order.</summary>
    public void Settle()
    {
        orders = layers.Count < 2 ? [] : Orders();
        foreach (var layer in layers.Keys)
        {
            ways.Add(layer);
            for (var at = layer.IndexOf("!/", StringComparison.Ordinal); at >= 0; at = layer.IndexOf("!/", at + 2, StringComparison.Ordinal)) ways.Add(layer[..at]);
        }
    }

    /// <summary>Why a file is no longer visible though it is in a layer; null when it is. Known after <see cref="Settle"/>.</summary>
    public string? GhostOf(string path)
    {
        if (orders.Count == 0 || Locate(path) is not (var layer, var name)) return null;
        // Hidden in every image that has the layer: otherwise it is in plain sight somewhere.
        string? ghost = null;
        foreach (var order in orders)
        {
            var at = order.IndexOf(layer);
            if (at < 0) continue;
            ghost = GhostIn(order, at, name);
            if (ghost is null) return null;
        }
        return ghost;
    }

    /// <summary>True for a layer, and for a container with a layer somewhere in it.</summary>
    public bool LeadsToLayer(string path) => ways.Contains(path);

    private string? GhostIn(List<string> order, int at, string name)
    {
        for (var i = at + 1; i < order.Count; i++)
        {
            if (!layers.TryGetValue(order[i], out var later)) continue;
            var number = (i + 1).ToString(CultureInfo.InvariantCulture);
            if (later.Deletes(name)) return $"deleted by layer {number} of {order.Count}, still in the image";
            if (later.Has(name)) return $"overwritten by layer {number} of {order.Count}, still in the image";
        }
        return null;
    }

    private (string Layer, string Name)? Locate(string path)
    {
        for (var at = path.IndexOf("!/", StringComparison.Ordinal); at >= 0; at = path.IndexOf("!/", at + 2, StringComparison.Ordinal))
        {
            if (!layers.ContainsKey(path[..at])) continue;
            var rest = path[(at + 2)..];
            var end = rest.IndexOf("!/", StringComparison.Ordinal);
            return (path[..at], end < 0 ? rest : rest[..end]);
        }
        return null;
    }

    private List<List<string>> Orders()
    {
        var orders = new List<List<string>>();
        foreach (var (path, content) in documents)
        {
            if (orders.Count >= MaxImages) break;
            try
            {
                using var json = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 32 });
                Collect(path, json.RootElement, orders);
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
            {
                // Not a manifest; its bytes were scanned like any file's.
            }
        }
        return orders;
    }

    private void Collect(string path, JsonElement root, List<List<string>> orders)
    {
        var slash = path.LastIndexOf('/');
        var folder = path[..(slash + 1)];
        if (root.ValueKind == JsonValueKind.Array)
        {
            foreach (var image in root.EnumerateArray())
            {
                if (image.ValueKind == JsonValueKind.Object && image.TryGetProperty("Layers", out var names) && names.ValueKind == JsonValueKind.Array)
                    orders.Add([.. names.EnumerateArray().Where(n => n.ValueKind == JsonValueKind.String).Take(MaxLayers).Select(n => Layer(folder + n.GetString()))]);
            }
            return;
        }
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("layers", out var blobs) || blobs.ValueKind != JsonValueKind.Array) return;
        // An image manifest is itself a blob: its layers stand beside it.
        orders.Add([.. blobs.EnumerateArray()
            .Select(b => b.ValueKind == JsonValueKind.Object && b.TryGetProperty("digest", out var d) && d.ValueKind == JsonValueKind.String ? d.GetString() : null)
            .OfType<string>().Where(d => d.StartsWith("sha256:", StringComparison.Ordinal)).Take(MaxLayers).Select(d => Layer(folder + d[7..]))]);
    }

    private string Layer(string path)
    {
        for (var hops = 0; hops < 8 && !layers.ContainsKey(path) && aliases.TryGetValue(path, out var target); hops++) path = target;
        return path;
    }

    /// <summary>The names in one layer.</summary>
    internal sealed class Names
    {
        private readonly HashSet<ulong> present = [];
        private readonly HashSet<ulong> deleted = [];
        private readonly HashSet<ulong> emptied = [];

        public void Add(string name)
        {
            name = Normal(name);
            var slash = name.LastIndexOf('/');
            var file = name.AsSpan(slash + 1);
            if (file.SequenceEqual(".wh..wh..opq")) emptied.Add(Hash(slash < 0 ? "" : name[..slash]));
            else if (file.StartsWith(".wh.")) deleted.Add(Hash(name[..(slash + 1)] + name[(slash + 5)..]));
            else present.Add(Hash(name));
        }

        public bool Has(string name) => present.Contains(Hash(Normal(name)));

        /// <summary>Deleted itself, or with a folder above it.</summary>
        public bool Deletes(string name)
        {
            name = Normal(name);
            if (deleted.Contains(Hash(name))) return true;
            for (var slash = name.LastIndexOf('/'); ; slash = slash <= 0 ? -1 : name.LastIndexOf('/', slash - 1))
            {
                var folder = slash < 0 ? "" : name[..slash];
                if (emptied.Contains(Hash(folder)) || (slash >= 0 && deleted.Contains(Hash(folder)))) return true;
                if (slash < 0) return false;
            }
        }

        private static string Normal(string name) => MemberNames.Readable(name).Trim('/');

        private static ulong Hash(string name) => MemberNames.Hashes(name).Exact;
    }
}
