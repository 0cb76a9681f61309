using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>Session cookies in recorded requests: somebody was logged in when the recording was made. Most are over by now, so it never blocks.</summary>
internal sealed class SessionCookie : LiteralDetector
{
    private const int MaxHeader = 2000;

    private static readonly Rule Found = new("secret.session-cookie", Severity.Low, Blocking.Never, "A session cookie",
        "Log that session out and take the recording out of the package.", "Cookie: sessionid=…") { Vagueness = 2 };

    // Beginnings and ends of names under which frameworks keep a login.
    private static readonly byte[][] Names = [.. new[] { "sessionid", "session", "phpsessid", "jsessionid", "connect.sid", "sid", "asp.net_sessionid", ".aspxauth", "laravel_session", "auth_token", "access_token", "remember_token", "user_session", "li_at" }.Select(System.Text.Encoding.ASCII.GetBytes)];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [new("cookie: ", true), new("cookie\": \"", true), new("cookie\":\"", true)];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        var line = text[hit.End..Math.Min(text.Length, hit.End + MaxHeader)];
        if (line.IndexOfAny("\r\n\"'"u8) is var end and >= 0) line = line[..end];
        foreach (var range in line.Split((byte)';'))
        {
            var pair = line[range];
            var equals = pair.IndexOf((byte)'=');
            if (equals <= 0) continue;
            var name = pair[..equals].Trim((byte)' ');
            var value = pair[(equals + 1)..];
            if (value.Length < 16 || !IsSession(name) || !ValueShape.IsRandom(value[..Math.Min(value.Length, 600)], strict: true) || Placeholders.IsPlaceholder(value)) continue;
            hit.Report(Found, hit.End + range.Start.Value + equals + 1, value.Length, "the cookie of a session that somebody was logged in with");
        }
    }

    private static bool IsSession(ReadOnlySpan<byte> name)
    {
        foreach (var known in Names)
        {
            if (System.Text.Ascii.EqualsIgnoreCase(name, known)) return true;
        }
        return false;
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var value = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));
            yield return Sample.Hit(Found.Id, "request.txt", $"GET / HTTP/1.1\r\nCookie: lang=de; sessionid={value}\r\n");
            yield return Sample.Hit(Found.Id, "fetch.js", $"fetch(u, {{headers: {{\"Cookie\": \"PHPSESSID={value}\"}}}})\n");
            yield return Sample.Miss("a.txt", $"Cookie: theme={value}; sessionid=abc\r\nSet-Cookie: sid=<value>; Path=/\r\n");
        }
    }
}
