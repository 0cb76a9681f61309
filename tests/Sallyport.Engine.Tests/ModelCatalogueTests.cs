using Sallyport.Engine.Models;

namespace Sallyport.Engine.Tests;

/// <summary>Models are data: tiers, prefixes, prices, and a person's file over them.</summary>
public sealed class ModelCatalogueTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sally-models-");

    public void Dispose() => _folder.Delete(recursive: true);

    private ModelCatalogue With(string json)
    {
        var path = Path.Combine(_folder.FullName, "models.json");
        File.WriteAllText(path, json);
        return ModelCatalogue.Load(path);
    }

    [Fact]
    public void Every_tier_names_a_model_that_is_described()
    {
        var models = ModelCatalogue.Load();
        foreach (var provider in (string[])["anthropic", "openai", "gemini", "recorded"])
            foreach (var tier in (string[])["fast", "standard", "deep"])
            {
                var model = models.Resolve(tier, provider)!;
                Assert.True(model.IsKnown, $"{provider} {tier}");
                Assert.NotNull(model.Price);
                Assert.Matches(@"^\d{4}-\d\d-\d\d$", model.Price.AsOf);
            }
        Assert.Equal(models.Resolve("standard", "anthropic"), models.Resolve(null, "anthropic"));
    }

    [Fact]
    public void A_tier_that_a_provider_does_not_have_needs_a_name() => Assert.Null(ModelCatalogue.Load().Resolve("deep", "openai-chat"));

    [Fact]
    public void The_longest_prefix_counts_and_an_unknown_model_has_no_price()
    {
        var models = ModelCatalogue.Load();
        Assert.Equal(ThinkingStyle.Budget, models.Find("claude-haiku-4-5-20251001", "anthropic").Thinking);
        Assert.Equal(ThinkingStyle.Adaptive, models.Find("claude-next-9", "anthropic").Thinking);
        Assert.Null(models.Find("claude-next-9", "anthropic").Price);
        var unknown = models.Find("llama4", "openai-chat");
        Assert.False(unknown.IsKnown);
        Assert.Null(unknown.Price);
    }

    [Fact]
    public void A_cost_counts_the_four_kinds_of_token_and_the_price_of_long_requests()
    {
        var price = new ModelPrice(2, 10, 0.2m, 2.5m) { UpTo = 1_000_000, Above = new ModelPrice(4, 15, 0.4m, 5) };
        Assert.Equal(2 * 0.1m + 10 * 0.2m + 0.2m * 0.3m + 2.5m * 0.4m, price.Of(new Usage(100_000, 200_000, 300_000, 400_000)));
        Assert.Equal(4 * 0.5m + 15 * 0.2m + 0.4m * 0.3m + 5 * 0.4m, price.Of(new Usage(500_000, 200_000, 300_000, 400_000)));
        Assert.Equal(272_000, ModelCatalogue.Load().Find("gpt-6.1-sol", "openai").Price!.UpTo);
    }

    [Fact]
    public void A_persons_file_adds_models_and_tiers_and_changes_only_what_it_names()
    {
        var models = With("""
            { // my own
              "anthropic": { "tiers": { "review": "claude-opus-5" }, "models": { "claude-opus-5": { "maxOutput": 1000 } } },
              "openai-chat": { "tiers": { "standard": "qwen3:8b" }, "models": { "qwen3*": { "contextWindow": 40960, "price": { "input": 0, "output": 0 } } } },
            }
            """);
        var changed = models.Resolve("review", "anthropic")!;
        Assert.Equal((1000, 1_000_000L, 5m), (changed.MaxOutput, changed.ContextWindow, changed.Price!.Input));
        var local = models.Resolve(null, "openai-chat")!;
        Assert.Equal(("qwen3:8b", 40_960L, true), (local.Id, local.ContextWindow, local.IsKnown));
        Assert.Contains("review", models.Tiers);
    }

    [Theory]
    [InlineData("""{"anthropic": {"models": {"x": {"contextWindow": "big"}}}}""", "anthropic.models.x.contextWindow must be a whole number of tokens above zero.")]
    [InlineData("""{"anthropic": {"models": {"x": {"window": 1}}}}""", "anthropic.models.x.window is not known; there are contextWindow, maxOutput, price, thinking, images and effort.")]
    [InlineData("""{"anthropic": {"models": {"x": {"price": {"input": 1}}}}}""", "anthropic.models.x.price needs input and output, in dollars per million tokens.")]
    [InlineData("{\n  \"anthropic\": oops }", "models.json:2:16: not valid JSON.")]
    public void A_mistake_is_told_with_its_place(string json, string message) =>
        Assert.Contains(message, Assert.Throws<FormatException>(() => With(json)).Message, StringComparison.Ordinal);
}
