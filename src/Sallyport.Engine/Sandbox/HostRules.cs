using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Which hosts may be reached: <c>example.org</c> is that name on ports 80 and 443, <c>*.example.org</c> every name below it,
/// <c>example.org:8443</c> that port alone. A name may lead into the local network only when its rule names the port.
/// </summary>
public sealed class HostRules
{
    private readonly List<(string Name, bool Below, int? Port, string Text)> rules = [];

    public HostRules(IReadOnlyList<string> texts)
    {
        foreach (var text in texts)
            if (Parse(text) is { } rule) rules.Add((rule.Name, rule.Below, rule.Port, text));
    }

    public bool IsEmpty => rules.Count == 0;

    public static bool IsRule(string text) => Parse(text) is not null;

    /// <returns>Whether it may be reached, whether the local network counts too, and the rule that says so.</returns>
    public (bool Allowed, bool Local, string? Rule) Judge(string host, int port)
    {
        var name = Plain(host);
        var (local, by) = (false, (string?)null);
        foreach (var rule in rules)
        {
            if (rule.Port is null ? port is not (80 or 443) : rule.Port != port) continue;
            if (rule.Below ? !name.EndsWith("." + rule.Name, StringComparison.Ordinal) : name != rule.Name) continue;
            (local, by) = (local || rule.Port is not null, by ?? rule.Text);
        }
        return (by is not null, local, by);
    }

    /// <summary>Whether an address belongs to this machine, to a local network, or to nobody.</summary>
    public static bool IsLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (IPAddress.IsLoopback(address) || address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any)) return true;
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            if (address.IsIPv6LinkLocal || address.IsIPv6SiteLocal || address.IsIPv6UniqueLocal || address.IsIPv6Multicast) return true;
            var long6 = address.GetAddressBytes();
            // Forms that carry an IPv4 address: 64:ff9b::/96, 2002::/16.
            if (long6 is [0, 0x64, 0xff, 0x9b, ..]) return IsLocal(new IPAddress(long6.AsSpan(12)));
            return long6 is [0x20, 0x02, ..] && IsLocal(new IPAddress(long6.AsSpan(2, 4)));
        }
        return address.GetAddressBytes() switch
        {
            [0 or 10 or 127, ..] or [169, 254, ..] or [192, 168, ..] or [192, 0, 0, _] or [198, 18 or 19, ..] or [>= 224, ..] => true,
            [172, >= 16 and < 32, ..] or [100, >= 64 and < 128, ..] => true,
            _ => false,
        };
    }

    /// <summary>Where machines keep their credentials for whoever asks from inside.</summary>
    public static bool IsMetadata(IPAddress address) =>
        (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).GetAddressBytes() is [169, 254, ..] or [100, 100, 100, 200] or [0xfd, 0x00, 0x0e, 0xc2, ..];

    private static (string Name, bool Below, int? Port)? Parse(string text)
    {
        var rest = text.Trim();
        int? port = null;
        var colon = rest.LastIndexOf(':');
        if (colon >= 0 && (rest.IndexOf(':', StringComparison.Ordinal) == colon || rest[colon - 1] == ']'))
        {
            if (!int.TryParse(rest.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number is < 1 or > 65535) return null;
            (port, rest) = (number, rest[..colon]);
        }
        var below = rest.StartsWith("*.", StringComparison.Ordinal);
        if (below) rest = rest[2..];
        var name = Plain(rest);
        if (Uri.CheckHostName(name) == UriHostNameType.Unknown || (below && !name.Contains('.', StringComparison.Ordinal))) return null;
        return (name, below, port);
    }

    private static string Plain(string host) => host.Trim('[', ']').TrimEnd('.').ToLowerInvariant();
}
