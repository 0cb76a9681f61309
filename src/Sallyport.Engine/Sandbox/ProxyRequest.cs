using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Sandboxing;

/// <summary>What a program asks of the proxy.</summary>
/// <param name="Host">Whom to reach.</param>
/// <param name="Port">At which port.</param>
/// <param name="Head">The request's head as that host gets it; null when the connection is only carried through (CONNECT).</param>
internal sealed record ProxyRequest(string Host, int Port, string? Head)
{
    public static ProxyRequest? Parse(string head)
    {
        var lines = head.Split("\r\n");
        var first = lines[0].Split(' ');
        if (first.Length != 3 || !first[2].StartsWith("HTTP/1.", StringComparison.Ordinal)) return null;
        if (first[0] == "CONNECT")
        {
            var colon = first[1].LastIndexOf(':');
            if (colon <= 0 || !int.TryParse(first[1].AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) || port is < 1 or > 65535) return null;
            var host = first[1][..colon].Trim('[', ']');
            return Uri.CheckHostName(host) == UriHostNameType.Unknown ? null : new ProxyRequest(host, port, null);
        }
        if (!Uri.TryCreate(first[1], UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp) return null;
        var text = new StringBuilder(head.Length).Append(first[0]).Append(' ').Append(address.PathAndQuery).Append(' ').Append(first[2]).Append("\r\n")
            .Append("Host: ").Append(address.Authority).Append("\r\nConnection: close\r\n");
        foreach (var line in lines.AsSpan(1))
        {
            // The host is the one that was judged; the connection carries one request.
            if (line.Length == 0 || IsOurs(line)) continue;
            text.Append(line).Append("\r\n");
        }
        return new ProxyRequest(address.IdnHost, address.Port, text.Append("\r\n").ToString());
    }

    private static bool IsOurs(string line) =>
        line.StartsWith("Host:", StringComparison.OrdinalIgnoreCase) || line.StartsWith("Connection:", StringComparison.OrdinalIgnoreCase)
        || line.StartsWith("Proxy-", StringComparison.OrdinalIgnoreCase) || line[0] is ' ' or '\t';
}
