using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Sallyport.Tests.Agent;

/// <summary>Pages of somebody else, on loopback; remembers every address that was asked for.</summary>
internal sealed class PageServer : IDisposable
{
    private readonly HttpListener listener;
    private readonly Dictionary<string, (string Text, string? Elsewhere)> pages = new(StringComparer.Ordinal);

    public PageServer()
    {
        for (var attempt = 0; ; attempt++)
        {
            var port = Random.Shared.Next(20_000, 60_000);
            listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{port}/");
            try
            {
                listener.Start();
                (Host, Address) = ($"127.0.0.1:{port}", $"http://127.0.0.1:{port}");
                break;
            }
            catch (HttpListenerException) when (attempt < 20)
            {
                // Taken: another one.
            }
        }
        _ = Serve();
    }

    public string Host { get; }

    /// <summary>Without a slash at its end.</summary>
    public string Address { get; }

    public ConcurrentQueue<string> Asked { get; } = new();

    public PageServer With(string path, string text)
    {
        pages[path] = (text, null);
        return this;
    }

    public PageServer Redirecting(string path, string to)
    {
        pages[path] = ("", to);
        return this;
    }

    public void Dispose() => listener.Close();

    private async Task Serve()
    {
        while (listener.IsListening)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
            {
                return;
            }
            Asked.Enqueue(context.Request.RawUrl!);
            var found = pages.TryGetValue(context.Request.Url!.AbsolutePath, out var page);
            context.Response.StatusCode = !found ? 404 : page.Elsewhere is null ? 200 : 302;
            if (page.Elsewhere is { } elsewhere) context.Response.RedirectLocation = elsewhere;
            context.Response.ContentType = "text/plain; charset=utf-8";
            await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(page.Text ?? "nothing here"), CancellationToken.None);
            context.Response.Close();
        }
    }
}
