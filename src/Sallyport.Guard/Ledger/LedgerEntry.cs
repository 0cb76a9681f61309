using System.Text.Encodings.Web;
using System.Text.Json;
using System.Buffers;
using Sallyport.Guard.Gate;

namespace Sallyport.Guard.Audit;

/// <summary>What an entry is about.</summary>
public enum LedgerKind
{
    /// <summary>What a check said of a target.</summary>
    Verdict,

    /// <summary>Somebody let pass what would have been stopped.</summary>
    Override,

    /// <summary>A person's answer to a question.</summary>
    Approval,

    /// <summary>A finding was accepted for a while.</summary>
    Waiver,

    /// <summary>Something was trusted, or is no longer.</summary>
    Trust,

    /// <summary>Something left.</summary>
    Egress,

    /// <summary>A program that acts for a person started another that does, or that one ended.</summary>
    Agent,

    /// <summary>Written by the ledger itself when it finds its end damaged: a torn line, lost entries.</summary>
    Seal,
}

/// <summary>
/// One thing that happened, as names and values. What left is named by destination, size and digest, never by its content.
/// Texts longer than 1,000 characters are cut.
/// </summary>
/// <param name="kind">What it is about.</param>
public sealed class LedgerEntry(LedgerKind kind)
{
    private const int Longest = 1000;
    private const int Most = 50;

    // Paths and names stay readable; control characters and quotes are escaped all the same.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private readonly List<(string Name, object Value)> fields = [];

    /// <summary>What it is about.</summary>
    public LedgerKind Kind { get; } = kind;

    /// <summary>The session in which it happened; null outside of one.</summary>
    public string? Session { get; init; }

    /// <summary>Adds a text; nothing when it is null.</summary>
    public LedgerEntry With(string name, string? value) => Add(name, value is { Length: > Longest } ? value[..(char.IsHighSurrogate(value[Longest - 1]) ? Longest - 1 : Longest)] + "…" : value);

    /// <summary>Adds a number; nothing when it is null.</summary>
    public LedgerEntry With(string name, long? value) => Add(name, value);

    /// <summary>Adds texts, at most 50 of them; nothing when there are none.</summary>
    public LedgerEntry With(string name, IReadOnlyList<string>? values) => values is { Count: > 0 } ? Add(name, values) : this;

    /// <summary>What a check said of one target: its digest, verdict and how many findings of which rule there are.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="session">In which session; null outside of one.</param>
    public static LedgerEntry Of(TargetReport report, string? session = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        var (blocking, waived) = (0L, 0L);
        var rules = new List<string>(report.Findings.Count);
        foreach (var finding in report.Findings)
        {
            if (finding.IsWaived) waived++;
            else if (finding.IsBlocking) blocking++;
            rules.Add(finding.Rule.Id);
        }
        rules.Sort(StringComparer.Ordinal);
        var counts = new List<string>();
        for (int i = 0, from = 0; i < rules.Count; i++)
        {
            if (i + 1 < rules.Count && rules[i + 1] == rules[i]) continue;
            counts.Add($"{rules[i]} {i + 1 - from}");
            from = i + 1;
        }
        return new LedgerEntry(LedgerKind.Verdict) { Session = session }
            .With("verdict", report.Verdict switch { Verdict.Clean => "clean", Verdict.Blocked => "blocked", _ => "incomplete" })
            .With("target", report.Target).With("targetKind", report.Kind).With("name", report.Name).With("version", report.Version).With("sha256", report.Sha256)
            .With("profile", report.Profile == Profile.Open ? "open" : "closed").With("entries", report.Entries).With("bytes", report.Bytes)
            .With("findings", report.Findings.Count).With("blocking", blocking).With("waived", waived).With("skipped", report.Skipped.Count).With("rules", counts);
    }

    /// <summary>A finding was accepted until a day.</summary>
    /// <param name="waiver">What was accepted, by whom and why.</param>
    /// <param name="policy">The policy that says so from now on.</param>
    public static LedgerEntry Of(Waiver waiver, string policy)
    {
        ArgumentNullException.ThrowIfNull(waiver);
        return new LedgerEntry(LedgerKind.Waiver).With("fingerprint", waiver.Fingerprint).With("reason", waiver.Reason).With("owner", waiver.Owner)
            .With("until", waiver.Until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)).With("policy", policy);
    }

    /// <summary>Something left.</summary>
    /// <param name="departure">Where to, and what is known of its bytes.</param>
    /// <param name="session">In which session; null outside of one.</param>
    public static LedgerEntry Of(Departure departure, string? session = null)
    {
        ArgumentNullException.ThrowIfNull(departure);
        return new LedgerEntry(LedgerKind.Egress) { Session = session }
            .With("channel", departure.Destination.Kind).With("destination", departure.Destination.Name).With("outcome", departure.Outcome).With("connection", departure.Connection)
            .With("rule", departure.Rule).With("reason", departure.Reason).With("more", departure.More).With("bytes", departure.Bytes).With("received", departure.Received)
            .With("sha256", departure.Sha256).With("content", departure.Content).With("labels", departure.Labels);
    }

    internal static string Word(LedgerKind kind) => kind switch
    {
        LedgerKind.Verdict => "verdict",
        LedgerKind.Override => "override",
        LedgerKind.Approval => "approval",
        LedgerKind.Waiver => "waiver",
        LedgerKind.Trust => "trust",
        LedgerKind.Egress => "egress",
        LedgerKind.Agent => "agent",
        _ => "seal",
    };

    /// <summary>The members of the line that the entry brings: kind, session and data, without braces.</summary>
    internal byte[] Members()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(Kind));
            if (Session is not null) json.WriteString("session", Session);
            json.WritePropertyName("data");
            WriteFields(json);
            json.WriteEndObject();
        }
        return buffer.WrittenSpan[1..^1].ToArray();
    }

    /// <summary>What it says, as a JSON object on one line.</summary>
    public byte[] Data()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer, Options)) WriteFields(json);
        return buffer.WrittenSpan.ToArray();
    }

    private void WriteFields(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            if (value is string text) json.WriteString(name, text);
            else if (value is long number) json.WriteNumber(name, number);
            else WriteList(json, name, (IReadOnlyList<string>)value);
        }
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < values.Count && i < Most; i++) json.WriteStringValue(values[i].Length > Longest ? values[i][..Longest] : values[i]);
        json.WriteEndArray();
    }

    private LedgerEntry Add(string name, object? value)
    {
        if (value is not null) fields.Add((name, value));
        return this;
    }
}
