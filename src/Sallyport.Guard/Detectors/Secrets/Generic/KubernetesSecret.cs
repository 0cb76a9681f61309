using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Generic;

/// <summary>
/// Manifests of Kubernetes secrets. Everything under <c>data</c> is a secret by declaration, whatever its name; certificates,
/// user names, templates and sealed or encrypted kinds are not.
/// </summary>
internal sealed class KubernetesSecret : LiteralDetector
{
    private const int Around = 8 * 1024;

    private static readonly Rule Found = new("secret.kubernetes-secret", Severity.High, Blocking.Always, "A Kubernetes secret with its values",
        "Change what it holds: base64 hides nothing. Publish a manifest without values, or a sealed secret.", "kind: Secret … data: …") { Vagueness = 1 };

    private static readonly string[] Open = ["user", "username", "login", "email", "host", "hostname", "port", "url", "endpoint", "database", "dbname", "name", "region", "namespace", "ca.crt", "tls.crt", "ca.pem", "type", "bucket"];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [new("kind: secret", true), new("kind: \"secret\"", true), new("kind: 'secret'", true)];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        if (hit.End < text.Length && ByteClass.WordOrDash.Has(text[hit.End]) || hit.Start > 0 && text[hit.Start - 1] is not ((byte)'\n' or (byte)' ' or (byte)'-')) return;
        var from = Math.Max(0, hit.Start - Around);
        if (text[from..hit.Start].LastIndexOf("\n---"u8) is var above and >= 0) from += above + 1;
        var to = Math.Min(text.Length, hit.End + Around);
        if (text[hit.End..to].IndexOf("\n---"u8) is var below and >= 0) to = hit.End + below;
        var (inside, key) = (false, -1);
        for (var at = from; at < to;)
        {
            var length = text[at..to].IndexOf((byte)'\n');
            if (length < 0) length = to - at;
            var line = text.Slice(at, length);
            var body = line.TrimStart(" \t"u8);
            var indent = line.Length - body.Length;
            if (body.StartsWith("data:"u8)) (inside, key) = (true, indent);
            else if (inside && indent <= key && body.TrimEnd(" \r"u8).Length > 0) inside = false;
            else if (inside) Value(hit, at + indent, body);
            at += length + 1;
        }
    }

    private static void Value(in TextHit hit, int at, ReadOnlySpan<byte> body)
    {
        var colon = body.IndexOf((byte)':');
        var name = colon < 0 ? default : body[..colon].Trim("\"' "u8);
        if (colon >= 0)
        {
            foreach (var open in Open)
            {
                if (Ascii.EqualsIgnoreCase(name, open)) return;
            }
            if (name.EndsWith(".crt"u8) || name.EndsWith("_user"u8) || name.EndsWith("_host"u8) || name.EndsWith("-user"u8) || name.IndexOf((byte)'#') >= 0) return;
        }
        var start = colon + 1;
        while (start < body.Length && body[start] is (byte)' ' or (byte)'"' or (byte)'\'') start++;
        var value = body[start..].TrimEnd(" \r\"'"u8);
        if (value.Length is < 12 or > 4096 || value.Length % 4 != 0) return;
        var data = ArrayPool<byte>.Shared.Rent(4096);
        try
        {
            if (Base64.DecodeFromUtf8(value, data, out _, out var written) != OperationStatus.Done) return;
            var secret = data.AsSpan(0, written).TrimEnd("\r\n"u8);
            if (secret.Length < 6 || Placeholders.IsTemplate(secret) || Placeholders.IsPlaceholder(secret) || Placeholders.IsWeakOrPlaceholder(secret) && secret.IndexOfAny(":{"u8) < 0) return;
            if (secret.StartsWith("-----BEGIN CERT"u8) || secret.StartsWith("-----BEGIN PUB"u8) || PublicKeyText.Is(secret)) return;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(data);
        }
        hit.Report(Found, at + start, value.Length, $"{(name.IsEmpty ? "a secret" : Encoding.ASCII.GetString(name[..Math.Min(60, name.Length)]))} holds {value.Length} characters of base64");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var value = Convert.ToBase64String(Encoding.ASCII.GetBytes("fl0wer" + RandomNumberGenerator.GetInt32(1000, 9999) + "x"));
            yield return Sample.Hit(Found.Id, "a.yaml", $"apiVersion: v1\nkind: Secret\nmetadata:\n  name: app\ndata:\n  extra: {value}\n");
            yield return Sample.Hit(Found.Id, "a.yaml", $"data:\n  k: \"{value}\"\nkind: Secret\nmetadata:\n  name: app\n");
            yield return Sample.Miss("a.yaml", $"kind: SealedSecret\nspec:\n  data:\n    extra: {value}\n");
            yield return Sample.Miss("a.yaml", $"kind: Secret\ndata:\n  username: {value}\n  htpasswd: \"\"\n  x: {{{{ .Values.x }}}}\n---\nkind: ConfigMap\ndata:\n  x: {value}\n");
        }
    }
}
