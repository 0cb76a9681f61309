namespace Sallyport.Guard;

/// <summary>What a team allows to leave; read from <c>sallyport.json</c>. <see cref="Default"/> holds without one.</summary>
public sealed record Policy
{
    /// <summary>The rules' own severities, no internal names, no waivers.</summary>
    public static Policy Default { get; } = new();

    /// <summary>Overrides what the manifest's licence says; null: the manifest decides.</summary>
    public Profile? Profile { get; init; }

    /// <summary>Settings by rule id or by family with a star (<c>debug.*</c>); the exact id wins.</summary>
    public IReadOnlyDictionary<string, RuleSetting> Rules { get; init; } = new Dictionary<string, RuleSetting>();

    /// <summary>Internal words: code names, customers, hosts, e-mail domains, ticket keys.</summary>
    public TermPolicy Terms { get; init; } = new();

    /// <summary>Glob patterns over paths in the package; findings of the named rules there are waived.</summary>
    public IReadOnlyList<AllowedPath> Allow { get; init; } = [];

    /// <summary>What the manifest must say.</summary>
    public ManifestPolicy Manifest { get; init; } = new();

    /// <summary>When growth since the last release blocks.</summary>
    public DriftPolicy Drift { get; init; } = new();

    /// <summary>What one target may cost.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>Accepted findings.</summary>
    public IReadOnlyList<Waiver> Waivers { get; init; } = [];

    /// <summary>Whether <c>sally:allow RULE -- REASON</c> in a comment waives findings on its line.</summary>
    public bool InlineAllowances { get; init; } = true;

    /// <summary>Key of the fingerprints and of hashed terms; null: fingerprints use a public one.</summary>
    public ReadOnlyMemory<byte>? Key { get; init; }

    /// <summary>The file it came from; null for <see cref="Default"/>.</summary>
    public string? Source { get; init; }
}

/// <summary>How a rule deviates from its defaults.</summary>
/// <param name="Enabled">False turns the rule off.</param>
/// <param name="Severity">Another severity, or null.</param>
/// <param name="Blocking">When it blocks, or null for the rule's own.</param>
public sealed record RuleSetting(bool Enabled = true, Severity? Severity = null, Blocking? Blocking = null);

/// <summary>Internal names that must not leave.</summary>
public sealed record TermPolicy
{
    /// <summary>Words or phrases in plain text; matched without regard to case, at word boundaries.</summary>
    public IReadOnlyList<string> Plain { get; init; } = [];

    /// <summary>Words as HMAC-SHA-256 under the policy's key, with their lengths in UTF-8 bytes, lower-cased: the policy does not give them away.</summary>
    public IReadOnlyList<HashedTerm> Hashed { get; init; } = [];

    /// <summary>Host names; <c>.corp.example</c> stands for every host below it.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Domains of internal mail addresses.</summary>
    public IReadOnlyList<string> EmailDomains { get; init; } = [];

    /// <summary>Ticket keys such as <c>ACME</c>, met as <c>ACME-123</c>.</summary>
    public IReadOnlyList<string> Tickets { get; init; } = [];
}

/// <summary>An internal word that the policy knows only by its digest.</summary>
/// <param name="Digest">Lower-case hexadecimal HMAC-SHA-256 of the lower-cased word, first 16 bytes.</param>
/// <param name="Length">Length of the word in UTF-8 bytes.</param>
public sealed record HashedTerm(string Digest, int Length);

/// <summary>A part of the package where some rules do not block.</summary>
/// <param name="Path">Glob over paths in the package.</param>
/// <param name="Rules">Rule ids or families with a star; empty: all but secrets.</param>
/// <param name="Reason">Why, for the next reader.</param>
public sealed record AllowedPath(string Path, IReadOnlyList<string> Rules, string? Reason);

/// <summary>What the manifest must say.</summary>
public sealed record ManifestPolicy
{
    /// <summary>The registries this package may go to; empty: any.</summary>
    public IReadOnlyList<string> Registries { get; init; } = [];

    /// <summary>Names (globs) this repository may publish; empty: any.</summary>
    public IReadOnlyList<string> Names { get; init; } = [];
}

/// <summary>When a difference to the last release blocks.</summary>
public sealed record DriftPolicy
{
    /// <summary>Largest growth in unpacked bytes, as a factor; 1.5 means by half.</summary>
    public double Growth { get; init; } = 1.5;

    /// <summary>A new file larger than this (bytes) and over a quarter of the package blocks.</summary>
    public long NewFileBytes { get; init; } = 1 << 20;

    /// <summary>Path of the recorded baseline, relative to the policy file; null: <c>.sallyport/baseline.json</c> beside it.</summary>
    public string? Baseline { get; init; }
}

/// <summary>A finding that somebody accepted for a while.</summary>
/// <param name="Fingerprint">The finding's.</param>
/// <param name="Reason">Why it is acceptable.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Until">Last day on which it holds; after that the finding blocks again.</param>
public sealed record Waiver(string Fingerprint, string Reason, string Owner, DateOnly Until);
