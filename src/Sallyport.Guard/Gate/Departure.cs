namespace Sallyport.Guard.Gate;

/// <summary>Something that is leaving, as far as its sender tells: how much and which bytes, never what they say.</summary>
/// <param name="Destination">Where to.</param>
public sealed record Departure(Destination Destination)
{
    /// <summary>How many bytes; null when not known.</summary>
    public long? Bytes { get; init; }

    /// <summary>Lower-case hexadecimal SHA-256 of those bytes; null when not known.</summary>
    public string? Sha256 { get; init; }

    /// <summary>How many bytes came back; null when not known.</summary>
    public long? Received { get; init; }

    /// <summary>What those bytes are, where they are no whole body: <c>ciphertext</c> of a tunnel, a <c>request</c> with its head.</summary>
    public string? Content { get; init; }

    /// <summary>Method and address of a request, for whoever keeps what was sent; it is not written into the ledger.</summary>
    public string? Target { get; init; }

    /// <summary>Of a connection that is told of more than once: <c>opened</c>, <c>request</c>, <c>ended</c>; or <c>refused</c>, and then nothing left.</summary>
    public string? Outcome { get; init; }

    /// <summary>Tells which entries are of one connection; null for none.</summary>
    public long? Connection { get; init; }

    /// <summary>What let it pass, or refused it.</summary>
    public string? Rule { get; init; }

    /// <summary>Why it was refused, in a sentence.</summary>
    public string? Reason { get; init; }

    /// <summary>How often the same was refused again.</summary>
    public long? More { get; init; }

    /// <summary>What it carries, as the gate labelled it: <c>secret</c>, <c>internal</c>…</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];
}
