namespace Sallyport.Engine.Secrets;

/// <summary>
/// Where a shell line says that it goes: the hosts of its addresses, and programs that exist to talk to others. It reads what is
/// written there and no more; what a script does inside is for the sandbox to confine.
/// </summary>
internal static class CommandHosts
{
    private static readonly HashSet<string> Talkers = new(StringComparer.Ordinal)
    {
        "curl", "wget", "nc", "ncat", "netcat", "socat", "ssh", "scp", "sftp", "rsync", "ftp", "telnet", "dig", "nslookup", "host", "ping", "openssl", "http", "https", "xh", "aria2c", "gh", "glab", "aws", "gcloud", "az", "sendmail", "mail",
    };

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

    private static bool IsHere(string authority)
    {
        var host = authority.StartsWith('[') ? authority.Split(']')[0].TrimStart('[') : authority.Split(':')[0];
        return host is "localhost" or "::1" || host.StartsWith("127.", StringComparison.Ordinal) && System.Net.IPAddress.TryParse(host, out _);
    }
}
