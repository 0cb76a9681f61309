using System.Text.Json;

namespace Sallyport.Tests;

/// <summary><c>sally consent</c>, from outside.</summary>
public sealed class ConsentCommandTests
{
    [Fact]
    public void A_call_is_explained_with_every_command_and_an_exit_code()
    {
        using var door = new SettingsDoor();
        door.Write("config/sallyport/settings.json", """{"allow":["bash npm test *"],"deny":["bash git push *"]}""");
        var (exit, output, error) = door.Run("consent", "explain", "bash git -C x push");
        Assert.Equal((1, ""), (exit, error));
        Assert.StartsWith("denied: the rule \"deny bash git push *\" forbids it  (mode ask)\n", output, StringComparison.Ordinal);
        Assert.Equal(0, door.Run("consent", "explain", "bash", "timeout 60 npm test | tail -5").Exit);
        (exit, output, _) = door.Run("consent", "explain", "bash npm test && dotnet build", "--json");
        Assert.Equal(3, exit);
        using var json = JsonDocument.Parse(output);
        Assert.Equal("ask", json.RootElement.GetProperty("answer").GetString());
        Assert.Equal(["npm test:yes", "dotnet build:ask"], json.RootElement.GetProperty("commands").EnumerateArray().Select(c => $"{c.GetProperty("command").GetString()}:{c.GetProperty("answer").GetString()}"));
        Assert.Equal(0, door.Run("consent", "explain", "edit src/a.txt", "--permission-mode", "edits").Exit);
        Assert.Equal(2, door.Run("consent", "explain", "bash").Exit);
        (exit, output, _) = door.Run("consent", "explain", "bash npm publish", "--permission-mode", "open", "--after-untrusted");
        Assert.Equal(3, exit);
        Assert.Contains("after a page of somebody else was read in this session", output, StringComparison.Ordinal);
        Assert.Contains("allow   \"bash npm publish\" would let it pass", output, StringComparison.Ordinal);
        Assert.Equal(0, door.Run("consent", "explain", "bash npm publish", "--permission-mode", "open").Exit);
        Assert.Contains($"deny   bash git push *  user settings ({door.UserFile}:1)", door.Run("consent", "list").Output, StringComparison.Ordinal);
    }
}
