using Sallyport.Engine.Consent.Shell;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// Where a shell line may take what stands in it. The hosts that it names always count. Where it could reach others, every program of it
/// must be known to stay on this machine: an interpreter, a script, a build may go anywhere that the network leads to.
/// </summary>
internal static class CommandHosts
{
    private static readonly HashSet<string> Talkers = new(StringComparer.Ordinal)
    {
        "curl", "wget", "nc", "ncat", "netcat", "socat", "ssh", "scp", "sftp", "rsync", "ftp", "telnet", "dig", "nslookup", "host", "ping", "openssl", "http", "https", "xh", "aria2c", "gh", "glab", "aws", "gcloud", "az", "sendmail", "mail",
    };

    /// <summary>Stands for every host there is.</summary>
    public const string Anywhere = "*";

    // Programs that change files or the shell itself, and have no way to others; those that only read are known besides.
    private static readonly HashSet<string> Local = new(StringComparer.Ordinal)
    {
        "tee", "cp", "mv", "mkdir", "rmdir", "rm", "touch", "chmod", "chown", "chgrp", "ln", "install", "dd", "truncate", "mktemp", "export", "set", "unset", "declare", "local", "typeset", "readonly", "read", "shift", "let", "umask", "trap",
        "gzip", "gunzip", "zcat", "bzip2", "xz", "zstd", "tar", "zip", "unzip", "patch", "envsubst", "htpasswd", "ssh-keygen", "yq", "tput", "clear", "xargs", "env", "nohup", "nice", "timeout", "time", "command", "builtin", "eval", "exec", "exit", "kill",
    };

    private static readonly string[] LocalGit = ["add", "commit", "status", "diff", "log", "show", "config", "init", "checkout", "switch", "branch", "tag", "stash", "rev-parse", "restore", "reset", "rm", "mv", "apply", "hash-object", "grep", "ls-files", "cat-file"];

    private static readonly string[] Clients = ["psql", "mysql", "mariadb", "redis-cli", "mongosh", "pg_isready", "pg_dump", "mysqldump", "createdb", "dropdb"];

    private static readonly string[] Detours = ["-x", "--proxy", "--preproxy", "--resolve", "--connect-to", "-K", "--config", "--unix-socket", "--abstract-unix-socket", "--doh-url", "--next", "-L", "-R", "-J", "-D", "-W", "-w", "-o", "--execute", "-i", "--input-file"];

    private static readonly char[] Separators = [' ', '\t', '\n', ';', '|', '&', '(', ')', '`', '"', '\'', '<', '>', '=', '$', '{', '}'];

    /// <summary>Hosts, or the names of programs where a line names no host; none when it stays on this machine.</summary>
    public static IReadOnlyList<string> Of(string command)
    {
        var (hosts, talkers) = (new List<string>(), new List<string>());
        for (var at = command.IndexOf("://", StringComparison.Ordinal); at >= 0; at = command.IndexOf("://", at + 3, StringComparison.Ordinal))
        {
            var end = command.IndexOfAny([' ', '\t', '\n', '/', '"', '\'', ';', '|', '&', ')', '`', '?', '#', '>'], at + 3);
            var authority = end < 0 ? command[(at + 3)..] : command[(at + 3)..end];
            authority = authority[(authority.LastIndexOf('@') + 1)..];
            if (authority.Length > 0 && !IsHere(authority) && !hosts.Contains(authority)) hosts.Add(authority);
        }
        var isHere = command.Contains("://", StringComparison.Ordinal) && hosts.Count == 0;
        foreach (var word in command.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            var name = word[(word.LastIndexOf('/') + 1)..];
            if (Talkers.Contains(name) && !talkers.Contains(name)) talkers.Add(name);
            if (word.StartsWith("/dev/tcp/", StringComparison.Ordinal) || word.StartsWith("/dev/udp/", StringComparison.Ordinal)) talkers.Add(word.Split('/')[3]);
        }
        return hosts.Count > 0 ? hosts : isHere ? [] : talkers;
    }

    /// <summary>The same, and whom its programs could tell besides.</summary>
    /// <param name="command">The line.</param>
    /// <param name="reach">Whom a command can reach; null for everyone, none when the network is closed.</param>
    /// <param name="workspace">Where it runs.</param>
    public static IReadOnlyList<string> Of(string command, IReadOnlyList<string>? reach, Workspace workspace)
    {
        var named = Of(command);
        if (reach is { Count: 0 }) return named;
        var reading = ShellReading.Of(command, workspace);
        if (reading.Unknown.Count == 0 && !reading.IsOpaque && reading.Hosts.Count == 0 && reading.Commands.TrueForAll(one => Stays(one, named))) return named;
        var all = new List<string>(named);
        foreach (var host in reach ?? [Anywhere]) if (!all.Contains(host)) all.Add(host);
        return all;
    }

    // It stays here, or goes where its addresses say.
    private static bool Stays(EffectiveCommand command, IReadOnlyList<string> named)
    {
        if (command.Name is not { } name || command.IsOpaque || command.Unknown is not null || !command.IsPlainName) return false;
        foreach (var variable in command.Variables) if (ShellVariables.Decides(variable)) return false;
        if (Array.IndexOf(Clients, name) >= 0) return !command.HasDynamicWords && IsAtHome(command);
        if (Talkers.Contains(name) || command.Traits.HasFlag(CommandTraits.Network)) return name is "curl" or "wget" or "http" or "https" or "xh" && !command.HasDynamicWords && GoesAsNamed(command, named);
        if (command.Traits != CommandTraits.None && name != "git") return false;
        if (name == "git") return (command.Canonical ?? command.Words) is [_, { Value: { } sub }, ..] && Array.IndexOf(LocalGit, sub) >= 0;
        return Local.Contains(name) || SafeCommands.IsKnown(name);
    }

    private static bool GoesAsNamed(EffectiveCommand command, IReadOnlyList<string> named)
    {
        var any = false;
        for (var i = 1; i < command.Words.Count; i++)
        {
            if (command.Words[i].IsGlob || command.Words[i].Value is not { } text) return false;
            if (text.StartsWith('-'))
            {
                if (Array.Exists(Detours, one => text == one || text.StartsWith(one.Length == 2 ? one : one + "=", StringComparison.Ordinal) || (one.Length > 5 && text.Length > 4 && one.StartsWith(text, StringComparison.Ordinal)))) return false;
                continue;
            }
            any |= text.Contains("://", StringComparison.Ordinal);
            // An operand may be an address without its scheme.
            if (!text.Contains("://", StringComparison.Ordinal) && text.IndexOf('.', StringComparison.Ordinal) > 0 && !text.Contains(' ', StringComparison.Ordinal) && text[0] is not ('@' or '{' or '/' or '.')
                && !named.Contains(text.Split('/', ':')[0])) return false;
        }
        return any;
    }

    private static bool IsAtHome(EffectiveCommand command)
    {
        for (var i = 1; i < command.Words.Count; i++)
        {
            var text = command.Words[i].Value!;
            if (text is "-h" or "--host" && i + 1 < command.Words.Count) return IsHere(command.Words[i + 1].Value!);
            if (text.StartsWith("--host=", StringComparison.Ordinal)) return IsHere(text[7..]);
            if (text.StartsWith("-h", StringComparison.Ordinal) && text.Length > 2) return IsHere(text[2..]);
        }
        return false;
    }

    private static bool IsHere(string authority)
    {
        var host = authority.StartsWith('[') ? authority.Split(']')[0].TrimStart('[') : authority.Split(':')[0];
        return host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal) && System.Net.IPAddress.TryParse(host, out _);
    }
}
