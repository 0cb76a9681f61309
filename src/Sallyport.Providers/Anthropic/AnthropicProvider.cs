using System.Net.Http.Headers;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Anthropic;

/// <summary>Messages over an event stream, with tokens counted by the API itself.</summary>
internal sealed class AnthropicProvider(ProviderOptions options) : HttpProvider("Anthropic", options)
{
    /// <summary>Holds a bearer token instead of a key: for gateways.</summary>
    public const string TokenVariable = "ANTHROPIC_AUTH_TOKEN";

    private readonly ProviderOptions _options = options;

    public override string Name => "anthropic";

    protected override string Endpoint(ModelRequest request) => Base("/v1") + "/messages";

    protected override void Authorise(HttpRequestHeaders headers)
    {
        headers.Add("anthropic-version", "2023-06-01");
        if (Key is null) return;
        if (KeyOrigin == TokenVariable) headers.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        else headers.Add("x-api-key", Key);
    }

    protected internal override void Write(Utf8JsonWriter json, ModelRequest request) =>
        new AnthropicRequest(json, request, Thinking(request)).Write();

    protected internal override Answer Begin(ModelRequest request) => new AnthropicAnswer(request.Model, Key);

    public override async Task<long?> CountTokens(Cleared<ModelRequest> request, CancellationToken cancellation)
    {
        try
        {
            using var response = await Send(request, Base("/v1") + "/messages/count_tokens", (json, value) => new AnthropicRequest(json, value, Thinking(value)).WriteForCount(), cancellation).ConfigureAwait(false);
            using var answer = await ReadJson(response, cancellation).ConfigureAwait(false);
            return answer is null || answer.RootElement.NumberAt("input_tokens"u8, -1) is var count && count < 0 ? null : count;
        }
        catch (ProviderException e) when (e.Kind == ProviderFailure.NotFound)
        {
            return null;
        }
    }

    // With a budget, an open round of tool calls must begin with the API's own reasoning; what follows in it may have none. A round
    // that another provider began has none at all, so it is finished without: the choice holds for the whole round, as the cache wants.
    private ThinkingStyle Thinking(ModelRequest request)
    {
        var style = _options.Models?.Find(request.Model, Name).Thinking ?? ThinkingStyle.None;
        if (style != ThinkingStyle.Budget) return style;
        var messages = request.Messages;
        var prompt = messages.Count - 1;
        while (prompt > 0 && (messages[prompt].Role == Role.Assistant || HasResults(messages[prompt]))) prompt--;
        if (prompt + 1 >= messages.Count) return style;
        foreach (var part in messages[prompt + 1].Parts)
            if (part is ThinkingPart thought && AnthropicRequest.IsOwn(thought, request.Model)) return style;
        return ThinkingStyle.None;
    }

    private static bool HasResults(Message message)
    {
        foreach (var part in message.Parts) if (part is ToolResultPart) return true;
        return false;
    }
}
