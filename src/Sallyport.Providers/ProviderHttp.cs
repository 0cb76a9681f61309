using System.Net;
using Sallyport.Guard.Gate;

namespace Sallyport.Providers;

/// <summary>
/// The one sender behind all providers: pooled connections, no cookies, no redirects, no diagnostics. The usual proxy variables
/// count, except for loopback: a server on this machine is never asked for through a proxy.
/// </summary>
public static class ProviderHttp
{
    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    /// <param name="gate">That clears what is sent.</param>
    /// <param name="sent">Takes what leaves, byte for byte; null when nobody keeps a record.</param>
    public static HttpMessageInvoker Create(ExitGate gate, Action<Destination, string, ReadOnlyMemory<byte>>? sent = null)
    {
        var proxied = IsProxied();
        return new HttpMessageInvoker(ExitWire.Open(gate, "model", wire =>
        {
            wire.ConnectTimeout = TimeSpan.FromSeconds(15);
            wire.PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5);
            wire.KeepAlivePingDelay = TimeSpan.FromSeconds(30);
            wire.KeepAlivePingTimeout = TimeSpan.FromSeconds(15);
            wire.EnableMultipleHttp2Connections = true;
            wire.UseProxy = proxied;
            wire.Proxy = proxied ? new BeyondLoopback() : null;
        }, sent));
    }

    private static bool IsProxied()
    {
        if (!OperatingSystem.IsLinux()) return true;
        foreach (var name in ProxyVariables) if (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(name))) return true;
        return false;
    }

    private sealed class BeyondLoopback : IWebProxy
    {
        private readonly IWebProxy _system = HttpClient.DefaultProxy;

        public ICredentials? Credentials { get => _system.Credentials; set => _system.Credentials = value; }

        public Uri? GetProxy(Uri destination) => destination.IsLoopback ? null : _system.GetProxy(destination);

        public bool IsBypassed(Uri host) => host.IsLoopback || _system.IsBypassed(host);
    }
}
