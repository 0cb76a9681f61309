using System.Text.Json;

namespace Sallyport.Tools.Tests;

/// <summary>What holds for every built-in tool, so that a new one is covered by being there.</summary>
public sealed class ToolShelfTests
{
    [Fact]
    public void Every_tool_has_a_snake_case_name_a_description_and_an_object_schema_that_says_what_is_required()
    {
        var tools = BuiltInTools.All();
        Assert.NotEmpty(tools);
        Assert.Equal(tools.Length, tools.Select(t => t.Name).Distinct().Count());
        foreach (var tool in tools)
        {
            Assert.Matches("^[a-z][a-z_]*$", tool.Name);
            Assert.InRange(tool.Description.Length, 40, 1500);
            using var schema = JsonDocument.Parse(tool.Schema);
            Assert.Equal("object", schema.RootElement.GetProperty("type").GetString());
            Assert.False(schema.RootElement.GetProperty("additionalProperties").GetBoolean());
            foreach (var name in schema.RootElement.GetProperty("required").EnumerateArray())
                Assert.True(schema.RootElement.GetProperty("properties").TryGetProperty(name.GetString()!, out _), $"{tool.Name}: {name}");
        }
    }
}
