using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Gemini;

/// <summary>generateContent over an event stream, with tokens counted by the API itself.</summary>
internal sealed class GeminiProvider : HttpProvider
{
    private readonly string _models;

    // Schemas are made to fit once each, not once a request.
    private readonly Dictionary<string, string> _schemas = new(StringComparer.Ordinal);

    public GeminiProvider(ProviderOptions options) : base("Gemini", options)
    {
        var path = Address.AbsolutePath.TrimEnd('/');
        var versioned = path.EndsWith("/v1beta", StringComparison.Ordinal) || path.EndsWith("/v1", StringComparison.Ordinal) || path.EndsWith("/v1alpha", StringComparison.Ordinal);
        _models = (versioned ? Base("") : Base("/v1beta")) + "/";
    }

    public override string Name => "gemini";

    protected override string Endpoint(ModelRequest request) => Method(request, "streamGenerateContent?alt=sse");

    protected override void Authorise(HttpRequestHeaders headers)
    {
        if (Key is not null) headers.Add("x-goog-api-key", Key);
    }

    protected internal override void Write(Utf8JsonWriter json, ModelRequest request)
    {
        json.WriteStartObject();
        WriteBody(json, request);
        json.WriteEndObject();
    }

    protected internal override Answer Begin(ModelRequest request) => new GeminiAnswer(Key);

    public override async Task<long?> CountTokens(Cleared<ModelRequest> request, CancellationToken cancellation)
    {
        try
        {
            using var response = await Send(request, Method(request.Value, "countTokens"), WriteForCount, cancellation).ConfigureAwait(false);
            using var answer = await ReadJson(response, cancellation).ConfigureAwait(false);
            return answer is null || answer.RootElement.NumberAt("totalTokens"u8, -1) is var count && count < 0 ? null : count;
        }
        catch (ProviderException e) when (e.Kind == ProviderFailure.NotFound)
        {
            return null;
        }
    }

    private string Method(ModelRequest request, string method) =>
        _models + (request.Model.Contains('/', StringComparison.Ordinal) ? "" : "models/") + string.Join('/', Array.ConvertAll(request.Model.Split('/'), Uri.EscapeDataString)) + ":" + method;

    private void WriteForCount(Utf8JsonWriter json, ModelRequest request)
    {
        json.WriteStartObject();
        json.WriteStartObject("generateContentRequest"u8);
        json.WriteString("model"u8, request.Model.Contains('/', StringComparison.Ordinal) ? request.Model : "models/" + request.Model);
        WriteBody(json, request);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteBody(Utf8JsonWriter json, ModelRequest request) =>
        new GeminiRequest(json, request, Facts(request.Model)?.Thinking ?? ThinkingStyle.None, Fitting).Write();

    private string Fitting(string schema)
    {
        lock (_schemas)
        {
            if (_schemas.TryGetValue(schema, out var known)) return known;
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer, Writing.Options)) SchemaSubset.ForGemini.Write(json, schema);
            return _schemas[schema] = System.Text.Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
    }
}
