using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Models;

/// <summary>What a model is asked. The same request always becomes the same bytes: the prefix is what providers cache.</summary>
public sealed record ModelRequest : IOutbound<ModelRequest>
{
    /// <summary>The provider's own name of the model.</summary>
    public required string Model { get; init; }

    /// <summary>The system prompt.</summary>
    public required string System { get; init; }

    public required IReadOnlyList<ToolSpec> Tools { get; init; }

    /// <summary>User and assistant in turns, the first and the last from the user.</summary>
    public required IReadOnlyList<Message> Messages { get; init; }

    /// <summary>Upper limit of the answer, in tokens.</summary>
    public required int MaxOutputTokens { get; init; }

    /// <summary>How hard to think; null leaves it to the provider.</summary>
    public Effort? Effort { get; init; }

    /// <summary>JSON Schema (text) that the answer's text must satisfy, where the provider can be bound to one.</summary>
    public string? OutputSchema { get; init; }

    /// <summary>Groups requests for the provider's cache routing. Random, says nothing about the user.</summary>
    public required string Session { get; init; }

    /// <inheritdoc/>
    public ModelRequest Closed(SecretVault vault) => Secrets.Closing.Close(vault, this);
}

public enum Effort { Low, Medium, High }

/// <param name="Name">The tool's name.</param>
/// <param name="Description">For the model.</param>
/// <param name="Schema">JSON Schema of the arguments, as text that never changes within a session.</param>
public sealed record ToolSpec(string Name, string Description, string Schema);
