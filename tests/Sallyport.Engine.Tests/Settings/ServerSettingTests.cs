using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Tests.Settings;

/// <summary>MCP servers in settings and in a file of their own: read as every client writes them, and told with file, line and fix when they are wrong.</summary>
public sealed class ServerSettingTests
{
    [Fact]
    public void The_usual_form_is_read()
    {
        var servers = Read("""
            { "mcpServers": {
                // a program
                "docs": { "type": "stdio", "command": "npx", "args": ["-y", "x", ""], "env": { "A": "${B}" }, "cwd": "tools", "timeoutMs": 500, "tools": ["search"] },
                "web": { "url": "https://mcp.example/mcp", "headers": { "X-Key": "k" }, "disabled": true },
            } }
            """);
        Assert.Equal(["npx", "-y", "x", ""], [servers["docs"].Command!, .. servers["docs"].Arguments]);
        Assert.Equal(("${B}", "tools", 500, "search"), (servers["docs"].Environment["A"], servers["docs"].Folder, servers["docs"].TimeoutMs, Assert.Single(servers["docs"].Tools!)));
        Assert.Equal(("https://mcp.example/mcp", "k", true), (servers["web"].Url, servers["web"].Headers["X-Key"], servers["web"].IsDisabled));
    }

    [Theory]
    [InlineData("""{ "mcpServers": { "a": { "comand": "x" } } }""", ":1:26: unknown key \"comand\" in mcpServers.a; did you mean \"command\"?")]
    [InlineData("""{ "mcpServers": { "a": { } } }""", "mcpServers.a needs a \"command\" with its \"args\", or a \"url\"")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x", "url": "https://y.example" } } }""", "only one of them can hold")]
    [InlineData("""{ "mcpServers": { "a": { "type": "sse", "url": "https://y.example" } } }""", "sse is not spoken")]
    [InlineData("""{ "mcpServers": { "a": { "type": "http", "command": "x" } } }""", "has a url, and no command")]
    [InlineData("""{ "mcpServers": { "a": { "url": "ftp://y.example" } } }""", "url starts with http:// or https://")]
    [InlineData("""{ "mcpServers": { "a": { "url": "https://u:p@y.example" } } }""", "no user name in it")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x", "headers": { "A": "b" } } } }""", "headers belongs to a server with a url")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x", "args": "y" } } }""", "args must be a list of texts")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x", "env": { "A B": "c" } } } }""", "is not a name of a variable")]
    [InlineData("""{ "mcpServers": { "a": { "url": "https://y.example", "headers": { "A": "b\r\nC: d" } } } }""", "on one line")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x", "timeoutMs": 0 } } }""", "timeoutMs is a whole number from 1 to 3600000")]
    [InlineData("""{ "mcpServers": { "a__b": { "command": "x" } } }""", "is no name of a server")]
    [InlineData("""{ "mcpServers": { "a": { "command": "x" }, "a": { "command": "y" } } }""", "stands here a second time")]
    [InlineData("""{ "servers": {} }""", "unknown key \"servers\" in the file")]
    [InlineData("""{ }""", "\"mcpServers\" is missing here")]
    [InlineData("""{ "mcpServers": """, "not JSON")]
    public void What_is_wrong_is_told_with_its_place(string json, string message)
    {
        var wrong = Assert.Throws<SettingsException>(() => Read(json));
        Assert.Contains(message, wrong.Message, StringComparison.Ordinal);
        Assert.Matches(@"servers\.json:1:\d+: ", wrong.Message);
    }

    [Fact]
    public void The_nearer_layer_holds_and_a_word_switches_off()
    {
        using var folder = new SettingsFolder();
        folder.User("""{ "mcpServers": { "a": { "command": "x" }, "b": { "command": "y" } } }""");
        folder.Project("""{ "mcpServers": { "a": { "command": "other" }, "b": { "disabled": true }, "c": { "url": "https://c.example" } } }""");
        Assert.Equal("x", folder.Load().Servers["a"].Command);
        folder.Trusted();
        var servers = folder.Load().Servers;
        Assert.Equal(("other", "y", true, 3), (servers["a"].Command, servers["b"].Command, servers["b"].IsDisabled, servers.Count));
    }

    [Fact]
    public void Values_of_variables_and_headers_are_not_shown()
    {
        var shown = SettingText.Json(Read("""{ "mcpServers": { "a": { "command": "x", "env": { "A": "value-of-a" } }, "b": { "url": "https://b.example", "headers": { "H": "value-of-h" } } } }"""));
        Assert.DoesNotContain("value-of", shown, StringComparison.Ordinal);
        Assert.Contains("\"A\": \"…\"", shown, StringComparison.Ordinal);
    }

    private static Dictionary<string, ServerSetting> Read(string json)
    {
        var folder = Directory.CreateTempSubdirectory("sally-servers-");
        var path = Path.Combine(folder.FullName, "servers.json");
        File.WriteAllText(path, json);
        try
        {
            return (Dictionary<string, ServerSetting>)SettingText.Read(SettingKeys.Find("mcpServers")!, path, "--mcp-config");
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
