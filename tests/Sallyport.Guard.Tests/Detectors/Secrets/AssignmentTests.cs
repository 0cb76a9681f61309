using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Guard.Detectors.Secrets;

namespace Sallyport.Guard.Tests.Detectors.Secrets;

/// <summary>The ways in which configuration and code give a value to a name.</summary>
public sealed class AssignmentTests
{
    [Theory]
    [InlineData("okta_token=V")]
    [InlineData("okta_token = 'V'")]
    [InlineData("okta_token:V")]
    [InlineData("okta.token = V")]
    [InlineData("\"oktaToken\": \"V\"")]
    [InlineData("\\\"oktaToken\\\": \\\"V\\\"")]
    [InlineData("'okta-token' => 'V'")]
    [InlineData("okta_token := \"V\"")]
    [InlineData("OKTA_TOKEN ::= \"V\"")]
    [InlineData("OKTA_TOKEN :::= V")]
    [InlineData("OKTA_TOKEN ?= V")]
    [InlineData("$oktaToken .= \"V\"")]
    [InlineData("$oktaToken ??= \"V\"")]
    [InlineData("oktaToken += 'V'")]
    [InlineData("var oktaToken string = \"V\"")]
    [InlineData("let oktaToken: string = \"V\"")]
    [InlineData("val oktaToken: String? = \"V\"")]
    [InlineData("String oktaToken = \"V\";")]
    [InlineData("okta_token: str = b'V'")]
    [InlineData("if (oktaToken == \"V\")")]
    [InlineData("if (oktaToken !== 'V')")]
    [InlineData("process.env.OKTA_TOKEN || \"V\"")]
    [InlineData("process.env['OKTA_TOKEN'] ?? \"V\"")]
    [InlineData("os.environ.get(\"OKTA_TOKEN\") or \"V\"")]
    [InlineData("os.getenv(\"OKTA_TOKEN\", \"V\")")]
    [InlineData("config[\"okta_token\"] = \"V\"")]
    [InlineData("config.set(\"okta.token\", \"V\")")]
    [InlineData("define('OKTA_TOKEN','V')")]
    [InlineData("<oktaToken>V</oktaToken>")]
    [InlineData("<oktaToken>\n    V\n</oktaToken>")]
    [InlineData("<add key=\"OktaToken\" value=\"V\" />")]
    [InlineData("{\"name\": \"OKTA_TOKEN\", \"value\": \"V\"}")]
    [InlineData("- name: OKTA_TOKEN\n  value: V\n")]
    [InlineData("okta_token: |\n  V\n")]
    [InlineData("okta_token: >-\n  V\n")]
    [InlineData("okta_token: 'V'")]
    [InlineData("const oktaToken =\n  \"V\";")]
    [InlineData("--okta-token V")]
    [InlineData("--okta-token \"V\"")]
    [InlineData("--okta-token=V")]
    [InlineData("ENV OKTA_TOKEN V")]
    [InlineData("setx OKTA_TOKEN V")]
    [InlineData("export OKTA_TOKEN=V")]
    [InlineData("set OKTA_TOKEN=V")]
    [InlineData("$env:OKTA_TOKEN = \"V\"")]
    [InlineData("Okta API token: V")]
    [InlineData("X-Okta-Authorization: Bearer V")]
    [InlineData("Okta-Authorization: SSWS V")]
    [InlineData("oktaToken:\"V\",")]
    [InlineData("https://example.org/?okta_token=V&x=1")]
    [InlineData("okta: { apiToken: \"V\" }")]
    [InlineData("okta:\n  url: https://x\n  token: V\n")]
    [InlineData("okta({\n  token: 'V',\n})")]
    [InlineData("[okta]\ntoken = V\n")]
    public void Finds_the_value_behind_the_name(string form)
    {
        var value = "00" + new string([.. Enumerable.Range(0, 40).Select(i => "aZ3kQ9xW7bT5"[i * 7 % 12])]);
        var report = Checks.CheckFile("file.txt", Fill(form, value));
        Assert.Contains("secret.okta-access-token", report.Rules());
        Assert.Single(report.Findings, f => f.Rule.Id == "secret.okta-access-token");
    }

    [Theory]
    [InlineData("okta is great. V")]
    [InlineData("okta_sha256: V")]
    [InlineData("okta_token = V(1)")]
    [InlineData("okta_token = V.length1")]
    [InlineData("okta::V")]
    [InlineData("import okta from 'x'; V")]
    public void Leaves_alone_what_is_no_value(string form)
    {
        var value = "00" + new string([.. Enumerable.Range(0, 40).Select(i => "aZ3kQ9xW7bT5"[i * 7 % 12])]);
        Assert.DoesNotContain("secret.okta-access-token", Checks.CheckFile("file.txt", Fill(form, value)).Rules());
    }

    private static string Fill(string form, string value) => Regex.Replace(form, @"\bV\b", value, RegexOptions.NonBacktracking);

    [Theory]
    [InlineData("glsa_yscW25imSKJIuav8zF37RZmnbiDvB05G", "fcaaf58a")]
    public void Grafanas_checksum_is_little_endian_hex(string head, string checksum) =>
        Assert.True(Checksums.EndsInHexCrc(Encoding.ASCII.GetBytes(head + "_" + checksum)));

    [Theory]
    [InlineData("bzox79Of-KE9FD2LjoXXF4CvyxA", "0r03gxo7s")]
    public void GitLabs_checksum_covers_prefix_payload_and_length(string payload, string trailer) =>
        Assert.True(Checksums.EndsInRoutableCrc(Encoding.ASCII.GetBytes("glpat-" + payload + "." + trailer), 6));
}
