using System.Text.Json.Serialization;

namespace Sallyport.Engine;

/// <summary>One piece of a message. A closed family: every provider can write each, or says what it leaves out.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(TextPart), "text")]
[JsonDerivedType(typeof(ThinkingPart), "thinking")]
[JsonDerivedType(typeof(ImagePart), "image")]
[JsonDerivedType(typeof(ToolCallPart), "tool_call")]
[JsonDerivedType(typeof(ToolResultPart), "tool_result")]
public abstract record Part
{
    private protected Part() { }
}

/// <summary>Plain text, Markdown by habit.</summary>
public sealed record TextPart(string Text) : Part;

/// <summary>
/// The model's reasoning. What the provider signed must go back to it unchanged, and only to it.
/// </summary>
/// <param name="Text">Readable reasoning; empty when it is withheld.</param>
/// <param name="Origin">Name of the provider that it came from: others do not get it.</param>
/// <param name="Signature">Opaque proof or encrypted content, as received.</param>
/// <param name="Id">The provider's id for it, where it has one.</param>
/// <param name="Redacted">The provider sent only <paramref name="Signature"/>.</param>
public sealed record ThinkingPart(string Text, string Origin, string? Signature = null, string? Id = null, bool Redacted = false) : Part;

/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Data">Base64.</param>
public sealed record ImagePart(string MediaType, string Data) : Part;

/// <param name="Id">The provider's call id; the result answers to it.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Arguments">A JSON object as text, as the model wrote it.</param>
/// <param name="Signature">Opaque token that the provider wants back with the call (Gemini).</param>
public sealed record ToolCallPart(string Id, string Name, string Arguments, string? Signature = null) : Part;

/// <param name="CallId">The call that this answers.</param>
/// <param name="Name">The tool's name.</param>
/// <param name="Text">What the model reads.</param>
/// <param name="Failed">The tool could not do it; the text says why and what to do.</param>
/// <param name="Images">Pictures beside the text.</param>
public sealed record ToolResultPart(string CallId, string Name, string Text, bool Failed = false, IReadOnlyList<ImagePart>? Images = null) : Part;
