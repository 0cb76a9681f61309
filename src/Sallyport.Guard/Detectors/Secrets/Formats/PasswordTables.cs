using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Tables of accounts whose hashes carry no mark (traditional crypt: 13 characters), known by the file's name and by
/// every line being an account.
/// </summary>
internal sealed class PasswordTables : WholeDetector
{
    private const int CryptLength = 13;

    private static readonly Rule Found = new("secret.password-table", Severity.High, Blocking.Always, "A table of accounts with their password hashes",
        "Leave the file out: such hashes are guessed within hours. Change the passwords.", "app:… in .htpasswd") { Vagueness = 1 };

    private static readonly string[] Names = ["htpasswd", "htdigest", "passwd", "shadow", "proftpd", "users.db", "ftpd.passwd", "vsftpd"];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override bool Wants(Entry entry, ReadOnlySpan<byte> head)
    {
        if (entry.IsBinary || head.Length < CryptLength + 2 || entry.DeclaredSize > 1 << 20 || entry.Extension is ".js" or ".md" or ".html" or ".c" or ".py") return false;
        foreach (var name in Names)
        {
            if (entry.Name.Contains(name, StringComparison.OrdinalIgnoreCase)) return true;
        }
        return false;
    }

    public override void Inspect(Entry entry, ReadOnlyMemory<byte> content, EntrySink sink)
    {
        var text = content.Span;
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range].TrimEnd((byte)'\r');
            var colon = line.IndexOf((byte)':');
            if (colon is < 1 or > 64 || line[0] == '#' || line[..colon].IndexOfAny(" \t\"'={("u8) >= 0) continue;
            var hash = line[(colon + 1)..];
            if (hash.IndexOf((byte)':') is var next and >= 0)
            {
                // htdigest: user:realm:md5.
                hash = line.Length - colon > 34 && line[^33] == ':' && Generic.ValueShape.IsHex(line[^32..]) ? line[^32..] : hash[..next];
            }
            var isDigest = hash.Length == 32 && Generic.ValueShape.IsHex(hash);
            if (!isDigest && (hash.Length != CryptLength || !IsCrypt(hash))) continue;
            if (Placeholders.IsPlaceholder(hash)) continue;
            var at = range.Start.Value + line.IndexOf(hash);
            if (sink.ReportAt(Found, at, hash, "an account's name with its password hash")) sink.MarkLine(0, text, at, at);
        }
    }

    private static bool IsCrypt(ReadOnlySpan<byte> hash)
    {
        foreach (var b in hash)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && b is not ((byte)'.' or (byte)'/')) return false;
        }
        return Wordiness.LooksRandom(hash) && Entropy.Of(hash) > 2.8;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var hash = "x7" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(9)).Replace('+', '.')[..9] + "Q9";
            yield return Sample.Hit(Found.Id, ".htpasswd", $"app:{hash}\n");
            yield return Sample.Hit(Found.Id, "htdigest", $"app:acme:{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}\n");
            var accounts = "pass" + "wd";
            yield return Sample.Miss(accounts, "root:x:0:0:root:/root:/bin/bash\nnobody:*:65534:65534::/:/bin/false\n");
            yield return Sample.Miss("passwd.ts", "type: string\n");
        }
    }
}
