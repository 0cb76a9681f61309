using System.Text.Json;
using Sallyport.Engine.Schema;

namespace Sallyport.Engine.Tests.Schema;

/// <summary>What a model writes as arguments, and what is made of it.</summary>
public sealed class ToolArgumentsTests
{
    private static readonly JsonSchema Schema = JsonSchema.Parse("""
        {"type":"object","properties":{"path":{"type":"string"},"limit":{"type":"integer"},"ratio":{"type":"number"},"all":{"type":"boolean"},
        "names":{"type":"array","items":{"type":"string"}},"edits":{"type":"array","items":{"type":"object","properties":{"old":{"type":"string"}},"required":["old"],"additionalProperties":false}},
        "where":{"anyOf":[{"$ref":"#/$defs/where"},{"type":"null"}]},"kept":{"type":["string","null"]}},"additionalProperties":false,"$defs":{"where":{"type":"object","properties":{"line":{"type":"integer"}}}}}
        """);

    [Theory]
    [InlineData("""{"path":"a"}""", """{"path":"a"}""")]
    [InlineData("", "{}")]
    [InlineData("  \n", "{}")]
    [InlineData("""{"kept":null}""", """{"kept":null}""")]
    [InlineData("""{"path":"5","kept":"true"}""", """{"path":"5","kept":"true"}""")]
    public void Takes_what_is_right_as_it_is(string text, string expected) => Expect(text, expected, repairs: 0);

    [Theory]
    [InlineData("""{"path":"a",}""", """{"path":"a"}""", "comma")]
    [InlineData("""{"names":["a","b", ] , }""", """{"names":["a","b"]}""", "commas")]
    [InlineData("{\"path\":\"a\n\tb\"}", "{\"path\":\"a\\n\\tb\"}", "line breaks")]
    [InlineData("""{"path":"a" """, """{"path":"a"}""", "missing at the end")]
    [InlineData("""{"edits":[{"old":"x}"}""", """{"edits":[{"old":"x}"}]}""", "missing at the end")]
    [InlineData("```json\n{\"path\":\"a\"}\n```", """{"path":"a"}""", "fence")]
    [InlineData("\uFEFF{\"path\":\"a\"}", """{"path":"a"}""", "byte order mark")]
    [InlineData("\"{\\\"path\\\":\\\"a\\\"}\"", """{"path":"a"}""", "a string that holds JSON")]
    public void Repairs_what_has_one_reading_and_says_so(string text, string expected, string note) => Expect(text, expected, 1, note);

    [Theory]
    [InlineData("""{"path":"a"}{"path":"b"}""")]
    [InlineData("""{"path":"a","path":"b"}""")]
    [InlineData("""{"path":"x \ud83d y"}""")]
    [InlineData("""{"\udc00":"a"}""")]
    [InlineData("""{"path":"unfinish""")]
    [InlineData("""{"limit":12""")]
    [InlineData("""{"path":"a","limit":""")]
    [InlineData("""{"path":"a",""")]
    [InlineData("""{"path":"a"]""")]
    [InlineData("""{'path':'a'}""")]
    [InlineData("""{"path":"\d+"}""")]
    [InlineData("""{path:"a"}""")]
    [InlineData("""I will call {"path":"a"}""")]
    [InlineData("""["a"]""")]
    [InlineData("5")]
    public void Sends_back_what_is_not_clear(string text)
    {
        var result = ToolArguments.Parse(text, Schema);
        Assert.False(result.IsValid);
        Assert.Contains("not run", result.Error, StringComparison.Ordinal);
        Assert.Empty(result.Repairs);
        Assert.Equal("{}", result.Value.GetRawText());
    }

    [Theory]
    [InlineData("""{"limit":"5"}""", """{"limit":5}""")]
    [InlineData("""{"ratio":"-0.5"}""", """{"ratio":-0.5}""")]
    [InlineData("""{"all":"true"}""", """{"all":true}""")]
    [InlineData("""{"all":"False"}""", """{"all":false}""")]
    [InlineData("""{"names":"[\"a\",\"b\"]"}""", """{"names":["a","b"]}""")]
    [InlineData("""{"names":"a"}""", """{"names":["a"]}""")]
    [InlineData("""{"edits":"[{\"old\":\"x\"}]"}""", """{"edits":[{"old":"x"}]}""")]
    [InlineData("""{"limit":null,"path":"a"}""", """{"path":"a"}""")]
    [InlineData("""{"where":{"line":"3"}}""", """{"where":{"line":3}}""")]
    [InlineData("""{"where":"{\"line\":3}"}""", """{"where":{"line":3}}""")]
    public void Converts_what_can_only_mean_one_thing(string text, string expected) => Expect(text, expected, 1);

    [Theory]
    [InlineData("""{"limit":"five"}""", "/limit: must be a whole number; got \"five\"")]
    [InlineData("""{"limit":"1,000"}""", "/limit: must be a whole number")]
    [InlineData("""{"limit":"007"}""", "/limit: must be a whole number")]
    [InlineData("""{"limit":"1.5"}""", "/limit: must be a whole number")]
    [InlineData("""{"limit":"99999999999999999999"}""", "/limit: must be a whole number")]
    [InlineData("""{"all":"yes"}""", "/all: must be true or false")]
    [InlineData("""{"edits":"x"}""", "/edits: must be an array")]
    [InlineData("""{"limit":"5","pth":"a"}""", "did you mean \"path\"?")]
    [InlineData("""{"path":7}""", "/path: must be a string; got 7")]
    [InlineData("""{"edits":[{"old":null}]}""", "/edits/0/old: must be a string; got null")]
    public void Converts_nothing_else(string text, string why) => Assert.Contains(why, ToolArguments.Parse(text, Schema).Error, StringComparison.Ordinal);

    [Fact]
    public void Tells_where_the_JSON_breaks()
    {
        Assert.Contains("line 1, byte 2", ToolArguments.Parse("""{path:"a"}""", Schema).Error, StringComparison.Ordinal);
        Assert.Contains("\\d", ToolArguments.Parse("""{"path":"\d+"}""", Schema).Error, StringComparison.Ordinal);
        Assert.Contains("ends too early", ToolArguments.Parse("""{"path":"unfinish""", Schema).Error, StringComparison.Ordinal);
    }

    private static void Expect(string text, string expected, int repairs, string note = "")
    {
        var result = ToolArguments.Parse(text, Schema);
        Assert.Null(result.Error);
        using var wanted = JsonDocument.Parse(expected);
        Assert.True(JsonElement.DeepEquals(wanted.RootElement, result.Value), result.Value.GetRawText());
        Assert.Equal(repairs, result.Repairs.Count);
        if (repairs > 0) Assert.Contains(note, result.Repairs[0], StringComparison.Ordinal);
    }
}
