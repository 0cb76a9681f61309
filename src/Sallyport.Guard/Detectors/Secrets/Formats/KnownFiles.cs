using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Detectors.Secrets.Generic;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>
/// Files that are known to hold credentials, by name or by what they begin with: there a plain word is a password. Which
/// files and which fields is <see cref="FileFormat.All"/>; placeholders and variables never count.
/// </summary>
internal sealed class KnownFiles : WholeDetector
{
    private const int MaxSize = 4 * 1024 * 1024;
    private const int MaxHead = 2048;

    private static readonly Rule Found = new("secret.settings-credential", Severity.High, Blocking.Always, "A credential in a settings file",
        "Change it: once published it counts as known. Leave the file out, or read the value from the environment.", "password=… in application.properties") { Vagueness = 2 };

    private static readonly Rule Browser = new("secret.browser-logins", Severity.Medium, Blocking.Always, "Saved logins of a browser",
        "Leave the profile out and change the passwords: they open with a key that lies beside them.", "encryptedPassword in logins.json") { Vagueness = 2 };

    private static readonly Rule Sealed = new("secret.sealed-credential", Severity.Note, Blocking.Never, "An encrypted credential",
        "Leave the file out: with the server's own key it is plain text.", "{AQAA…} in credentials.xml") { Vagueness = 2 };

    private static readonly string[] CopyEndings = ["~", ".bak", ".old", ".orig", ".save", ".backup", ".txt", ".copy", ".1", ".2", ".swp"];
    private static readonly string[] Company = ["host", "server", "port", "user", "username", "login", "hostname", "address", "database", "dbname", "userid", "uid", "account", "servername", "dbuser", "db_user", "db_host", "url"];
    private static readonly string[] NoSecrets = ["username", "user", "host", "port", "database", "dbname", "name", "namespace", "email", "url", "endpoint", "type", "region", "enabled"];

    private static readonly FileFormat Logins = new(Syntax.Json, Trust.Any, ["encryptedpassword"], ["logins.json"], "\"encryptedPassword\"", "\"nextId\"");
    private static readonly FileFormat Jenkins = new(Syntax.Xml, Trust.Any, ["password", "passphrase", "apitoken", "secret", "privatekey"], ["credentials.xml"], "com.cloudbees.plugins.credentials");
    private static readonly FileFormat[] Formats = [.. FileFormat.All, Logins, Jenkins];
    private static readonly byte[][][] Marks = [.. Formats.Select(f => f.Marks.Select(Encoding.ASCII.GetBytes).ToArray())];

    public override IReadOnlyList<Rule> Rules => [Found, Browser, Sealed];

    public override bool Wants(Entry entry, ReadOnlySpan<byte> head) => FormatOf(entry, head) is not null;

    private static FileFormat? FormatOf(Entry entry, ReadOnlySpan<byte> head)
    {
        if (entry.IsBinary || head.Length < 8 || entry.DeclaredSize > MaxSize || entry.Origin == Origin.Derived) return null;
        if (entry.Extension is ".js" or ".mjs" or ".cjs" or ".ts" or ".map" or ".css" or ".html" or ".md" or ".svg") return null;
        var name = PlainName(entry.Name);
        if (name.EndsWith(".example", StringComparison.Ordinal) || name.EndsWith(".sample", StringComparison.Ordinal) || name.EndsWith(".template", StringComparison.Ordinal) || name.EndsWith(".dist", StringComparison.Ordinal)) return null;
        foreach (var format in Formats)
        {
            if (format.IsNamed(name, entry.InPackage) && format.Trust != Trust.InCompany) return format;
        }
        if (Languages(entry.Extension)) return null;
        head = head[..Math.Min(head.Length, MaxHead)];
        for (var i = 0; i < Formats.Length; i++)
        {
            foreach (var mark in Marks[i])
            {
                if (head.IndexOf(mark) >= 0) return Formats[i];
            }
        }
        foreach (var format in Formats)
        {
            if (format.Trust == Trust.InCompany && format.IsNamed(name, entry.InPackage)) return format;
        }
        return null;
    }

    // Programs are known by name only.
    private static bool Languages(string extension) => extension is ".py" or ".rb" or ".go" or ".java" or ".cs" or ".kt" or ".rs" or ".c" or ".h" or ".cpp" or ".sh" or ".pl" or ".swift" or ".tsx" or ".jsx" or ".vue" or ".scala";

    private static string PlainName(string name)
    {
        name = name.ToLowerInvariant();
        for (var again = true; again;)
        {
            again = false;
            foreach (var ending in CopyEndings)
            {
                if (name.Length <= ending.Length + 1 || !name.EndsWith(ending, StringComparison.Ordinal)) continue;
                name = name[..^ending.Length];
                again = true;
            }
        }
        return name.TrimStart('.', '_');
    }

    public override void Inspect(Entry entry, ReadOnlyMemory<byte> content, EntrySink sink)
    {
        var text = content.Span;
        if (text.Length > MaxSize || FormatOf(entry, text) is not { } format) return;
        var fields = new FieldList();
        switch (format.Syntax)
        {
            case Syntax.Json:
                JsonFields.Read(text, fields);
                break;
            case Syntax.Xml:
                XmlFields.Read(text, fields);
                break;
            case Syntax.Yaml:
                YamlFields.Read(text, fields);
                break;
            default:
                LineFields.Read(text, fields);
                break;
        }
        if (format.Trust == Trust.InCompany && !fields.Items.Exists(f => Array.IndexOf(Company, f.Name.ToLowerInvariant()) >= 0)) return;
        var isRead = format.Kind is null;
        foreach (var field in fields.Items)
        {
            if (format.Kind is { } kind)
            {
                // Several objects may share a file.
                if (field.Name == "---") isRead = false;
                else if (field.Name == "kind") isRead = text.Slice(field.Start, field.Length).SequenceEqual(Encoding.ASCII.GetBytes(kind));
                if (!isRead) continue;
            }
            Judge(entry, format, field, text, sink);
        }
    }

    private static void Judge(Entry entry, FileFormat format, Field field, ReadOnlySpan<byte> text, EntrySink sink)
    {
        var kind = SecretName.KindOf(Encoding.ASCII.GetBytes(field.Name));
        if (!IsListed(format, field, kind)) return;
        var start = field.Start;
        var value = text.Slice(start, field.Length);
        var isQuoted = start > 0 && text[start - 1] is (byte)'"' or (byte)'\'' or (byte)'`';
        if (format.Syntax == Syntax.QuotedLines && !isQuoted) return;
        if (format == Jenkins)
        {
            if (value.StartsWith("{AQAA"u8)) Report(sink, Sealed, text, start, value, "a credential that the server's own key opens");
            return;
        }
        if (value.StartsWith("Bearer "u8) || value.StartsWith("token "u8))
        {
            var scheme = value.IndexOf((byte)' ') + 1;
            start += scheme;
            value = value[scheme..];
        }
        var trust = field.Parent == "command" && format.Syntax == Syntax.Json ? Trust.Shaped : format.Trust;
        if (field.Name.Equals("auth", StringComparison.OrdinalIgnoreCase) || !IsSecret(entry, value, kind, trust, isQuoted || format.Syntax is Syntax.Xml)) return;
        Report(sink, format == Logins ? Browser : Found, text, start, value, $"{field.Name} is given a value of {value.Length} characters");
    }

    private static void Report(EntrySink sink, Rule rule, ReadOnlySpan<byte> text, int start, ReadOnlySpan<byte> value, string message)
    {
        if (sink.ReportAt(rule, start, value, message)) sink.MarkLine(0, text, start, start);
    }

    private static bool IsSecret(Entry entry, ReadOnlySpan<byte> value, NameKind kind, Trust trust, bool isQuoted)
    {
        if (value.Length is < 4 or > 4096 || Placeholders.IsTemplate(value) || Placeholders.IsWeakOrPlaceholder(value) || value.StartsWith("ENC["u8) || value.StartsWith("getenv"u8)) return false;
        if (!isQuoted && trust != Trust.Any && value.IndexOfAny("(){}[] $"u8) >= 0) return false;
        // A sentence, a path, an address: where the secret is, or what it is called.
        if (value.Contains((byte)' ') && Wordiness.Of(value) > 0) return false;
        if (value[0] is (byte)'/' or (byte)'~' or (byte)'.' && value[1..].Contains((byte)'/') || value.IndexOf(":\\"u8) == 1 || value.IndexOf("://"u8) >= 0) return false;
        var isRandom = ValueShape.IsRandom(value, strict: false);
        if (isRandom) return true;
        if ((Surroundings.IsDocument(entry) || Surroundings.IsTest(entry)) && trust != Trust.Any) return false;
        if (value.IndexOfAnyInRange((byte)0x80, (byte)0xFF) >= 0) return trust == Trust.Any;
        return trust switch
        {
            Trust.Any => true,
            Trust.Shaped => ValueShape.IsPassword(value, isBare: !isQuoted),
            _ => kind switch
            {
                NameKind.Key => ValueShape.IsPassword(value, isBare: !isQuoted),
                NameKind.Token => value.Length >= 8 && value.IndexOfAny(" ._-:/,"u8) < 0 || ValueShape.IsPassword(value, isBare: !isQuoted),
                _ => value.Length >= 5 && value.IndexOf((byte)' ') < 0,
            },
        };
    }

    private static bool IsListed(FileFormat format, Field field, NameKind kind)
    {
        var name = field.Name.ToLowerInvariant();
        foreach (var listed in format.Fields)
        {
            if (listed == "*" ? kind != NameKind.None : listed == name) return true;
            if (listed[^1] == '/' && field.Parent.Equals(listed[..^1], StringComparison.OrdinalIgnoreCase)) return Array.IndexOf(NoSecrets, name) < 0 && !name.EndsWith(".crt", StringComparison.Ordinal) && !name.EndsWith(".pub", StringComparison.Ordinal);
        }
        return false;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            // A plain word on purpose: only the file says that it is a password.
            var word = "sunf" + "lower";
            (string Name, string Text)[] hits =
            [
                (".pypirc", "[pypi]\nusername = app\npassword = %\n"), ("saved.txt", "[distutils]\nindex-servers = pypi\n[pypi]\npassword: %\n"), (".my.cnf", "[client]\nuser=app\npassword=\"%\"\n"), ("my.cnf.bak", "[client]\npassword = % # old\n"),
                (".msmtprc", "account x\nhost smtp.acme.net\npassword %\n"), (".esmtprc", "identity x\n  username = \"app\"\n  password = \"%\"\n"), (".muttrc", "set imap_pass = \"%\"\n"), ("cloud/.s3cfg", "[default]\naccess_token = %\n"),
                ("rclone.conf", "[x]\ntype = ftp\nhost = h\npass = %\n"), ("wpa_supplicant.conf", "network={\n ssid=\"x\"\n psk=%\n}\n"), ("ventrilo_srv.ini", "[Server]\nName=x\nAdminPassword=%\n"), (".irssi/config", "servers = (\n  {\n    address = \"irc.acme.net\";\n    password = \"%\";\n  }\n);\n"),
                ("filezilla.xml", "<FileZilla3><Server><User>app</User><Pass>%</Pass></Server></FileZilla3>\n"),
                ("tomcat-users.xml", "<tomcat-users>\n<user username=\"app\" password=\"%\" roles=\"manager\"/>\n</tomcat-users>\n"), (".idea/WebServers.xml", "<fileTransfer host=\"h\" username=\"app\" password=\"%\" />\n"),
                (".m2/settings.xml", "<settings><servers><server><username>app</username>\n<password>%</password></server></servers></settings>\n"), ("web.config", "<configuration><appSettings><add key=\"SmtpPassword\" value=\"%\" /></appSettings></configuration>\n"), ("sftp-config.json", "{\n  // access\n  \"user\": \"app\",\n  \"password\": \"%\",\n}\n"),
                (".ftpconfig", "{\"user\":\"app\",\"pass\":\"%\"}\n"), ("robomongo.json", "{\"connections\":[{\"credentials\":[{\"userName\":\"app\",\"userPassword\":\"%\"}]}]}\n"), ("auth.json", "{\"http-basic\":{\"r.acme.net\":{\"username\":\"app\",\"password\":\"%\"}}}\n"), ("composer/auth.json", "{\"github-oauth\":{\"github.com\":\"%\"}}\n"),
                ("hub", "github.com:\n- user: app\n  oauth_token: %\n"), (".tugboat", "---\nauthentication:\n  access_token: %\n"), (".gem/credentials", "---\n:rubygems_api_key: %\n"), ("mongoid.yml", "production:\n  clients:\n    default:\n      options:\n        user: 'app'\n        password: '%'\n"),
                ("cluster.txt", "apiVersion: v1\nkind: Config\nusers:\n- name: app\n  user:\n    password: %\n"), ("application-prod.yml", "spring:\n  datasource:\n    username: app\n    password: %\n"), ("config/database.yml", "production:\n  adapter: mysql2\n  password: %\n"), ("docker-compose.yml", "services:\n  db:\n    environment:\n      - POSTGRES_PASSWORD=%\n"),
                ("application.properties", "spring.datasource.username=app\nspring.datasource.password=%\n"), ("gradle.properties", "signing.password=%\n"), (".env", "PORT=80\nexport DB_PASSWORD=%\n"), ("prod.env", "JWT_SECRET='%'\n"), ("prod.tfvars", "db_password = \"%\"\n"), ("server.ini", "[db]\nhost=db1\npassword=%\n"),
                ("wp-config.php", "<?php\ndefine( 'DB_PASSWORD', '%' );\n"), ("wp-config.php.bak", "<?php\ndefine('DB_PASSWORD','%');\n"), ("config.php", "<?php\n$config['db']['password'] = '%';\n"), ("site/settings.py", "DATABASES = {\n  'default': {\n    'USER': 'app', 'PASSWORD': '%',\n  }\n}\n"),
                ("appsettings.Production.json", "{\"Smtp\":{\"User\":\"app\",\"Password\":\"%\"}}\n"), ("terraform.tfstate", "{\"version\":4,\"resources\":[{\"instances\":[{\"attributes\":{\"master_password\":\"%\"}}]}]}\n"), ("x.json", "{\"name\":\"prod\",\"_postman_variable_scope\":\"environment\",\"values\":[{\"key\":\"password\",\"value\":\"%\"}]}\n"),
                ("mcp.json", "{\"mcpServers\":{\"x\":{\"command\":\"npx\",\"args\":[\"x\",\"--api-token\",\"%\"]}}}\n"), (".mcp.json", "{\"mcpServers\":{\"x\":{\"env\":{\"DB_PASSWORD\":\"%\"}}}}\n"),
                ("settings.local.json", "{\"permissions\":{\"allow\":[\"Bash(PGPASSWORD=%7Q psql -h db1 -c 'select 1')\"]}}\n"), ("other.json", "{\"allow\":[\"Bash(export API_TOKEN=\\\"%!9\\\" && ./run.sh)\"]}\n"),
                ("all.yaml", "kind: ConfigMap\ndata:\n  mode: fast\n---\nkind: Secret\nstringData:\n  pin: %\n"),
            ];
            foreach (var (name, text) in hits) yield return Sample.Hit(Found.Id, name, text.Replace("%", word, StringComparison.Ordinal));
            yield return Sample.Hit(Browser.Id, "logins.json", "{\"nextId\":2,\"logins\":[{\"hostname\":\"https://a.net\",\"encryptedPassword\":\"" + Convert.ToBase64String([0x30, 0x3A, 0x04, 0x10, .. RandomNumberGenerator.GetBytes(40)]) + "\"}]}\n");
            yield return Sample.Hit(Sealed.Id, "credentials.xml", "<com.cloudbees.plugins.credentials.impl.X>\n<password>{AQAAABAAAAAQ" + Convert.ToBase64String(RandomNumberGenerator.GetBytes(33)) + "}</password>\n</com.cloudbees.plugins.credentials.impl.X>\n");
            (string Name, string Text)[] misses =
            [
                (".env", "DB_PASSWORD=\nAPI_TOKEN=${TOKEN}\nJWT_SECRET=changeme\nSSH_KEY=/run/secrets/key\nTOKEN_TYPE=Bearer\nAPP_KEY=\n"), (".env.example", "DB_PASSWORD=%\n"), ("application.properties", "password.label=Enter %\nspring.datasource.password=${DB_PASSWORD}\njwt.token-validity=86400\n"),
                ("settings.xml", "<settings><password>${env.PASSWORD}</password></settings>\n"), ("appsettings.json", "{\"Smtp\":{\"Password\":\"\"},\"Jwt\":{\"Key\":\"<your key>\"}}\n"), ("wp-config.php", "define('DB_PASSWORD', getenv('DB_PASSWORD'));\ndefine('AUTH_KEY', 'put your unique phrase here');\n"),
                ("lang/en.ini", "[login]\npassword=%\nsubmit=Go\n"), ("package.json", "{\"name\":\"x\",\"scripts\":{\"t\":\"TOKEN=abc node a --password prompt\"}}\n"), ("secret.yaml", "kind: Secret\nmetadata:\n  name: %\ndata:\n  password: cGFzc3dvcmQ=\n  tls.crt: LS0tLS1CRUdJTiBDRVJU\n"),
                ("values.yaml", "auth:\n  password: %\n"), ("settings.py", "SECRET_KEY = os.environ['SECRET_KEY']\nPASSWORD = config('x')\n"), ("settings.json", "{\"editor.tokenColorCustomizations\":\"x\",\"git.tokenType\":\"bearer\"}\n"), ("kubeconfig", "kind: Config\nusers:\n- name: %\n  user:\n    token: ${TOKEN}\n"),
            ];
            foreach (var (name, text) in misses) yield return Sample.Miss(name, text.Replace("%", word, StringComparison.Ordinal));
        }
    }
}
