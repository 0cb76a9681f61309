namespace Sallyport.Guard.Tests.Detectors;

/// <summary>What a manifest says against itself, the profile and the policy.</summary>
public sealed class ManifestRulesTests
{
    [Theory]
    [InlineData("\"license\":\"MIT\"", "manifest.no-files-list")]
    [InlineData("\"files\":[]", "manifest.not-private")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"scripts\":{\"postinstall\":\"node x\"}", "manifest.install-script")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"repository\":\"https://git.acme.internal/x\"", "manifest.internal-url")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"repository\":{\"url\":\"git+ssh://git@10.1.2.3/x.git\"}", "manifest.internal-url")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"dependencies\":{\"b\":\"file:../b\"}", "manifest.private-dependency")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"dependencies\":{\"b\":\"git+ssh://git@example.org/b.git\"}", "manifest.private-dependency")]
    [InlineData("\"license\":\"MIT\",\"files\":[],\"dependencies\":{\"b\":\"http://pkgs.corp/b.tgz\"}", "manifest.private-dependency")]
    public void Notes_without_blocking(string members, string rule)
    {
        var finding = Assert.Single(Manifest(Check(members)));
        Assert.Equal(rule, finding.Rule.Id);
        Assert.False(finding.IsBlocking);
    }

    [Theory]
    [InlineData("\"license\":\"MIT\",\"files\":[\"dist\"],\"scripts\":{\"prepare\":\"tsc\",\"test\":\"x\"},\"repository\":\"github:a/b\",\"homepage\":\"https://example.org\",\"dependencies\":{\"b\":\"^1.0.0\",\"c\":\"npm:d@1\",\"e\":\"github:a/b\"}")]
    [InlineData("\"private\":true,\"files\":[]")]
    [InlineData("\"license\":\"UNLICENSED\",\"files\":[],\"publishConfig\":{\"registry\":\"https://npm.example.org\"}")]
    public void Leaves_ordinary_manifests_alone(string members) => Assert.Empty(Manifest(Check(members)));

    [Fact]
    public void Blocks_another_registry_than_the_policy_names()
    {
        var policy = Policy.Default with { Manifest = new ManifestPolicy { Registries = ["https://npm.acme.example/"] } };
        Assert.True(Assert.Single(Manifest(Check("\"license\":\"MIT\",\"files\":[]", policy))).IsBlocking);
        Assert.Empty(Manifest(Check("\"license\":\"MIT\",\"files\":[],\"publishConfig\":{\"registry\":\"https://npm.acme.example\"}", policy)));
    }

    [Fact]
    public void Blocks_another_name_than_the_policy_expects()
    {
        Assert.Equal("manifest.name", Assert.Single(Manifest(Check("\"license\":\"MIT\",\"files\":[]", Policy.Default with { Manifest = new ManifestPolicy { Names = ["@acme/*"] } }))).Rule.Id);
        Assert.Empty(Manifest(Check("\"license\":\"MIT\",\"files\":[]", Policy.Default with { Manifest = new ManifestPolicy { Names = ["a*"] } })));
    }

    [Fact]
    public void Tells_when_licence_and_profile_contradict_each_other()
    {
        Assert.Contains(Manifest(Check("\"license\":\"MIT\",\"files\":[],\"publishConfig\":{\"registry\":\"https://r.example\"}", Policy.Default with { Profile = Profile.Closed })), f => f.Rule.Id == "manifest.licence-contradiction");
        Assert.Contains(Manifest(Check("\"license\":\"UNLICENSED\",\"files\":[]", Policy.Default with { Profile = Profile.Open })), f => f.Rule.Id == "manifest.licence-contradiction");
    }

    private static TargetReport Check(string members, Policy? policy = null)
    {
        using var folder = new TempFolder();
        folder.Write("package.json", $"{{\"name\":\"a\",\"version\":\"1.0.0\",{members}}}");
        return Checks.Check(folder.Path, policy);
    }

    private static Finding[] Manifest(TargetReport report) => [.. report.Findings.Where(f => f.Rule.Family == "manifest")];
}
