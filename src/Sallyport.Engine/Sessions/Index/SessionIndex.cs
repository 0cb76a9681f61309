using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// Lists and searches sessions. Everything in it comes from their files and can be read from them again: it follows them as they
/// grow, several processes may use it, and a damaged one is thrown away without a word. Of sessions that are sealed nothing stands in
/// it: they are read anew each time, into a database that is in memory only.
/// </summary>
public sealed class SessionIndex : IDisposable
{
    private readonly string path;
    private SqliteConnection database;

    private SessionIndex(string path) => (this.path, database) = (path, IndexFile.Open(path));

    /// <summary>Told while transcripts are read: how many so far, and their bytes.</summary>
    private Action<long, long> Progress { get; init; } = static (_, _) => { };

    public static string PathOf() => Path.Combine(StateFolder.Root(), "index.db");

    /// <summary>Opens it, or makes it. Throws <see cref="SessionException"/> where neither is possible.</summary>
    public static SessionIndex Open(Action<long, long>? progress = null) => Open(PathOf(), progress);

    internal static SessionIndex Open(string path, Action<long, long>? progress = null) => Explained(() => new SessionIndex(path) { Progress = progress ?? (static (_, _) => { }) });

    /// <summary>Sessions, the one that was active last first; brings the index up to date with their files before.</summary>
    /// <param name="files">Their transcripts: <see cref="SessionFiles.In"/> or <see cref="SessionFiles.All"/>.</param>
    /// <param name="limit">At most so many.</param>
    public IReadOnlyList<SessionSummary> List(IReadOnlyList<string> files, int limit, CancellationToken cancellation)
    {
        var (open, closed) = Parted(files);
        var listed = ListOpen(open, limit, cancellation);
        if (closed.Count == 0) return listed;
        using var memory = InMemory();
        var all = new List<SessionSummary>(listed);
        all.AddRange(memory.ListOpen(closed.Take(limit).ToList(), limit, cancellation));
        all.Sort(static (a, b) => b.LastActivity.CompareTo(a.LastActivity));
        return all.Count <= limit ? all : all.GetRange(0, limit);
    }

    private IReadOnlyList<SessionSummary> ListOpen(IReadOnlyList<string> files, int limit, CancellationToken cancellation) => Surely(() =>
    {
        Follow(files, cancellation);
        var wanted = new HashSet<string>(files, StringComparer.Ordinal);
        var found = new List<SessionSummary>();
        using var command = Command($"SELECT {IndexRow.Columns} FROM session ORDER BY active DESC, id DESC");
        using var reader = command.ExecuteReader();
        while (found.Count < limit && reader.Read())
            if (IndexRow.Read(reader).Tally.Summary is var summary && wanted.Contains(summary.Path)) found.Add(summary);
        return found;
    });

    /// <summary>One session.</summary>
    internal SessionSummary? Find(string transcript) => List([transcript], 1, CancellationToken.None) is [var one] ? one : null;

    /// <summary>Where these words are: best first.</summary>
    /// <param name="files">Where to look.</param>
    /// <param name="words">Words that must all be in one message; "phrases", -words that must not be there, beginnings*.</param>
    /// <param name="limit">At most so many.</param>
    /// <exception cref="SessionException">There is no word in it.</exception>
    public IReadOnlyList<SessionHit> Search(IReadOnlyList<string> files, string words, int limit, CancellationToken cancellation)
    {
        var query = SearchWords.Query(words) ?? throw new SessionException("nothing to look for: a search needs a word with letters or digits");
        var (open, closed) = Parted(files);
        var found = SearchOpen(open, query, limit, cancellation);
        if (closed.Count == 0 || found.Count >= limit) return found;
        using var memory = InMemory();
        return [.. found, .. memory.SearchOpen(closed, query, limit - found.Count, cancellation)];
    }

    private IReadOnlyList<SessionHit> SearchOpen(IReadOnlyList<string> files, string query, int limit, CancellationToken cancellation)
    {
        return Surely(() =>
        {
            Follow(files, cancellation);
            var wanted = new HashSet<string>(files, StringComparer.Ordinal);
            var hits = new List<SessionHit>();
            using var command = Command($"""
                SELECT {IndexRow.Columns}, passage.number, passage.kind, passage.at, snippet(words, 0, char(2), char(3), '…', 20)
                FROM words JOIN passage ON passage.key = words.rowid JOIN session ON session.key = passage.session
                WHERE words MATCH $query ORDER BY words.rank, passage.key DESC
                """, ("$query", query));
            using var reader = command.ExecuteReader();
            while (hits.Count < limit && reader.Read())
            {
                var summary = IndexRow.Read(reader).Tally.Summary;
                if (!wanted.Contains(summary.Path)) continue;
                var after = IndexRow.Count;
                hits.Add(new SessionHit(summary, reader.GetInt32(after), reader.GetString(after + 1), IndexRow.Time(reader.GetInt64(after + 2)), UnspacedText.Whole(reader.GetString(after + 3))));
            }
            return hits;
        });
    }

    /// <summary>Takes out what is known of sessions whose files are gone, so that no words of theirs stay on the disk.</summary>
    public void Forget() => Surely(() =>
    {
        var gone = new List<long>();
        using (var command = Command("SELECT key, path FROM session"))
        using (var reader = command.ExecuteReader())
            while (reader.Read()) if (!File.Exists(reader.GetString(1))) gone.Add(reader.GetInt64(0));
        if (gone.Count == 0) return 0;
        using (var change = database.BeginTransaction(deferred: false))
        {
            foreach (var key in gone) Remove(key);
            change.Commit();
        }
        Run("PRAGMA wal_checkpoint(TRUNCATE)");
        return gone.Count;
    });

    public void Dispose() => database.Dispose();

    private SessionIndex InMemory() => new(IndexFile.InMemory) { Progress = Progress };

    private static (List<string> Open, List<string> Sealed) Parted(IReadOnlyList<string> files)
    {
        var (open, closed) = (new List<string>(files.Count), new List<string>());
        foreach (var file in files) (IsSealed(file) ? closed : open).Add(file);
        return (open, closed);
    }

    private static bool IsSealed(string file)
    {
        try
        {
            return Secrets.SealedLines.IsSealed(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads what was appended since the last time.</summary>
    private void Follow(IReadOnlyList<string> files, CancellationToken cancellation)
    {
        var (count, bytes) = (0L, 0L);
        var known = new Dictionary<string, (long Size, long Modified)>(StringComparer.Ordinal);
        using (var command = Command("SELECT path, size, modified FROM session"))
        using (var reader = command.ExecuteReader())
            while (reader.Read()) known[reader.GetString(0)] = (reader.GetInt64(1), reader.GetInt64(2));
        foreach (var file in files)
        {
            var now = new FileInfo(file);
            known.TryGetValue(file, out var then);
            if (!now.Exists || then == (now.Length, now.LastWriteTimeUtc.Ticks)) continue;
            cancellation.ThrowIfCancellationRequested();
            try
            {
                Read(now);
                Progress(++count, bytes += now.Length - then.Size);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or SessionException)
            {
                // Deleted meanwhile, not ours, or sealed under a key that is not here: not listed.
            }
        }
    }

    private void Read(FileInfo file)
    {
        using var change = database.BeginTransaction(deferred: false);
        var (key, tally, from) = (0L, new SessionTally(SessionFiles.IdOf(file.FullName), file.FullName), 0L);
        using (var command = Command($"SELECT {IndexRow.Columns} FROM session WHERE path = $path", ("$path", file.FullName)))
        using (var reader = command.ExecuteReader())
            if (reader.Read())
            {
                (key, tally, from) = IndexRow.Read(reader);
            }
        // Files only grow. One that did not is another file.
        if (key != 0 && (file.Length < from || !TranscriptReader.IsLineStart(file.FullName, from)))
        {
            Remove(key);
            (key, tally, from) = (0L, new SessionTally(SessionFiles.IdOf(file.FullName), file.FullName), 0L);
        }
        var row = new IndexRow(key, tally, from);
        if (key == 0) row = row with { Key = row.Write(database, file) };
        using var passage = Command("INSERT INTO passage(session, number, kind, at) VALUES($session, $number, $kind, $at)", ("$session", row.Key), ("$number", 0), ("$kind", ""), ("$at", 0L));
        using var words = Command("INSERT INTO words(rowid, text) VALUES(last_insert_rowid(), $text)", ("$text", ""));
        foreach (var (line, end) in TranscriptReader.From(file.FullName, from))
        {
            from = end;
            if (line is null) continue;
            tally.Add(line);
            foreach (var (number, kind, text) in Passages.Of(line))
            {
                passage.Parameters["$number"].Value = number;
                passage.Parameters["$kind"].Value = kind;
                passage.Parameters["$at"].Value = line.At.UtcTicks;
                passage.ExecuteNonQuery();
                words.Parameters["$text"].Value = UnspacedText.Apart(text);
                words.ExecuteNonQuery();
            }
        }
        // A file without one whole line is a session that never began.
        if (from == 0) return;
        (row with { Offset = from }).Write(database, file);
        change.Commit();
    }

    private void Remove(long key)
    {
        Run("DELETE FROM words WHERE rowid IN (SELECT key FROM passage WHERE session = $key)", ("$key", key));
        Run("DELETE FROM passage WHERE session = $key", ("$key", key));
        Run("DELETE FROM session WHERE key = $key", ("$key", key));
    }

    private void Run(string statement, params ReadOnlySpan<(string Name, object Value)> values)
    {
        using var command = Command(statement, values);
        command.ExecuteNonQuery();
    }

    // Only one transaction is open at a time, and it is the connection's.
    private SqliteCommand Command(string statement, params ReadOnlySpan<(string Name, object Value)> values)
    {
        var command = database.CreateCommand();
        command.CommandText = statement;
        foreach (var (name, value) in values) command.Parameters.AddWithValue(name, value);
        return command;
    }

    /// <summary>A damaged index is made anew, once.</summary>
    private T Surely<T>(Func<T> action) => Explained(() =>
    {
        try
        {
            return action();
        }
        catch (SqliteException e) when (IndexFile.IsBroken(e))
        {
            database.Dispose();
            IndexFile.Discard(path);
            database = IndexFile.Open(path);
            return action();
        }
    });

    private static T Explained<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (SqliteException e)
        {
            throw new SessionException(string.Create(CultureInfo.InvariantCulture, $"the index of sessions cannot be used ({e.Message})"), e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SessionException($"the index of sessions cannot be written ({e.Message})", e);
        }
        catch (Exception e) when (e is DllNotFoundException or TypeInitializationException)
        {
            throw new SessionException("SQLite's library is not beside the program; listing and searching sessions needs it (install the program again)", e);
        }
    }
}
