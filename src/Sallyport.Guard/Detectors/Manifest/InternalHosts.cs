using System.Net;
using System.Net.Sockets;

namespace Sallyport.Guard.Detectors.Manifest;

/// <summary>Tells addresses inside an organisation from public ones.</summary>
internal static class InternalHosts
{
    private static readonly string[] Endings = [".internal", ".corp", ".local", ".lan", ".intranet", ".private", ".home", ".localdomain", ".home.arpa"];

    /// <summary>True for a URL, or git's <c>user@host:path</c>, of which the host is private by its name, its address or the policy.</summary>
    public static bool IsInternal(string address, Policy policy)
    {
        var host = HostOf(address);
        if (host.Length == 0) return false;
        if (policy.Terms.Hosts.Any(h => h.StartsWith('.') ? host.EndsWith(h, StringComparison.OrdinalIgnoreCase) : host.Equals(h, StringComparison.OrdinalIgnoreCase))) return true;
        if (IPAddress.TryParse(host, out var ip)) return IsPrivate(ip);
        // "github:owner/repo" has no dot, but no "//" either.
        return Array.Exists(Endings, e => host.EndsWith(e, StringComparison.OrdinalIgnoreCase)) || (!host.Contains('.') && address.Contains("://", StringComparison.Ordinal));
    }

    public static string HostOf(string address)
    {
        var scheme = address.IndexOf("://", StringComparison.Ordinal);
        var rest = scheme >= 0 ? address[(scheme + 3)..] : address;
        var end = rest.IndexOfAny(['/', '?', '#']);
        var authority = end < 0 ? rest : rest[..end];
        var at = authority.LastIndexOf('@');
        if (scheme < 0 && at < 0) return "";
        authority = authority[(at + 1)..];
        if (authority.StartsWith('[')) return authority.Trim('[', ']');
        var colon = authority.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? authority : authority[..colon];
    }

    // RFC 1918, 6598, 3927, 4193; loopback and link-local.
    private static bool IsPrivate(IPAddress ip)
    {
        if (IPAddress.IsLoopback(ip)) return true;
        if (ip.AddressFamily == AddressFamily.InterNetworkV6) return ip.IsIPv6LinkLocal || ip.IsIPv6UniqueLocal;
        var b = ip.GetAddressBytes();
        return b[0] == 10 || (b[0] == 172 && b[1] is >= 16 and < 32) || (b[0] == 192 && b[1] == 168) || (b[0] == 100 && b[1] is >= 64 and < 128) || (b[0] == 169 && b[1] == 254);
    }
}
