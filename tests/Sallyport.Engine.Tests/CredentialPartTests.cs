using System.Security.Cryptography.X509Certificates;
using System.Text;
using Sallyport.Engine.Sandboxing;

namespace Sallyport.Engine.Tests;

/// <summary>The parts of which the exchange of credentials is made: strict heads, bodies in any pieces, answers without the credential.</summary>
public sealed class CredentialPartTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n", true)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding : chunked\r\n\r\n", false)]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: +5\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nX: a\r\n folded\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nX: a\nHost: b\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nX: a\rHost: b\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\nno colon\r\n\r\n", false)]
    [InlineData("GET / HTTP/1.1\r\n: empty\r\n\r\n", false)]
    public void What_two_readers_could_understand_differently_is_no_head(string head, bool isOne) => Assert.Equal(isOne, HttpHead.Parse(Encoding.Latin1.GetBytes(head)) is not null);

    [Fact]
    public void However_an_answer_is_cut_the_credential_is_not_in_it_and_the_rest_is()
    {
        var (secret, packed) = ("abab-" + "credential-abab", "YWJhYi1jcmVkZW50aWFs");
        var text = $"abab-credential-aba{secret}{packed} abab-{secret}{secret} and YWJhYi1jcmVkZW50aW {packed}";
        var shown = text.Replace(packed, "[2]", StringComparison.Ordinal).Replace(secret, "[1]", StringComparison.Ordinal);
        var random = new Random(7);
        for (var round = 0; round < 500; round++)
        {
            var mask = new EchoMask([(Encoding.ASCII.GetBytes(secret), "[1]"u8.ToArray()), (Encoding.ASCII.GetBytes(packed), "[2]"u8.ToArray())], sameLength: false);
            var output = new StringBuilder();
            for (var at = 0; at < text.Length;)
            {
                var length = Math.Min(random.Next(1, 12), text.Length - at);
                output.Append(Encoding.ASCII.GetString(mask.Take(Encoding.ASCII.GetBytes(text.Substring(at, length)), isLast: false)));
                at += length;
            }
            Assert.Equal(shown, output.Append(Encoding.ASCII.GetString(mask.Take([], isLast: true))).ToString());
        }
        var same = new EchoMask([(Encoding.ASCII.GetBytes(secret), "[1]"u8.ToArray())], sameLength: true).Take(Encoding.ASCII.GetBytes($"a{secret}b"), isLast: true);
        Assert.Equal($"a{new string('*', secret.Length)}b", Encoding.ASCII.GetString(same));
        // What is no beginning of it does not wait.
        Assert.Equal("data: x\n\n", Encoding.ASCII.GetString(new EchoMask([(Encoding.ASCII.GetBytes(secret), [])], sameLength: false).Take("data: x\n\n"u8, isLast: false)));
    }

    [Theory]
    [InlineData("4\r\nbody\r\n3;x=y\r\nand\r\n0\r\nTrailer: x\r\n\r\nGET", "bodyand")]
    [InlineData("0\r\n\r\n", "")]
    [InlineData("zz\r\nbody", null)]
    [InlineData("-4\r\nbody", null)]
    [InlineData("4\r\nbodyand\r\n", null)]
    [InlineData("4\r\nbo", null)]
    public async Task Chunks_are_read_whatever_pieces_they_come_in(string wire, string? body)
    {
        for (var size = 1; size < 9; size++)
        {
            var reader = new HttpWire(new Slow(Encoding.ASCII.GetBytes(wire), size));
            reader.Begin(BodyForm.Chunked, 0);
            var read = new StringBuilder();
            var broken = false;
            try
            {
                var buffer = new byte[5];
                while (await reader.Read(buffer, TestContext.Current.CancellationToken) is > 0 and var got) read.Append(Encoding.ASCII.GetString(buffer, 0, got));
            }
            catch (IOException)
            {
                broken = true;
            }
            Assert.Equal((body is null, body ?? ""), (broken, broken ? "" : read.ToString()));
        }
    }

    [Fact]
    public void The_authority_is_good_for_its_hosts_and_for_a_few_days()
    {
        using var folder = new SecretFolder();
        using var authority = new SessionAuthority(["api.example"]);
        authority.Write(folder.At("alone"), folder.At("behind"));
        using var root = X509CertificateLoader.LoadCertificateFromFile(folder.At("alone"));
        Assert.True(root.NotAfter - root.NotBefore < TimeSpan.FromDays(8));
        Assert.EndsWith(File.ReadAllText(folder.At("alone")), File.ReadAllText(folder.At("behind")), StringComparison.Ordinal);
        foreach (var (host, good) in new[] { ("api.example", true), ("other.example", false) })
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.Add(root);
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            var leaf = authority.Of(host).TargetCertificate;
            Assert.True(leaf.MatchesHostname(host));
            Assert.Equal(good, chain.Build(leaf));
        }
    }

    [Theory]
    [InlineData("api.example", "api.example", 443)]
    [InlineData("API.example:8443", "api.example", 8443)]
    [InlineData("*.example", null, 0)]
    [InlineData("127.0.0.1", null, 0)]
    [InlineData("https://api.example", null, 0)]
    [InlineData("api.example:", null, 0)]
    public void A_credential_is_for_names(string text, string? name, int port) => Assert.Equal(name is null ? null : (name, port), HostCredential.Host(text));

    /// <summary>Gives a few bytes at a time.</summary>
    private sealed class Slow(byte[] bytes, int size) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(size, buffer.Length)], cancellationToken);
    }

    private sealed class SecretFolder : IDisposable
    {
        private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-authority-");

        public string At(string name) => Path.Combine(folder.FullName, name);

        public void Dispose() => folder.Delete(recursive: true);
    }
}
