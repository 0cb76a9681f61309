using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Detectors.Secrets.Generic;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Fields that hold a credential by the rules of their file's format, so that any value counts which is no placeholder:
/// package registries, netrc, FTP clients, password databases, network gear, wireless networks. Content decides, names
/// of files may be anything.
/// </summary>
internal sealed class CredentialFiles : LiteralDetector
{
    private const string Advice = "Change the credential: once published it counts as known. Leave the file out of the package.";

    private static readonly Rule Registry = new("secret.registry-credentials", Severity.Critical, Blocking.Always, "Credentials for a package registry", Advice, "//registry.example/:_authToken=… in .npmrc") { Vagueness = 1 };
    private static readonly Rule Login = new("secret.login-file", Severity.High, Blocking.Always, "A login in a program's own file", Advice, "machine … login … password … in .netrc") { Vagueness = 1 };
    private static readonly Rule Hash = new("secret.password-hash", Severity.High, Blocking.Always, "Password hashes of accounts", "Leave the file out: hashes are guessed offline. Change the passwords.", "app:$apr1$… in .htpasswd") { Vagueness = 1 };
    private static readonly Rule Network = new("secret.network-password", Severity.High, Blocking.Always, "A password of a network or a device", Advice, "enable secret 5 $1$… in a router's configuration") { Vagueness = 1 };

    private enum Form
    {
        /// <summary>Follows the literal up to the end of the word.</summary>
        Word,

        /// <summary>Follows in an element or attribute.</summary>
        Markup,
        Netrc,
        AccountHash,
        FileZilla,
    }

    private sealed record Field(string Literal, Rule Rule, Form Form);

    private static readonly Field[] Fields =
    [
        new("_authToken=", Registry, Form.Word), new("_authToken =", Registry, Form.Word), new(":_password=", Registry, Form.Word), new("npmAuthToken:", Registry, Form.Word),
        new("cleartextpassword\"", Registry, Form.Markup),
        new("login ", Login, Form.Netrc),
        new("<Pass encoding=\"base64\">", Login, Form.FileZilla),
        new("secret_key = ", Login, Form.Word), new("gpg_passphrase = ", Login, Form.Word),
        new(":$apr1$", Hash, Form.AccountHash), new(":$2y$", Hash, Form.AccountHash), new(":$2a$", Hash, Form.AccountHash), new(":$2b$", Hash, Form.AccountHash), new(":{SHA}", Hash, Form.AccountHash), new(":{SSHA}", Hash, Form.AccountHash),
        new(":$1$", Hash, Form.AccountHash), new(":$5$", Hash, Form.AccountHash), new(":$6$", Hash, Form.AccountHash), new(":$y$", Hash, Form.AccountHash),
        new("enable secret ", Network, Form.Word), new("password 7 ", Network, Form.Word), new("secret 5 ", Network, Form.Word), new("secret 9 ", Network, Form.Word), new("snmp-server community ", Network, Form.Word), new("enable password ", Network, Form.Word), new("encrypted-password \"", Network, Form.Word), new("password 0 ", Network, Form.Word),
        new("psk=\"", Network, Form.Word), new("<keyMaterial>", Network, Form.Markup), new("wpa_passphrase=", Network, Form.Word),
    ];

    public override IReadOnlyList<Rule> Rules => [Registry, Login, Hash, Network];

    public override IReadOnlyList<Trigger> Triggers => [.. Fields.Select(f => new Trigger(f.Literal, IgnoreCase: f.Form == Form.Markup))];

    public override void OnHit(in TextHit hit)
    {
        var field = Fields[hit.Trigger];
        var text = hit.Text;
        var at = hit.End;
        switch (field.Form)
        {
            case Form.Netrc:
                Netrc(hit);
                return;
            case Form.AccountHash:
                AccountHash(hit);
                return;
            case Form.Markup when text[hit.End - 1] == '"':
                var quote = text[at..Math.Min(text.Length, at + 40)].IndexOf("value=\""u8);
                if (quote < 0) return;
                at += quote + 7;
                break;
        }
        while (at < text.Length && at < hit.End + 60 && text[at] is (byte)' ' or (byte)'"' or (byte)'\'') at++;
        var length = text[at..Math.Min(text.Length, at + 1024)].IndexOfAny(" \t\r\n\"'<>\\;"u8);
        if (length < 0) length = Math.Min(1024, text.Length - at);
        var value = text.Slice(at, length);
        if (field.Literal.StartsWith("enable secret", StringComparison.Ordinal) && value.Length == 1)
        {
            at += 2;
            length = Math.Max(0, text[at..Math.Min(text.Length, at + 200)].IndexOfAny(" \t\r\n\"'<>"u8));
            value = text.Slice(at, length);
        }
        if (value.Length < 5 || Placeholders.IsTemplate(value) || Placeholders.IsWeakOrPlaceholder(value) || value.IndexOfAny("(){}[]"u8) >= 0 || value[0] == '$' && value.Count((byte)'$') < 2) return;
        if (value.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0) return;
        // In a source file these words are a parser's.
        if (Surroundings.IsCode(hit.View) && field.Form == Form.Word && !Wordiness.LooksRandom(value)) return;
        if (Surroundings.IsDocument(hit.Entry) && !Wordiness.LooksRandom(value)) return;
        if (field.Rule == Network && field.Form == Form.Word && value.IndexOfAnyInRange((byte)'0', (byte)'9') < 0) return;
        hit.Report(field.Rule, at, value.Length, $"{field.Rule.Title.ToLowerInvariant()} ({value.Length} characters)");
    }

    // machine HOST login NAME password VALUE, over one or several lines.
    private static void Netrc(in TextHit hit)
    {
        var text = hit.Text;
        if (!IsOfMachine(text[Math.Max(0, hit.Start - 200)..hit.Start])) return;
        var rest = text[hit.End..Math.Min(text.Length, hit.End + 300)];
        var at = rest.IndexOf("password "u8);
        if (at < 0 || rest[..at].IndexOf("machine "u8) >= 0) return;
        at += 9;
        while (at < rest.Length && rest[at] == ' ') at++;
        var length = rest[at..].IndexOfAny(" \t\r\n\"'\\<"u8);
        if (length < 0) length = rest.Length - at;
        var value = rest.Slice(at, length);
        if (value.Length < 5 || Placeholders.IsTemplate(value) || Placeholders.IsWeakOrPlaceholder(value)) return;
        if ((Surroundings.IsCode(hit.View) || Surroundings.IsDocument(hit.Entry)) && !Wordiness.LooksRandom(value)) return;
        hit.Report(Login, hit.End + at, length, $"a login for a machine, with a password of {length} characters");
    }

    // Right before the login stands the machine's name, or "default" on a line of its own: in prose other words do.
    private static bool IsOfMachine(ReadOnlySpan<byte> before)
    {
        before = before.TrimEnd(" \t\r\n\\"u8);
        var blank = before.LastIndexOfAny(" \t\n"u8);
        var host = before[(blank + 1)..];
        if (host.EndsWith("default"u8)) return host.Length == 7;
        if (blank < 0 || !before[..blank].TrimEnd(" \t"u8).EndsWith("machine"u8)) return false;
        return (host.Contains((byte)'.') || host.SequenceEqual("localhost"u8)) && host.IndexOf("example"u8) < 0 && host.IndexOfAny("<>{}$*"u8) < 0;
    }

    // name:$6$salt$hash, at the beginning of a line.
    private static void AccountHash(in TextHit hit)
    {
        var text = hit.Text;
        var start = hit.Start;
        while (start > 0 && hit.Start - start < 64 && (ByteClass.WordOrDash.Has(text[start - 1]) || text[start - 1] is (byte)'.' or (byte)'@')) start--;
        if (start == hit.Start || (start > 0 && text[start - 1] is not ((byte)'\n' or (byte)'"' or (byte)'\'' or (byte)' '))) return;
        var end = hit.Start + 1;
        while (end < text.Length && end < hit.Start + 200 && (char.IsAsciiLetterOrDigit((char)text[end]) || text[end] is (byte)'$' or (byte)'.' or (byte)'/' or (byte)'=' or (byte)'+' || (end < hit.End && text[end] is (byte)'{' or (byte)'}'))) end++;
        var hash = text[(hit.Start + 1)..end];
        var isBraced = hash[0] == '{';
        if (hash.Length < (isBraced ? 32 : 26) || (!isBraced && hash.Count((byte)'$') < 3) || Entropy.Of(hash) < 3.5 || Placeholders.IsPlaceholder(hash[6..])) return;
        if (Surroundings.IsDocument(hit.Entry)) return;
        hit.Report(Hash, hit.Start + 1, hash.Length, "an account's name with its password hash");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var made = "Fl0wer" + "-" + RandomNumberGenerator.GetInt32(100, 999);
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(18));
            yield return Sample.Hit(Registry.Id, "npmrc.txt", $"//registry.acme.net/:_authToken={token}\n");
            yield return Sample.Hit(Registry.Id, "NuGet.Config", $"<add key=\"ClearTextPassword\" value=\"{made}\" />\n");
            yield return Sample.Hit(Login.Id, "_netrc", $"machine git.acme.net\n  login app\n  password {made}\n");
            yield return Sample.Hit(Login.Id, "sitemanager.xml", $"<User>app</User><Pass encoding=\"base64\">{Convert.ToBase64String(Encoding.ASCII.GetBytes(made))}</Pass>\n");
            yield return Sample.Hit(Hash.Id, "users", $"app:$apr1$Zq8Lw0Pd${Convert.ToBase64String(RandomNumberGenerator.GetBytes(16))[..22].Replace('+', '.')}\n");
            yield return Sample.Hit(Hash.Id, "passwords", $"app:$6$aK9Zq8Lw${Convert.ToBase64String(RandomNumberGenerator.GetBytes(66))[..86].Replace('+', '.')}:19000:0:99999:7:::\n");
            yield return Sample.Hit(Network.Id, "router.cfg", "username app password 7 " + Convert.ToHexString(RandomNumberGenerator.GetBytes(9)) + "\n");
            yield return Sample.Hit(Network.Id, "wpa.conf", $"network={{\n ssid=\"x\"\n psk=\"{made}\"\n}}\n");
            foreach (var miss in new[]
            {
                "//registry.npmjs.org/:_authToken=${NPM_TOKEN}\n", "<add key=\"ClearTextPassword\" value=\"%PASSWORD%\" />\n", "machine x login y password <password>\n", "The machine you login to asks for the password sunny.\n", "machine example.org login apt password debian\n", "if (line.includes(':_authToken=')) return;\n", "app:$apr1$\n",
            }) yield return Sample.Miss("a.txt", miss);
        }
    }
}
