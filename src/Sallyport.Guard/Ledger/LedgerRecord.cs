using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Audit;

/// <summary>An entry as it stands in the log.</summary>
public sealed class LedgerRecord
{
    private LedgerRecord(long sequence, DateTimeOffset time, string kind, string? session, IReadOnlyList<KeyValuePair<string, string>> data, string line) =>
        (Sequence, Time, Kind, Session, Data, Line) = (sequence, time, kind, session, data, line);

    /// <summary>Its number, counted from 0.</summary>
    public long Sequence { get; }

    /// <summary>When it was written, in UTC.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>The word for its <see cref="LedgerKind"/>: <c>verdict</c>, <c>egress</c>…</summary>
    public string Kind { get; }

    /// <summary>The session in which it happened; null outside of one.</summary>
    public string? Session { get; }

    /// <summary>What it says: names and values as texts, lists joined by commas.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Data { get; }

    /// <summary>The line itself, as it was hashed.</summary>
    public string Line { get; }

    /// <summary>What the entry says under a name; null when it says nothing.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (var (key, value) in Data) if (key == name) return value;
            return null;
        }
    }

    /// <summary>Reads the entries one by one. Lines that are no entries are left out: <see cref="LedgerCheck"/> names them.</summary>
    /// <param name="folder">The ledger's folder.</param>
    /// <exception cref="GuardException">There is no ledger, or it cannot be read.</exception>
    public static IEnumerable<LedgerRecord> Read(string folder)
    {
        var path = new LedgerFiles(folder).Log;
        if (!File.Exists(path)) throw new GuardException($"there is no ledger in {folder}");
        return Lines(path);
    }

    private static IEnumerable<LedgerRecord> Lines(string path)
    {
        using var log = LedgerFiles.OpenToRead(path);
        var reader = new LogLines(log, 0, RandomAccess.GetLength(log));
        while (true)
        {
            if (!reader.Next(out var line) || reader.IsTorn) yield break;
            if (Parse(line) is { } record) yield return record;
        }
    }

    internal static LedgerRecord? Parse(ReadOnlySpan<byte> line)
    {
        if (line.Length > LedgerLine.Longest) return null;
        try
        {
            var text = Encoding.UTF8.GetString(line);
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.GetProperty("seq").TryGetInt64(out var sequence) || !root.GetProperty("time").TryGetDateTimeOffset(out var time)) return null;
            var data = new List<KeyValuePair<string, string>>();
            foreach (var member in root.GetProperty("data").EnumerateObject()) data.Add(new(member.Name, Text(member.Value)));
            return new LedgerRecord(sequence, time, root.GetProperty("kind").GetString()!, root.TryGetProperty("session", out var session) ? session.GetString() : null, data, text);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }

    private static string Text(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        if (value.ValueKind != JsonValueKind.Array) return value.GetRawText();
        var parts = new List<string>();
        foreach (var part in value.EnumerateArray()) parts.Add(Text(part));
        return string.Join(", ", parts);
    }
}
