using System.Text.Json;

namespace Sallyport.Tests;

/// <summary><c>sally config</c>, <c>trust</c>, <c>models</c> and <c>doctor</c>, from outside.</summary>
public sealed class SettingsCommandTests
{
    [Fact]
    public void Settings_are_set_shown_and_explained()
    {
        using var door = new SettingsDoor();
        Assert.Equal((0, "nothing is set; \"sally config keys\" lists what can be\n", ""), door.Run("config", "show"));
        Assert.Equal((0, door.UserFile + "\n", ""), door.Run("config", "set", "model", "deep"));
        Assert.Equal(0, door.Run("config", "set", "deny", "read .env", "--project").Exit);
        Assert.Equal((0, "deep\n", ""), door.Run("config", "get", "model"));
        Assert.Equal((1, "", ""), door.Run("config", "get", "provider"));
        var origins = door.Run("config", "show", "--origins").Output;
        Assert.Contains($"model                 \"deep\"  user settings ({door.UserFile}:2)", origins, StringComparison.Ordinal);
        Assert.Contains($"[\"read .env\"]  project settings ({Path.Combine(door.Project, ".sallyport", "settings.json")}:2)", origins, StringComparison.Ordinal);
        Assert.Contains("permissionMode        ask  (default)", origins, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(door.Run("config", "show", "--json").Output);
        Assert.Equal("user", json.RootElement.GetProperty("settings").GetProperty("model").GetProperty("layer").GetString());
        Assert.Contains(door.UserFile, door.Run("config", "path").Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("maxTurns", "many", "maxTurns is a whole number")]
    [InlineData("modle", "x", "did you mean \"model\"?")]
    public void A_wrong_value_is_usage(string key, string value, string expected)
    {
        using var door = new SettingsDoor();
        var (exit, output, error) = door.Run("config", "set", key, value);
        Assert.Equal((2, ""), (exit, output));
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.False(File.Exists(door.UserFile));
    }

    [Fact]
    public void A_wrong_file_is_told_with_its_place()
    {
        using var door = new SettingsDoor();
        door.Write("config/sallyport/settings.json", "{\n  \"modle\": \"x\"\n}\n");
        var (exit, _, error) = door.Run("config", "show");
        Assert.Equal(2, exit);
        Assert.Equal($"sally: {door.UserFile}:2:3: no setting \"modle\"; did you mean \"model\"?\n", error);
    }

    [Fact]
    public void Values_of_variables_are_not_shown()
    {
        using var door = new SettingsDoor();
        Assert.Equal(0, door.Run("config", "set", "env.TOKEN", "hush").Exit);
        foreach (var way in (string[][])[["config", "show"], ["config", "show", "--origins"], ["config", "show", "--json"]])
        {
            var output = door.Run(way).Output;
            Assert.Contains("TOKEN", output, StringComparison.Ordinal);
            Assert.DoesNotContain("hush", output, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_project_widens_nothing_before_it_is_trusted()
    {
        using var door = new SettingsDoor();
        door.Write("project/.sallyport/settings.json", """{"allow":["bash *"],"model":"m"}""");
        var before = door.Run("config", "show");
        Assert.DoesNotContain("bash", before.Output, StringComparison.Ordinal);
        Assert.Contains("its settings for allow do not count", before.Error, StringComparison.Ordinal);
        Assert.Contains("not trusted", door.Run("trust", "--show").Output, StringComparison.Ordinal);
        Assert.Contains("[\"bash *\"]", door.Run("trust").Output, StringComparison.Ordinal);
        Assert.Contains("bash *", door.Run("config", "show").Output, StringComparison.Ordinal);
        door.Write("project/.sallyport/settings.json", """{"allow":["bash *", "edit"],"model":"m"}""");
        Assert.DoesNotContain("bash", door.Run("config", "show").Output, StringComparison.Ordinal);
        Assert.Equal(0, door.Run("trust").Exit);
        Assert.Equal(0, door.Run("trust", "--revoke").Exit);
        Assert.DoesNotContain("bash", door.Run("config", "show").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Models_say_which_providers_are_ready_by_the_name_of_the_variable()
    {
        using var door = new SettingsDoor();
        door.Variables["ANTHROPIC_API_KEY"] = "not-a-real-one";
        door.Write("config/sallyport/models.json", """{"anthropic":{"tiers":{"deep":"my-model"},"models":{"my-model":{"contextWindow":300000,"maxOutput":9000,"price":{"input":1.5,"output":6}}}}}""");
        door.Write("config/sallyport/settings.json", """{"tiers":{"review":"my-model"},"providers":{"own":{"kind":"openai-chat","baseUrl":"http://127.0.0.1:1/v1","models":["small"]}}}""");
        var text = door.Run("models").Output;
        Assert.Contains("ready: ANTHROPIC_API_KEY is set", text, StringComparison.Ordinal);
        Assert.Matches(@"my-model +300k context +9k output +\$1\.5 / \$6 +deep", text);
        Assert.Contains("own: your own (openai-chat) at http://127.0.0.1:1/v1\n  small", text, StringComparison.Ordinal);
        Assert.Contains("tier review: my-model", text, StringComparison.Ordinal);
        Assert.DoesNotContain("not-a-real-one", text, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(door.Run("models", "anthropic", "--json").Output);
        var provider = Assert.Single(json.RootElement.GetProperty("providers").EnumerateArray().ToList());
        Assert.True(provider.GetProperty("ready").GetBoolean());
        Assert.Equal(1.5m, provider.GetProperty("models").EnumerateArray().Single(m => m.GetProperty("id").GetString() == "my-model").GetProperty("price").GetProperty("input").GetDecimal());
        Assert.Equal(2, door.Run("models", "nobody").Exit);
    }

    [Fact]
    public void The_doctor_says_what_is_missing_and_what_to_do()
    {
        using var door = new SettingsDoor();
        door.Variables["OPENAI_API_KEY"] = "not-a-real-one";
        var (exit, output, _) = door.Run("doctor", "--json");
        Assert.True(exit == 0, output);
        Assert.DoesNotContain("not-a-real-one", output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(output);
        Assert.True(json.RootElement.GetProperty("ready").GetBoolean());
        string State(string name) => json.RootElement.GetProperty("checks").EnumerateArray().Single(c => c.GetProperty("name").GetString() == name).GetProperty("state").GetString()!;
        Assert.Equal(("ok", "ok", "ok"), (State("providers"), State("settings"), State("shell")));

        door.Write("config/sallyport/settings.json", "{\"model\":1}");
        File.SetUnixFileMode(door.State, File.GetUnixFileMode(door.State) | UnixFileMode.OtherRead);
        foreach (var name in (string[])["sandbox", "checkpoints"]) Assert.Contains($"\"{name}\"", output, StringComparison.Ordinal);
        var sick = door.Run("doctor");
        Assert.Equal(1, sick.Exit);
        Assert.Contains($"failed   settings     {door.UserFile}:1:10: model must be a text in quotes", sick.Output, StringComparison.Ordinal);
        Assert.Contains($"warning  state        {door.State} can be entered by others", sick.Output, StringComparison.Ordinal);
        Assert.Contains($"-> chmod 700 {door.State}", sick.Output, StringComparison.Ordinal);
        Assert.EndsWith("not ready: mend what failed\n", sick.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("config", "sally config: settings")]
    [InlineData("trust", "sally trust")]
    [InlineData("doctor", "sally doctor")]
    [InlineData("models", "sally models")]
    [InlineData("completions", "sally completions")]
    public void Every_command_has_a_page(string command, string begins)
    {
        using var door = new SettingsDoor();
        var (exit, output, _) = door.Run(command, "--help");
        Assert.Equal(0, exit);
        Assert.StartsWith(begins, output, StringComparison.Ordinal);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }
}
