using System.Text.Json;

namespace Sallyport.Guard.Audit;

/// <summary>
/// A verdict as it is told by who cannot write the ledger itself: a hook within a sandbox, where any program could say the same.
/// So only its form is believed: no other kind of entry comes this way, no field that a verdict does not have, no long text; and
/// the entry says that it was reported.
/// </summary>
public static class ReportedVerdict
{
    /// <summary>Bytes of one report; longer ones are nobody's verdict.</summary>
    public const int Longest = 16 * 1024;

    private const int LongestText = 300, LongestRule = 80, MostRules = 50;

    private static readonly string[] Verdicts = ["clean", "blocked", "incomplete"];
    private static readonly string[] Hooks = ["pre-commit", "commit-msg", "pre-push", "publish", "forge"];
    private static readonly string[] Profiles = ["open", "closed"];

    /// <summary>The entry for what was reported; null when it is not a verdict in every part.</summary>
    /// <param name="data">What an entry for a verdict says, as <see cref="LedgerEntry.Data"/> writes it.</param>
    /// <param name="session">In which session it was told.</param>
    /// <param name="closed">Takes secrets out of a text.</param>
    public static LedgerEntry? Read(ReadOnlySpan<byte> data, string? session, Func<string, string> closed)
    {
        ArgumentNullException.ThrowIfNull(closed);
        if (data.Length > Longest) return null;
        var entry = new LedgerEntry(LedgerKind.Verdict) { Session = session };
        var seen = new List<string>();
        try
        {
            var reader = new Utf8JsonReader(data, new JsonReaderOptions { MaxDepth = 3 });
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString()!;
                if (seen.Contains(name) || !reader.Read() || !Take(ref reader, name, entry, closed)) return null;
                seen.Add(name);
            }
            if (reader.TokenType != JsonTokenType.EndObject || reader.Read()) return null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
        return seen.Contains("verdict") && seen.Contains("hook") && seen.Contains("target") ? entry.With("reported", "confined") : null;
    }

    private static bool Take(ref Utf8JsonReader reader, string name, LedgerEntry entry, Func<string, string> closed)
    {
        switch (name)
        {
            case "verdict": return Word(ref reader, name, Verdicts, entry);
            case "hook": return Word(ref reader, name, Hooks, entry);
            case "profile": return Word(ref reader, name, Profiles, entry);
            case "sha256":
                if (reader.GetString() is not { Length: 64 } digest || digest.AsSpan().ContainsAnyExcept("0123456789abcdef")) return false;
                entry.With(name, digest);
                return true;
            case "entries" or "bytes" or "findings" or "blocking" or "waived" or "skipped":
                if (!reader.TryGetInt64(out var number) || number < 0) return false;
                entry.With(name, number);
                return true;
            case "rules": return Rules(ref reader, entry);
            case "target" or "targetKind" or "name" or "version" or "remote" or "reason":
                if (reader.GetString() is not { } text) return false;
                text = closed(text);
                entry.With(name, text.Length > LongestText ? text[..LongestText] : text);
                return true;
            default: return false;
        }
    }

    private static bool Word(ref Utf8JsonReader reader, string name, string[] words, LedgerEntry entry)
    {
        if (reader.GetString() is not { } word || Array.IndexOf(words, word) < 0) return false;
        entry.With(name, word);
        return true;
    }

    // "secret.github-pat 2": names of rules and how often, no words.
    private static bool Rules(ref Utf8JsonReader reader, LedgerEntry entry)
    {
        var rules = new List<string>();
        if (reader.TokenType != JsonTokenType.StartArray) return false;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (rules.Count == MostRules || reader.GetString() is not { Length: > 0 and < LongestRule } rule || rule.AsSpan().ContainsAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789.- ")) return false;
            rules.Add(rule);
        }
        entry.With("rules", rules);
        return true;
    }
}
