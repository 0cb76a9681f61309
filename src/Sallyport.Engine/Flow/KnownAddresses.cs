namespace Sallyport.Engine.Flow;

/// <summary>
/// Addresses that the model did not make up: a person wrote them, or they stood on a page of the same host that was read. To
/// ask for one of these, to the letter, tells a server nothing that it is not meant to know.
/// </summary>
public sealed class KnownAddresses
{
    private const int MostWritten = 200;
    private const int MostLinks = 512;

    /// <summary>Who offers links learns something by which of them are followed: so many pass without a question.</summary>
    public const int MostFollowed = 12;

    private readonly Lock gate = new();
    private readonly List<string> written = [];
    private readonly HashSet<string> links = new(StringComparer.Ordinal);
    private int followed;

    internal KnownAddresses(IReadOnlyList<string> written) => this.written.AddRange(written);

    public IReadOnlyList<string> Written
    {
        get { lock (gate) return [.. written]; }
    }

    /// <summary>Why an address can be asked for; null when nobody named it.</summary>
    internal string? Why(string? address) => address is null ? null : WasWritten(address) ? "the user wrote this address" : IsLink(address) ? "it is a link of a page on the same host" : null;

    /// <summary>Whether a person wrote it.</summary>
    public bool WasWritten(string address)
    {
        if (Plain(address) is not { } plain) return false;
        lock (gate)
        {
            // A slash at the end, and a step up to https, say nothing that was not there.
            foreach (var one in written)
                if (Bare(one) == Bare(plain) || (one.StartsWith("http:", StringComparison.Ordinal) && "https" + Bare(one)[4..] == Bare(plain))) return true;
            return false;
        }

        static string Bare(string one) => one.EndsWith('/') && !one.Contains('?', StringComparison.Ordinal) ? one[..^1] : one;
    }

    /// <summary>Whether it stood on a page of its own host, and few such were followed yet.</summary>
    public bool IsLink(string address)
    {
        if (Plain(address) is not { } plain) return false;
        lock (gate) return followed < MostFollowed && links.Contains(plain);
    }

    /// <summary>A page was read: what it links to on its own host can be asked for.</summary>
    public void Read(string page, string text)
    {
        if (!Uri.TryCreate(page, UriKind.Absolute, out var address) || Plain(page) is not { } plain) return;
        lock (gate)
        {
            if (!written.Contains(plain) && links.Contains(plain)) followed++;
            foreach (var link in In(text, bare: false))
                if (links.Count < MostLinks && IsSame(address, new Uri(link))) links.Add(link);
        }
    }

    internal List<string> Wrote(string text)
    {
        var added = new List<string>();
        lock (gate)
        {
            foreach (var address in In(text, bare: true))
            {
                if (written.Count >= MostWritten || written.Contains(address)) continue;
                written.Add(address);
                added.Add(address);
            }
        }
        return added;
    }

    private static bool IsSame(Uri page, Uri link)
    {
        if (page.Port != link.Port && !(page.IsDefaultPort && link.IsDefaultPort)) return false;
        return Bare(page.IdnHost).Equals(Bare(link.IdnHost), StringComparison.OrdinalIgnoreCase);

        static string Bare(string host) => host.StartsWith("www.", StringComparison.OrdinalIgnoreCase) ? host[4..] : host;
    }

    // What is behind # stays here.
    private static string? Plain(string address)
    {
        if (!address.Contains("://", StringComparison.Ordinal)) address = "https://" + address;
        return Uri.TryCreate(address, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri.UserInfo.Length == 0 ? uri.GetComponents(UriComponents.HttpRequestUrl, UriFormat.UriEscaped) : null;
    }

    /// <param name="text">Any text.</param>
    /// <param name="bare">Names without https:// in front count too, as people write them.</param>
    private static List<string> In(string text, bool bare)
    {
        var all = new List<string>();
        for (var at = text.IndexOf("http", StringComparison.OrdinalIgnoreCase); at >= 0; at = text.IndexOf("http", at + 4, StringComparison.OrdinalIgnoreCase))
        {
            var rest = text.AsSpan(at);
            if (!rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) && !rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase)) continue;
            var end = rest.IndexOfAny(" \t\r\n<>\"'`|\\^{}");
            var found = Trimmed(end < 0 ? rest : rest[..end]);
            // In Markdown a bracket ends a link, in a sentence it does, too; in an address it rarely stands.
            if (Plain(found.ToString()) is { } address) all.Add(address);
            if (found.IndexOf(')') is > 0 and var close && Plain(Trimmed(text.AsSpan(at, close)).ToString()) is { } shorter) all.Add(shorter);
        }
        if (!bare) return all;
        foreach (var word in text.Split([' ', '\t', '\r', '\n', '(', ')', '<', '>', '"', '\'', '`', ','], StringSplitOptions.RemoveEmptyEntries))
        {
            var name = Trimmed(word).ToString();
            if (!name.Contains("://", StringComparison.Ordinal) && LooksLikeHost(name) && Plain(name) is { } address) all.Add(address);
        }
        return all;
    }

    private static bool LooksLikeHost(string word)
    {
        var slash = word.IndexOf('/', StringComparison.Ordinal);
        var host = slash < 0 ? word : word[..slash];
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        if (colon >= 0) host = host[..colon];
        var dot = host.LastIndexOf('.');
        if (dot <= 0 || host.Length - dot < 3) return host == "localhost";
        foreach (var c in host.AsSpan(dot + 1)) if (!char.IsAsciiLetter(c)) return false;
        foreach (var c in host) if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.')) return false;
        return true;
    }

    private static ReadOnlySpan<char> Trimmed(ReadOnlySpan<char> word) => word.TrimEnd(".,;:!?)]}*_>");
}
