using Sallyport.Engine.Models;

namespace Sallyport.Providers;

/// <summary>
/// Every provider, and the choice among them: what was asked for, else the first whose key is there, else a server on this machine,
/// else a sentence that says what to set.
/// </summary>
/// <param name="http">Sends for all of them; see <see cref="ProviderHttp"/>.</param>
/// <param name="models">What is known of models.</param>
/// <param name="environment">Reads a variable; null or empty when it is not set.</param>
/// <param name="credentials">Where credentials are besides variables; null for nowhere.</param>
public sealed class ProviderTable(HttpMessageInvoker http, ModelCatalogue models, Func<string, string?> environment, CredentialStore? credentials = null)
{
    private static readonly string[] Preferred = ["anthropic", "openai", "gemini"];

    /// <summary>Every provider of this assembly, in order of name.</summary>
    public static IReadOnlyList<ProviderKind> Kinds { get; } = Sorted();

    /// <summary>Variables that hold credentials: no child process gets them.</summary>
    public static IReadOnlyList<string> CredentialVariables { get; } = Variables();

    public static ProviderKind? Kind(string name)
    {
        foreach (var kind in Kinds) if (kind.Name == name) return kind;
        return null;
    }

    /// <summary>Chooses and makes a provider.</summary>
    /// <param name="name">As in <c>--provider</c> or the settings; null to find one.</param>
    /// <param name="address">As in <c>--base-url</c> or the settings; null for the provider's variable or its own address.</param>
    /// <param name="cancellation">Stops looking.</param>
    /// <exception cref="ProviderException">Nothing can be used; the message says what to do.</exception>
    public async Task<ProviderChoice> Choose(string? name, string? address, CancellationToken cancellation)
    {
        if (name is not null)
        {
            var named = Kind(name) ?? throw new ProviderException(ProviderFailure.NotFound, $"There is no provider {name}. There are {Names()}.");
            return await Make(named, address, await Key(named, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        if (address is not null)
        {
            var chat = Kind("openai-chat")!;
            return await Make(chat, address, await Key(chat, cancellation).ConfigureAwait(false), cancellation).ConfigureAwait(false);
        }
        foreach (var preferred in Preferred)
            if (Kind(preferred) is { } kind && FromVariables(kind) is { } key) return await Make(kind, null, key, cancellation).ConfigureAwait(false);
        if (credentials is not null)
        {
            foreach (var preferred in Preferred)
                if (Kind(preferred) is { } kind && await credentials.Find(kind.Name, cancellation).ConfigureAwait(false) is { } key) return await Make(kind, null, key, cancellation).ConfigureAwait(false);
        }
        // An address without a key: a server that needs none.
        if (Kind("openai-chat") is { } local && Variable(local.AddressVariables) is { } set) return await Make(local, set, null, cancellation).ConfigureAwait(false);
        return await Local(cancellation).ConfigureAwait(false)
            ?? throw new ProviderException(ProviderFailure.Credentials, "No model is configured. Set one of ANTHROPIC_API_KEY, OPENAI_API_KEY or GEMINI_API_KEY, start a local server (Ollama, LM Studio, llama.cpp or vLLM), or name one with --base-url. `sally tour` needs none.");
    }

    private async Task<ProviderChoice> Make(ProviderKind kind, string? address, Credential? key, CancellationToken cancellation)
    {
        address ??= Variable(kind.AddressVariables) ?? kind.DefaultAddress;
        if (address is null && kind.Name == "openai-chat")
        {
            if (key is null)
            {
                return await Local(cancellation).ConfigureAwait(false)
                    ?? throw new ProviderException(ProviderFailure.NotFound, "No model server answers on this machine (Ollama 11434, LM Studio 1234, llama.cpp 8080, vLLM 8000). Start one, or give its address with --base-url.");
            }
            address = "https://api.openai.com/v1";
        }
        if (address is null) throw new ProviderException(ProviderFailure.NotFound, $"The provider {kind.Name} needs an address: give it with --base-url{(kind.Name == "recorded" ? ", the recording's file" : "")}.");
        if (key is null && !kind.KeyIsOptional)
        {
            throw new ProviderException(ProviderFailure.Credentials,
                $"{kind.Title} needs a credential. Set {kind.KeyVariables[0]}, or store it with `secret-tool store --label=sallyport service sallyport account {kind.Name}`{(credentials is null ? "" : $", or put it into {credentials.Path}")}.");
        }
        return new ProviderChoice(kind, kind.Create(Options(address, key)), null, key?.Origin);
    }

    private async Task<ProviderChoice?> Local(CancellationToken cancellation)
    {
        if (await LocalServers.Find(http, cancellation).ConfigureAwait(false) is not { } server) return null;
        var kind = Kind("openai-chat")!;
        return new ProviderChoice(kind, kind.Create(Options(server.Address, null)), server.Model, server.Name);
    }

    private ProviderOptions Options(string address, Credential? key) =>
        new(address.TrimEnd('/'), key?.Value, http) { KeyOrigin = key?.Origin, Models = models };

    private async Task<Credential?> Key(ProviderKind kind, CancellationToken cancellation) =>
        FromVariables(kind) ?? (credentials is null || kind.KeyVariables.Count == 0 ? null : await credentials.Find(kind.Name, cancellation).ConfigureAwait(false));

    private Credential? FromVariables(ProviderKind kind)
    {
        foreach (var variable in kind.KeyVariables)
            if (environment(variable) is { Length: > 0 } value) return new Credential(value.Trim(), variable);
        return null;
    }

    private string? Variable(IReadOnlyList<string> names)
    {
        foreach (var name in names) if (environment(name) is { Length: > 0 } value) return value;
        return null;
    }

    private static string Names()
    {
        var text = "";
        for (var i = 0; i < Kinds.Count; i++) text += (i == 0 ? "" : i == Kinds.Count - 1 ? " and " : ", ") + Kinds[i].Name;
        return text;
    }

    private static ProviderKind[] Sorted()
    {
        var all = ProviderKindShelf.All();
        Array.Sort(all, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return all;
    }

    private static List<string> Variables()
    {
        var all = new List<string>();
        foreach (var kind in Kinds)
            foreach (var variable in kind.KeyVariables)
                if (!all.Contains(variable)) all.Add(variable);
        return all;
    }
}

/// <summary>A provider that can be used.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Provider">Ready to ask.</param>
/// <param name="Model">The model to use when none is named: that of a server found on this machine.</param>
/// <param name="Origin">Why this one: the credential's place, or the local server's name. For a person.</param>
public sealed record ProviderChoice(ProviderKind Kind, Provider Provider, string? Model, string? Origin);
