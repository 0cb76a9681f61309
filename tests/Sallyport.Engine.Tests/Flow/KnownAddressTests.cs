using Sallyport.Engine.Flow;

namespace Sallyport.Engine.Tests.Flow;

/// <summary>Which addresses the model did not make up.</summary>
public sealed class KnownAddressTests
{
    private readonly FlowState flow = new();

    [Theory]
    [InlineData("See https://docs.example/a.", "https://docs.example/a", true)]
    [InlineData("See (https://docs.example/a)!", "https://docs.example/a#part", true)]
    [InlineData("See [a](https://docs.example/a) now", "https://docs.example/a", true)]
    [InlineData("<https://docs.example/a?x=1>", "https://docs.example/a?x=1", true)]
    [InlineData("look at docs.example/a, please", "https://docs.example/a", true)]
    [InlineData("HTTPS://Docs.Example/a", "https://docs.example/a", true)]
    [InlineData("https://docs.example", "https://docs.example/", true)]
    [InlineData("http://docs.example/a", "https://docs.example/a/", true)]
    [InlineData("See https://docs.example/a", "https://docs.example/a?q=secret", false)]
    [InlineData("See https://docs.example/a", "https://docs.example/ab", false)]
    [InlineData("See https://docs.example/a", "https://docs.example/", false)]
    [InlineData("See https://docs.example/a", "http://docs.example/a", false)]
    [InlineData("See https://docs.example/a", "https://user@docs.example/a", false)]
    [InlineData("See https://docs.example/a", "https://secret.docs.example/a", false)]
    public void A_person_named_exactly_what_was_written(string words, string asked, bool isNamed)
    {
        flow.UserWrote(words);
        Assert.Equal(isNamed, flow.Addresses.WasWritten(asked));
    }

    [Fact]
    public void Links_of_a_page_can_be_followed_on_its_own_host_a_few_times()
    {
        flow.UserWrote("https://docs.example/");
        var links = string.Join(' ', Enumerable.Range(0, 40).Select(i => $"[{i}](https://docs.example/{i})"));
        flow.Addresses.Read("https://docs.example/", $"{links} https://sink.example/0 https://www.docs.example/w");
        Assert.True(flow.Addresses.IsLink("https://docs.example/7"));
        Assert.True(flow.Addresses.IsLink("https://www.docs.example/w"));
        Assert.False(flow.Addresses.IsLink("https://sink.example/0"));
        Assert.False(flow.Addresses.IsLink("https://docs.example/7?x"));
        for (var i = 0; i < KnownAddresses.MostFollowed; i++) flow.Addresses.Read($"https://docs.example/{i}", "");
        Assert.False(flow.Addresses.IsLink("https://docs.example/30"));
        Assert.True(flow.Addresses.WasWritten("https://docs.example/"));
    }
}
