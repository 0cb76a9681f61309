using System.Buffers;
using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// Passwords and keys among the <c>name=value</c> pairs of a connection string (ADO.NET, ODBC, libpq, JDBC queries, Redis,
/// Azure): recognised by the company of another pair such as <c>Server=</c> or <c>user=</c>.
/// </summary>
internal sealed class ConnectionString : LiteralDetector
{
    private const int Around = 300;

    private static readonly Rule Found = new("secret.connection-string", Severity.High, Blocking.Always, "A password in a connection string",
        "Change the password: once published it counts as known. Keep the connection string in the environment or a secret store.", "Server=…;User Id=…;Password=…;") { Vagueness = 1 };

    private static readonly SearchValues<byte> Ends = SearchValues.Create(";&,\"'`\\ \t\r\n<>\0)"u8);

    private static readonly SearchValues<string> Company = SearchValues.Create(
        ["server=", "data source=", "datasource=", "host=", "hostname=", "user id=", "userid=", "uid=", "user=", "username=", "database=", "initial catalog=", "endpoint=", "accountname=", "driver=", "dsn=", "dbname=", "address=", "addr=", "sharedaccesskeyname=", "integrated security=", "provider=",
            "persist security info=", "ssl=", "abortconnect=", "server =", "user =", "warehouse=", "hostname ="], StringComparison.OrdinalIgnoreCase);

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [.. new[] { "password=", "pwd=", "passwd=", "password =", "accountkey=", "sharedaccesskey=", "username=\\\"", "secret=", "sharedsecretvalue=" }.Select(t => new Trigger(t, IgnoreCase: true))];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        // The name must be the whole word, behind a separator.
        if (hit.Start == 0) return;
        var before = text[hit.Start - 1];
        if (before is not ((byte)';' or (byte)' ' or (byte)'&' or (byte)'?' or (byte)',' or (byte)'"' or (byte)'\'' or (byte)'\n')) return;
        var at = hit.End;
        if (hit.Trigger == 6)
        {
            // Kafka's JAAS: username="…" password="…".
            var found = text[at..Math.Min(text.Length, at + 120)].IndexOf("password=\\\""u8);
            if (found < 0) return;
            at += found + 11;
        }
        while (at < text.Length && text[at] == ' ') at++;
        var quote = at < text.Length && text[at] is (byte)'\'' or (byte)'{' ? text[at] : (byte)0;
        if (quote != 0) at++;
        var rest = text[at..Math.Min(text.Length, at + 256)];
        var length = quote == 0 ? rest.IndexOfAny(Ends) : rest.IndexOf(quote == '{' ? (byte)'}' : quote);
        if (length < 0) length = rest.Length;
        if (length < 4) return;
        var value = rest[..length];
        if (value[^1] == '\\') value = value[..^1];
        if (!HasCompany(text, hit.Start, at + length)) return;
        if (Placeholders.IsTemplate(value) || Placeholders.IsWeakOrPlaceholder(value) || value.IndexOfAny("{}()<>[]"u8) >= 0 || value[0] is (byte)'$' or (byte)'%' or (byte)'#' && value.Length > 1 && char.IsAsciiLetter((char)value[1]) && !Wordiness.LooksRandom(value)) return;
        if (value.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0) return;
        if (hit.Trigger > 6 && (before != ';' || !ValueShape.IsRandom(value, strict: true))) return;
        var isMixed = value.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0 || value.IndexOfAny("!@#$%^&*+=?"u8) >= 0;
        if (!isMixed && !(value.Length >= 8 && Wordiness.LooksRandom(value)) && (before is not (byte)';' || Surroundings.IsDocument(hit.Entry) || Surroundings.IsTest(hit.Entry) || value.Length < 6)) return;
        if ((Surroundings.IsDocument(hit.Entry) || Surroundings.IsTest(hit.Entry)) && value.Length < 10) return;
        hit.Report(Found, at, value.Length, $"a connection string holds a password or key of {value.Length} characters");
    }

    private static bool HasCompany(ReadOnlySpan<byte> text, int start, int end)
    {
        var from = Math.Max(0, start - Around);
        var to = Math.Min(text.Length, end + Around);
        if (text[from..start].LastIndexOf((byte)'\n') is var line and >= 0) from += line + 1;
        if (text[end..to].IndexOf((byte)'\n') is var next and >= 0) to = end + next;
        Span<char> chars = stackalloc char[2 * Around + 300];
        var count = System.Text.Encoding.Latin1.GetChars(text[from..Math.Min(to, from + chars.Length)], chars);
        return chars[..count].IndexOfAny(Company) >= 0;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var made = "Fl0wer" + "#" + RandomNumberGenerator.GetInt32(100, 999);
            yield return Sample.Hit(Found.Id, "appsettings.json", $"{{\"Db\": \"Server=db1;Database=app;User Id=app;Password={made};Encrypt=true\"}}\n");
            yield return Sample.Hit(Found.Id, "a.cs", $"var c = \"Data Source=db1;Uid=app;Pwd={made}\";\n");
            yield return Sample.Hit(Found.Id, "a.go", $"dsn := \"host=db1 user=app password={made} dbname=app\"\n");
            yield return Sample.Hit(Found.Id, "a.java", $"String u = \"jdbc:postgresql://db1/app?user=app&password={made}\";\n");
            yield return Sample.Hit(Found.Id, "a.ts", $"const r = \"cache1:6379,password={made},ssl=True\";\n");
            yield return Sample.Miss("a.cs", "var c = $\"Server={host};User Id={user};Password={password}\";\n");
            yield return Sample.Miss("a.json", "{\"c\":\"Server=localhost;User Id=sa;Password=<your password>;\"}\n");
            yield return Sample.Miss("b.json", "{\"c\":\"Server=x;User Id=sa;Password=%PASSWORD%;\"}\n");
        }
    }
}
