using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>JSON Web Keys (RFC 7517) with their private parts: <c>d</c>, or <c>k</c> of a symmetric key.</summary>
internal sealed class JsonWebKey : LiteralDetector
{
    private const int MaxObject = 6000;

    private static readonly Rule Found = new("secret.json-web-key", Severity.Critical, Blocking.Always, "A private JSON Web Key",
        "Replace the key at the issuer, then publish the public members only (kty, n, e, x, y, crv).", "{\"kty\": \"RSA\", \"d\": \"…\"}");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => ["kty"];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        var next = hit.End < text.Length ? text[hit.End] : (byte)0;
        if (next is not ((byte)'"' or (byte)'\'' or (byte)':' or (byte)'\\')) return;
        var before = text[Math.Max(0, hit.Start - MaxObject)..hit.Start];
        var open = before.LastIndexOf((byte)'{');
        if (open < 0) return;
        open += hit.Start - before.Length;
        var body = text[open..Math.Min(text.Length, hit.End + MaxObject)];
        var close = body.IndexOf((byte)'}');
        if (close > 0) body = body[..close];
        var isSymmetric = text[hit.End..Math.Min(text.Length, hit.End + 16)].IndexOf("oct"u8) >= 0 && text[hit.End..Math.Min(text.Length, hit.End + 16)].IndexOf("octe"u8) < 0;
        var name = isSymmetric ? (byte)'k' : (byte)'d';
        for (var at = 1; at + 20 < body.Length; at++)
        {
            var step = body[at..].IndexOf(name);
            if (step < 0) return;
            at += step;
            if (ByteClass.Word.Has(body[at - 1])) continue;
            var look = at + 1;
            while (look < body.Length && look < at + 12 && body[look] is (byte)'"' or (byte)'\'' or (byte)'\\' or (byte)' ' or (byte)':' or (byte)'\n' or (byte)'\t') look++;
            if (look < at + 3 || body[(at + 1)..look].IndexOf((byte)':') < 0) continue;
            var end = look;
            while (end < body.Length && (ByteClass.WordOrDash.Has(body[end]) || body[end] is (byte)'=' or (byte)'+' or (byte)'/')) end++;
            var value = body[look..end];
            if (value.Length < (isSymmetric ? 22 : 40) || Placeholders.IsPlaceholder(value) || Entropy.Of(value) < 3.5) continue;
            hit.Report(Found, open + look, value.Length, isSymmetric ? "a symmetric JSON Web Key" : "a JSON Web Key with its private part");
            return;
        }
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var part = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');
            yield return Sample.Hit(Found.Id, "a.json", $"{{\"keys\":[{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{part}\",\"y\":\"{part}\",\"d\":\"{part}\"}}]}}\n");
            yield return Sample.Hit(Found.Id, "a.js", $"const key = {{ d: '{part}', kty: 'OKP', x: '{part}' }};\n");
            yield return Sample.Hit(Found.Id, "b.json", $"{{\"kty\": \"oct\", \"k\": \"{part}\"}}\n");
            yield return Sample.Miss("c.json", $"{{\"kty\":\"EC\",\"crv\":\"P-256\",\"x\":\"{part}\",\"y\":\"{part}\",\"kid\":\"{part}\"}}\n");
            yield return Sample.Miss("d.js", "if (jwk.kty === 'RSA' && jwk.d) throw new Error('a private key');\n");
        }
    }
}
