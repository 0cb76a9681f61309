using Sallyport.Guard.Detectors.Secrets;

namespace Sallyport.Guard.Tests.Policies;

public sealed class PardonTests
{
    // A made-up token, different on every line of code that asks.
    private static string Token(int seed = 1) => "ghp_" + Sealed(seed);

    private static string Sealed(int seed)
    {
        var github = Scanning.Catalogue.All.Detectors.OfType<ProviderDetector>().SelectMany(d => d.Credentials).First(c => c.Rule.Id == "secret.github-pat");
        var line = github.Fake(new Random(seed));
        var at = line.IndexOf("ghp_", StringComparison.Ordinal) + 4;
        return line.Substring(at, 36);
    }

    private static Finding Only(TargetReport report) => Assert.Single(report.Findings, f => f.Rule.Id == "secret.github-pat");

    [Fact]
    public void A_waiver_holds_until_its_last_day_and_then_blocks_again()
    {
        using var folder = new TempFolder();
        folder.Write("a.txt", $"token {Token()}\n");
        var found = Only(Checks.Check(folder.Path, asIs: true));
        Assert.True(found.IsBlocking);
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

        var waived = Checks.Check(folder.Path, Policy.Default with { Waivers = [new Waiver(found.Fingerprint, "demo", "ann", today)] }, asIs: true);
        Assert.True(Only(waived).IsWaived);
        Assert.Equal(Verdict.Clean, waived.Verdict);
        Assert.Contains("ann", Only(waived).Evidence["waivedBy"].ToString(), StringComparison.Ordinal);

        var expired = Checks.Check(folder.Path, Policy.Default with { Waivers = [new Waiver(found.Fingerprint, "demo", "ann", today.AddDays(-2))] }, asIs: true);
        Assert.True(Only(expired).IsBlocking);
        Assert.Contains(expired.Remarks, r => r.Contains("expired", StringComparison.Ordinal));
        Assert.True(Only(expired).Evidence.ContainsKey("waiverExpired"));
    }

    [Fact]
    public void A_waiver_that_matches_nothing_is_remarked_on()
    {
        var report = Checks.CheckFile("a.txt", "nothing here\n", Policy.Default with { Waivers = [new Waiver("0123456789abcdef", "gone", "ann", new DateOnly(2099, 1, 1))] });
        Assert.Contains("matches nothing", Assert.Single(report.Remarks), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x = \"{0}\" // sally:allow secret.github-pat -- made up", true)]
    [InlineData("x = \"{0}\" /* sally:allow secret.* -- made up */", true)]
    [InlineData("# sally:allow secret.github-pat -- made up\nx = \"{0}\"", true)]
    [InlineData("# sally:allow stray.env-file, secret.github-pat -- made up\nx = \"{0}\"", true)]
    [InlineData("x = \"{0}\" // sally:allow secret.npm-token -- another rule", false)]
    [InlineData("x = \"{0}\" // sally:allow secret.github-pat", false)]
    [InlineData("let y = 1; // sally:allow secret.github-pat -- for y\nx = \"{0}\"", false)]
    [InlineData("# sally:allow secret.github-pat -- too far\n\nx = \"{0}\"", false)]
    [InlineData("x = \"{0}\"\n# sally:allow secret.github-pat -- below", false)]
    public void A_comment_beside_a_finding_allows_it_when_it_says_why(string code, bool allowed)
    {
        var report = Checks.CheckFile("a.py", code.Replace("{0}", Token(), StringComparison.Ordinal) + "\n");
        Assert.Equal(allowed, Only(report).IsWaived);
        Assert.Equal(!allowed, Only(report).IsBlocking);
        if (allowed) Assert.Contains("made up", Only(report).Evidence["waivedBy"].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_policy_can_turn_comments_off() =>
        Assert.True(Only(Checks.CheckFile("a.py", $"x = \"{Token()}\" # sally:allow secret.* -- made up\n", Policy.Default with { InlineAllowances = false })).IsBlocking);

    [Fact]
    public void A_comment_on_a_minified_line_allows_nothing() =>
        Assert.True(Only(Checks.CheckFile("a.js", new string('a', 2000) + $";x=\"{Token()}\" // sally:allow secret.* -- made up\n")).IsBlocking);

    [Fact]
    public void An_allowed_path_covers_the_named_rules_and_secrets_only_by_name()
    {
        using var folder = new TempFolder();
        folder.Write("fixtures/deep/.env", $"token {Token()}\n");
        var unnamed = Checks.Check(folder.Path, Policy.Default with { Allow = [new AllowedPath("fixtures/**", [], null)] }, asIs: true);
        Assert.True(Assert.Single(unnamed.Findings, f => f.Rule.Id == "stray.env-file").IsWaived);
        Assert.True(Only(unnamed).IsBlocking);
        var named = Checks.Check(folder.Path, Policy.Default with { Allow = [new AllowedPath("fixtures/**", ["secret.*"], "made up")] }, asIs: true);
        Assert.True(Only(named).IsWaived);
        Assert.False(Assert.Single(named.Findings, f => f.Rule.Id == "stray.env-file").IsWaived);
    }

    [Fact]
    public void A_rule_that_is_off_finds_nothing_and_the_exact_id_beats_the_family()
    {
        var rules = new Dictionary<string, RuleSetting> { ["secret.*"] = new(Enabled: false), ["secret.github-pat"] = new(Severity: Severity.Low, Blocking: Blocking.Never) };
        var found = Only(Checks.CheckFile("a.txt", $"token {Token()}\n", Policy.Default with { Rules = rules }));
        Assert.Equal((Severity.Low, false), (found.Severity, found.IsBlocking));
    }
}
