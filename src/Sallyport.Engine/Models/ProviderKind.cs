using Sallyport.Shelves;

namespace Sallyport.Engine.Models;

/// <summary>How a provider is found and made. One leaf a provider: what other rooms need to know of it stands here as data.</summary>
[Shelf]
public abstract class ProviderKind
{
    /// <summary>As in <c>--provider</c>.</summary>
    public abstract string Name { get; }

    /// <summary>What a person calls it.</summary>
    public abstract string Title { get; }

    /// <summary>Variables that may hold the credential, the first that is set wins. Empty when it needs none.</summary>
    public virtual IReadOnlyList<string> KeyVariables => [];

    /// <summary>Variables that may hold the base address.</summary>
    public virtual IReadOnlyList<string> AddressVariables => [];

    /// <summary>The public address; null when one must be given.</summary>
    public virtual string? DefaultAddress => null;

    /// <summary>Whether it works without a credential (a server on loopback, a recording).</summary>
    public virtual bool KeyIsOptional => false;

    public abstract Provider Create(ProviderOptions options);
}

/// <summary>What a provider is made from.</summary>
/// <param name="Address">Base address without a trailing slash; for a recording, the file's path.</param>
/// <param name="Key">The credential; never in a message, an event or a log.</param>
/// <param name="Http">Sends; shared by all.</param>
public sealed record ProviderOptions(string Address, string? Key, HttpMessageInvoker Http)
{
    /// <summary>Where the credential came from, for messages: a variable's name, <c>keyring</c> or a file's path.</summary>
    public string? KeyOrigin { get; init; }

    /// <summary>What is known of models: how each wants to be asked to think.</summary>
    public ModelCatalogue? Models { get; init; }

    // A record prints its members; a credential must not be among them.
    public override string ToString() => Address;
}
