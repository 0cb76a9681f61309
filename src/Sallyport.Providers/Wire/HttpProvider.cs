using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;

namespace Sallyport.Providers.Wire;

/// <summary>
/// What all model APIs over HTTP have in common: one POST, an event stream back, failures with a kind. A provider says how its
/// request is written and how its events are read.
/// </summary>
internal abstract class HttpProvider : Provider
{
    private static readonly MediaTypeWithQualityHeaderValue EventStreamType = new("text/event-stream");

    private readonly ProviderOptions _options;
    private readonly string _title;

    protected HttpProvider(string title, ProviderOptions options)
    {
        _title = title;
        _options = options;
        if (!Uri.TryCreate(options.Address, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            throw new ProviderException(ProviderFailure.NotFound, $"The base address of {title} is not a web address: {Failures.OneLine(options.Address, 200)}. It looks like https://host/path.");
        Address = address;
        Destination = new Destination("model", address.Authority);
    }

    public sealed override Destination Destination { get; }

    /// <summary>The base address.</summary>
    protected Uri Address { get; }

    protected string? Key => _options.Key;

    protected string? KeyOrigin => _options.KeyOrigin;

    /// <summary>What is known of the model that is asked.</summary>
    protected ModelFacts? Facts(string model) => _options.Models?.Find(model, Name);

    /// <summary>The address of a request for an answer.</summary>
    protected abstract string Endpoint(ModelRequest request);

    /// <summary>Puts the credential where this API wants it.</summary>
    protected abstract void Authorise(HttpRequestHeaders headers);

    /// <summary>The request's body. The same request becomes the same bytes.</summary>
    protected internal abstract void Write(Utf8JsonWriter json, ModelRequest request);

    protected internal abstract Answer Begin(ModelRequest request);

    /// <summary>One more sentence for a failure, where this API has something to add.</summary>
    protected virtual string? Advice(ProviderFailure kind) => null;

    public sealed override async IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        using var response = await Send(request, Endpoint(request.Value), Write, cancellation).ConfigureAwait(false);
        if (response.Content.Headers.ContentType?.MediaType == "application/json") throw await Failures.NotAStream(_title, response, Key, cancellation).ConfigureAwait(false);
        await using var events = new EventStream(await Body(response, cancellation).ConfigureAwait(false), _title, cancellation);
        var answer = Begin(request.Value);
        while (await events.Next().ConfigureAwait(false) is { } data)
        {
            bool complete;
            using (data) complete = answer.Read(data.RootElement);
            foreach (var delta in answer.Deltas) yield return delta;
            answer.Deltas.Clear();
            if (complete) yield break;
        }
        var finish = answer.End(events.IsMarkedDone);
        foreach (var delta in answer.Deltas) yield return delta;
        yield return finish ?? throw new ProviderException(ProviderFailure.Network, $"{_title} cut the answer: the stream ended before its end.");
    }

    /// <summary>Sends what the gate cleared, and nothing else, to the one place that it was cleared for.</summary>
    protected async Task<HttpResponseMessage> Send(Cleared<ModelRequest> request, string endpoint, Action<Utf8JsonWriter, ModelRequest> write, CancellationToken cancellation)
    {
        if (request.Destination != Destination) throw new ArgumentException($"The request was cleared for {request.Destination.Name}, not for {Destination.Name}.", nameof(request));
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint);
        if (Address.Scheme == "https") (message.Version, message.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionOrLower);
        message.Headers.Accept.Add(EventStreamType);
        message.Headers.TryAddWithoutValidation("User-Agent", "sallyport");
        try
        {
            Authorise(message.Headers);
        }
        catch (FormatException e)
        {
            throw new ProviderException(ProviderFailure.Credentials, $"The credential of {_title}{Failures.From(KeyOrigin)} contains characters that cannot be sent. Set it again, without spaces or line breaks.", e);
        }
        var body = new RequestBody();
        message.Content = body;
        using (var json = new Utf8JsonWriter(body, Writing.Options)) write(json, request.Value);

        HttpResponseMessage response;
        try
        {
            response = await _options.Http.SendAsync(message, cancellation).ConfigureAwait(false);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Unreachable(_title, Address, e);
        }
        catch (IOException e)
        {
            throw Failures.Lost(_title, e);
        }
        catch (OperationCanceledException e) when (!cancellation.IsCancellationRequested)
        {
            throw Failures.Unreachable(_title, Address, e);
        }
        if (response.StatusCode == HttpStatusCode.OK) return response;
        using (response) throw await Failures.Read(_title, response, _options, Advice, cancellation).ConfigureAwait(false);
    }

    protected async Task<Stream> Body(HttpResponseMessage response, CancellationToken cancellation)
    {
        try
        {
            return await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw Failures.Lost(_title, e);
        }
    }

    /// <summary>Reads a small JSON answer, such as a token count; null when it is not JSON.</summary>
    protected async Task<JsonDocument?> ReadJson(HttpResponseMessage response, CancellationToken cancellation) =>
        Failures.ParseOrNull(await Failures.ReadBounded(_title, response, cancellation).ConfigureAwait(false));

    /// <summary>The base address without a trailing slash, the same one whether or not it was given with its version.</summary>
    protected string Base(string version)
    {
        var text = Address.GetLeftPart(UriPartial.Path).TrimEnd('/');
        return text.EndsWith(version, StringComparison.Ordinal) ? text : text + version;
    }
}
