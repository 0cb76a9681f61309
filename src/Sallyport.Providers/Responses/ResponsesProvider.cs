using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Responses;

/// <summary>Responses that the server does not keep: reasoning comes encrypted and goes back so.</summary>
internal sealed class ResponsesProvider : HttpProvider
{
    private readonly string _endpoint;

    public ResponsesProvider(ProviderOptions options) : base("OpenAI", options) =>
        _endpoint = (Address.AbsolutePath == "/" ? Base("/v1") : Base("")) + "/responses";

    public override string Name => "openai";

    protected override string Endpoint(ModelRequest request) => _endpoint;

    protected override void Authorise(HttpRequestHeaders headers)
    {
        if (Key is not null) headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    protected internal override void Write(Utf8JsonWriter json, ModelRequest request) =>
        new ResponsesRequest(json, request, Facts(request.Model) is not { IsKnown: true, Thinking: ThinkingStyle.None }).Write();

    protected internal override Answer Begin(ModelRequest request) => new ResponsesAnswer(Key);

    protected override string? Advice(ProviderFailure kind) => kind == ProviderFailure.NotFound && Address.Host != "api.openai.com"
        ? "Check the model's name; if this server has no Responses API, use --provider openai-chat." : null;
}
