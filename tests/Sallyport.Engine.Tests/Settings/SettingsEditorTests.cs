using System.Text.Json;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Tests.Settings;

/// <summary>Writing settings, and the pages that are made of their table.</summary>
public sealed class SettingsEditorTests
{
    [Fact]
    public void Setting_keeps_comments_and_layout()
    {
        using var folder = new SettingsFolder();
        folder.User("{\n  // the good one\n  \"model\": \"a\", /* for now */\n  \"deny\": [\n    \"read .env\" // secrets\n  ]\n}\n");
        Set(folder, "model", "b");
        Set(folder, "deny", "bash sudo *");
        Set(folder, "deny", "bash sudo *");
        Set(folder, "compaction.threshold", "0.7");
        Set(folder, "env.CI", "1");
        Set(folder, "tiers.review", "big");
        Set(folder, "attribution.commit", "off");
        Assert.Equal("{\n  // the good one\n  \"model\": \"b\", /* for now */\n  \"deny\": [\n    \"read .env\", // secrets\n    \"bash sudo *\"\n  ],\n  \"compaction\": {\n    \"threshold\": 0.7\n  },\n  \"env\": {\n    \"CI\": \"1\"\n  },\n  \"tiers\": {\n    \"review\": \"big\"\n  },\n  \"attribution\": {\n    \"commit\": false\n  }\n}\n", File.ReadAllText(folder.Paths.User));
        Assert.Equal(0.7, folder.Load().CompactAt);
        Assert.False(folder.Load().AttributeCommits);
    }

    [Fact]
    public void A_file_that_is_missing_is_made()
    {
        using var folder = new SettingsFolder();
        Set(folder, "providers.local.kind", "openai-chat");
        Set(folder, "providers.local.baseUrl", "http://127.0.0.1:8080/v1/");
        Set(folder, "providers.local.models", "a, b");
        var provider = folder.Load().Providers["local"];
        Assert.Equal(("openai-chat", "http://127.0.0.1:8080/v1"), (provider.Kind, provider.BaseUrl));
        Assert.Equal(["a", "b"], provider.Models);
    }

    [Theory]
    [InlineData("modle", "x", "did you mean \"model\"?")]
    [InlineData("maxTurns", "x", "maxTurns is a whole number")]
    [InlineData("env.1A", "x", "is no name of a variable")]
    [InlineData("tiers", "x", "has parts")]
    [InlineData("providers.x.baseUrl", "http://h", "first set providers.x.kind")]
    [InlineData("providers.x.kind", "nonsense", "kind is one of")]
    public void What_is_wrong_is_not_written(string key, string value, string expected)
    {
        using var folder = new SettingsFolder();
        Assert.Contains(expected, Assert.Throws<SettingsException>(() => Set(folder, key, value)).Message, StringComparison.Ordinal);
        Assert.False(File.Exists(folder.Paths.User));
    }

    [Fact]
    public void The_published_pages_are_current()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Sallyport.slnx"))) root = Path.GetDirectoryName(root)!;
        Assert.Equal(SettingsPages.Schema(), File.ReadAllText(Path.Combine(root, "schema", "settings.schema.json")));
        Assert.Equal(SettingsPages.Markdown(), File.ReadAllText(Path.Combine(root, "docs", "settings.md")));
    }

    [Fact]
    public void The_published_schema_accepts_every_example_and_what_the_reader_accepts()
    {
        var schema = JsonSchema.Parse(SettingsPages.Schema());
        Assert.Empty(schema.Unenforced);
        foreach (var key in SettingKeys.All)
        {
            var json = key.Example;
            foreach (var part in key.Name.Split('.').Reverse()) json = $"{{\"{part}\":{json}}}";
            using var folder = new SettingsFolder();
            folder.User(json);
            Assert.NotNull(folder.Load()[key.Name]);
            using var document = JsonDocument.Parse(json);
            Assert.Equal("", string.Join('|', schema.Check(document.RootElement)));
            Assert.NotEmpty(SettingText.Json(folder.Load()[key.Name]!.Value));
        }
    }

    [Theory]
    [InlineData("""{"modle":"x"}""")]
    [InlineData("""{"maxTurns":0}""")]
    [InlineData("""{"compaction":{"threshold":2}}""")]
    [InlineData("""{"tiers":{"x":{"provider":"p"}}}""")]
    [InlineData("""{"providers":{"x":{"kind":"soap"}}}""")]
    [InlineData("""{"env":{"A B":"x"}}""")]
    [InlineData("""{"sandbox":true}""")]
    public void The_published_schema_refuses_what_the_reader_refuses(string json)
    {
        using var folder = new SettingsFolder();
        folder.User(json);
        Assert.Throws<SettingsException>(() => folder.Load());
        using var document = JsonDocument.Parse(json);
        Assert.NotEmpty(JsonSchema.Parse(SettingsPages.Schema()).Check(document.RootElement));
    }

    private static void Set(SettingsFolder folder, string key, string value) => SettingsEditor.Set(folder.Paths.User, LayerKind.User, key, value);
}
