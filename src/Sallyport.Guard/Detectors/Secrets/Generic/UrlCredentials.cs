using System.Buffers;
using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// <c>scheme://user:password@host</c> for every scheme. The hard part is what is not one: documentation, templates and
/// the defaults of local servers; a word that everybody uses as a password counts only on a host that is somebody's.
/// </summary>
internal sealed class UrlCredentials : LiteralDetector
{
    private static readonly Rule Found = new("secret.url-credentials", Severity.High, Blocking.Always, "A password in a URL",
        "Change the password: once published it counts as known. Take it out of the URL and read it from the environment.", "postgres://app:…@db.example.net/app") { Vagueness = 1 };

    // A password may hold most signs; these end every URL.
    private static readonly SearchValues<byte> Ends = SearchValues.Create(" \t\r\n\"'`<>\0|^\x7F"u8);

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => ["://", ":\\/\\/", "%3A%2F%2F", "jdbc:oracle:"];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        if (hit.Trigger == 3)
        {
            OracleThin(hit);
            return;
        }
        var rest = text[hit.End..Math.Min(text.Length, hit.End + 400)];
        // Nearly all URLs have a host first: letters up to a slash, a quote or a space.
        var at = rest.IndexOfAny("/ \"'`<>\n\r?#)@"u8);
        var end = rest.IndexOfAny(Ends);
        if (end < 0) end = rest.Length;
        if (at < 0 || at > end) return;
        if (rest[at] != '@')
        {
            // An unescaped '/', '?' or '#' in the password is read by many programs nevertheless.
            if (rest[at] is not ((byte)'/' or (byte)'?' or (byte)'#' or (byte)')')) return;
            var colon = rest[..at].IndexOf((byte)':');
            if (colon < 0 || !IsUserinfoWithSlash(rest[..end], colon, ref at)) return;
        }
        else
        {
            // The last '@' before the host's end parts password and host.
            var hostEnd = rest[..end].IndexOfAny((byte)'/', (byte)'?', (byte)'#');
            if (hostEnd < 0) hostEnd = end;
            if (hostEnd > at && rest[at..hostEnd].LastIndexOf((byte)'@') is var more and > 0 && rest[(at + 1)..(at + more)].IndexOfAny(",;"u8) < 0) at += more;
        }
        var userinfo = rest[..at];
        var parting = userinfo.IndexOf((byte)':');
        if (parting < 0 && userinfo.IndexOf("%3A"u8) is var escaped and > 0 && hit.Trigger == 2) parting = escaped;
        if (parting < 0) return;
        var skip = userinfo[parting] == ':' ? 1 : 3;
        var user = userinfo[..parting];
        var password = userinfo[(parting + skip)..];
        var host = rest[(at + 1)..end];
        var scheme = Scheme(text, hit.Start);
        if (scheme.Length == 0 || !IsReal(hit, scheme, user, password, host)) return;
        hit.Report(Found, hit.End + parting + skip, password.Length, $"a {System.Text.Encoding.ASCII.GetString(scheme)} URL with a password of {password.Length} characters");
    }

    private static bool IsUserinfoWithSlash(ReadOnlySpan<byte> rest, int colon, ref int at)
    {
        // http://host:8080/path@2: what follows the colon is a port.
        var sign = rest.LastIndexOf((byte)'@');
        if (sign < 0) return false;
        var port = rest[(colon + 1)..at];
        if (port.IsEmpty || port.IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0 || port.Length < 4) return false;
        var password = rest[(colon + 1)..sign];
        if (password.Length > 80 || rest[..colon].IndexOfAny("/?#"u8) >= 0 || password.Count((byte)'/') > 3 || !Wordiness.LooksRandom(password)) return false;
        at = sign;
        return true;
    }

    private static ReadOnlySpan<byte> Scheme(ReadOnlySpan<byte> text, int end)
    {
        var start = end;
        while (start > 0 && end - start < 24 && (char.IsAsciiLetterOrDigit((char)text[start - 1]) || text[start - 1] is (byte)'+' or (byte)'-' or (byte)'.')) start--;
        // "\npostgres://": the n belongs to the escape.
        if (start > 0 && start < end && text[start - 1] == '\\' && text[start] is (byte)'n' or (byte)'t' or (byte)'r') start++;
        return text[start..end];
    }

    private static bool IsReal(in TextHit hit, ReadOnlySpan<byte> scheme, ReadOnlySpan<byte> user, ReadOnlySpan<byte> password, ReadOnlySpan<byte> host)
    {
        if (password.Length < 3 || password.Length > 256 || host.IsEmpty || user.Length > 128) return false;
        if (!char.IsAsciiLetterOrDigit((char)host[0]) && host[0] is not ((byte)'[' or (byte)'$' or (byte)'{' or (byte)'%' or (byte)'_' or (byte)'<')) return false;
        if (Placeholders.IsTemplate(password) || Placeholders.IsTemplate(user) || password[0] is (byte)'{' or (byte)'<' or (byte)'$' && password.Length > 1 && (char.IsAsciiLetter((char)password[1]) || password[1] == '{') && !Wordiness.LooksRandom(password)) return false;
        if (password.IndexOfAny(" {}\\`()<>"u8) >= 0 || user.IndexOfAny(" {}\\`()<>$"u8) >= 0) return false;
        if (password.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0 || password.IndexOfAnyInRange((byte)0, (byte)32) >= 0) return false;
        // %s:%s@%s
        if (password[0] == '%' && password.Length <= 3) return false;
        if (Placeholders.IsPlaceholder(password) || SameIgnoringCase(user, password)) return false;
        var isWeak = Placeholders.IsWeakOrPlaceholder(password) || password.Length < 5 || IsFamous(password);
        var isDocument = Surroundings.IsDocument(hit.Entry) || Surroundings.IsTest(hit.Entry);
        var isExampleHost = IsExample(host);
        var isRandom = password.Length >= 12 && Wordiness.LooksRandom(password);
        if (isExampleHost) return isRandom && (!isDocument || password.Length >= 20) || !isDocument && IsReserved(host) && password.Length >= 8 && IsMixed(password) && Wordiness.LooksRandom(password);
        if (isWeak) return false;
        if (isDocument) return isRandom || HasDigitAndLetter(password) && password.Length >= 10;
        // Words that only stand for themselves: https://name:value@host in a parser's comments.
        if (password.IndexOfAnyExceptInRange((byte)'a', (byte)'z') < 0 && (scheme.StartsWith("http"u8) || scheme.StartsWith("HTTP"u8) || !host.Contains((byte)'.'))) return isRandom || !Surroundings.IsCode(hit.View) && password.Length >= 8 && host.Contains((byte)'.');
        return true;
    }

    private static bool SameIgnoringCase(ReadOnlySpan<byte> a, ReadOnlySpan<byte> b) => System.Text.Ascii.EqualsIgnoreCase(a, b) && a.Length < 12;

    private static bool IsMixed(ReadOnlySpan<byte> value) => HasDigitAndLetter(value) && value.IndexOfAnyInRange((byte)'a', (byte)'z') >= 0 && value.IndexOfAnyInRange((byte)'A', (byte)'Z') >= 0;

    private static bool HasDigitAndLetter(ReadOnlySpan<byte> value) => value.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0 && value.IndexOfAnyExceptInRange((byte)'0', (byte)'9') >= 0;

    /// <summary>Passwords that stand in every tutorial.</summary>
    private static bool IsFamous(ReadOnlySpan<byte> password)
    {
        Span<byte> lower = stackalloc byte[password.Length];
        for (var i = 0; i < lower.Length; i++) lower[i] = (byte)char.ToLowerInvariant((char)password[i]);
        foreach (var famous in FamousPasswords)
        {
            if (lower.Length <= famous.Length + 3 && lower.StartsWith(famous)) return true;
        }
        return false;
    }

    private static readonly byte[][] FamousPasswords = [.. new[] { "p@ssw0rd", "passw0rd", "guest", "postgres", "mysql", "mongo", "redis", "rabbitmq", "letmein", "abc123", "welcome", "pword", "p4ssw0rd", "passwort", "contrasena", "mypass", "dbpass", "dbpassword", "userpass", "host", "port", "creds", "credentials", "auth", "api_key", "api_secret", "key", "bitnami", "docker" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    private static bool IsReserved(ReadOnlySpan<byte> host) => host.IndexOf("example."u8) is >= 0 and < 40 || host.StartsWith("host"u8) && (host.Length == 4 || host[4] is (byte)':' or (byte)'/');

    /// <summary>Hosts that are nobody's: reserved names, this machine, template variables.</summary>
    private static bool IsExample(ReadOnlySpan<byte> host)
    {
        var end = host.IndexOfAny("/?#,"u8);
        if (end >= 0) host = host[..end];
        return IsReserved(host) || StartsWith(host, "localhost"u8) || StartsWith(host, "127.0.0.1"u8) || StartsWith(host, "0.0.0.0"u8) || StartsWith(host, "[::1]"u8) || StartsWith(host, "hostname"u8) || StartsWith(host, "server:"u8) || StartsWith(host, "your"u8) || StartsWith(host, "my-"u8)
            || StartsWith(host, "domain."u8) || StartsWith(host, "test."u8) || StartsWith(host, "foo"u8) || StartsWith(host, "bar."u8) || StartsWith(host, "proxy:"u8) || StartsWith(host, "proxy.com"u8) || StartsWith(host, "somehost"u8) || StartsWith(host, "a.com"u8) || StartsWith(host, "abc."u8)
            || host.IndexOfAny("{}$<>%"u8) >= 0 || host.IndexOf(".test"u8) >= 0 || host.IndexOf(".invalid"u8) >= 0 || host.IndexOf("placeholder"u8) >= 0 || SameIgnoringCase(host, "host"u8) || SameIgnoringCase(host, "server"u8);
    }

    private static bool StartsWith(ReadOnlySpan<byte> host, ReadOnlySpan<byte> start) => host.Length >= start.Length && System.Text.Ascii.EqualsIgnoreCase(host[..start.Length], start);

    // jdbc:oracle:thin:scott/tiger@//host:1521/service
    private static void OracleThin(in TextHit hit)
    {
        var text = hit.Text;
        var rest = text[hit.End..Math.Min(text.Length, hit.End + 200)];
        var sign = rest.IndexOf((byte)'@');
        var end = rest.IndexOfAny(Ends);
        if (sign < 0 || (end >= 0 && end < sign)) return;
        var colon = rest[..sign].IndexOf((byte)':');
        var slash = rest[..sign].IndexOf((byte)'/');
        if (colon < 0 || slash < colon) return;
        var user = rest[(colon + 1)..slash];
        var password = rest[(slash + 1)..sign];
        if (password.Length < 4 || user.IsEmpty || Placeholders.IsWeakOrPlaceholder(password) || SameIgnoringCase(user, password) || SameIgnoringCase(password, "tiger"u8)) return;
        hit.Report(Found, hit.End + slash + 1, password.Length, $"an Oracle JDBC address with a password of {password.Length} characters");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var random = "q" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(7));
            var made = "Fl0wer" + "%21" + RandomNumberGenerator.GetInt32(100, 999);
            foreach (var scheme in new[] { "postgres", "postgresql+psycopg2", "mysql", "mongodb+srv", "redis", "rediss", "amqp", "ftp", "sftp", "smtp", "https", "git+https", "ldap", "nats", "mqtt", "rtsp", "clickhouse", "jdbc:mysql" })
            {
                yield return Sample.Hit(Found.Id, "app.py", $"URL = \"{scheme}://app:{random}@db.acme-corp.net:5432/app\"\n");
                yield return Sample.Hit(Found.Id, "values.yaml", $"url: {scheme}://app:{made}@10.1.2.3/app\n");
            }
            yield return Sample.Hit(Found.Id, "a.env", $"REDIS_URL=redis://:{random}@cache.acme-corp.net:6379/0\n");
            yield return Sample.Hit(Found.Id, "a.json", $"{{\"url\":\"https:\\/\\/bot:{random}@git.acme-corp.net\\/x.git\"}}\n");
            yield return Sample.Hit(Found.Id, "a.properties", $"url=jdbc:oracle:thin:app/{random}@//db.acme-corp.net:1521/x\n");
            yield return Sample.Hit(Found.Id, "a.env", $"A=s3://app:{random}@bucket/x\nB=cloudinary://123456:{random}b@acme\n");
            foreach (var miss in new[]
            {
                "postgres://user:pass@localhost:5432/db", "mysql://user:password@host/db", "https://username:password@example.com/", "redis://:${PASSWORD}@host", "https://{user}:{password}@host", "amqp://guest:guest@localhost", "postgres://postgres:postgres@db:5432/x",
                "https://%s:%s@%s", "ftp://me:***@host.net", "http://localhost:8080/a@1.2.3", "https://cdn.net/npm/x@1.2.3", "mongodb://<user>:<password>@cluster0.mongodb.net", "https://user:xxxx@host.net", "http://a:1@b.c", "https://$USER:$PASSWORD@host.net",
            }) yield return Sample.Miss("a.txt", $"see {miss}\n");
        }
    }
}
