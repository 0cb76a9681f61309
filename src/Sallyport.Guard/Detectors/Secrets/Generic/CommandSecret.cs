using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// Passwords on command lines: in scripts, in documentation, and in the settings of coding agents that remember every
/// command that was once allowed. Also PowerShell's plain-text secure strings and passwords in SQL.
/// </summary>
internal sealed class CommandSecret : LiteralDetector
{
    private const int MaxLine = 400;

    private static readonly Rule Found = new("secret.command-line", Severity.High, Blocking.Always, "A password in a command",
        "Change the password: once published it counts as known. Let the command read it from a file or the environment.", "curl -u user:… https://…") { Vagueness = 1 };

    private static readonly Rule InSql = new("secret.sql-password", Severity.High, Blocking.Always, "A password in SQL",
        "Change the password: once published it counts as known. Create accounts from a script that asks for it.", "CREATE USER … IDENTIFIED BY '…'") { Vagueness = 1 };

    private static readonly Rule SecureString = new("secret.secure-string", Severity.High, Blocking.Always, "A secure string made from plain text",
        "Change the password: once published it counts as known. Read it with Get-Credential or from a secret store.", "ConvertTo-SecureString \"…\" -AsPlainText") { Vagueness = 1 };

    /// <param name="Name">The program's name and what always follows it.</param>
    /// <param name="Options">Options whose value is the password; those ending in a blank stand apart from it.</param>
    /// <param name="Parting">The sign between user and password in the value, if both are given; 0 for the password alone.</param>
    private sealed record Command(string Name, string[] Options, char Parting = '\0');

    private static readonly Command[] Commands =
    [
        new("curl ", [" -u ", " --user ", " -U ", " --proxy-user ", " -u", " --user="], ':'),
        new("sshpass ", [" -p ", " -p"]),
        new("mysql", [" -p"]),
        new("mariadb", [" -p"]),
        new("docker login", [" -p ", " --password ", " --password="]),
        new("podman login", [" -p ", " --password ", " --password="]),
        new("registry login", [" -p ", " --password ", " --password="]),
        new("az login", [" -p ", " --password "]),
        new("oc login", [" -p ", " --password=", " --token="]),
        new("redis-cli", [" -a ", " --pass "]),
        new("ldapsearch", [" -w "]),
        new("smbclient", [" -U "], '%'),
        new("mongo", [" -p ", " --password "]),
        new("psexec", [" -p "]),
        new("schtasks", [" /rp "]),
        new("net use ", [" /user:"], ' '),
        new("lftp ", [" -u "], ','),
        new("wget ", [" --password=", " --http-password=", " --ftp-password=", " --password "]),
        new("xfreerdp", [" /p:"]),
        new("keytool ", [" -storepass ", " -keypass "]),
        new("jarsigner ", [" -storepass ", " -keypass "]),
        new("unzip ", [" -P "]),
        new("htpasswd ", [" -b "], ' '),
        new("nuget ", [" -ApiKey ", " --api-key ", " -Password "]),
        new("sqlcmd ", [" -P ", " -P"]),
        new("openssl ", [" -pass pass:", " -passin pass:", " -passout pass:", " -k "]),
    ];

    private static readonly string[] Sql = ["identified by ", "password '", "password \"", "password = '", "password('"];

    public override IReadOnlyList<Rule> Rules => [Found, InSql, SecureString];

    public override IReadOnlyList<Trigger> Triggers =>
        [.. Commands.Select(c => new Trigger(c.Name)), .. Sql.Select(s => new Trigger(s, IgnoreCase: true)), new Trigger("ConvertTo-SecureString", IgnoreCase: true), new Trigger("NetworkCredential(")];

    public override void OnHit(in TextHit hit)
    {
        if (hit.Trigger < Commands.Length) InCommand(hit, Commands[hit.Trigger]);
        else if (hit.Trigger < Commands.Length + Sql.Length) Statement(hit);
        else PowerShell(hit, isCredential: hit.Trigger > Commands.Length + Sql.Length);
    }

    private static void InCommand(in TextHit hit, Command command)
    {
        var text = hit.Text;
        if (hit.Start > 0 && (ByteClass.WordOrDash.Has(text[hit.Start - 1]) || text[hit.Start - 1] == '.') && !(hit.Start > 1 && text[hit.Start - 2] == '\\')) return;
        // From the blank before the first option to the end of the line.
        var from = text[hit.End - 1] == ' ' ? hit.End - 1 : hit.End;
        var line = text[from..Math.Min(text.Length, from + MaxLine)];
        var end = 0;
        while (end < line.Length && (line[end] is not ((byte)'\n' or (byte)'\0') || (end > 0 && line[end - 1] == '\\'))) end++;
        line = line[..end];
        foreach (var option in command.Options)
        {
            var name = System.Text.Encoding.ASCII.GetBytes(option);
            var at = line.IndexOf(name);
            if (at < 0) continue;
            at += name.Length;
            while (at < line.Length && line[at] == ' ' && option.EndsWith(' ')) at++;
            var value = Word(line, ref at);
            if (command.Parting != '\0')
            {
                var parting = command.Parting == ' ' ? -1 : value.IndexOf((byte)command.Parting);
                if (parting < 0) continue;
                value = value[(parting + 1)..];
                at += parting + 1;
                // user:'password'
                if (value.IsEmpty && at < line.Length && line[at] is (byte)'\'' or (byte)'"') value = Word(line, ref at);
            }
            if (!IsPassword(hit, value)) continue;
            hit.Report(Found, from + at, value.Length, $"{command.Name.Trim()} is given a password of {value.Length} characters");
            return;
        }
    }

    /// <summary>A shell word, with or without quotes (also escaped ones); <paramref name="at"/> is left at its first byte.</summary>
    private static ReadOnlySpan<byte> Word(ReadOnlySpan<byte> line, ref int at)
    {
        while (at < line.Length && line[at] == '\\') at++;
        if (at >= line.Length) return default;
        var quote = line[at];
        if (quote is (byte)'"' or (byte)'\'')
        {
            at++;
            var close = line[at..].IndexOf(quote);
            return close <= 0 ? default : line.Slice(at, close).TrimEnd((byte)'\\');
        }
        var length = line[at..].IndexOfAny(" \t\r\"'`<>|)\\"u8);
        return length < 0 ? line[at..] : line.Slice(at, length);
    }

    private static bool IsPassword(in TextHit hit, ReadOnlySpan<byte> value)
    {
        if (value.Length < 5 || value[0] is (byte)'$' or (byte)'-' or (byte)'<' or (byte)'{' or (byte)'%' or (byte)'[' or (byte)'@' || Placeholders.IsTemplate(value) || Placeholders.IsWeakOrPlaceholder(value)) return false;
        if (value.IndexOfAny(" (){}$"u8) >= 0 && !Wordiness.LooksRandom(value)) return false;
        if (!ValueShape.IsPassword(value, isBare: false) && !ValueShape.IsRandom(value, strict: false)) return false;
        return !Surroundings.IsDocument(hit.Entry) || Wordiness.LooksRandom(value);
    }

    private static void Statement(in TextHit hit)
    {
        var text = hit.Text;
        var before = text[Math.Max(0, hit.Start - 160)..hit.Start];
        if (!Mentions(before, "user "u8) && !Mentions(before, "role "u8) && !Mentions(before, "login "u8) && !Mentions(before, "set "u8) && !Mentions(before, "grant "u8) && !Mentions(before, "with "u8)) return;
        var at = hit.End;
        if (hit.Trigger == Commands.Length)
        {
            if (text[at..].StartsWith("VALUES "u8)) at += 7;
            if (at < text.Length && text[at] is (byte)'\\') at++;
            if (at < text.Length && text[at] is (byte)'\'' or (byte)'"') at++;
        }
        var length = text[at..Math.Min(text.Length, at + 128)].IndexOfAny("'\";\\\r\n "u8);
        if (length < 5) return;
        var value = text.Slice(at, length);
        if (!IsPassword(hit, value)) return;
        hit.Report(InSql, at, length, $"an account's password of {length} characters in SQL");
    }

    private static void PowerShell(in TextHit hit, bool isCredential)
    {
        var text = hit.Text;
        var rest = text[hit.End..Math.Min(text.Length, hit.End + MaxLine)];
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0) rest = rest[..end];
        if (!isCredential && rest.IndexOf("-AsPlainText"u8) < 0 && text[Math.Max(0, hit.Start - 120)..hit.Start].IndexOf("-AsPlainText"u8) < 0) return;
        var at = 0;
        if (isCredential && (at = rest.IndexOf((byte)',') + 1) == 0) return;
        var step = rest[at..].IndexOfAny((byte)'"', (byte)'\'');
        if (step < 0) return;
        at += step;
        var value = Word(rest, ref at);
        if (!IsPassword(hit, value)) return;
        hit.Report(SecureString, hit.End + at, value.Length, $"a password of {value.Length} characters in plain text");
    }

    private static bool Mentions(ReadOnlySpan<byte> text, ReadOnlySpan<byte> lower)
    {
        for (var at = 0; at + lower.Length <= text.Length; at++)
        {
            if ((text[at] | 0x20) == lower[0] && System.Text.Ascii.EqualsIgnoreCase(text.Slice(at, lower.Length), lower)) return true;
        }
        return false;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var made = "Fl0wer" + "#" + RandomNumberGenerator.GetInt32(100, 999);
            foreach (var line in new[]
            {
                "curl -s -u app:%P https://api.acme.net/", "curl --user 'app:%P' https://api.acme.net/", "sshpass -p '%P' ssh a@b", "mysql -u root -p%P app", "docker login -u app -p %P r.acme.net", "redis-cli -h c -a %P ping", "openssl enc -aes-256-cbc -pass pass:%P -in a",
                "schtasks /create /ru app /rp %P", "az login --service-principal -u x -p %P",
            }) yield return Sample.Hit(Found.Id, "run.sh", "#!/bin/sh\n" + line.Replace("%P", made) + "\n");
            yield return Sample.Hit(Found.Id, "settings.local.json", $"{{\"permissions\":{{\"allow\":[\"Bash(curl -u app:{made} https://api.acme.net)\"]}}}}\n");
            foreach (var line in new[] { "CREATE USER app IDENTIFIED BY '%P';", "ALTER ROLE app WITH PASSWORD '%P';", "CREATE USER app WITH ENCRYPTED PASSWORD '%P';", "CREATE LOGIN app WITH PASSWORD = '%P';", "SET PASSWORD FOR app = PASSWORD('%P');" })
                yield return Sample.Hit(InSql.Id, "init.sql", line.Replace("%P", made) + "\n");
            yield return Sample.Hit(SecureString.Id, "a.ps1", $"$p = ConvertTo-SecureString \"{made}\" -AsPlainText -Force\n");
            foreach (var miss in new[] { "curl -u user:password https://x.net", "curl -u $USER:$PASS https://x.net", "sshpass -p \"$PASS\" ssh a@b", "mysql -uroot -p app", "docker login -p ${TOKEN}", "CREATE USER app IDENTIFIED BY '<password>';", "ConvertTo-SecureString $p -AsPlainText -Force" })
                yield return Sample.Miss("run.sh", miss + "\n");
        }
    }
}
