using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>Small files that are a secret as a whole: PostgreSQL's password file and the master key of a Rails application.</summary>
internal sealed class SecretFiles : WholeDetector
{
    private static readonly Rule PgPass = new("secret.pgpass", Severity.High, Blocking.Always, "A PostgreSQL password file",
        "Change the passwords and leave the file out of the package.", "host:5432:db:user:… in .pgpass") { Vagueness = 1 };

    private static readonly Rule MasterKey = new("secret.rails-master-key", Severity.Critical, Blocking.Always, "The master key of a Rails application",
        "Make a new key and encrypt the credentials again; leave the file out of the package.", "config/master.key") { Vagueness = 1 };

    public override IReadOnlyList<Rule> Rules => [PgPass, MasterKey];

    public override bool Wants(Entry entry, ReadOnlySpan<byte> head)
    {
        if (head.Length is < 12 or >= 16384 || entry.IsBinary) return false;
        if (IsMasterKey(entry) && head.Length < 40) return true;
        // host:port:database:user:password, the port a number or a star.
        var end = head.IndexOf((byte)'\n');
        var first = end < 0 ? head : head[..end];
        return entry.Name.Contains("pgpass", StringComparison.OrdinalIgnoreCase) || (first.Length < 300 && first.Count((byte)':') == 4 && PasswordOf(first, out _));
    }

    public override void Inspect(Entry entry, ReadOnlyMemory<byte> content, EntrySink sink)
    {
        var text = content.Span;
        if (IsMasterKey(entry))
        {
            var key = text.TrimEnd("\r\n "u8);
            if (key.Length == 32 && Generic.ValueShape.IsHex(key) && Entropy.Of(key) > 2.7) Report(sink, MasterKey, text, 0, key, "the key that opens the application's credentials");
            return;
        }
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].TrimEnd((byte)'\r');
            if (PasswordOf(line, out var password) && !Placeholders.IsWeakOrPlaceholder(password))
            {
                var at = range.Start.Value + line.Length - password.Length;
                Report(sink, PgPass, text, at, password, $"a database login with a password of {password.Length} characters");
            }
        }
    }

    private static bool IsMasterKey(Entry entry) => entry.Name == "master.key" || (entry.Extension == ".key" && entry.InPackage.Contains("credentials/", StringComparison.Ordinal));

    private static void Report(EntrySink sink, Rule rule, ReadOnlySpan<byte> text, int at, ReadOnlySpan<byte> matter, string message)
    {
        if (sink.ReportAt(rule, at, matter, message)) sink.MarkLine(0, text, at, at);
    }

    private static bool PasswordOf(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> password)
    {
        password = default;
        if (line.IsEmpty || line[0] == '#') return false;
        if (line.Count((byte)':') != 4 || line.IndexOfAny(" \t\"'"u8) >= 0) return false;
        var host = line.IndexOf((byte)':');
        var rest = host + 1;
        var port = line[rest..(rest + line[rest..].IndexOf((byte)':'))];
        if (host == 0 || (!port.SequenceEqual("*"u8) && (port.Length is < 2 or > 5 || port.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0))) return false;
        password = line[(line.LastIndexOf((byte)':') + 1)..];
        return password.Length >= 4;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var made = "flower" + RandomNumberGenerator.GetInt32(1000, 9999);
            yield return Sample.Hit(PgPass.Id, "pgpass.conf", $"db.acme.net:5432:app:app:{made}\n");
            yield return Sample.Hit(PgPass.Id, "saved", $"db.acme.net:5432:*:app:{made}\n");
            yield return Sample.Hit(MasterKey.Id, "config/master.key", Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16)));
            yield return Sample.Miss("notes", "a:b:c:d:e\n");
            yield return Sample.Miss("pgpass.conf", "#host:port:db:user:password\nlocalhost:5432:db:user:password\n");
        }
    }
}
