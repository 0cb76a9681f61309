using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Files in which programs keep what they log in with. One without a login in it is only untidy.</summary>
internal sealed class CredentialFile : EntryDetector
{
    private static readonly Rule Filled = new("stray.credential-file", Severity.Critical, Blocking.Always, "A file in which a program keeps its logins",
        "Take it out, and revoke what it holds: once published it counts as stolen.", "an .npmrc with an auth token");

    private static readonly Rule Empty = new("stray.tool-settings", Severity.Low, Blocking.Never, "Settings of a tool, where logins are usually kept",
        "Leave it out: it says nothing to those who use the package.", "an .npmrc that only names a registry");

    // By the end of the path: the words of which one, with a value, makes it a login.
    private static readonly (string Path, string[] Words)[] Known =
    [
        (".npmrc", ["_authtoken", "_auth", "_password"]),
        (".yarnrc.yml", ["npmauthtoken", "npmauthident"]),
        (".pypirc", ["password"]),
        (".netrc", ["password"]),
        ("_netrc", ["password"]),
        (".pgpass", [":"]),
        (".git-credentials", ["://"]),
        (".my.cnf", ["password"]),
        (".mylogin.cnf", [""]),
        (".s3cfg", ["secret_key"]),
        (".boto", ["secret_access_key", "refresh_token"]),
        (".aws/credentials", ["aws_secret_access_key", "aws_session_token"]),
        (".docker/config.json", ["\"auth\"", "\"identitytoken\""]),
        (".dockercfg", ["\"auth\""]),
        (".kube/config", ["client-key-data", "token", "password"]),
        (".gem/credentials", [":"]),
        (".cargo/credentials", ["token"]),
        (".cargo/credentials.toml", ["token"]),
        (".config/gh/hosts.yml", ["oauth_token"]),
        (".config/hub", ["oauth_token"]),
        (".config/gcloud/application_default_credentials.json", ["refresh_token", "private_key"]),
        (".azure/accesstokens.json", ["accesstoken"]),
        (".azure/msal_token_cache.json", ["secret"]),
        (".terraform.d/credentials.tfrc.json", ["token"]),
        (".terraformrc", ["token"]),
        (".vault-token", [""]),
        (".sentryclirc", ["token"]),
        (".htpasswd", [":"]),
        (".ftpconfig", ["\"pass\"", "\"passphrase\""]),
        ("sftp-config.json", ["\"password\""]),
        (".vscode/sftp.json", ["\"password\"", "\"passphrase\""]),
        ("sitemanager.xml", ["<pass"]),
        ("recentservers.xml", ["<pass"]),
        ("rclone.conf", ["pass", "token", "secret"]),
        (".msmtprc", ["password"]),
        (".esmtprc", ["password"]),
        (".fetchmailrc", ["password"]),
        (".remote-sync.json", ["\"password\"", "\"passphrase\""]),
        ("deployment-config.json", ["\"password\""]),
        ("filezilla.xml", ["<pass"]),
        ("webservers.xml", [" password"]),
        ("robomongo.json", ["password\"", "passphrase\""]),
        ("dbeaver-data-sources.xml", [" password"]),
        ("credentials-config.json", [""]),
        ("firefox/logins.json", ["\"encryptedpassword\""]),
        ("config/master.key", [""]),
        ("etc/shadow", [":$"]),
        ("ventrilo_srv.ini", ["password"]),
        (".tugboat", ["api_key", "access_token"]),
    ];

    public override IReadOnlyList<Rule> Rules => [Filled, Empty];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        foreach (var (path, words) in Known)
        {
            if (!EndsWith(entry.InPackage, path)) continue;
            var filled = false;
            foreach (var word in words) filled |= HasValue(head, word);
            if (filled) sink.Report(Filled, $"{entry.Name} holds logins that anyone with the package can use");
            else sink.Report(Empty, $"{entry.Name} is a settings file of somebody's tools");
            return;
        }
    }

    private static bool EndsWith(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && (path.Length == end.Length || path[path.Length - end.Length - 1] == '/');

    // A line that names the word and gives it something other than a variable.
    private static bool HasValue(ReadOnlySpan<byte> head, string word)
    {
        if (word.Length == 0) return !head.Trim(" \r\n\t"u8).IsEmpty;
        Span<byte> lower = stackalloc byte[256];
        Span<byte> literal = stackalloc byte[64];
        literal = literal[..Encoding.ASCII.GetBytes(word, literal)];
        foreach (var range in head[..Math.Min(head.Length, 16384)].Split((byte)'\n'))
        {
            var line = head[range].Trim(" \r\t"u8);
            if (line.Length > 256) line = line[..256];
            if (line.IsEmpty || line[0] == '#' || (line[0] == ';' && word != ":")) continue;
            Ascii.ToLower(line, lower, out var length);
            var at = lower[..length].IndexOf(literal);
            if (at < 0) continue;
            var end = at + literal.Length;
            if (char.IsAsciiLetter(word[^1]) && end < line.Length && (char.IsAsciiLetterOrDigit((char)line[end]) || line[end] is (byte)'_' or (byte)'-')) continue;
            var value = line[end..].TrimStart(" =:\"'>\t"u8);
            if (value.Length >= 3 && value[0] is not ((byte)'$' or (byte)'%' or (byte)'<' or (byte)'{')) return true;
        }
        return false;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Filled.Id, ".npmrc", "registry=https://registry.example\n//registry.example/:_auth" + "Token=" + new string('x', 12) + "\n"),
        Sample.Hit(Filled.Id, "home/.netrc", "machine example.org login me pass" + "word abcdef\n"),
        Sample.Hit(Filled.Id, "x/.aws/credentials", "[default]\naws_secret_" + "access_key = " + new string('x', 12) + "\n"),
        Sample.Hit(Empty.Id, ".npmrc", "//registry.example/:_auth" + "Token=${NPM_TOKEN}\n"),
        Sample.Hit(Empty.Id, ".npmrc", "engine-strict=true\n"),
        Sample.Miss("npmrc.md", "about .npmrc\n"),
        Sample.Miss("docs/my.npmrc.txt", "x\n"),
        Sample.Miss("config.json", "{}"),
    ];
}
