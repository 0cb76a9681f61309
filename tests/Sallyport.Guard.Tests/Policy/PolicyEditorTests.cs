using System.Text;

namespace Sallyport.Guard.Tests.Policies;

public sealed class PolicyEditorTests
{
    private static readonly Waiver Demo = new("0123456789abcdef", "a \"demo\"", "ann", new DateOnly(2027, 1, 31));

    private static Policy Parse(string json) => PolicyFile.Parse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Makes_a_policy_where_there_is_none()
    {
        var text = PolicyEditor.AddWaiver(null, Demo);
        Assert.Equal([Demo], Parse(text).Waivers);
        Assert.Equal("""
            {
              "waivers": [
                {
                  "fingerprint": "0123456789abcdef",
                  "reason": "a \"demo\"",
                  "owner": "ann",
                  "until": "2027-01-31"
                }
              ]
            }

            """, text);
    }

    [Fact]
    public void Keeps_comments_and_layout()
    {
        const string Before = """
            {
              // who may read this
              "profile": "closed", // ours
              "terms": {
                "plain": [
                  "bluebird", // the old one
                  "kestrel" // the new one
                ]
              } /* end */
            }
            """;
        var text = PolicyEditor.AddTerm(Before, "Osprey", plain: true);
        Assert.Equal(Before.Replace("\"kestrel\" // the new one", "\"kestrel\", // the new one\n      \"Osprey\"", StringComparison.Ordinal), text);
        text = PolicyEditor.AddWaiver(text, Demo);
        Assert.Contains("// who may read this", text, StringComparison.Ordinal);
        Assert.Equal([Demo], Parse(text).Waivers);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("{ \"profile\": \"open\" }")]
    [InlineData("{\"terms\":{\"plain\":[\"one\"]}}")]
    [InlineData("{\n\t\"terms\": {\n\t\t\"plain\": [\n\t\t\t\"one\",\n\t\t],\n\t},\n}\n")]
    [InlineData("{\r\n  \"terms\": { // c\r\n  }\r\n}\r\n")]
    [InlineData("{ \"waivers\": [] }")]
    [InlineData("{ \"waivers\": [ // none\n ] }")]
    [InlineData("// c\n{\n  \"waivers\": [\n    { \"fingerprint\": \"fedcba9876543210\", \"reason\": \"r\", \"owner\": \"o\", \"until\": \"2027-01-01\" } // last ]\n  ]\n}")]
    public void Whatever_the_layout_the_entries_arrive(string before)
    {
        var count = Parse(before).Waivers.Count;
        var text = PolicyEditor.AddTerm(PolicyEditor.AddTerm(PolicyEditor.AddTerm(before, "osprey", plain: true), "bluebird", plain: false), "Kestrel", plain: false);
        text = PolicyEditor.AddWaiver(text, Demo);
        var policy = Parse(text);
        Assert.Contains("osprey", policy.Terms.Plain);
        Assert.Equal([8, 7], policy.Terms.Hashed.Select(t => t.Length));
        Assert.Equal(32, policy.Key!.Value.Length);
        Assert.Equal(count + 1, policy.Waivers.Count);
        Assert.DoesNotContain("bluebird", text, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(text, PolicyEditor.AddTerm(PolicyEditor.AddTerm(text, "BLUEBIRD", plain: false), "Osprey", plain: true));
    }

    [Fact]
    public void Waiving_again_replaces_the_entry()
    {
        var text = PolicyEditor.AddWaiver(PolicyEditor.AddWaiver(null, Demo), Demo with { Until = new DateOnly(2028, 1, 1) });
        Assert.Equal(new DateOnly(2028, 1, 1), Assert.Single(Parse(text).Waivers).Until);
    }

    [Fact]
    public void A_hashed_term_is_found_in_a_package()
    {
        var policy = Parse(PolicyEditor.AddTerm(null, "Bluebird", plain: false));
        Assert.Contains(Checks.CheckFile("a.txt", "we ship bluebird soon\n", policy).Findings, f => f.Rule.Family == "term" && f.IsBlocking);
    }

    [Theory]
    [InlineData("ab")]
    [InlineData("  ")]
    [InlineData("two\nlines")]
    public void A_term_that_makes_no_sense_is_refused(string term) => Assert.Throws<GuardException>(() => PolicyEditor.AddTerm(null, term, plain: false));

    [Fact]
    public void A_policy_with_errors_is_not_edited() => Assert.Throws<GuardException>(() => PolicyEditor.AddWaiver("{ \"waivres\": [] }", Demo));
}
