using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Targets.Registries;

/// <summary>One source of NuGet packages.</summary>
internal abstract class NuGetFeed
{
    /// <summary>All versions of a package in ascending order; empty when the source has none.</summary>
    public abstract IReadOnlyList<string> Versions(string name);

    /// <summary>The package, seekable.</summary>
    public abstract Stream Open(string name, string version);

    /// <summary>Base64 of its SHA-512 as the source states it, or null.</summary>
    public abstract string? Sha512(string name, string version);
}

/// <summary>A server that speaks version 3 of the protocol (learn.microsoft.com/nuget/api/overview).</summary>
internal sealed class NuGetServer(Download download, NuGetSettings.Source source, CancellationToken cancellation) : NuGetFeed
{
    private readonly Dictionary<string, Uri> resources = new(StringComparer.Ordinal);

    public override IReadOnlyList<string> Versions(string name)
    {
        var answer = Get(new Uri(Resource("PackageBaseAddress/3.0.0"), $"{Lower(name)}/index.json"));
        if (answer is null) return [];
        using var json = Parse(answer);
        return json.RootElement.TryGetProperty("versions", out var versions) && versions.ValueKind == JsonValueKind.Array ? [.. versions.EnumerateArray().Select(v => v.GetString() ?? "")] : [];
    }

    public override Stream Open(string name, string version) =>
        download.GetPackage(new Uri(Resource("PackageBaseAddress/3.0.0"), $"{Lower(name)}/{Lower(version)}/{Lower(name)}.{Lower(version)}.nupkg"), source.Login, cancellation);

    // The catalogue entry of the registration names the digest; servers without a catalogue have none.
    public override string? Sha512(string name, string version)
    {
        if (TryResource("RegistrationsBaseUrl") is not { } registrations || Get(new Uri(registrations, $"{Lower(name)}/{Lower(version)}.json")) is not { } leaf) return null;
        using var json = Parse(leaf);
        if (!json.RootElement.TryGetProperty("catalogEntry", out var entry)) return null;
        if (entry.ValueKind == JsonValueKind.Object) return Digest(entry);
        if (entry.ValueKind != JsonValueKind.String || !Uri.TryCreate(entry.GetString(), UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https") || Get(address) is not { } details) return null;
        using var catalogue = Parse(details);
        return Digest(catalogue.RootElement);
    }

    private static string? Digest(JsonElement entry) =>
        entry.TryGetProperty("packageHash", out var hash) && (!entry.TryGetProperty("packageHashAlgorithm", out var algorithm) || algorithm.GetString() == "SHA512") ? hash.GetString() : null;

    private Uri Resource(string type) => TryResource(type) ?? throw new GuardException($"{source.Name}: the package source does not offer downloads ({type})");

    private Uri? TryResource(string type)
    {
        if (resources.Count == 0) LoadIndex();
        return resources.GetValueOrDefault(type) ?? resources.Where(r => r.Key.StartsWith(type + "/", StringComparison.Ordinal)).OrderByDescending(r => r.Key, StringComparer.Ordinal).Select(r => r.Value).FirstOrDefault();
    }

    private void LoadIndex()
    {
        if (!Uri.TryCreate(source.Address, UriKind.Absolute, out var index) || index.Scheme is not ("http" or "https")) throw new GuardException($"{source.Name}: the package source is no address: {source.Address}");
        using var json = Parse(Get(index) ?? throw new GuardException($"{source.Name}: the package source has no service index at {index}"));
        if (!json.RootElement.TryGetProperty("resources", out var list) || list.ValueKind != JsonValueKind.Array) throw new GuardException($"{source.Name}: the answer at {index} is no service index");
        foreach (var resource in list.EnumerateArray())
        {
            if (resource.TryGetProperty("@id", out var id) && resource.TryGetProperty("@type", out var type) && type.ValueKind == JsonValueKind.String
                && Uri.TryCreate(id.GetString() is { } address && !address.EndsWith('/') ? address + "/" : id.GetString(), UriKind.Absolute, out var uri))
                resources.TryAdd(type.GetString()!, uri);
        }
    }

    // The login goes to the source's own host only.
    private byte[]? Get(Uri address) =>
        download.Get(address, Uri.TryCreate(source.Address, UriKind.Absolute, out var own) && own.Authority == address.Authority ? source.Login : null, "application/json", cancellation);

    private JsonDocument Parse(byte[] answer)
    {
        try
        {
            var json = JsonDocument.Parse(answer is [0xEF, 0xBB, 0xBF, ..] ? answer.AsMemory(3) : answer);
            if (json.RootElement.ValueKind == JsonValueKind.Object) return json;
            json.Dispose();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException) // the latter for text that is no Unicode
        {
            // Told below.
        }
        throw new GuardException($"{source.Name}: the package source's answer is not what NuGet's protocol says");
    }

    private static string Lower(string text) => text.ToLowerInvariant();
}

/// <summary>A folder of packages, flat or by name and version; there NuGet keeps digests beside the packages.</summary>
internal sealed class NuGetFolder(string folder) : NuGetFeed
{
    public override IReadOnlyList<string> Versions(string name)
    {
        if (!Directory.Exists(folder)) return [];
        var deep = Path.Combine(folder, name.ToLowerInvariant());
        var versions = Directory.Exists(deep) ? Directory.EnumerateDirectories(deep).Select(Path.GetFileName).OfType<string>().Where(v => FileOf(name, v) is not null).ToList() : [];
        foreach (var file in Directory.EnumerateFiles(folder, "*.nupkg").Select(Path.GetFileNameWithoutExtension).OfType<string>())
        {
            if (file.StartsWith(name + ".", StringComparison.OrdinalIgnoreCase) && char.IsAsciiDigit(file[name.Length + 1])) versions.Add(file[(name.Length + 1)..]);
        }
        return [.. versions.OrderBy(Order, StringComparer.Ordinal)];
    }

    public override Stream Open(string name, string version)
    {
        try
        {
            return new FileStream(FileOf(name, version)!, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{folder}: {name} {version} cannot be read ({e.Message})", e);
        }
    }

    // A flat folder states no digest; the file itself is the release then.
    public override string? Sha512(string name, string version)
    {
        var file = FileOf(name, version)!;
        if (File.Exists(file + ".sha512") && new FileInfo(file + ".sha512").Length < 1024) return File.ReadAllText(file + ".sha512", Encoding.ASCII).Trim();
        using var package = File.OpenRead(file);
        return Convert.ToBase64String(System.Security.Cryptography.SHA512.HashData(package));
    }

    // Numbers by value; a preview before its release.
    private static string Order(string version)
    {
        var dash = version.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? version : version[..dash]).Split('.').Select(n => n.PadLeft(10, '0'));
        return string.Join('.', numbers) + (dash < 0 ? "~" : version[dash..]);
    }

    private string? FileOf(string name, string version)
    {
        var deep = Path.Combine(folder, name.ToLowerInvariant(), version, $"{name.ToLowerInvariant()}.{version}.nupkg");
        if (File.Exists(deep)) return deep;
        return Directory.EnumerateFiles(folder, "*.nupkg").FirstOrDefault(f => Path.GetFileName(f).Equals($"{name}.{version}.nupkg", StringComparison.OrdinalIgnoreCase));
    }
}
