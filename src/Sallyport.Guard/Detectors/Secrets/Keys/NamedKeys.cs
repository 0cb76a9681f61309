using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>
/// Keys that only a word before them gives away: Bitcoin's wallet import format (base58 with a double SHA-256) and
/// OpenVPN's static keys (2048 bits in hex).
/// </summary>
internal sealed class NamedKeys : LiteralDetector
{
    private const int Forth = 120;
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private static readonly Rule Wallet = new("secret.wallet-import-key", Severity.Critical, Blocking.Always, "A private key of a wallet",
        "Move what the key holds to another one: once published it counts as stolen.", "5K… or L… behind importprivkey");

    private static readonly Rule Static = new("secret.openvpn-static-key", Severity.High, Blocking.Always, "A static key of OpenVPN",
        "Make a new key for every side of the tunnel and leave this one out.", "-----BEGIN OpenVPN Static key V1----- with its lines");

    public override IReadOnlyList<Rule> Rules => [Wallet, Static];

    public override IReadOnlyList<Trigger> Triggers => [new("wif", true), new("privkey", true), new("privatekey", true), new("private_key", true), new("private key", true), "BEGIN OpenVPN Static key", "BEGIN OpenVPN tls-crypt-v2"];

    public override void OnHit(in TextHit hit)
    {
        if (hit.Trigger >= 5) OpenVpn(hit);
        else ImportKey(hit);
    }

    private static void ImportKey(in TextHit hit)
    {
        var text = hit.Text;
        var limit = Math.Min(text.Length, hit.End + Forth);
        for (var at = hit.End; at < limit; at++)
        {
            if (!char.IsAsciiLetterOrDigit((char)text[at])) continue;
            var end = at;
            while (end < text.Length && end < at + 54 && char.IsAsciiLetterOrDigit((char)text[end])) end++;
            if (end - at is 51 or 52 && text[at] is (byte)'5' or (byte)'K' or (byte)'L' or (byte)'9' or (byte)'c' && IsSound(text[at..end]))
            {
                hit.Report(Wallet, at, end - at, "a private key in wallet import format: whoever has it has the coins");
                return;
            }
            at = end;
        }
    }

    private static bool IsSound(ReadOnlySpan<byte> text)
    {
        var number = System.Numerics.BigInteger.Zero;
        foreach (var b in text)
        {
            var digit = Base58.IndexOf((char)b, StringComparison.Ordinal);
            if (digit < 0) return false;
            number = number * 58 + digit;
        }
        var data = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return data.Length is 37 or 38 && data[0] is 0x80 or 0xEF && SHA256.HashData(SHA256.HashData(data.AsSpan(..^4))).AsSpan(0, 4).SequenceEqual(data.AsSpan(^4..));
    }

    private static void OpenVpn(in TextHit hit)
    {
        var text = hit.Text;
        var rest = text[hit.End..Math.Min(text.Length, hit.End + 1200)];
        var at = rest.IndexOf("-----"u8);
        if (at is < 0 or > 30) return;
        at += 5;
        Span<byte> body = stackalloc byte[1024];
        var count = 0;
        for (; at < rest.Length && count < body.Length && rest[at] is not ((byte)'-' or (byte)'<' or (byte)'"'); at++)
        {
            if (rest[at] == '\\' && at + 1 < rest.Length) at++;
            else if (ByteClass.Base64.Has(rest[at])) body[count++] = rest[at];
        }
        body = body[..count];
        if (count < 256 || (hit.Trigger == 5 && !Generic.ValueShape.IsHex(body)) || Entropy.Of(body) < 3.3) return;
        hit.ReportValue(Static, hit.Start, body, "a key that opens the tunnel by itself");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            foreach (var key in new byte[][] { [0x80, .. RandomNumberGenerator.GetBytes(32)], [0x80, .. RandomNumberGenerator.GetBytes(32), 1] })
            {
                var number = new System.Numerics.BigInteger([.. key, .. SHA256.HashData(SHA256.HashData(key))[..4]], isUnsigned: true, isBigEndian: true);
                var text = "";
                for (; number > 0; number /= 58) text = Base58[(int)(number % 58)] + text;
                yield return Sample.Hit(Wallet.Id, "wallet.txt", $"importprivkey \"{text}\" main\n");
                yield return Sample.Miss("wallet.txt", $"WIF: {text[..^1]}{(text[^1] == 'a' ? 'b' : 'a')}\n");
            }
            var lines = new StringBuilder();
            for (var i = 0; i < 16; i++) lines.Append(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))).Append('\n');
            yield return Sample.Hit(Static.Id, "ta.key", $"#\n# 2048 bit OpenVPN static key\n#\n-----BEGIN OpenVPN Static key V1-----\n{lines}-----END OpenVPN Static key V1-----\n");
            yield return Sample.Miss("a.js", "if (line === '-----BEGIN OpenVPN Static key V1-----') start();\n");
        }
    }
}
