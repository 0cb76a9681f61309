using Sallyport.Guard.Detectors.Secrets;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Tests.Detectors.Secrets;

/// <summary>What documentation and builds write that looks like a provider's key.</summary>
public sealed class ProviderTests
{
    private const string Hex = "3f9c2e4d5b6a7f8091a2b3c4d5e6f70812ab34cd";

    [Fact]
    public void Leaves_the_documentations_examples_alone() => AssertNoSecret(
        "aws_access_key_id = AKIA" + "IOSFODNN7EXAMPLE\n" +
        "aws_secret_access_key = wJalr" + "XUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY\n" +
        "https://hooks.slack.com/services/" + "T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX\n" +
        "STRIPE_KEY=sk_live_" + "xxxxxxxxxxxxxxxxxxxxxxxx\n" +
        "GITHUB_TOKEN=ghp_" + new string('x', 36) + "\n");

    [Theory]
    [InlineData("\"integrity\": \"sha512-AKIA{0}==\"")]
    [InlineData("datadog-commit: {0}")]
    [InlineData("twilio_checksum = \"{0}\"")]
    [InlineData("square = linear({0})")]
    [InlineData("mailgun: https://cdn.example.org/{0}/mailgun.js")]
    [InlineData("<a class=\"beamer\" href=\"/{0}\">")]
    [InlineData("plaid shirt, {0} pieces")]
    public void Leaves_hashes_paths_and_prose_alone(string form) => AssertNoSecret(string.Format(System.Globalization.CultureInfo.InvariantCulture, form, Hex) + "\n");

    [Theory]
    [InlineData("TOKEN=AKIA", "3EXBQ7ZLWRTYKM50")]
    [InlineData("TOKEN=AKIA", "3EXBQ7ZLWRTYKM5")]
    [InlineData("TOKEN=AKIA", "3exbq7zlwrtykm5n")]
    [InlineData("TOKEN=xAKIA", "3EXBQ7ZLWRTYKM5N")]
    public void Leaves_values_of_another_length_or_alphabet_alone(string head, string tail) => AssertNoSecret(head + tail + "\n");

    [Fact]
    public void Reports_a_value_once_however_many_of_its_names_match()
    {
        var value = string.Concat(Enumerable.Range(0, 40).Select(i => "aZ3kQ9+W7bT5/xLm2NpRs8Ud"[i * 5 % 24]));
        Assert.Single(Checks.CheckFile("credentials", $"[default]\naws_secret_access_key = {value}\n").Findings, f => f.Rule.Id == "secret.aws-secret-access-key");
    }

    [Fact]
    public void Publishable_keys_do_not_block()
    {
        var rules = Catalogue.All.Detectors.OfType<ProviderDetector>().SelectMany(d => d.Rules).ToArray();
        Assert.All(rules.Where(r => r.Id.Contains("publi", StringComparison.Ordinal) || r.Id.EndsWith("-client-id", StringComparison.Ordinal) && r.Severity == Severity.Low),
            rule => Assert.Equal(Blocking.Never, rule.Blocking));
        Assert.True(rules.Length >= 350);
    }

    private static void AssertNoSecret(string text)
    {
        var own = Catalogue.All.Detectors.OfType<ProviderDetector>().SelectMany(d => d.Rules).Select(r => r.Id).ToHashSet();
        Assert.DoesNotContain(Checks.CheckFile("file.txt", text).Rules(), own.Contains);
    }
}
