using Sallyport.Engine.Models;

namespace Sallyport.Providers.Anthropic;

/// <summary>Anthropic's Messages API, and servers that speak it.</summary>
internal sealed class AnthropicKind : ProviderKind
{
    public override string Name => "anthropic";

    public override string Title => "Anthropic";

    public override IReadOnlyList<string> KeyVariables => ["ANTHROPIC_API_KEY", AnthropicProvider.TokenVariable];

    public override IReadOnlyList<string> AddressVariables => ["ANTHROPIC_BASE_URL"];

    public override string DefaultAddress => "https://api.anthropic.com";

    public override Provider Create(ProviderOptions options) => new AnthropicProvider(options);
}
