using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// What authenticates a request: Basic credentials (decoded, so that only real pairs count), bearer tokens, and JSON Web
/// Tokens wherever they stand. The same base64 pairs sit in registries' settings as <c>auth</c>.
/// </summary>
internal sealed class HeaderSecret : LiteralDetector
{
    private const string Advice = "Revoke it: once published it counts as known. Read it from the environment or a secret store instead.";

    private static readonly Rule Basic = new("secret.basic-auth", Severity.High, Blocking.Always, "Basic credentials", Advice, "Authorization: Basic …") { Vagueness = 1 };
    private static readonly Rule Bearer = new("secret.bearer-token", Severity.High, Blocking.Always, "A bearer token", Advice, "Authorization: Bearer …") { Vagueness = 2 };
    private static readonly Rule Jwt = new("secret.jwt", Severity.High, Blocking.Always, "A signed JSON Web Token", Advice, "eyJ….eyJ….…") { Vagueness = 1 };

    public override IReadOnlyList<Rule> Rules => [Basic, Bearer, Jwt];

    public override IReadOnlyList<Trigger> Triggers => [new("basic ", true), new("bearer ", true), "eyJ", "\"auth\"", "_auth", "auth\\\"", new("authorization", true)];

    public override void OnHit(in TextHit hit)
    {
        switch (hit.Trigger)
        {
            case 0:
                Pair(hit, hit.End);
                break;
            case 1:
                Token(hit);
                break;
            case 2:
                WebToken(hit);
                break;
            case 6:
                Scheme(hit);
                break;
            default:
                var at = hit.End;
                while (at < hit.Text.Length && at < hit.End + 8 && hit.Text[at] is (byte)' ' or (byte)':' or (byte)'=' or (byte)'"' or (byte)'\\') at++;
                if (at > hit.End) Pair(hit, at);
                break;
        }
    }

    /// <summary>base64 of user:password.</summary>
    private static void Pair(in TextHit hit, int at)
    {
        var text = hit.Text;
        while (at < text.Length && text[at] is (byte)'"' or (byte)'\'' or (byte)' ') at++;
        var end = at;
        while (end < text.Length && end < at + 512 && ByteClass.Base64.Has(text[end])) end++;
        var length = end - at;
        if (length < 8 || length % 4 != 0) return;
        var value = text.Slice(at, length);
        Span<byte> pair = stackalloc byte[512];
        if (Base64.DecodeFromUtf8(value, pair, out _, out var written) != OperationStatus.Done) return;
        pair = pair[..written];
        var parting = pair.IndexOf((byte)':');
        if (parting < 0 || pair.IndexOfAnyExceptInRange((byte)32, (byte)126) >= 0) return;
        var password = pair[(parting + 1)..];
        // Some services put the token before the colon and leave the password empty.
        var secret = password.Length < 4 ? pair[..parting] : password;
        if (secret.Length < 4 || Placeholders.IsWeakOrPlaceholder(secret) || secret.SequenceEqual("open sesame"u8) || (password.Length < 4 && !ValueShape.IsRandom(secret, strict: true))) return;
        if (Surroundings.IsDocument(hit.Entry) && !Wordiness.LooksRandom(secret)) return;
        hit.Report(Basic, at, length, $"base64 of a user name and a password of {secret.Length} characters");
    }

    private static void Token(in TextHit hit)
    {
        var text = hit.Text;
        var at = hit.End;
        var end = at;
        while (end < text.Length && end < at + 2048 && (ByteClass.WordOrDash.Has(text[end]) || text[end] is (byte)'.' or (byte)'~' or (byte)'+' or (byte)'/' or (byte)'=')) end++;
        var value = text[at..end].TrimEnd((byte)'.');
        if (value.Length < 20 || value.StartsWith("eyJ"u8) || !ValueShape.IsRandom(value[..Math.Min(value.Length, 700)], strict: value.Length != 36) || Placeholders.IsPlaceholder(value)) return;
        hit.Report(Bearer, at, value.Length, $"a bearer token of {value.Length} characters");
    }

    /// <summary>Authorization with another scheme, or with none: <c>Token …</c>, <c>Api-Token …</c>, a UUID.</summary>
    private static void Scheme(in TextHit hit)
    {
        var text = hit.Text;
        var at = hit.End;
        while (at < text.Length && at < hit.End + 8 && text[at] is (byte)':' or (byte)' ' or (byte)'"' or (byte)'\'' or (byte)'=' or (byte)'\\') at++;
        if (at == hit.End || text[hit.End..at].IndexOfAny(":="u8) < 0) return;
        var scheme = at;
        while (scheme < text.Length && scheme < at + 12 && (char.IsAsciiLetter((char)text[scheme]) || text[scheme] == '-')) scheme++;
        if (scheme > at && scheme < text.Length && text[scheme] == ' ')
        {
            var name = text[at..scheme];
            if (Ascii.EqualsIgnoreCase(name, "basic"u8) || Ascii.EqualsIgnoreCase(name, "bearer"u8) || Ascii.EqualsIgnoreCase(name, "digest"u8)) return;
            at = scheme + 1;
        }
        var end = at;
        while (end < text.Length && end < at + 700 && (ByteClass.WordOrDash.Has(text[end]) || text[end] is (byte)'.' or (byte)'~' or (byte)'+' or (byte)'/' or (byte)'=')) end++;
        var value = text[at..end];
        if (value.Length < 20 || value.StartsWith("eyJ"u8) || !ValueShape.IsRandom(value, strict: value.Length != 36) || Placeholders.IsPlaceholder(value)) return;
        hit.Report(Bearer, at, value.Length, $"a token of {value.Length} characters in an Authorization header");
    }

    private static void WebToken(in TextHit hit)
    {
        var text = hit.Text;
        var start = hit.Start;
        if (start > 0 && ByteClass.WordOrDash.Has(text[start - 1]) && !(start > 1 && text[start - 2] == '\\') && text[start - 1] != '_') return;
        var head = Part(text, start, 2000);
        if (head < 16 || start + head >= text.Length || text[start + head] != '.') return;
        var bodyStart = start + head + 1;
        var body = Part(text, bodyStart, 8000);
        if (body < 3 || bodyStart + body >= text.Length || text[bodyStart + body] != '.') return;
        var signature = Part(text, bodyStart + body + 1, 2000);
        if (signature < 20) return;
        var header = Decoded(text.Slice(start, head));
        if (header.IndexOf("\"alg\"", StringComparison.Ordinal) < 0 || header.Contains("\"none\"", StringComparison.OrdinalIgnoreCase)) return;
        var payload = Decoded(text.Slice(bodyStart, body));
        if (!payload.StartsWith('{') || !payload.TrimEnd().EndsWith('}')) return;
        // The token of every tutorial, and keys that are made for browsers.
        if (payload.Contains("John Doe", StringComparison.Ordinal) || payload.Contains("\"sub\":\"1234567890\"", StringComparison.Ordinal) || payload.Contains("\"role\":\"anon\"", StringComparison.Ordinal)) return;
        if (Placeholders.IsPlaceholder(text.Slice(bodyStart + body + 1, signature))) return;
        var length = head + body + signature + 2;
        hit.Report(Jwt, start, length, $"a signed token of {length} characters; whoever has it is its subject until it expires");
    }

    private static int Part(ReadOnlySpan<byte> text, int at, int max)
    {
        var end = at;
        while (end < text.Length && end < at + max && ByteClass.WordOrDash.Has(text[end])) end++;
        return end - at;
    }

    private static string Decoded(ReadOnlySpan<byte> part)
    {
        var data = new byte[Base64Url.GetMaxDecodedLength(part.Length)];
        return Base64Url.DecodeFromUtf8(part, data, out _, out var written) == OperationStatus.Done ? Encoding.UTF8.GetString(data, 0, written) : "";
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var pair = Convert.ToBase64String(Encoding.ASCII.GetBytes("app:" + "Fl0wer" + RandomNumberGenerator.GetInt32(1000, 9999)));
            yield return Sample.Hit(Basic.Id, "a.js", $"headers: {{ Authorization: \"Basic {pair}\" }}\n");
            yield return Sample.Hit(Basic.Id, "config.json", $"{{\"auths\":{{\"r.acme.net\":{{\"auth\":\"{pair}\"}}}}}}\n");
            yield return Sample.Hit(Basic.Id, ".npmrc", $"//r.acme.net/:_auth={pair}\n");
            var token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
            yield return Sample.Hit(Bearer.Id, "a.txt", $"curl -H 'Authorization: Bearer {token}' https://x.net\n");
            yield return Sample.Hit(Bearer.Id, "a.txt", $"curl -H \"Authorization: Token {token}\" https://x.net\n");
            yield return Sample.Miss("a.js", "headers.authorization = this.options.authorizationToken || defaults.authorization\n");
            var jwt = $"{Url("{\"alg\":\"HS256\",\"typ\":\"JWT\"}"u8)}.{Url("{\"sub\":\"42\",\"iat\":1700000000}"u8)}.{Url(RandomNumberGenerator.GetBytes(32))}";
            yield return Sample.Hit(Jwt.Id, "a.txt", $"x {jwt} y\n");
            yield return Sample.Miss("a.txt", $"x {Url("{\"alg\":\"none\",\"typ\":\"JWT\"}"u8)}.{Url("{\"sub\":\"42\"}"u8)}.{Url(RandomNumberGenerator.GetBytes(32))} y\n");
            yield return Sample.Miss("a.txt", $"x {Url("{\"alg\":\"HS256\"}"u8)}.{Url("{\"sub\":\"1234567890\",\"name\":\"John Doe\"}"u8)}.{Url(RandomNumberGenerator.GetBytes(32))} y\n");
            yield return Sample.Miss("a.md", "Authorization: Basic " + Convert.ToBase64String("username:password"u8) + "\n");
            yield return Sample.Miss("b.md", "basic authentication, bearer tokens and Bearer YOUR_TOKEN_GOES_HERE_1234\n");
        }
    }

    private static string Url(ReadOnlySpan<byte> data) => Base64Url.EncodeToString(data);
}
