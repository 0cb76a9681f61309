namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>How a file's fields are written.</summary>
internal enum Syntax
{
    Lines,

    /// <summary>Lines of a program: only quoted values are values.</summary>
    QuotedLines,
    Yaml,
    Json,
    Xml,
}

/// <summary>How much a value must show for itself.</summary>
internal enum Trust
{
    /// <summary>The format says that the field is a credential: any value that is no placeholder.</summary>
    Any,

    /// <summary>Settings of a program: a made-up word is a password, a key must look like more.</summary>
    Named,

    /// <summary>Named, where the fields around it speak of a server or an account.</summary>
    InCompany,

    /// <summary>The value must look like a password or a key by itself.</summary>
    Shaped,
}

/// <summary>A kind of file and the fields in which it keeps credentials.</summary>
/// <param name="Syntax">How its fields are written.</param>
/// <param name="Trust">What a value must show.</param>
/// <param name="Fields">Names in lower case; <c>*</c> stands for every name that speaks of a secret, <c>parent/</c> for every field of it.</param>
/// <param name="Names">File names without a leading dot and without what copies append; with a slash, the end of a path; <c>*</c> at an end is open.</param>
/// <param name="Marks">What the beginning of the text holds when the name is gone.</param>
internal sealed record FileFormat(Syntax Syntax, Trust Trust, string[] Fields, string[] Names, params string[] Marks)
{
    /// <summary>When set, only the documents of this <c>kind</c> in the file are read.</summary>
    public string? Kind { get; init; }

    private static readonly string[] Named = ["*"];
    private static readonly string[] Mail = ["*", "pass", "remotepass", "authpass", "imap_pass", "smtp_pass", "smtp_authpass"];

    public static readonly FileFormat[] All =
    [
        new(Syntax.Lines, Trust.Any, ["password"], ["pypirc"], "[distutils]", "[pypi]"),
        new(Syntax.Lines, Trust.Any, ["password", "pass"], ["my.cnf", "mysql.cnf", "mylogin.cnf"], "[client]", "[mysqldump]"),
        new(Syntax.Lines, Trust.Any, Mail, ["msmtprc", "esmtprc", "muttrc", "neomuttrc", "mbsyncrc", "offlineimaprc", "getmailrc", "fetchmailrc", "ssmtp.conf", "mailrc"], "tls_trust_file", "set imap_", "hostname = smtp", "[mail function]"),
        new(Syntax.Lines, Trust.Any, Named, ["s3cfg", "boto", ".aws/credentials", "cloud/.credentials", "passwd-s3fs", "davfs2/secrets"], "aws_secret_access_key", "[Credentials]"),
        new(Syntax.Lines, Trust.Any, ["*", "pass", "password2", "key"], ["rclone.conf"]),
        new(Syntax.Lines, Trust.Any, ["*", "psk", "wep_key0", "presharedkey"], ["wpa_supplicant*", "*.nmconnection", "wg*.conf"], "network={", "[wifi-security]", "[Interface]"),
        new(Syntax.Lines, Trust.Any, ["*"], ["winscp.ini", "ventrilo_srv.ini", ".irssi/config", "irssi/config", "ftpsync.settings", ".cargo/credentials", "credentials.toml", "sentryclirc", "mc.ini", "pam_ldap.conf", "ldap.secret", "smbcredentials", "cifs.credentials", "tnsnames.ora"], "[Configuration\\Interface]", "chatnets = {"),
        new(Syntax.Xml, Trust.Any, ["cleartextpassword"], ["nuget.config"], "<packageSourceCredentials"),
        new(Syntax.Xml, Trust.Any, ["pass", "password"], ["sitemanager.xml", "recentservers.xml", "filezilla.xml"], "<FileZilla3"),
        new(Syntax.Xml, Trust.Any, ["password", "passphrase", "credentials"], ["tomcat-users.xml", "webservers.xml", "datasources.xml", "datasources.local.xml", "data-sources.xml", "dbeaver-data-sources.xml", "connections.xml"], "<tomcat-users", "PublishConfigData", "<data-sources>", "DataSourceManagerImpl"),
        new(Syntax.Xml, Trust.Named, ["*"], ["settings.xml", "settings-security.xml", "web.config", "app.config", "*.exe.config", "*.dll.config", "hibernate.cfg.xml", "persistence.xml", "context.xml", "standalone.xml"], "maven.apache.org/SETTINGS", "<connectionStrings"),
        new(Syntax.Json, Trust.Any, ["*", "pass", "passphrase"], ["sftp-config.json", "sftp.json", "ftpconfig", "remote-sync.json", "deployment-config.json", "ftp-sync.json", "ftp-simple.json", "robomongo.json", "robo3t.json", "heroku.json"], "\"userPassword\"", "\"sshUserPassword\""),
        new(Syntax.Json, Trust.Any, ["*", "github-oauth/", "gitlab-token/", "gitlab-oauth/", "bearer/"], ["auth.json", "oauth_creds.json", "credentials.tfrc.json", ".docker/config.json", "dockercfg", "dockerconfigjson", "accesstokens.json", "msal_token_cache.json", "hosts.json", "apps.json"], "\"auths\"", "\"identitytoken\"", "\"http-basic\"", "\"authorized_user\""),
        new(Syntax.Yaml, Trust.Any, ["*", "oauth_token", "rubygems_api_key"], ["hub", "hosts.yml", "tugboat", "doctl/config.yaml", ".gem/credentials", "yarnrc.yml", "mongoid.yml", "knife.yml"], "oauth_token:", "rubygems_api_key"),
        new(Syntax.Yaml, Trust.Any, ["client-key-data", "token", "password", "id-token", "refresh-token", "access-token"], [".kube/config", "kubeconfig*"], "kind: Config\n", "current-context:"),
        new(Syntax.Yaml, Trust.Named, ["*", "secret_key_base", "pass"], ["application*.yml", "application*.yaml", "bootstrap*.yml", "database.yml", "secrets.yml", "parameters.yml", "docker-compose*", "compose.y*ml", "aider.conf.yml", "wp-cli.yml", "settings.local.yml"]),
        new(Syntax.Lines, Trust.Named, ["*", "pass"], ["application*.properties", "bootstrap*.properties", "gradle.properties", "local.properties", "key.properties", "keystore.properties", "env", "env.*", "*.env", "*.tfvars", "envrc", "bashrc", "bash_profile", "zshrc", "profile", "dockercfg"]),
        new(Syntax.Lines, Trust.InCompany, ["*", "pass"], ["*.ini", "*.cnf", "*.conf", "*.cfg"]),
        new(Syntax.QuotedLines, Trust.Named, ["*", "auth_salt", "logged_in_salt", "nonce_salt", "secure_auth_salt", "db_pass", "wgdbpassword", "wgsecretkey", "hash_salt"], ["wp-config.php", "wp-config-*.php", "config.php", "config.inc.php", "configuration.php", "localsettings.php", "settings.php", "database.php", "settings.py", "local_settings.py", "settings_local.py", "secret_token.rb", "secrets.py"], "'DB_NAME'"),
        new(Syntax.Json, Trust.Named, ["*"], ["appsettings*.json", "secrets.json", "local.settings.json", "*.tfstate", "*.postman_environment.json", "*.postman_globals.json", "connections.json", "settings.json", "settings.local.json", "mcp*.json", "claude*.json", "cline_mcp_settings.json", "opencode.json", "credentials.json", "config.json", "env.json"], "_postman_variable_scope", "\"mcpServers\"", "\"ConnectionStrings\"", "\"Bash("),
        new(Syntax.Json, Trust.Shaped, ["*"], ["package.json", "tasks.json", "launch.json", "devcontainer.json", "composer.json"]),
        new(Syntax.Lines, Trust.Shaped, ["*"], ["config.toml", "dockerfile", "procfile", "makefile"]),
        new(Syntax.Yaml, Trust.Any, ["stringdata/"], [], "kind: Secret\n", "kind: Secret\r\n") { Kind = "Secret" },
    ];

    /// <summary>Whether a file's name, or the end of its path, is one of <see cref="Names"/>.</summary>
    public bool IsNamed(string plainName, string path)
    {
        foreach (var name in Names)
        {
            if (name.Contains('/', StringComparison.Ordinal) ? EndsWithPath(path, name) : Fits(plainName, name)) return true;
        }
        return false;
    }

    private static bool EndsWithPath(string path, string end) =>
        path.EndsWith(end, StringComparison.OrdinalIgnoreCase) && (path.Length == end.Length || path[path.Length - end.Length - 1] == '/');

    private static bool Fits(string name, string pattern)
    {
        var star = pattern.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return name.Equals(pattern, StringComparison.Ordinal);
        return name.Length >= pattern.Length - 1 && name.AsSpan().StartsWith(pattern.AsSpan(0, star)) && name.AsSpan().EndsWith(pattern.AsSpan(star + 1));
    }
}
