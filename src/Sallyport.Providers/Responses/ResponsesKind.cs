using Sallyport.Engine.Models;

namespace Sallyport.Providers.Responses;

/// <summary>OpenAI's Responses API.</summary>
internal sealed class ResponsesKind : ProviderKind
{
    public override string Name => "openai";

    public override string Title => "OpenAI";

    public override IReadOnlyList<string> KeyVariables => ["OPENAI_API_KEY"];

    public override IReadOnlyList<string> AddressVariables => ["OPENAI_BASE_URL"];

    public override string DefaultAddress => "https://api.openai.com/v1";

    public override Provider Create(ProviderOptions options) => new ResponsesProvider(options);
}
