namespace Sallyport.Guard;

/// <summary>
/// Something in the package that an outsider should not get. Holds place, size and a keyed fingerprint of a secret,
/// never its text.
/// </summary>
public sealed record Finding
{
    /// <summary>The rule that was met.</summary>
    public required Rule Rule { get; init; }

    /// <summary>The severity in force: the rule's own, unless the policy sets another.</summary>
    public required Severity Severity { get; init; }

    /// <summary>Where: parts inside containers join with <c>!/</c>.</summary>
    public required string Path { get; init; }

    /// <summary>Line from 1; 0 when the finding is about the whole file.</summary>
    public int Line { get; init; }

    /// <summary>Column in bytes from 1; 0 when the finding is about the whole file.</summary>
    public int Column { get; init; }

    /// <summary>What an outsider sees.</summary>
    public required string Message { get; init; }

    /// <summary>How to mend it.</summary>
    public required string Advice { get; init; }

    /// <summary>16 hexadecimal digits that stay the same while the finding does; waivers name it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>True when this finding stops the package.</summary>
    public bool IsBlocking { get; init; }

    /// <summary>True when a waiver that has not expired, an allowed path or an inline allowance covers it; the evidence says which.</summary>
    public bool IsWaived { get; init; }

    /// <summary>Numbers and names that back the message up; values are <see cref="string"/>, <see cref="long"/>, <see cref="bool"/> or string lists.</summary>
    public IReadOnlyDictionary<string, object> Evidence { get; init; } = EmptyEvidence;

    private static readonly Dictionary<string, object> EmptyEvidence = [];
}
