using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// Values that only their names give away. Passwords are judged as things people make up, keys and tokens as things
/// machines draw; what code computes, translates or looks up is not a value.
/// </summary>
internal sealed class AssignedSecret : LiteralDetector
{
    private const string Advice = "Change it wherever it is used: once published it counts as known. Read it from the environment or a secret store instead.";

    private static readonly Rule Password = new("secret.generic-password", Severity.High, Blocking.Always, "A password", Advice, "password = \"…\" in a configuration file") { Vagueness = 3 };
    private static readonly Rule Secret = new("secret.generic-secret", Severity.High, Blocking.Always, "A secret, token or key", Advice, "clientSecret: \"…\" with a random value") { Vagueness = 3 };

    private static readonly string[] Words =
        ["pass", "pwd", "pswd", "secret", "token", "apikey", "api_key", "api-key", "api key", "_key", "-key", "accesskey", "authkey", "privatekey", "masterkey", "signingkey", "encryptionkey", "cryptkey", "sharedkey", "accountkey", "licensekey", "storagekey",
            "access key", "credential", "creds", "_auth", "_pat", "_pw", "pw:", "pw=", "pw>", "salt", "?key=", "&key="];

    public override IReadOnlyList<Rule> Rules => [Password, Secret];

    public override IReadOnlyList<Trigger> Triggers => [.. Words.Select(w => new Trigger(w, IgnoreCase: true))];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        if (hit.End >= text.Length) return;
        var (from, to) = (hit.Start, hit.End);
        if (text[from] is (byte)'?' or (byte)'&') from++;
        while (text[to - 1] is (byte)':' or (byte)'=' or (byte)'>') to--;
        var (start, end) = SecretName.Around(text, from, to);
        // Two letters by themselves are a name only where a word may begin.
        if (end - start == 2 && start > 0 && text[start - 1] is not ((byte)' ' or (byte)'\n' or (byte)'\t' or (byte)'"' or (byte)'\'' or (byte)'(' or (byte)',' or (byte)'<' or (byte)'/' or (byte)'{' or (byte)'-')) return;
        if (text[hit.Start..hit.End].Contains((byte)' ')) start = hit.Start;
        // In "password reset token" the last word decides, and its own hit comes.
        if (!NamedValue.TryFind(text, start, end, out var found)) return;
        var kind = SecretName.KindOf(text[hit.Start..hit.End].Contains((byte)' ') ? text[(end - 3)..end] is [_, _, _] ? "api_key"u8 : default : text[start..end]);
        if (kind == NameKind.None) return;
        var value = text.Slice(found.Start, found.Length);
        if (found.IsBare)
        {
            if (Surroundings.IsCode(hit.View)) return;
            if (start > 0 && text[start - 1] is (byte)'&' or (byte)'?' && value.IndexOfAny((byte)'&', (byte)'#') is var cut and > 0) value = value[..cut];
            if (value[^1] == ')' && start > 0 && value.IndexOf((byte)'(') < 0) value = value[..^1];
            if (value.IndexOf((byte)';') is var semicolon and > 0 && value[(semicolon + 1)..].IndexOf((byte)'=') > 0) value = value[..semicolon];
            if (value.IndexOfAny("(){}[]\\"u8) >= 0) return;
        }
        if (value.Length < 6 || Placeholders.IsTemplate(value)) return;

        var isDocument = Surroundings.IsDocument(hit.Entry);
        var rule = kind == NameKind.Password ? Password : Secret;
        switch (kind)
        {
            case NameKind.Password:
                if (isDocument && !Wordiness.LooksRandom(value)) return;
                // In a list of names, neighbours are no values; in a call's arguments they are.
                var isListed = text[end..found.Start].Contains((byte)',');
                if (isListed && text[Math.Max(0, start - 8)..Math.Max(0, start - 1)].TrimEnd((byte)' ') is not [.., (byte)'(']) return;
                if (ValueShape.IsPassword(value, found.IsBare) && (!Placeholders.IsWeakOrPlaceholder(value) || !Surroundings.IsTest(hit.Entry) && ValueShape.IsDecorated(value))) break;
                if (isDocument || isListed || Surroundings.IsTest(hit.Entry) || !LoginCompany.IsPassword(text, start, value, found.IsBare, Surroundings.IsCode(hit.View))) return;
                break;
            default:
                if (!ValueShape.IsRandom(value, strict: kind == NameKind.Key) || Placeholders.IsPlaceholder(value)) return;
                if (isDocument && value.Length < 20) return;
                break;
        }
        if (IsTold(text, start, value)) return;
        hit.Report(rule, found.Start, value.Length, $"{System.Text.Encoding.ASCII.GetString(text[start..Math.Min(end, start + 60)])} is given a value of {value.Length} characters");
    }

    // The name in its own value: passwordInput: "password1-input".
    private static bool IsTold(ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> value)
    {
        // "sha512": "…", integrity attributes and hashes shortly before say what the value is.
        var before = text[Math.Max(0, start - 24)..start];
        return before.IndexOf("integrity"u8) >= 0 || before.IndexOf("sha512"u8) >= 0 || before.IndexOf("checksum"u8) >= 0;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var hex = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
            var mixed = Convert.ToBase64String(RandomNumberGenerator.GetBytes(36)).Replace('+', 'a').Replace('/', 'b');
            var made = "Tr0ub" + "4dor&" + RandomNumberGenerator.GetInt32(10, 99);
            string[] lines =
            [
                "DB_PASSWORD=%P\n", "db.password: %P\n", "password = \"%P\"\n", "\"password\": \"%P\"\n", "<password>%P</password>\n", "const password = '%P';\n", "ENV DB_PASSWORD %P\n", "--password %P\n", "let password: &str = \"%P\";\n",
                "var password string = \"%P\"\n", "<add key=\"DbPassword\" value=\"%P\"/>\n", "- name: DB_PASSWORD\n  value: %P\n", "define('DB_PASSWORD', '%P');\n", "{\\\"password\\\": \\\"%P\\\"}\n", "config['password'] = '%P'\n", ":password => '%P'\n",
            ];
            foreach (var line in lines) yield return Sample.Hit(Password.Id, line.Contains('<') ? "a.xml" : "settings.txt", "x: 1\n" + line.Replace("%P", made));
            foreach (var name in new[] { "API_KEY", "clientSecret", "accessToken", "jwt-secret", "SECRET_KEY", "encryptionKey" })
            {
                yield return Sample.Hit(Secret.Id, "app.yml", $"{name}: {mixed}\n");
                yield return Sample.Hit(Secret.Id, "app.js", $"const {name.Replace('-', '_')} = \"{hex}\";\n");
                yield return Sample.Hit(Secret.Id, "app.json", $"{{\"{name}\": \"{mixed}\"}}\n");
            }
            // Plain words, because of their company; decorated ones, generated ones, and directives.
            var plain = "gold" + "finch" + RandomNumberGenerator.GetInt32(10, 99);
            yield return Sample.Hit(Password.Id, "deploy.json", $"{{\"host\": \"ftp.acme.net\", \"username\": \"root\", \"password\": \"{plain[..9]}\"}}\n");
            yield return Sample.Hit(Password.Id, "dbconf.php", $"$dbhost = 'localhost';\n$dbuser = 'root';\n$dbpasswd = '{plain}';\n");
            yield return Sample.Hit(Password.Id, "build.gradle", $"credentials {{\n  username 'deployer'\n  password '{made}'\n}}\n");
            yield return Sample.Hit(Password.Id, "a.txt", $"admin_password: \"Admin@{RandomNumberGenerator.GetInt32(1000, 9999)}!\"\n");
            yield return Sample.Hit(Secret.Id, "conf.php", "define('AUTH_KEY', '" + Generated() + "');\n");
            yield return Sample.Hit(Secret.Id, "rules.mk", $"API_TOKEN ::= {mixed}\n");
            yield return Sample.Miss("de.properties", "login.username=Nutzer\nlogin.password=Kennwort\n");
            yield return Sample.Miss("a.js", "n=[\"url\",\"http://acme.net\",\"urlPassword\",\"isSameOrigin7\"]\n");
            yield return Sample.Miss("a.js", "const VAPID_KEY = \"BA" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(63)).Replace('+', '-').Replace('/', '_') + "x\";\n");
            foreach (var miss in new[]
            {
                "password: string\n", "password = os.environ['DB_PASSWORD']\n", "\"password\": \"Passwort\"\n", "password=changeme\n", "password: ${DB_PASSWORD}\n", "tokenType: \"Bearer\"\n", "apiKey: process.env.API_KEY\n", "password: <your-password>\n",
                "?sentry_key=" + hex[..32] + "&sentry_version=7\n", "VAPID_KEY: B" + Convert.ToBase64String([.. new byte[] { 4 }, .. RandomNumberGenerator.GetBytes(64)]).TrimEnd('=')[1..] + "\n",
                "passwordField: \"input-password-2\"\n", "secretName: my-app-secret-0\n", "token = tokenizer.next()\n", "public_key: \"" + mixed + "\"\n", "\"password\": \"********\"\n", "PASSWORD=%(password)s\n", "password={{ vault_password }}\n",
            }) yield return Sample.Miss("settings.txt", miss);
            yield return Sample.Miss("nl.json", "{\"username\": \"gebruikersnaam\", \"password\": \"wachtwoord\"}\n");
        }
    }

    // A blank, every kind of sign, and letters and digits in between.
    private static string Generated()
    {
        var signs = "!@^&*()_+-=[]|;:,.?~ ";
        var random = Convert.ToBase64String(RandomNumberGenerator.GetBytes(33)).Replace('+', 'x').Replace('/', 'Y');
        return string.Concat(random.Select((c, i) => i % 2 == 0 ? $"{c}{signs[i / 2 % signs.Length]}" : $"{c}")) + "aB374";
    }
}
