using System.Net;
using System.Text;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Tests;

/// <summary>Asks a provider against a prepared answer, delivered in pieces of any size, and keeps what it sent.</summary>
internal sealed class Replay : HttpMessageHandler
{
    private readonly byte[] _answer;

    public Replay(string answer) : this(Encoding.UTF8.GetBytes(answer)) { }

    public Replay(byte[] answer) => _answer = answer;

    public int Piece { get; init; } = int.MaxValue;

    public HttpStatusCode Status { get; init; } = HttpStatusCode.OK;

    public string ContentType { get; init; } = "text/event-stream";

    public Dictionary<string, string> Headers { get; init; } = [];

    public Exception? Breaks { get; init; }

    public List<string> Sent { get; } = [];

    public HttpRequestMessage? Request { get; private set; }

    public Dictionary<string, string> SentHeaders { get; } = [];

    public static string File(string name) => System.IO.File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Recorded", name));

    public static ModelRequest Ask(string model, params Message[] messages) => new()
    {
        Model = model, System = "You help.", Tools = [], Messages = messages.Length > 0 ? messages : [Message.User("Hello")], MaxOutputTokens = 1000, Session = "session-1",
    };

    public Provider Provider(string kind, string? address = null, string? key = "the-credential", string? origin = null) =>
        ProviderTable.Kind(kind)!.Create(new ProviderOptions(address ?? ProviderTable.Kind(kind)!.DefaultAddress ?? "http://127.0.0.1:9/v1", key, new HttpMessageInvoker(this))
        {
            KeyOrigin = origin, Models = ModelCatalogue.Load(),
        });

    public Task<List<ModelDelta>> Run(string kind, ModelRequest? request = null, string? address = null) => Run(Provider(kind, address), request ?? Ask("the-model"));

    public static async Task<List<ModelDelta>> Run(Provider provider, ModelRequest request)
    {
        var all = new List<ModelDelta>();
        await foreach (var delta in provider.Stream(new ExitGate().Clear(request, provider.Destination), TestContext.Current.CancellationToken)) all.Add(delta);
        return all;
    }

    /// <summary>The request's body as the provider writes it.</summary>
    public static string Body(Provider provider, ModelRequest request)
    {
        using var body = new RequestBody();
        using (var json = new System.Text.Json.Utf8JsonWriter(body, Writing.Options)) ((HttpProvider)provider).Write(json, request);
        return Encoding.UTF8.GetString(body.ToArray());
    }

    /// <summary>Neighbouring pieces joined, one line each: the same however the stream was cut.</summary>
    public static string Told(IEnumerable<ModelDelta> deltas)
    {
        var lines = new List<string>();
        foreach (var delta in deltas)
        {
            var (head, text) = delta switch
            {
                TextDelta d => ("text: ", d.Text),
                ThinkingDelta d => ("thinking: ", d.Text),
                ThinkingEnd d => ("thought: ", $"{d.Signature}|{d.Id}|{d.Redacted}\0"),
                CallStart d => ("call: ", $"{d.Index} {d.Id} {d.Name} {d.Signature}".TrimEnd() + "\0"),
                CallArguments d => ($"arguments {d.Index}: ", d.Fragment),
                ModelFinish d => ("finish: ", d.Reason + (d.Usage is { } u ? $" {u.InputTokens}/{u.OutputTokens}/{u.CacheReadTokens}/{u.CacheWriteTokens}" : "")),
                _ => ("?", ""),
            };
            if (lines.Count > 0 && lines[^1].StartsWith(head, StringComparison.Ordinal) && !lines[^1].EndsWith('\0')) lines[^1] += text;
            else lines.Add(head + text);
        }
        return string.Join('\n', lines.ConvertAll(l => l.TrimEnd('\0')));
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Request = request;
        foreach (var header in request.Headers) SentHeaders[header.Key] = string.Join(',', header.Value);
        if (request.Content is not null) Sent.Add(await request.Content.ReadAsStringAsync(cancellationToken));
        if (Breaks is HttpRequestException) throw Breaks;
        var content = new StreamContent(new Pieces(_answer, Piece, Breaks));
        content.Headers.TryAddWithoutValidation("Content-Type", ContentType);
        var response = new HttpResponseMessage(Status) { Content = content, RequestMessage = request };
        foreach (var (name, value) in Headers) response.Headers.TryAddWithoutValidation(name, value);
        return response;
    }

    private sealed class Pieces(byte[] bytes, int most, Exception? breaks) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Position == Length && breaks is not null) throw breaks;
            return new ValueTask<int>(Read(buffer.Span[..Math.Min(buffer.Length, most)]));
        }
    }
}
