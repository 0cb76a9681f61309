namespace Sallyport.Engine.Consent.Shell;

/// <summary>Which commands talk to other machines.</summary>
internal static class NetworkCommands
{
    private static readonly HashSet<string> Always = new(StringComparer.Ordinal)
    {
        "curl", "wget", "wget2", "nc", "ncat", "netcat", "socat", "telnet", "ftp", "lftp", "sftp", "ssh", "scp", "mosh", "rsh", "rlogin", "dig", "nslookup", "host", "drill", "kdig", "ping", "ping6", "traceroute", "tracepath", "mtr", "whois", "nmap", "masscan",
        "aria2c", "http", "https", "xh", "httpie", "lynx", "w3m", "links", "elinks", "gh", "glab", "npx", "bunx", "uvx", "pipx", "kubectl", "helm", "aws", "gcloud", "gsutil", "az", "doctl", "flyctl", "fly", "heroku", "vercel", "netlify", "wrangler", "firebase",
        "terraform", "tofu", "pulumi", "ansible", "ansible-playbook", "mail", "mailx", "sendmail", "mutt", "msmtp", "swaks", "rclone", "s3cmd", "mc", "restic", "ngrok", "cloudflared", "tailscale", "resolvectl", "twine", "smbclient", "ldapsearch", "rdesktop",
        "psql", "mysql", "mariadb", "mongosh", "redis-cli", "websocat", "grpcurl", "youtube-dl", "yt-dlp", "svn", "hg", "bzr", "snap", "flatpak", "brew", "apt", "apt-get", "dnf", "yum", "apk", "pacman", "zypper", "gpg-connect-agent", "ansible-galaxy", "oras", "crane", "skopeo", "cosign",
    };

    private static readonly Dictionary<string, string[]> Sometimes = new(StringComparer.Ordinal)
    {
        ["git"] = ["push", "fetch", "clone", "pull", "ls-remote", "send-email", "svn", "p4", "lfs", "archive", "daemon", "request-pull", "fetch-pack", "send-pack", "http-fetch", "http-push", "imap-send", "instaweb"],
        ["hub"] = ["push", "fetch", "clone", "pull", "pr", "release", "issue", "api", "create", "fork", "sync"],
        ["npm"] = ["install", "i", "in", "ci", "add", "publish", "pub", "update", "up", "exec", "x", "audit", "view", "info", "show", "login", "adduser", "logout", "outdated", "ping", "search", "deprecate", "unpublish", "dist-tag", "access", "owner", "token", "whoami", "fund", "init", "create", "install-test", "it", "link", "rebuild", "dedupe"],
        ["yarn"] = ["", "install", "add", "publish", "npm", "dlx", "up", "upgrade", "audit", "info", "create", "global", "login"],
        ["pnpm"] = ["install", "i", "add", "publish", "dlx", "update", "up", "audit", "outdated", "create", "fetch", "view"],
        ["bun"] = ["install", "i", "add", "publish", "x", "create", "update", "upgrade", "pm"],
        ["deno"] = ["install", "add", "publish", "cache", "upgrade", "run"],
        ["pip"] = ["install", "download", "index", "search", "wheel"],
        ["pip3"] = ["install", "download", "index", "search", "wheel"],
        ["uv"] = ["add", "sync", "lock", "pip", "publish", "tool", "run", "python", "build"],
        ["poetry"] = ["install", "add", "update", "lock", "publish", "search"],
        ["conda"] = ["install", "create", "update", "search"],
        ["mamba"] = ["install", "create", "update", "search"],
        ["cargo"] = ["install", "publish", "add", "update", "fetch", "search", "login", "yank", "owner", "info"],
        ["go"] = ["get", "install", "mod", "work"],
        ["gem"] = ["install", "push", "update", "fetch", "search", "owner", "signin", "yank"],
        ["bundle"] = ["install", "update", "add", "outdated"],
        ["composer"] = ["install", "require", "update", "create-project", "global"],
        ["dotnet"] = ["restore", "nuget", "add", "tool", "workload"],
        ["nuget"] = ["install", "push", "restore"],
        ["docker"] = ["push", "pull", "login", "search", "build", "run", "compose", "buildx", "image", "plugin"],
        ["podman"] = ["push", "pull", "login", "search", "build", "run", "image"],
        ["openssl"] = ["s_client", "s_server", "ocsp", "s_time"],
        ["gpg"] = ["--recv-keys", "--send-keys", "--search-keys", "--refresh-keys", "--keyserver"],
        ["getent"] = ["hosts", "ahosts", "ahostsv4", "ahostsv6"],
    };

    /// <param name="name">The program.</param>
    /// <param name="words">Without options in front of its sub-command, where that is known.</param>
    public static bool Reaches(string name, IReadOnlyList<ShellWord> words)
    {
        if (Always.Contains(name) || name is "http.server" or "smtpd" or "ftplib") return true;
        if (name == "rsync") return words.Skip(1).Any(static w => w.Value is null || w.Value.Contains(':', StringComparison.Ordinal));
        if (!Sometimes.TryGetValue(name, out var subs)) return words.Any(static w => w.Value is { } text && text.StartsWith("--remote", StringComparison.Ordinal)) && name == "git";
        var sub = "";
        for (var i = 1; i < words.Count; i++)
        {
            if (words[i].Value is not { } text) return true;
            if (text.StartsWith('-') && name != "gpg") continue;
            sub = text;
            if (name != "git" || sub is not ("remote" or "submodule" or "archive")) break;
            var next = i + 1 < words.Count ? words[i + 1].Value : "";
            return sub switch
            {
                "remote" => next is "update" or "show" or "prune" or null || (next is "add" or "set-head" && words.Any(static w => w.Value is "-f" or "--fetch" or "-a" or "--auto")),
                "submodule" => next is "update" or "add" or "init" or null,
                _ => words.Any(static w => w.Value?.StartsWith("--remote", StringComparison.Ordinal) != false),
            };
        }
        return Array.IndexOf(subs, sub) >= 0;
    }
}
