using System.Text;
using Sallyport.Guard.Audit;

namespace Sallyport.Guard.Tests.Audit;

public sealed class ReportedVerdictTests
{
    [Fact]
    public void What_a_check_said_comes_through_whole()
    {
        var told = LedgerEntry.Of(PackageCheck.Check(new CheckRequest { Targets = ["a"], Texts = new Dictionary<string, string> { ["a"] = "a text" } }, TestContext.Current.CancellationToken).Targets[0]).With("hook", "commit-msg");
        var entry = ReportedVerdict.Read(told.Data(), "s1", text => text);
        Assert.Equal(("s1", LedgerKind.Verdict), (entry!.Session, entry.Kind));
        Assert.Equal(Text(told)[..^1] + ",\"reported\":\"confined\"}", Text(entry));
    }

    [Theory]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"git:staged","findings":0}""", true)]
    [InlineData("""{"verdict":"blocked","hook":"pre-push","target":"x","rules":["secret.github-pat 2"],"sha256":"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"}""", true)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit"}""", false)]
    [InlineData("""{"verdict":"fine","hook":"pre-commit","target":"x"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"model","target":"x"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","kind":"waiver"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","owner":"ann"}""", false)]
    [InlineData("""{"verdict":"clean","verdict":"blocked","hook":"pre-commit","target":"x"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":["x"]}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","bytes":-1}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","sha256":"beef"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","rules":["Free words!"]}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x","reported":"no"}""", false)]
    [InlineData("""{"verdict":"clean","hook":"pre-commit","target":"x"} {}""", false)]
    [InlineData("""[{"verdict":"clean"}]""", false)]
    [InlineData("", false)]
    [InlineData("{\"verdict\":\"\\ud800", false)]
    public void Only_a_verdict_in_every_part_is_one(string data, bool isOne) => Assert.Equal(isOne, ReportedVerdict.Read(Encoding.UTF8.GetBytes(data), null, text => text) is not null);

    [Fact]
    public void Its_texts_are_short_and_hold_no_secrets()
    {
        var entry = ReportedVerdict.Read(Encoding.UTF8.GetBytes($$"""{"verdict":"clean","hook":"publish","target":"the value {{new string('x', 2000)}}"}"""), null, text => text.Replace("value", "⟦secret:x:1⟧", StringComparison.Ordinal));
        Assert.Contains("the ⟦secret:x:1⟧ xxx", Text(entry!), StringComparison.Ordinal);
        Assert.True(Text(entry!).Length < 500);
        Assert.Null(ReportedVerdict.Read(new byte[ReportedVerdict.Longest + 1], null, text => text));
    }

    private static string Text(LedgerEntry entry) => Encoding.UTF8.GetString(entry.Data());
}
