using System.Text;
using Sallyport.Guard.Detectors.Terms;

namespace Sallyport.Guard.Tests.Detectors;

public sealed class TermTests
{
    private static readonly byte[] Key = Encoding.ASCII.GetBytes("a key for this test only");

    private static readonly Policy Named = new()
    {
        Key = Key,
        Terms = new TermPolicy
        {
            Plain = ["falcon", "night owl"],
            Hosts = ["wiki.corp.example", ".lab.example"],
            EmailDomains = ["corp.example"],
            Tickets = ["ACME"],
        },
    };

    [Theory]
    [InlineData("the Falcon flies", "term.word")]
    [InlineData("new projectFalconClient()", "term.word")]
    [InlineData("FALCON_URL=1", "term.word")]
    [InlineData("HTTPFalcon", "term.word")]
    [InlineData("x\\nfalcon\\n", "term.word")]
    [InlineData("falcon2", "term.word")]
    [InlineData("nightOwl is near", "term.word")]
    [InlineData("Night Owl", "term.word")]
    [InlineData("night-owl", "term.word")]
    [InlineData("https://wiki.corp.example/x", "term.host")]
    [InlineData("ssh build7.lab.example", "term.host")]
    [InlineData("mail anna@corp.example.", "term.email")]
    [InlineData("mail anna@eu.corp.example", "term.email")]
    [InlineData("see ACME-1234", "term.ticket")]
    [InlineData("feature/acme-12-x", "term.ticket")]
    [InlineData("ZmFsY29uIGlzIHRoZSBuYW1lIG9mIGl0", "term.word")]
    public void Finds_internal_names_in_prose_and_in_identifiers(string text, string rule) =>
        Assert.Contains(rule, Checks.CheckFile("a.txt", text + "\n", Named).Rules());

    [Theory]
    [InlineData("falcons falconry")]
    [InlineData("gyrfalcon")]
    [InlineData("https://wiki.corp.example.com/")]
    [InlineData("https://lab.example/")]
    [InlineData("mycorp.example")]
    [InlineData("PACME-1234 ACME-x ACME-12a")]
    public void Leaves_words_alone_that_only_contain_a_name(string text) =>
        Assert.DoesNotContain(Checks.CheckFile("a.txt", text + "\n", Named).Findings, f => f.Rule.Family == "term");

    [Fact]
    public void Finds_a_name_in_a_path() =>
        Assert.Contains("term.word", Checks.CheckFile("src/falconClient.txt", "hello\n", Named).Rules());

    [Theory]
    [InlineData("the Nightjar project")]
    [InlineData("const nightjarClient = 1;")]
    [InlineData("path/NIGHTJAR_HOME")]
    public void Finds_a_name_that_the_policy_only_knows_by_its_digest_and_does_not_repeat_it(string text)
    {
        var policy = new Policy { Key = Key, Terms = new TermPolicy { Hashed = [new HashedTerm(HashedTerms.Digest(Key, Encoding.ASCII.GetBytes("nightjar")), 8)] } };
        var report = Checks.CheckFile("a.txt", text + "\n" + text + "\n", policy);
        var finding = Assert.Single(report.Findings, f => f.Rule.Id == "term.hashed");
        Assert.DoesNotContain("nightjar", finding.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(1, finding.Line);
        Assert.DoesNotContain("term.hashed", Checks.CheckFile("a.txt", "nightjars anightjar\n", policy).Rules());
    }
}
