using Sallyport.Engine.Models;

namespace Sallyport.Providers.Gemini;

/// <summary>Google's Gemini API.</summary>
internal sealed class GeminiKind : ProviderKind
{
    public override string Name => "gemini";

    public override string Title => "Gemini";

    public override IReadOnlyList<string> KeyVariables => ["GEMINI_API_KEY", "GOOGLE_API_KEY"];

    public override IReadOnlyList<string> AddressVariables => ["GOOGLE_GEMINI_BASE_URL"];

    public override string DefaultAddress => "https://generativelanguage.googleapis.com";

    public override Provider Create(ProviderOptions options) => new GeminiProvider(options);
}
