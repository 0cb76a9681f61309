using Microsoft.Data.Sqlite;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// The index's database. Nothing in it is the truth: when it is damaged, or of another version, it is thrown away. Several
/// processes may use it.
/// </summary>
internal static class IndexFile
{
    /// <summary>The path of one that is nowhere: it goes with its connection.</summary>
    public const string InMemory = ":memory:";

    private const int Version = 2;
    private const int Corrupt = 11, NotADatabase = 26, CannotOpen = 14, ReadOnly = 8;

    private const string Tables = """
        CREATE TABLE session(
            key INTEGER PRIMARY KEY, id TEXT NOT NULL, path TEXT NOT NULL UNIQUE, size INTEGER NOT NULL, modified INTEGER NOT NULL, read INTEGER NOT NULL,
            cwd TEXT NOT NULL, title TEXT NOT NULL, title_number INTEGER NOT NULL, created INTEGER NOT NULL, active INTEGER NOT NULL, messages INTEGER NOT NULL, turns INTEGER NOT NULL,
            input INTEGER NOT NULL, output INTEGER NOT NULL, cache_read INTEGER NOT NULL, cache_write INTEGER NOT NULL, cost TEXT, outcome TEXT, forked_from TEXT,
            base_input INTEGER NOT NULL, base_output INTEGER NOT NULL, base_cache_read INTEGER NOT NULL, base_cache_write INTEGER NOT NULL, base_cost TEXT, base_turns INTEGER NOT NULL);
        CREATE TABLE passage(key INTEGER PRIMARY KEY, session INTEGER NOT NULL, number INTEGER NOT NULL, kind TEXT NOT NULL, at INTEGER NOT NULL);
        CREATE INDEX passage_session ON passage(session);
        CREATE VIRTUAL TABLE words USING fts5(text, tokenize = 'unicode61 remove_diacritics 2');
        INSERT INTO words(words, rank) VALUES('secure-delete', 1);
        """;

    public static SqliteConnection Open(string path)
    {
        SQLitePCL.Batteries_V2.Init();
        try
        {
            return Prepared(path);
        }
        catch (SqliteException e) when (IsBroken(e))
        {
            Discard(path);
            return Prepared(path);
        }
    }

    public static bool IsBroken(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase or CannotOpen or ReadOnly or 1;

    public static void Discard(string path)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", "-wal", "-shm", "-journal"]) File.Delete(path + suffix);
    }

    private static SqliteConnection Prepared(string path)
    {
        if (path != InMemory) StateFolder.Make(Path.GetDirectoryName(path)!);
        // Made by us, so that it is its owner's alone; the files beside it take its rights.
        if (path != InMemory && !File.Exists(path)) using (StateFolder.Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)) { }
        var database = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = path == InMemory ? SqliteOpenMode.Memory : SqliteOpenMode.ReadWrite, Pooling = false, DefaultTimeout = 10 }.ToString());
        try
        {
            database.Open();
            Run(database, "PRAGMA busy_timeout = 10000; PRAGMA temp_store = MEMORY; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA secure_delete = ON;");
            var version = Number(database, "PRAGMA user_version");
            if (version == Version) return database;
            using var change = database.BeginTransaction(deferred: false);
            version = Number(database, "PRAGMA user_version", change);
            if (version == 0) Run(database, $"{Tables} PRAGMA user_version = {Version};", change);
            // As good as broken: what is in it can be read again.
            else if (version != Version) throw new SqliteException($"the index has version {version}", NotADatabase);
            change.Commit();
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    private static void Run(SqliteConnection database, string statements, SqliteTransaction? within = null)
    {
        using var command = database.CreateCommand();
        (command.CommandText, command.Transaction) = (statements, within);
        command.ExecuteNonQuery();
    }

    private static long Number(SqliteConnection database, string query, SqliteTransaction? within = null)
    {
        using var command = database.CreateCommand();
        (command.CommandText, command.Transaction) = (query, within);
        return (long)command.ExecuteScalar()!;
    }
}
