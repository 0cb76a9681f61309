using System.CommandLine;
using System.Globalization;
using Sallyport.Agent;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary>Which entries are meant: by kind, time and session.</summary>
internal sealed class EntryFilter
{
    private readonly Option<string?> kind = new("--kind");
    private readonly Option<string?> since = new("--since");
    private readonly Option<string?> session = new("--session");

    public EntryFilter() => kind.AcceptOnlyFromAmong("verdict", "override", "approval", "waiver", "trust", "egress", "agent", "seal");

    public void AddTo(Command command)
    {
        command.Add(kind);
        command.Add(since);
        command.Add(session);
    }

    public IEnumerable<LedgerRecord> Of(ParseResult result)
    {
        var (wanted, id) = (result.GetValue(kind), result.GetValue(session));
        var first = result.GetValue(since) is { } text ? Moment(text, TimeProvider.System.GetUtcNow()) : DateTimeOffset.MinValue;
        return Matching(LedgerRecord.Read(LedgerPlace.Folder()), wanted, first, id);
    }

    /// <summary>A day, a moment, or how long ago: 30m, 12h, 7d.</summary>
    public static DateTimeOffset Moment(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && "mhd".Contains(text[^1], StringComparison.Ordinal) && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
            return now - (text[^1] switch { 'm' => TimeSpan.FromMinutes(count), 'h' => TimeSpan.FromHours(count), _ => TimeSpan.FromDays(Math.Min(count, 100_000)) });
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment
            : throw new UsageException($"--since {text}: write a day as 2027-01-31, a moment as 2027-01-31T10:00Z, or how long ago as 30m, 12h, 7d");
    }

    private static IEnumerable<LedgerRecord> Matching(IEnumerable<LedgerRecord> records, string? kind, DateTimeOffset since, string? session)
    {
        foreach (var record in records)
        {
            if (kind is not null && record.Kind != kind) continue;
            if (record.Time < since) continue;
            if (session is not null && !(record.Session is { } id && (id.StartsWith(session, StringComparison.Ordinal) || id.EndsWith(session, StringComparison.Ordinal)))) continue;
            yield return record;
        }
    }
}
