using System.Security.Cryptography;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets.Formats;

/// <summary>A service account's file of Google Cloud: an identity with its private key, in a file or in a string.</summary>
internal sealed class ServiceAccount : LiteralDetector
{
    private const int Reach = 6000;

    private static readonly Rule Found = new("secret.gcp-service-account", Severity.Critical, Blocking.Always, "A key file of a Google Cloud service account",
        "Delete the key in the cloud console, then take the file out: whoever has it acts as the account.", "{\"type\": \"service_account\", \"private_key\": …}");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => ["service_account\""];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        var from = Math.Max(0, hit.Start - Reach);
        var near = text[from..Math.Min(text.Length, hit.End + Reach)];
        var name = near.IndexOf("\"private_key\""u8);
        if (name < 0) return;
        var rest = near[name..];
        var body = rest.IndexOf("PRIVATE KEY-----"u8);
        if (body is < 0 or > 80) return;
        body += 16;
        var length = rest[body..].IndexOf("-----"u8);
        if (length < 400 || Entropy.Of(rest.Slice(body, length)) < 4.5) return;
        hit.Report(Found, from + name + body, length, "a service account with its private key: whoever has it acts as the account");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            using var rsa = RSA.Create(2048);
            var pem = rsa.ExportPkcs8PrivateKeyPem().Replace("\n", "\\n", StringComparison.Ordinal);
            yield return Sample.Hit(Found.Id, "key.json", $"{{\n  \"type\": \"service_account\",\n  \"project_id\": \"acme\",\n  \"private_key_id\": \"{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20))}\",\n  \"private_key\": \"{pem}\\n\",\n  \"client_email\": \"app@acme.iam.gserviceaccount.com\"\n}}\n");
            yield return Sample.Miss("key.json", "{\"type\": \"service_account\", \"private_key\": \"-----BEGIN PRIVATE KEY-----\\n...\\n-----END PRIVATE KEY-----\\n\"}\n");
        }
    }
}
