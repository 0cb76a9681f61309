using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets.Registries;

/// <summary><c>npm:NAME@VERSION</c>: the published package, from the registry that npm is set to, held against its digest.</summary>
internal sealed class NpmRegistryTarget : TargetReader
{
    private const string Prefix = "npm:";

    public override int Order => 20;

    public override bool Recognises(string target, TargetOptions options) => target.StartsWith(Prefix, StringComparison.Ordinal) && target.Length > Prefix.Length;

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var spec = target[Prefix.Length..];
        var at = spec.IndexOf('@', 1);
        var (name, asked) = at < 0 ? (spec, "latest") : (spec[..at], spec[(at + 1)..]);
        if (name.StartsWith('@') != name.Contains('/') || name.Count(c => c == '/') > 1 || name.Any(c => c <= ' ' || c is '?' or '#' or '\\' or '%') || name.Split('/').Any(p => p.Trim('.').Length == 0) || asked.Length == 0)
            throw new GuardException($"{target}: is no package name; write npm:NAME@VERSION or npm:@SCOPE/NAME@VERSION");

        var settings = NpmSettings.Load(options.Directory, Environment.GetEnvironmentVariable);
        var registry = settings.RegistryOf(name);
        using var download = new Download();
        var answer = download.Get(new Uri(registry, name.Replace("/", "%2f", StringComparison.Ordinal)), settings.LoginFor(registry), "application/vnd.npm.install-v1+json, application/json;q=0.8", cancellation)
            ?? throw new GuardException($"{target}: {registry.Host} has no package of this name");
        var (version, tarball, integrity, shasum) = Pick(target, answer, asked);
        var login = tarball.Authority == registry.Authority ? settings.LoginFor(tarball) : null;
        using var package = download.GetPackage(tarball, login, cancellation);
        var unverified = Verify(target, package, integrity, shasum);
        return Download.Scan(package, $"{name.TrimStart('@').Replace('/', '-')}-{version}.tgz", "npm", begin, unverified);
    }

    private static (string Version, Uri Tarball, string? Integrity, string? Shasum) Pick(string target, byte[] answer, string asked)
    {
        try
        {
            using var json = JsonDocument.Parse(answer);
            var root = json.RootElement;
            var version = root.TryGetProperty("dist-tags", out var tags) && tags.TryGetProperty(asked, out var tagged) ? tagged.GetString()! : asked.TrimStart('=', 'v');
            if (!root.TryGetProperty("versions", out var versions) || !versions.TryGetProperty(version, out var one))
                throw new GuardException($"{target}: there is no version or tag {asked}");
            var dist = one.GetProperty("dist");
            if (!Uri.TryCreate(dist.GetProperty("tarball").GetString(), UriKind.Absolute, out var tarball) || tarball.Scheme is not ("http" or "https"))
                throw new GuardException($"{target}: the registry names no address for the package");
            return (version, tarball, Text(dist, "integrity"), Text(dist, "shasum"));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new GuardException($"{target}: the registry's answer is no package description", e);
        }
    }

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // Subresource Integrity: the strongest digest that is given counts; the old SHA-1 only when there is none.
    private static string[] Verify(string target, Stream package, string? integrity, string? shasum)
    {
        var digests = (integrity ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(d => d.Split('?')[0]).ToArray();
        foreach (var (prefix, algorithm) in ((string, HashAlgorithmName)[])[("sha512-", HashAlgorithmName.SHA512), ("sha384-", HashAlgorithmName.SHA384), ("sha256-", HashAlgorithmName.SHA256)])
        {
            var given = digests.Where(d => d.StartsWith(prefix, StringComparison.Ordinal)).Select(d => d[prefix.Length..]).ToArray();
            if (given.Length == 0) continue;
            var actual = Convert.ToBase64String(CryptographicOperations.HashData(algorithm, package));
            if (given.Contains(actual)) return [];
            throw new GuardException($"{target}: the downloaded package does not have the digest that the registry names ({algorithm.Name}); it was not read");
        }
        if (shasum is null) return ["the registry names no digest, so nobody can tell whether this is the package that was published"];
        if (!Convert.ToHexStringLower(CryptographicOperations.HashData(HashAlgorithmName.SHA1, package)).Equals(shasum, StringComparison.OrdinalIgnoreCase))
            throw new GuardException($"{target}: the downloaded package does not have the digest that the registry names (SHA1); it was not read");
        return [];
    }
}
