using Sallyport.Guard.Gate;
using Sallyport.Tools.Shell;

namespace Sallyport.Tools.Tests.Shell;

public sealed class BashSecretTests
{
    [Fact]
    public void The_file_of_a_large_output_holds_placeholders_only()
    {
        var folder = Directory.CreateTempSubdirectory("sally-output-").FullName;
        try
        {
            var random = new Random(5);
            var value = "zr-" + string.Concat(Enumerable.Range(0, 24).Select(_ => "abcdefghjkmnpq23456789"[random.Next(22)]));
            var vault = new SecretVault();
            vault.LearnEnvironment(new Dictionary<string, string> { ["DEPLOY_TOKEN"] = value });
            var expected = new System.Text.StringBuilder();
            string path;
            using (var capture = new OutputCapture(folder) { Vault = vault })
            {
                for (var i = 0; i < 9000; i++)
                {
                    var line = i % 50 == 0 ? $"{i} token {value} is used\n" : $"{i} nothing to see on this line\n";
                    expected.Append(line);
                    // In pieces that fall anywhere.
                    var bytes = System.Text.Encoding.UTF8.GetBytes(line);
                    var cut = random.Next(bytes.Length);
                    capture.Add(bytes.AsSpan(0, cut));
                    capture.Add(bytes.AsSpan(cut));
                }
                path = capture.Path!;
            }
            var kept = File.ReadAllText(path);
            Assert.DoesNotContain(value, kept, StringComparison.Ordinal);
            Assert.Equal(expected.ToString(), vault.Open(kept));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
