using System.Net;
using System.Net.Sockets;

namespace Sallyport.Tools.Web;

/// <summary>
/// Which addresses a page may come from. A server on this machine or network is fetched when its address (or a name that can only
/// be local) was asked for; a public name that leads to one is not: that is how a page would reach behind the firewall.
/// </summary>
internal static class AddressPolicy
{
    /// <summary>Why an address is not connected to for a host, or null.</summary>
    public static string? Objection(string host, IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        // Machines in clouds hand out their credentials there; no page lives on it.
        if (IsLinkLocal(address)) return $"{address} is a link-local address, where clouds keep credentials; it is never fetched";
        if (!IsPrivate(address) || IsLocalName(host)) return null;
        return $"the public name {host} leads to the private address {address}. If that server is meant, ask for it by its address";
    }

    /// <summary>An address, or a name that no public server can have.</summary>
    public static bool IsLocalName(string host)
    {
        host = host.TrimEnd('.');
        if (IPAddress.TryParse(host.Trim('[', ']'), out _) || !host.Contains('.', StringComparison.Ordinal)) return true;
        foreach (var end in new[] { ".localhost", ".local", ".internal", ".test", ".lan", ".intranet", ".home.arpa" })
            if (host.EndsWith(end, StringComparison.OrdinalIgnoreCase)) return true;
        return false;
    }

    private static bool IsLinkLocal(IPAddress address) =>
        address.AddressFamily == AddressFamily.InterNetwork ? address.GetAddressBytes() is [169, 254, ..] : address.IsIPv6LinkLocal;

    /// <summary>Not an address of the public network.</summary>
    public static bool IsPrivate(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        var bytes = address.GetAddressBytes();
        if (bytes.Length == 4)
        {
            return bytes switch
            {
                [0 or 10 or 127 or >= 224, ..] => true,
                [100, >= 64 and < 128, ..] => true,
                [169, 254, ..] => true,
                [172, >= 16 and < 32, ..] => true,
                [192, 168, ..] or [192, 0, 0, _] => true,
                [198, 18 or 19, ..] => true,
                _ => false,
            };
        }
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.IPv6Any) || address.IsIPv6Multicast || address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal) return true;
        // Addresses that carry an IPv4 address inside: NAT64 and 6to4.
        if (bytes is [0x00, 0x64, 0xFF, 0x9B, ..]) return IsPrivate(new IPAddress(bytes.AsSpan(12)));
        return bytes is [0x20, 0x02, ..] && IsPrivate(new IPAddress(bytes.AsSpan(2, 4)));
    }
}
