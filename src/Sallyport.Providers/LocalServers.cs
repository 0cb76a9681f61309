using System.Text.Json;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers;

/// <summary>
/// A model server on its usual loopback port. All are asked at once, briefly; the first in order that has a model is offered.
/// Only asked when nothing else is configured.
/// </summary>
public static class LocalServers
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(400);

    private static readonly (string Name, int Port)[] Usual = [("Ollama", 11434), ("LM Studio", 1234), ("llama.cpp", 8080), ("vLLM", 8000)];

    public static Task<LocalServer?> Find(HttpMessageInvoker http, CancellationToken cancellation) => Find(http, Usual, cancellation);

    internal static async Task<LocalServer?> Find(HttpMessageInvoker http, (string Name, int Port)[] servers, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Patience);
        var asked = new Task<LocalServer?>[servers.Length];
        for (var i = 0; i < servers.Length; i++) asked[i] = Ask(http, servers[i].Name, servers[i].Port, limit.Token);
        LocalServer? first = null;
        foreach (var one in asked) first ??= await one.ConfigureAwait(false);
        // Those behind it are still being asked: they end before the limit that they share is disposed.
        await limit.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(asked).ConfigureAwait(false);
        cancellation.ThrowIfCancellationRequested();
        return first;
    }

    private static async Task<LocalServer?> Ask(HttpMessageInvoker http, string name, int port, CancellationToken cancellation)
    {
        try
        {
            var address = $"http://127.0.0.1:{port}/v1";
            using var request = new HttpRequestMessage(HttpMethod.Get, address + "/models");
            using var response = await http.SendAsync(request, cancellation).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) return null;
            using var models = Failures.ParseOrNull(await Failures.ReadBounded(name, response, cancellation).ConfigureAwait(false));
            if (models is null) return null;
            foreach (var model in models.RootElement.ItemsAt("data"u8))
                if (model.StringAt("id"u8) is { Length: > 0 } id && !id.Contains("embed", StringComparison.OrdinalIgnoreCase)) return new LocalServer(name, address, id);
            return null;
        }
        catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException or Engine.Models.ProviderException)
        {
            return null;
        }
    }
}

/// <param name="Name">What it probably is, by its port.</param>
/// <param name="Address">Base address, with its version.</param>
/// <param name="Model">The first model that it has.</param>
public sealed record LocalServer(string Name, string Address, string Model);
