using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Targets.Registries;

/// <summary><c>nuget:NAME@VERSION</c>: the published package, from the sources that NuGet is set to, held against its digest.</summary>
internal sealed class NuGetRegistryTarget : TargetReader
{
    private const string Prefix = "nuget:";

    public override int Order => 20;

    public override bool Recognises(string target, TargetOptions options) => target.StartsWith(Prefix, StringComparison.Ordinal) && target.Length > Prefix.Length;

    public override TargetInfo Read(string target, TargetOptions options, Func<long, ScanRun> begin, CancellationToken cancellation)
    {
        var spec = target[Prefix.Length..];
        var at = spec.IndexOf('@', StringComparison.Ordinal);
        var (name, asked) = at < 0 ? (spec, null) : (spec[..at], (string?)spec[(at + 1)..]);
        if (asked is "latest" or "*") asked = null;
        if (name.Length == 0 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_') || asked?.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+') == false)
            throw new GuardException($"{target}: is no package name; write nuget:NAME@VERSION");
        using var download = new Download();
        ScanRun? run = null;
        GuardException? failure = null;
        foreach (var source in NuGetSettings.Load(options.Directory, Environment.GetEnvironmentVariable))
        {
            try
            {
                var feed = source.Address.Contains("://", StringComparison.Ordinal) ? (NuGetFeed)new NuGetServer(download, source, cancellation) : new NuGetFolder(source.Address);
                if (Version(feed.Versions(name), asked) is not { } version) continue;
                using var package = feed.Open(name, version);
                var digest = feed.Sha512(name, version);
                if (digest is not null && digest != Convert.ToBase64String(SHA512.HashData(package)))
                    throw new GuardException($"{target}: the downloaded package does not have the digest that {source.Name} names (SHA512); it was not read");
                return Download.Scan(package, $"{name}.{version}.nupkg", "nuget", bytes => run = begin(bytes), digest is null ? [$"{source.Name} names no digest, so nobody can tell whether this is the package that was published"] : []);
            }
            catch (GuardException e) when (run is null)
            {
                // Another source may have it; if none does, this is the reason to give.
                failure ??= e;
            }
        }
        throw failure ?? new GuardException($"{target}: no package source of nuget.config has this package and version");
    }

    // Versions are listed in ascending order; without a wish the last one that is no preview counts.
    private static string? Version(IReadOnlyList<string> versions, string? asked)
    {
        if (asked is null) return versions.LastOrDefault(v => !v.Contains('-')) ?? versions.LastOrDefault();
        var wanted = Normal(asked);
        return versions.FirstOrDefault(v => Normal(v).Equals(wanted, StringComparison.OrdinalIgnoreCase));
    }

    // "1.0" and "1.0.0.0" name the same version as "1.0.0"; what stands after '+' is no part of it.
    private static string Normal(string version)
    {
        version = version.Split('+')[0];
        var dash = version.IndexOf('-', StringComparison.Ordinal);
        var (numbers, rest) = dash < 0 ? (version, "") : (version[..dash], version[dash..]);
        var parts = numbers.Split('.').Select(n => n.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : "0").ToList();
        while (parts.Count < 3) parts.Add("0");
        if (parts is [_, _, _, "0"]) parts.RemoveAt(3);
        return string.Join('.', parts) + rest;
    }
}
