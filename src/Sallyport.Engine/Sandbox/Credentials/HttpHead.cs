using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Sandboxing;

/// <summary>How long a body is.</summary>
internal enum BodyForm
{
    None,
    Sized,
    Chunked,

    /// <summary>Of an answer: until the connection ends.</summary>
    Rest,
}

/// <summary>
/// First line and headers of an HTTP/1.1 message. Strict: what two readers could understand differently (two lengths, folded lines, bare
/// line feeds) is not read at all.
/// </summary>
internal sealed class HttpHead
{
    private const string TokenMarks = "!#$%&'*+-.^_`|~";

    // They are about a connection, and each side of the proxy has its own.
    private static readonly string[] Hops = ["Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authorization", "Proxy-Authenticate", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Alt-Svc"];

    private HttpHead(string first, List<(string Name, string Value)> headers) => (First, Headers) = (first, headers);

    public string First { get; set; }

    public List<(string Name, string Value)> Headers { get; }

    public BodyForm Body { get; private set; }

    public long Length { get; private set; }

    /// <summary>Whether the connection ends behind this message.</summary>
    public bool Closes { get; private set; }

    public string? this[string name]
    {
        get
        {
            foreach (var (known, value) in Headers) if (known.Equals(name, StringComparison.OrdinalIgnoreCase)) return value;
            return null;
        }
    }

    /// <param name="bytes">With the empty line that ends it.</param>
    /// <returns>null for what is no such head.</returns>
    public static HttpHead? Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var headers = new List<(string, string)>();
        foreach (var line in lines) if (line.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) return null;
        for (var i = 1; i < lines.Length - 2; i++)
        {
            var colon = lines[i].IndexOf(':', StringComparison.Ordinal);
            if (colon <= 0 || !IsToken(lines[i].AsSpan(0, colon))) return null;
            headers.Add((lines[i][..colon], lines[i][(colon + 1)..].Trim(' ', '\t')));
        }
        var head = new HttpHead(lines[0], headers);
        return head.Frame() ? head : null;
    }

    public int Count(string name)
    {
        var count = 0;
        foreach (var (known, _) in Headers) if (known.Equals(name, StringComparison.OrdinalIgnoreCase)) count++;
        return count;
    }

    public void Remove(string name) => Headers.RemoveAll(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    public void RemoveHops()
    {
        foreach (var name in Hops) Remove(name);
    }

    public byte[] ToBytes()
    {
        var text = new StringBuilder(1024).Append(First).Append("\r\n");
        foreach (var (name, value) in Headers) text.Append(name).Append(": ").Append(value).Append("\r\n");
        return Encoding.Latin1.GetBytes(text.Append("\r\n").ToString());
    }

    private bool Frame()
    {
        Closes = (this["Connection"]?.Contains("close", StringComparison.OrdinalIgnoreCase) ?? First.Contains("HTTP/1.0", StringComparison.Ordinal));
        var (lengths, codings) = (Count("Content-Length"), Count("Transfer-Encoding"));
        if (lengths + codings > 1) return false;
        if (codings == 1)
        {
            Body = BodyForm.Chunked;
            return this["Transfer-Encoding"]!.Equals("chunked", StringComparison.OrdinalIgnoreCase);
        }
        if (lengths == 0) return true;
        if (!long.TryParse(this["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out var length)) return false;
        (Body, Length) = (length == 0 ? BodyForm.None : BodyForm.Sized, length);
        return true;
    }

    private static bool IsToken(ReadOnlySpan<char> name)
    {
        foreach (var c in name) if (!char.IsAsciiLetterOrDigit(c) && !TokenMarks.Contains(c, StringComparison.Ordinal)) return false;
        return true;
    }
}
