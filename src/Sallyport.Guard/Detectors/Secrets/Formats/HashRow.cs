using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>Password hashes in the rows of a database dump: a table of users left the house. Only in SQL, because elsewhere a hash stands for itself.</summary>
internal sealed class HashRow : LiteralDetector
{
    private static readonly Rule Found = new("secret.password-hash-row", Severity.High, Blocking.Always, "Accounts in a database dump",
        "Leave the dump out, and change the passwords: hashes are guessed offline, as fast as the reader can pay for.", "INSERT INTO users VALUES (1, 'ann', '$2y$…')") { Vagueness = 1 };

    private static readonly string[] Schemes = ["$1$", "$5$", "$6$", "$2a$", "$2b$", "$2y$", "$y$", "$argon2", "pbkdf2_sha256$"];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [.. Schemes.Select(s => new Trigger("'" + s)), .. Schemes[3..6].Select(s => new Trigger("\t" + s))];

    public override void OnHit(in TextHit hit)
    {
        if (hit.Entry.Extension is not (".sql" or ".dump" or ".psql")) return;
        var text = hit.Text;
        var start = hit.Start + 1;
        var end = hit.End;
        while (end < text.Length && end < start + 200 && (ByteClass.Base64.Has(text[end]) || text[end] is (byte)'.' or (byte)'$' or (byte)',' or (byte)'_' or (byte)'-')) end++;
        var value = text[start..end].TrimEnd((byte)',');
        if (value.Length < 30 || Entropy.Of(value) < 3.5 || Placeholders.IsPlaceholder(value[6..])) return;
        hit.Report(Found, start, value.Length, $"a row of a table holds a password hash of {value.Length} characters");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var random = Convert.ToBase64String(RandomNumberGenerator.GetBytes(40)).Replace('+', '.')[..53];
            yield return Sample.Hit(Found.Id, "dump.sql", $"INSERT INTO users VALUES (1,'ann','$2y$12${random}');\n");
            yield return Sample.Hit(Found.Id, "dump.sql", $"COPY users FROM stdin;\n1\tann\t$2b$12${random}\n");
            yield return Sample.Miss("a.js", $"const hash = '$2y$12${random}';\n");
            yield return Sample.Miss("dump.sql", "INSERT INTO users VALUES (1,'ann','$2y$short');\n");
        }
    }
}
