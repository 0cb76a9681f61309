using System.Text.Json;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// The Source Link map of a PDB: which URL serves the sources. Anyone with the PDB learns these hosts; those of public
/// forges are meant to be known.
/// </summary>
internal static class SourceLinkMap
{
    private static readonly string[] PublicForges =
    [
        "github.com", "githubusercontent.com", "gitlab.com", "bitbucket.org", "codeberg.org", "gitee.com", "sr.ht", "sourceforge.net",
        "dev.azure.com", "visualstudio.com", "googlesource.com", "gitea.com", "nuget.org", "microsoft.com", "salsa.debian.org", "gitlab.gnome.org", "gitlab.freedesktop.org", "gitlab.kitware.com",
    ];

    /// <summary>The hosts of the map's URLs, each once; null when it is no Source Link map.</summary>
    public static List<string>? Hosts(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var map = JsonDocument.Parse(json, new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip });
            if (map.RootElement.ValueKind != JsonValueKind.Object || !map.RootElement.TryGetProperty("documents", out var documents) || documents.ValueKind != JsonValueKind.Object) return null;
            var hosts = new List<string>();
            foreach (var document in documents.EnumerateObject())
            {
                if (document.Value.ValueKind != JsonValueKind.String) continue;
                if (!Uri.TryCreate(document.Value.GetString()!.Replace('*', '_'), UriKind.Absolute, out var uri) || uri.Host.Length == 0) continue;
                if (!hosts.Contains(uri.Host)) hosts.Add(uri.Host);
            }
            return hosts;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    public static bool IsPublic(string host) => PublicForges.Any(forge => IsIn(host, forge));

    /// <summary>Whether the policy names the host as internal.</summary>
    public static bool IsInternal(string host, TermPolicy terms) => terms.Hosts.Any(h => IsIn(host, h.TrimStart('.')));

    private static bool IsIn(string host, string domain) =>
        host.Equals(domain, StringComparison.OrdinalIgnoreCase)
        || (host.Length > domain.Length && host.EndsWith(domain, StringComparison.OrdinalIgnoreCase) && host[^(domain.Length + 1)] == '.');
}
