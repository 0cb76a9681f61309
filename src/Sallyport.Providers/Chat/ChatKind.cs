using Sallyport.Engine.Models;

namespace Sallyport.Providers.Chat;

/// <summary>Chat Completions: what Ollama, llama.cpp, vLLM, LM Studio and routers all speak.</summary>
internal sealed class ChatKind : ProviderKind
{
    public override string Name => "openai-chat";

    public override string Title => "The Chat Completions server";

    public override IReadOnlyList<string> KeyVariables => ["OPENAI_API_KEY"];

    public override IReadOnlyList<string> AddressVariables => ["OPENAI_BASE_URL"];

    public override bool KeyIsOptional => true;

    public override Provider Create(ProviderOptions options) => new ChatProvider(options);
}
