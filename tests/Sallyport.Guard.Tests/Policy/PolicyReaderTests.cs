using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Tests.Policies;

public sealed class PolicyReaderTests
{
    private const string Whole = """
        {
          "$schema": "schema/sallyport.schema.json",
          // the source is ours
          "profile": "closed",
          "rules": { "debug.*": "off", "stray.env-file": { "severity": "low", "blocking": "never" }, "secret.*": "critical" },
          "terms": { "plain": ["bluebird"], "hashed": ["00112233445566778899aabbccddeeff:8"], "hosts": [".corp.example"], "emailDomains": ["corp.example"], "tickets": ["ACME"] },
          "allow": [ { "path": "fixtures/**", "rules": ["secret.*"], "reason": "made up" }, { "path": "docs/" }, ],
          "manifest": { "registries": ["https://registry.example/"], "names": ["@acme/*"] },
          "drift": { "growth": 2.5, "newFileBytes": 2000000, "baseline": "release/baseline.json" },
          "limits": { "bytes": 1000000000, "entries": 1000, "ratio": 50, "depth": 4, "seconds": 60 },
          "inlineAllowances": false,
          "waivers": [ { "fingerprint": "0123456789abcdef", "reason": "demo", "owner": "ann", "until": "2027-01-31" } ],
          "key": "00112233445566778899aabbccddeeff",
        }
        """;

    private static Policy Parse(string json) => PolicyFile.Parse(Encoding.UTF8.GetBytes(json));

    [Fact]
    public void Reads_every_part()
    {
        var policy = Parse(Whole);
        Assert.Equal(Profile.Closed, policy.Profile);
        Assert.False(policy.Rules["debug.*"].Enabled);
        Assert.Equal(new RuleSetting(true, Severity.Low, Blocking.Never), policy.Rules["stray.env-file"]);
        Assert.Equal(Severity.Critical, policy.Rules["secret.*"].Severity);
        Assert.Equal(["bluebird"], policy.Terms.Plain);
        Assert.Equal([new HashedTerm("00112233445566778899aabbccddeeff", 8)], policy.Terms.Hashed);
        Assert.Equal([".corp.example"], policy.Terms.Hosts);
        Assert.Equal(["corp.example"], policy.Terms.EmailDomains);
        Assert.Equal(["ACME"], policy.Terms.Tickets);
        Assert.Equal(("fixtures/**", "made up"), (policy.Allow[0].Path, policy.Allow[0].Reason));
        Assert.Equal(["secret.*"], policy.Allow[0].Rules);
        Assert.Equal(["@acme/*"], policy.Manifest.Names);
        Assert.Equal(new DriftPolicy { Growth = 2.5, NewFileBytes = 2000000, Baseline = "release/baseline.json" }, policy.Drift);
        Assert.Equal(new Limits { Bytes = 1000000000, Entries = 1000, Ratio = 50, Depth = 4, Time = TimeSpan.FromSeconds(60) }, policy.Limits);
        Assert.False(policy.InlineAllowances);
        Assert.Equal([new Waiver("0123456789abcdef", "demo", "ann", new DateOnly(2027, 1, 31))], policy.Waivers);
        Assert.Equal(16, policy.Key!.Value.Length);
    }

    [Theory]
    [InlineData("{\n  \"proflie\": \"open\"\n}", "sallyport.json:2:3: unknown key \"proflie\"; did you mean \"profile\"?")]
    [InlineData("{ \"profile\": \"opne\" }", "sallyport.json:1:14: profile is one of open, closed; did you mean \"open\"?")]
    [InlineData("{ \"rules\": { \"stray.envfile\": \"off\" } }", "sallyport.json:1:14: no rule \"stray.envfile\"; did you mean \"stray.env-file\"?")]
    [InlineData("{ \"rules\": { \"stray.*\": \"hgih\" } }", "sallyport.json:1:25: a rule's setting is one of off, on, critical, high, medium, low, note; did you mean \"high\"?")]
    [InlineData("{ \"waivers\": [{ \"fingerprint\": \"0123456789abcdef\", \"reason\": \"x\", \"owner\": \"y\", \"until\": \"31.1.2027\" }] }", "sallyport.json:1:90: \"31.1.2027\" is not a date; write it as 2027-01-31")]
    [InlineData("{ \"profile\": \"open\", \"profile\": \"closed\" }", "sallyport.json:1:22: \"profile\" stands here a second time; only one of them can hold")]
    [InlineData("{ \"allow\": [{ \"rules\": [] }] }", "sallyport.json:1:13: \"path\" is missing here")]
    [InlineData("{ \"limits\": { \"depth\": 100 } }", "sallyport.json:1:24: depth is a whole number from 1 to 64")]
    [InlineData("{ \"profile\": \"open\" ", "sallyport.json:1:21: not JSON:")]
    [InlineData("[]", "sallyport.json:1:1: the policy must be an object")]
    [InlineData("", "sallyport.json:1:1: not JSON:")]
    public void An_error_names_its_place_and_the_fix(string json, string message)
    {
        Assert.StartsWith(message, Assert.Throws<GuardException>(() => Parse(json)).Message);
    }

    [Fact]
    public void All_errors_come_at_once_in_order()
    {
        var lines = Assert.Throws<GuardException>(() => Parse("{\n\"profle\": 1,\n\"limits\": { \"bytes\": \"x\" },\n\"drift\": { \"growth\": 0 }\n}")).Message.Split('\n');
        Assert.Equal(["sallyport.json:2", "sallyport.json:3", "sallyport.json:4"], lines.Select(l => l[..16]));
    }

    [Fact]
    public void Hashed_terms_without_a_key_are_an_error() =>
        Assert.Contains("need the \"key\"", Assert.Throws<GuardException>(() => Parse("""{ "terms": { "hashed": ["00112233445566778899aabbccddeeff:8"] } }""")).Message);

    [Fact]
    public void Reader_and_schema_know_the_same_keys()
    {
        var schema = JsonDocument.Parse(PolicyFile.Schema()).RootElement;
        foreach (var (name, keys) in PolicyReader.Known)
        {
            var part = name.Length == 0 ? schema : schema.GetProperty("definitions").GetProperty(name);
            Assert.Equal(keys.Order(), part.GetProperty("properties").EnumerateObject().Select(p => p.Name).Order());
            Assert.False(part.GetProperty("additionalProperties").ValueKind == JsonValueKind.True);
        }
    }

    [Theory]
    [InlineData(Whole, true)]
    [InlineData("{}", true)]
    [InlineData("""{ "profile": "free" }""", false)]
    [InlineData("""{ "rules": { "debug.*": "loud" } }""", false)]
    [InlineData("""{ "rules": { "debug.*": { "blocking": "sometimes" } } }""", false)]
    [InlineData("""{ "terms": { "plain": [""] } }""", false)]
    [InlineData("""{ "terms": { "plain": "x" } }""", false)]
    [InlineData("""{ "key": "00112233445566778899aabbccddeeff", "terms": { "hashed": ["00112233445566778899aabbccddeeff:0"] } }""", false)]
    [InlineData("""{ "key": "00112233445566778899aabbccddeeff", "terms": { "hashed": ["00112233445566778899aabbccddeeff:256"] } }""", true)]
    [InlineData("""{ "allow": [{ "path": "!x" }] }""", false)]
    [InlineData("""{ "drift": { "growth": 0.5 } }""", false)]
    [InlineData("""{ "drift": { "growth": 1 } }""", true)]
    [InlineData("""{ "limits": { "seconds": 0 } }""", false)]
    [InlineData("""{ "limits": { "seconds": 1.5 } }""", false)]
    [InlineData("""{ "waivers": [{ "fingerprint": "xyz", "reason": "a", "owner": "b", "until": "2027-01-31" }] }""", false)]
    [InlineData("""{ "waivers": [{ "fingerprint": "0123456789abcdef", "reason": "a", "owner": "b", "until": "2027-13-31" }] }""", false)]
    [InlineData("""{ "waivers": [{ "fingerprint": "0123456789abcdef", "reason": "a", "owner": "b" }] }""", false)]
    [InlineData("""{ "key": "abc" }""", false)]
    [InlineData("""{ "inlineAllowances": "no" }""", false)]
    [InlineData("""{ "unknown": 1 }""", false)]
    public void Reader_and_schema_agree(string json, bool bySchema, bool? byReader = null)
    {
        Assert.Equal(bySchema, new JsonSchemaCheck(PolicyFile.Schema()).Errors(json).Count == 0);
        bool reads;
        try
        {
            Parse(json);
            reads = true;
        }
        catch (GuardException)
        {
            reads = false;
        }
        Assert.Equal(byReader ?? bySchema, reads);
    }

    [Fact]
    public void The_nearest_policy_below_the_repositorys_root_holds()
    {
        using var folder = new TempFolder();
        folder.Write("sallyport.json", "{}");
        folder.Write("repo/.git/HEAD", "");
        folder.Write("repo/app/src/a.txt", "");
        var app = Path.Combine(folder.Path, "repo/app/src");
        Assert.Null(PolicyFile.Find(app));
        var root = folder.Write("repo/sallyport.json", "{}");
        Assert.Equal(root, PolicyFile.Find(app));
        var nearer = folder.Write("repo/app/sallyport.json", "{}");
        Assert.Equal(nearer, PolicyFile.Find(app));
    }
}
