namespace Sallyport.Guard.Tests.Detectors.Secrets;

/// <summary>Keys and hashes as the real tools write them; their public halves are no secrets.</summary>
public sealed class RealKeyTests
{
    [Theory]
    [InlineData("ed25519", "", "secret.private-key")]
    [InlineData("ecdsa", "", "secret.private-key")]
    [InlineData("rsa", "", "secret.private-key")]
    [InlineData("rsa -m PEM", "", "secret.private-key")]
    [InlineData("rsa -m PKCS8", "", "secret.private-key")]
    [InlineData("ecdsa -m PEM", "", "secret.private-key")]
    [InlineData("ed25519", "correct horse", "secret.encrypted-private-key")]
    [InlineData("rsa -m PEM", "correct horse", "secret.encrypted-private-key")]
    [InlineData("rsa -m PKCS8", "correct horse", "secret.encrypted-private-key")]
    public void Ssh_keygens_keys(string type, string passphrase, string rule)
    {
        using var folder = new TempFolder();
        Tools.Run(folder.Path, "ssh-keygen", ["-q", "-t", .. type.Split(' '), "-N", passphrase, "-C", "app", "-f", "id"]);
        Assert.Contains(rule, RulesOf(folder, "id"));
        Assert.Empty(RulesOf(folder, "id.pub"));
        folder.Write("known_hosts", "git.acme.net " + File.ReadAllText(System.IO.Path.Combine(folder.Path, "id.pub")));
        Assert.Empty(RulesOf(folder, "known_hosts"));
    }

    [Theory]
    [InlineData("genrsa 2048", "secret.private-key")]
    [InlineData("genrsa -traditional 2048", "secret.private-key")]
    [InlineData("genrsa -aes256 -passout pass:horse 2048", "secret.encrypted-private-key")]
    [InlineData("genrsa -traditional -aes256 -passout pass:horse 2048", "secret.encrypted-private-key")]
    [InlineData("ecparam -name prime256v1 -genkey -noout", "secret.private-key")]
    [InlineData("ecparam -name secp384r1 -genkey", "secret.private-key")]
    [InlineData("genpkey -algorithm ed25519", "secret.private-key")]
    [InlineData("genpkey -algorithm x25519", "secret.private-key")]
    [InlineData("genpkey -algorithm rsa-pss -pkeyopt rsa_keygen_bits:2048", "secret.private-key")]
    [InlineData("dsaparam -genkey -noout 1024", "secret.private-key")]
    [InlineData("dhparam 512", null)]
    public void Openssls_keys(string command, string? rule)
    {
        using var folder = new TempFolder();
        Tools.Run(folder.Path, "openssl", [.. command.Split(' ')[..1], "-out", "key", .. command.Split(' ')[1..]]);
        if (rule is null) Assert.Empty(RulesOf(folder, "key"));
        else Assert.Contains(rule, RulesOf(folder, "key"));
    }

    [Theory]
    [InlineData("pkcs8 -topk8 -nocrypt -in key -out out", "secret.private-key")]
    [InlineData("pkcs8 -topk8 -passout pass:horse -in key -out out", "secret.encrypted-private-key")]
    [InlineData("rsa -in key -outform DER -out out", "secret.private-key")]
    [InlineData("pkcs8 -topk8 -nocrypt -in key -outform DER -out out", "secret.private-key")]
    [InlineData("pkcs12 -export -passout pass:horse -inkey key -in cert -out out", "secret.")]
    [InlineData("rsa -in key -pubout -out out", null)]
    [InlineData("x509 -in cert -out out", null)]
    [InlineData("x509 -in cert -outform DER -out out", null)]
    [InlineData("req -new -key key -subj /CN=acme -out out", null)]
    public void What_openssl_makes_of_a_key(string command, string? rule)
    {
        using var folder = new TempFolder();
        Tools.Run(folder.Path, "openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=acme", "-keyout", "key", "-out", "cert"]);
        Tools.Run(folder.Path, "openssl", command.Split(' '));
        if (rule is null) Assert.Empty(RulesOf(folder, "out"));
        else Assert.Contains(RulesOf(folder, "out"), r => r.StartsWith(rule, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("-5")]
    [InlineData("-6")]
    [InlineData("-apr1")]
    public void Openssls_password_hashes(string kind)
    {
        using var folder = new TempFolder();
        var hash = Tools.Run(folder.Path, "openssl", ["passwd", kind, "sunf" + "lower"]).Trim();
        folder.Write("accounts", $"app:{hash}\n");
        Assert.Contains("secret.password-hash", RulesOf(folder, "accounts"));
        folder.Write("shadow", $"root:*:19000:0:99999:7:::\napp:{hash}:19000:0:99999:7:::\n");
        Assert.Contains("secret.password-hash", RulesOf(folder, "shadow"));
    }

    [Theory]
    [InlineData("", "secret.private-key")]
    [InlineData("correct horse", "secret.")]
    public void Gpgs_keys(string passphrase, string rule)
    {
        using var folder = new TempFolder();
        string[] common = ["--homedir", ".", "--batch", "--pinentry-mode", "loopback", "--passphrase", passphrase];
        try
        {
            Tools.Run(folder.Path, "gpg", [.. common, "--quick-generate-key", "app@acme.net", "ed25519"]);
            folder.Write("out.asc", Tools.Run(folder.Path, "gpg", [.. common, "--armor", "--export-secret-keys"]));
            folder.Write("public.asc", Tools.Run(folder.Path, "gpg", [.. common, "--armor", "--export"]));
        }
        finally
        {
            Tools.Run(folder.Path, "gpgconf", "--homedir", ".", "--kill", "all");
        }
        Assert.Contains(RulesOf(folder, "out.asc"), r => r.StartsWith(rule, StringComparison.Ordinal));
        Assert.Empty(RulesOf(folder, "public.asc"));
    }

    private static string[] RulesOf(TempFolder folder, string name) =>
        [.. Checks.Check(System.IO.Path.Combine(folder.Path, name), asIs: true).Rules().Where(r => r.StartsWith("secret.", StringComparison.Ordinal))];
}
