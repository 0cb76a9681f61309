using Sallyport.Engine.Consent;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Consent;

/// <summary>Rules over tools of MCP servers: by server, by tool, by the tool's own name; and what each mode makes of a call.</summary>
public sealed class ServerRuleTests
{
    private static readonly Workspace Work = new("/project");

    [Theory]
    [InlineData("mcp", true)]
    [InlineData("mcp(github)", true)]
    [InlineData("mcp github", true)]
    [InlineData("mcp(github:search)", true)]
    [InlineData("mcp(github:*)", true)]
    [InlineData("mcp(git*:search)", true)]
    [InlineData("mcp__github__search", true)]
    [InlineData("mcp__github__*", true)]
    [InlineData("*", true)]
    [InlineData("mcp(gitlab)", false)]
    [InlineData("mcp(github:delete)", false)]
    [InlineData("mcp(search)", false)]
    [InlineData("mcp__github__delete", false)]
    [InlineData("bash *", false)]
    [InlineData("web_fetch github", false)]
    public void A_rule_is_about_the_server_or_the_tool_that_it_names(string rule, bool covers)
    {
        Assert.Equal(covers ? Consented.Yes : Consented.Ask, Judge(PermissionMode.Auto, rule).Rule("mcp__github__search", Search, Work).Answer);
        Assert.Equal(covers ? Consented.No : Consented.Yes, new Judge(PermissionMode.Open, [], [], [ConsentRule.Parse(rule, out _)!]).Rule("mcp__github__search", Search, Work).Answer);
    }

    [Theory]
    [InlineData(PermissionMode.Ask, Consented.Ask)]
    [InlineData(PermissionMode.Edits, Consented.Ask)]
    [InlineData(PermissionMode.Plan, Consented.No)]
    [InlineData(PermissionMode.Auto, Consented.Ask)]
    [InlineData(PermissionMode.Open, Consented.Yes)]
    public void Without_a_rule_the_mode_decides(PermissionMode mode, Consented answer) => Assert.Equal(answer, Judge(mode).Rule("mcp__github__search", Search, Work).Answer);

    [Theory]
    [InlineData("mcp(github)", true)]
    [InlineData("mcp(github:search)", true)]
    [InlineData("mcp__github__search", true)]
    [InlineData("mcp", false)]
    [InlineData("mcp(*)", false)]
    [InlineData("mcp(*:*)", false)]
    [InlineData("mcp__github__*", false)]
    [InlineData("*", false)]
    public void After_words_of_others_only_a_rule_that_names_the_server_counts(string rule, bool counts)
    {
        var (ruling, rules) = FlowRule.Of(Judge(PermissionMode.Open, rule), Work, "mcp__github__search", Search, null, UntrustedSource.Of("web", "https://others.example/"));
        Assert.Equal(counts ? Consented.Yes : Consented.Ask, ruling.Answer);
        Assert.Equal(counts ? [] : ["mcp(github:search)"], rules);
    }

    [Fact]
    public void Always_means_this_tool_of_this_server() => Assert.Equal("mcp(github:search)", Assert.Single(Judge(PermissionMode.Auto).Offer("mcp__github__search", Search, Work)).Text);

    [Theory]
    [InlineData("mcp(github)", "github:search", true)]
    [InlineData("mcp(github:search)", "github:delete", false)]
    public void Examples_beside_a_rule_are_checked(string rule, string example, bool matches) => Assert.Null(RuleExamples.Check(ConsentRule.Parse(rule, out _)!, true, example, matches));

    private static Touches Search => new(Effect.Call) { Server = new("github", "search") };

    private static Judge Judge(PermissionMode mode, params string[] allow) => new(mode, [.. allow.Select(rule => ConsentRule.Parse(rule, out _)!)], [], []);
}
