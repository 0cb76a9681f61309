namespace Sallyport.Guard.Gate;

/// <summary>Something that is leaving, as far as its sender tells: how much and which bytes, never what they say.</summary>
/// <param name="Destination">Where to.</param>
public sealed record Departure(Destination Destination)
{
    /// <summary>How many bytes; null when not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of those bytes; null when not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>What it carries, as the gate labelled it: <c>secret</c>, <c>internal</c>…</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
