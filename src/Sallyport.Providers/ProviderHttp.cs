using System.Net;

namespace Sallyport.Providers;

/// <summary>
/// The one sender behind all providers: pooled connections, no cookies, no redirects, no diagnostics. The usual proxy variables
/// count, except for loopback: a server on this machine is never asked for through a proxy.
/// </summary>
public static class ProviderHttp
{
    private static readonly string[] ProxyVariables = ["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"];

    /// <param name="around">Stands between every request and the wire; null when nothing does.</param>
    public static HttpMessageInvoker Create(Func<HttpMessageHandler, HttpMessageHandler>? around = null)
    {
        var proxied = IsProxied();
        var wire = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromSeconds(15),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5),
            KeepAlivePingDelay = TimeSpan.FromSeconds(30),
            KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            UseProxy = proxied,
            Proxy = proxied ? new BeyondLoopback() : null,
        };
        return new HttpMessageInvoker(around is null ? wire : around(wire));
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
