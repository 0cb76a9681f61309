using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Databases and their dumps. Some packages are one on purpose, so this alone does not stop a package.</summary>
internal sealed class DatabaseFile : EntryDetector
{
    private static readonly Rule Found = new("stray.database", Severity.Medium, Blocking.Never, "A database or a dump of one",
        "Leave it out unless the program reads it; deleted rows are still in its pages.", "dev.sqlite3 in a package");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 20) return;
        var what = head[0] switch
        {
            (byte)'S' when head.StartsWith("SQLite format 3\0"u8) => "an SQLite database",
            0 when head[4..].StartsWith("Standard Jet DB"u8) || head[4..].StartsWith("Standard ACE DB"u8) => "an Access database",
            (byte)'P' when head.StartsWith("PGDMP"u8) => "a PostgreSQL dump",
            (byte)'R' when head.StartsWith("REDIS00"u8) => "a Redis dump",
            (byte)'-' when IsSqlDump(head) => "an SQL dump",
            _ => null,
        };
        if (what is not null) sink.Report(Found, $"{entry.Name} is {what}");
    }

    private static bool IsSqlDump(ReadOnlySpan<byte> head)
    {
        var start = head[..Math.Min(head.Length, 256)];
        return start.StartsWith("--"u8) && (start.IndexOf("MySQL dump"u8) > 0 || start.IndexOf("MariaDB dump"u8) > 0 || start.IndexOf("PostgreSQL database dump"u8) > 0);
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "cache.bin", "SQLite format 3\0\u0010\0\u0001\u0001\0\u0040\u0020\u0020"),
        Sample.Hit(Found.Id, "dump.sql", "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\n"),
        Sample.Miss("schema.sql", "-- the schema of our tables\nCREATE TABLE a (b int);\n"),
    ];
}
