using System.Globalization;
using Microsoft.Data.Sqlite;
using Sallyport.Engine.Events;

namespace Sallyport.Engine.Sessions;

/// <summary>A session's row in the index.</summary>
/// <param name="Key">0 when it has none yet.</param>
/// <param name="Tally">What was added up.</param>
/// <param name="Offset">Up to where its file was read: the beginning of a line.</param>
internal sealed record IndexRow(long Key, SessionTally Tally, long Offset)
{
    public const string Columns = "session.key, session.id, path, read, cwd, title, title_number, created, active, messages, turns, input, output, cache_read, cache_write, cost, outcome, forked_from, base_input, base_output, base_cache_read, base_cache_write, base_cost, base_turns";

    public const int Count = 24;

    public static IndexRow Read(SqliteDataReader row)
    {
        var summary = new SessionSummary
        {
            Id = row.GetString(1),
            Path = row.GetString(2),
            Cwd = row.GetString(4),
            Title = row.GetString(5),
            Created = Time(row.GetInt64(7)),
            LastActivity = Time(row.GetInt64(8)),
            Messages = row.GetInt32(9),
            Turns = row.GetInt32(10),
            Usage = new Usage(row.GetInt64(11), row.GetInt64(12), row.GetInt64(13), row.GetInt64(14)),
            CostUsd = Cost(row, 15),
            Outcome = row.IsDBNull(16) ? null : Enum.Parse<Outcome>(row.GetString(16)),
            ForkedFrom = row.IsDBNull(17) ? null : row.GetString(17),
        };
        var inherited = new Usage(row.GetInt64(18), row.GetInt64(19), row.GetInt64(20), row.GetInt64(21));
        return new IndexRow(row.GetInt64(0), new SessionTally(summary, row.GetInt32(6), inherited, Cost(row, 22), row.GetInt32(23)), row.GetInt64(3));
    }

    public static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    /// <summary>Writes it, and returns its key.</summary>
    public long Write(SqliteConnection database, FileInfo file)
    {
        var one = Tally.Summary;
        using var command = database.CreateCommand();
        command.CommandText = """
            INSERT INTO session(key, id, path, size, modified, read, cwd, title, title_number, created, active, messages, turns, input, output, cache_read, cache_write, cost, outcome, forked_from,
                base_input, base_output, base_cache_read, base_cache_write, base_cost, base_turns)
            VALUES($key, $id, $path, $size, $modified, $read, $cwd, $title, $title_number, $created, $active, $messages, $turns, $input, $output, $cache_read, $cache_write, $cost, $outcome, $forked_from,
                $base_input, $base_output, $base_cache_read, $base_cache_write, $base_cost, $base_turns)
            ON CONFLICT(key) DO UPDATE SET size = excluded.size, modified = excluded.modified, read = excluded.read, cwd = excluded.cwd, title = excluded.title, title_number = excluded.title_number,
                created = excluded.created, active = excluded.active, messages = excluded.messages, turns = excluded.turns, input = excluded.input, output = excluded.output, cache_read = excluded.cache_read,
                cache_write = excluded.cache_write, cost = excluded.cost, outcome = excluded.outcome, forked_from = excluded.forked_from, base_input = excluded.base_input, base_output = excluded.base_output,
                base_cache_read = excluded.base_cache_read, base_cache_write = excluded.base_cache_write, base_cost = excluded.base_cost, base_turns = excluded.base_turns
            RETURNING key
            """;
        void Set(string name, object? value) => command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        Set("$key", Key == 0 ? null : Key);
        Set("$id", one.Id);
        Set("$path", one.Path);
        Set("$size", file.Length);
        Set("$modified", file.LastWriteTimeUtc.Ticks);
        Set("$read", Offset);
        Set("$cwd", one.Cwd);
        Set("$title", one.Title);
        Set("$title_number", Tally.TitleNumber);
        Set("$created", one.Created.UtcTicks);
        Set("$active", one.LastActivity.UtcTicks);
        Set("$messages", one.Messages);
        Set("$turns", one.Turns);
        Set("$input", one.Usage.InputTokens);
        Set("$output", one.Usage.OutputTokens);
        Set("$cache_read", one.Usage.CacheReadTokens);
        Set("$cache_write", one.Usage.CacheWriteTokens);
        Set("$cost", one.CostUsd?.ToString(CultureInfo.InvariantCulture));
        Set("$outcome", one.Outcome?.ToString());
        Set("$forked_from", one.ForkedFrom);
        Set("$base_input", Tally.Inherited.InputTokens);
        Set("$base_output", Tally.Inherited.OutputTokens);
        Set("$base_cache_read", Tally.Inherited.CacheReadTokens);
        Set("$base_cache_write", Tally.Inherited.CacheWriteTokens);
        Set("$base_cost", Tally.InheritedCost?.ToString(CultureInfo.InvariantCulture));
        Set("$base_turns", Tally.InheritedTurns);
        return (long)command.ExecuteScalar()!;
    }

    private static decimal? Cost(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : decimal.Parse(row.GetString(column), CultureInfo.InvariantCulture);
}
