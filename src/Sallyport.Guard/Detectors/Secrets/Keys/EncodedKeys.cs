using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Keys;

/// <summary>
/// Keys in texts of their own: NATS seeds (base32 with a CRC-16), extended keys of wallets (base58 with a double SHA-256),
/// WireGuard, minisign and signify, PuTTY. Each is checked by its checksum or its fixed bits.
/// </summary>
internal sealed class EncodedKeys : LiteralDetector
{
    private const string Advice = "Make a new key, tell those who trust the old one, and take this one out of the file and of the history.";
    private const string Base58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    private static readonly Rule Nkey = new("secret.nats-seed", Severity.Critical, Blocking.Always, "A NATS seed", Advice, "SUA… in a credentials file");
    private static readonly Rule Wallet = new("secret.wallet-key", Severity.Critical, Blocking.Always, "An extended private key of a wallet", Advice, "xprv…");
    private static readonly Rule WireGuard = new("secret.wireguard-key", Severity.Critical, Blocking.Always, "A WireGuard private key", Advice, "PrivateKey = … in wg0.conf");
    private static readonly Rule Signing = new("secret.signing-key", Severity.High, Blocking.Always, "A minisign or signify secret key", Advice, "RWRT… below an untrusted comment");
    private static readonly Rule Putty = new("secret.putty-key", Severity.Critical, Blocking.Always, "A PuTTY private key", Advice, "PuTTY-User-Key-File-3 with private lines");

    public override IReadOnlyList<Rule> Rules => [Nkey, Wallet, WireGuard, Signing, Putty];

    public override IReadOnlyList<Trigger> Triggers => ["SUA", "SAA", "SOA", "SNA", "SCA", "SXA", "xprv", "tprv", "yprv", "zprv", "PrivateKey", "RWRTY0Iy", "RWRCSw", "PuTTY-User-Key-File-"];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        switch (hit.Trigger)
        {
            case <= 5:
                if (IsRun(hit, 58, static b => b is >= (byte)'A' and <= (byte)'Z' or >= (byte)'2' and <= (byte)'7') && IsNkey(text.Slice(hit.Start, 58)))
                    hit.Report(Nkey, hit.Start, 58, "a NATS seed: whoever has it is that user, account or operator");
                break;
            case <= 9:
                if (IsRun(hit, 111, static b => char.IsAsciiLetterOrDigit((char)b)) && IsBase58Check(text.Slice(hit.Start, 111)))
                    hit.Report(Wallet, hit.Start, 111, "an extended private key: all keys below it follow from it");
                break;
            case 10:
                var at = hit.End;
                while (at < text.Length && at < hit.End + 8 && text[at] is (byte)' ' or (byte)'=' or (byte)'\t' or (byte)':' or (byte)'"') at++;
                if (at == hit.End || at + 44 > text.Length || text[at + 43] != '=') break;
                Span<byte> key = stackalloc byte[33];
                // Keys of Curve25519 are kept with five bits fixed.
                if (Base64.DecodeFromUtf8(text.Slice(at, 44), key, out _, out var length) == System.Buffers.OperationStatus.Done && length == 32 && (key[0] & 7) == 0 && (key[31] & 0xC0) == 0x40 && Entropy.Of(key[..32]) > 3.5)
                    hit.Report(WireGuard, at, 44, "a WireGuard private key");
                break;
            case 11 or 12:
                var needed = hit.Trigger == 11 ? 212 : 140;
                if (hit.Start + needed <= text.Length && text.Slice(hit.Start, needed).IndexOfAnyExcept(Base64Bytes) < 0 && Entropy.Of(text.Slice(hit.Start, needed)) > 4)
                    hit.Report(Signing, hit.Start, needed, hit.Trigger == 11 ? "a minisign secret key" : "a signify secret key");
                break;
            default:
                PuttyKey(hit);
                break;
        }
    }

    private static readonly System.Buffers.SearchValues<byte> Base64Bytes = System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="u8);

    private static void PuttyKey(in TextHit hit)
    {
        var rest = hit.Text[hit.Start..Math.Min(hit.Text.Length, hit.Start + 8192)];
        var lines = rest.IndexOf("Private-Lines: "u8);
        if (lines < 0) return;
        var at = lines + 15;
        while (at < rest.Length && char.IsAsciiDigit((char)rest[at])) at++;
        var base64 = new byte[4096];
        var count = ArmorBody.Collect(rest, ref at, base64);
        if (count < 40 || Entropy.Of(base64.AsSpan(0, count)) < 4) return;
        var isOpen = rest[..lines].IndexOf("Encryption: none"u8) >= 0;
        hit.ReportValue(Putty, hit.Start + lines, base64.AsSpan(0, count), isOpen ? "a PuTTY private key without a passphrase" : "a PuTTY private key under a passphrase");
    }

    private static bool IsRun(in TextHit hit, int length, Func<byte, bool> isMember)
    {
        var text = hit.Text;
        var end = hit.Start + length;
        if (end > text.Length || (hit.Start > 0 && char.IsAsciiLetterOrDigit((char)text[hit.Start - 1])) || (end < text.Length && char.IsAsciiLetterOrDigit((char)text[end]))) return false;
        foreach (var b in text[hit.Start..end])
        {
            if (!isMember(b)) return false;
        }
        return true;
    }

    private static bool IsNkey(ReadOnlySpan<byte> seed)
    {
        Span<byte> data = stackalloc byte[37];
        var (bits, held, at) = (0, 0, 0);
        foreach (var b in seed)
        {
            bits = (bits << 5) | (b >= 'A' ? b - 'A' : b - '2' + 26);
            held += 5;
            if (held < 8) continue;
            held -= 8;
            data[at++] = (byte)(bits >> held);
            bits &= (1 << held) - 1;
        }
        return at == 36 && bits == 0 && Crc16(data[..34]) == (data[34] | (data[35] << 8));
    }

    private static int Crc16(ReadOnlySpan<byte> data)
    {
        var crc = 0;
        foreach (var b in data)
        {
            crc ^= b << 8;
            for (var bit = 0; bit < 8; bit++) crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1) & 0xFFFF;
        }
        return crc;
    }

    private static bool IsBase58Check(ReadOnlySpan<byte> text)
    {
        var number = System.Numerics.BigInteger.Zero;
        foreach (var b in text)
        {
            var digit = Base58.IndexOf((char)b, StringComparison.Ordinal);
            if (digit < 0) return false;
            number = number * 58 + digit;
        }
        var data = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        return data.Length == 82 && SHA256.HashData(SHA256.HashData(data.AsSpan(0, 78))).AsSpan(0, 4).SequenceEqual(data.AsSpan(78));
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            byte[] seed = [(18 << 3) | (160 >> 5), 0, .. RandomNumberGenerator.GetBytes(32)];
            var crc = Crc16(seed);
            var nkey = Base32([.. seed, (byte)crc, (byte)(crc >> 8)]);
            yield return Sample.Hit(Nkey.Id, "a.creds", $"seed: {nkey}\n");
            yield return Sample.Miss("a.creds", $"seed: {nkey[..^1]}{(nkey[^1] == 'A' ? 'B' : 'A')}\n");

            byte[] extended = [0x04, 0x88, 0xAD, 0xE4, .. RandomNumberGenerator.GetBytes(74)];
            var wallet = EncodeBase58([.. extended, .. SHA256.HashData(SHA256.HashData(extended))[..4]]);
            yield return Sample.Hit(Wallet.Id, "a.txt", wallet + "\n");
            yield return Sample.Miss("a.txt", wallet[..^1] + (wallet[^1] == 'A' ? 'B' : 'A') + "\n");

            var curve = RandomNumberGenerator.GetBytes(32);
            curve[0] &= 248;
            curve[31] = (byte)((curve[31] & 63) | 64);
            yield return Sample.Hit(WireGuard.Id, "wg0.conf", $"[Interface]\nPrivateKey = {Convert.ToBase64String(curve)}\n");
            yield return Sample.Miss("wg0.conf", $"[Peer]\nPublicKey = {Convert.ToBase64String(curve)}\n");

            yield return Sample.Hit(Signing.Id, "a.key", "untrusted comment: x\n" + Convert.ToBase64String([.. "EdScB2"u8, .. RandomNumberGenerator.GetBytes(152)]) + "\n");
            var body = Convert.ToBase64String(RandomNumberGenerator.GetBytes(90));
            yield return Sample.Hit(Putty.Id, "a.ppk", $"PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: a\nPublic-Lines: 1\n{body[..40]}\nPrivate-Lines: 2\n{body[..64]}\n{body[64..]}\nPrivate-MAC: 0\n");
            yield return Sample.Miss("a.js", "if (line.startsWith('PuTTY-User-Key-File-2')) {}\n");
        }
    }

    private static string Base32(byte[] data)
    {
        var text = new StringBuilder();
        var (bits, held) = (0, 0);
        foreach (var b in data)
        {
            bits = ((bits & 0xFF) << 8) | b;
            held += 8;
            for (; held >= 5; held -= 5) text.Append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits >> (held - 5)) & 31]);
        }
        if (held > 0) text.Append("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"[(bits << (5 - held)) & 31]);
        return text.ToString();
    }

    private static string EncodeBase58(byte[] data)
    {
        var number = new System.Numerics.BigInteger(data, isUnsigned: true, isBigEndian: true);
        var text = "";
        for (; number > 0; number /= 58) text = Base58[(int)(number % 58)] + text;
        return text;
    }
}
