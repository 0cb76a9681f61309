using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Chat;

/// <summary>Chat Completions, with patience for the many servers that speak them almost alike.</summary>
internal sealed class ChatProvider : HttpProvider
{
    private readonly string _endpoint;
    private readonly bool _isOpenAi;
    private readonly string _title;

    public ChatProvider(ProviderOptions options) : base("The model server", options)
    {
        _isOpenAi = Address.Host == "api.openai.com";
        _title = _isOpenAi ? "OpenAI" : "The model server";
        _endpoint = (Address.AbsolutePath == "/" ? Base("/v1") : Base("")) + "/chat/completions";
    }

    public override string Name => "openai-chat";

    protected override string Endpoint(ModelRequest request) => _endpoint;

    protected override void Authorise(HttpRequestHeaders headers)
    {
        if (Key is not null) headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
    }

    protected internal override void Write(Utf8JsonWriter json, ModelRequest request) =>
        new ChatRequest(json, request, _isOpenAi, Facts(request.Model) is not { IsKnown: true, Thinks: false }).Write();

    protected internal override Answer Begin(ModelRequest request) => new ChatAnswer(_title, Key);
}
