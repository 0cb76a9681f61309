using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Tests.Settings;

/// <summary>How layers become what holds, and what a wrong file says.</summary>
public sealed class RunSettingsTests
{
    [Fact]
    public void Nothing_anywhere_means_the_defaults()
    {
        using var folder = new SettingsFolder();
        var settings = folder.Load();
        Assert.Empty(settings.Layers);
        Assert.Null(settings.Model);
        Assert.Equal(PermissionMode.Ask, settings.PermissionMode);
        Assert.Null(settings.Sandbox);
        Assert.True(settings.AttributeCommits);
        Assert.Equal(0.8, settings.CompactAt);
        Assert.Empty(settings.Allow);
        Assert.Null(settings.Notice());
    }

    [Fact]
    public void The_nearest_layer_wins_and_says_where_it_stands()
    {
        using var folder = new SettingsFolder();
        folder.Managed("""{"model":"managed","effort":"low","maxTurns":9}""").User("""{"model":"user","effort":"medium","provider":"openai"}""")
            .Project("""{"model":"project","provider":"gemini"}""").Local("// mine\n{\n  \"model\": \"local\",\n}");
        var settings = folder.Load();
        Assert.Equal("local", settings.Model);
        Assert.Equal("gemini", settings.Provider);
        Assert.Equal(Engine.Models.Effort.Medium, settings.Effort);
        Assert.Equal(9, settings.MaxTurns);
        Assert.Equal($"personal project settings ({folder.Paths.Local}:3)", settings["model"]!.Origin);
        Assert.Equal("flag", folder.Load(("model", "flag")).Model);
        Assert.Equal("command line", folder.Load(("model", "flag"))["model"]!.Origin);
    }

    [Fact]
    public void A_folder_in_the_place_of_a_settings_file_is_told()
    {
        using var folder = new SettingsFolder();
        Directory.CreateDirectory(folder.Paths.User);
        Assert.Contains($"{folder.Paths.User}: is a folder", Assert.Throws<SettingsException>(() => folder.Load()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_add_up_and_maps_are_joined_by_name()
    {
        using var folder = new SettingsFolder();
        folder.Managed("""{"deny":["bash sudo *"]}""").User("""{"deny":["read .env"],"allow":["bash ls"],"tiers":{"fast":"a","deep":"b"},"env":{"A":"1"}}""")
            .Project("""{"deny":["bash sudo *","web_fetch"],"tiers":{"fast":{"provider":"local","model":"c"}}}""");
        var settings = folder.Load(("deny", "edit *"), ("deny", "write *"), ("allow", "bash make"));
        Assert.Equal(["bash sudo *", "read .env", "web_fetch", "edit *", "write *"], settings.Deny.Select(r => r.Text));
        Assert.Equal(["bash ls", "bash make"], settings.Allow.Select(r => r.Text));
        Assert.Equal(new TierSetting("c", "local"), settings.Tiers["fast"]);
        Assert.Equal("b", settings.Tiers["deep"].Model);
    }

    [Fact]
    public void What_is_locked_holds_against_everyone()
    {
        using var folder = new SettingsFolder();
        folder.Managed("""{"permissionMode":"ask","allow":["bash ls"],"deny":["bash rm *"],"locked":["permissionMode","allow","deny","sandbox"]}""")
            .User("""{"permissionMode":"open","allow":["bash *"],"deny":["read .env"],"sandbox":"off"}""");
        var settings = folder.Load();
        Assert.Equal(PermissionMode.Ask, settings.PermissionMode);
        Assert.Equal(["bash ls"], settings.Allow.Select(r => r.Text));
        Assert.Null(settings.Sandbox);
        Assert.Equal(["bash rm *", "read .env"], settings.Deny.Select(r => r.Text));
        Assert.Contains("--permission-mode cannot be used", Assert.Throws<SettingsException>(() => folder.Load(("permissionMode", "open"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Folders_start_where_their_file_belongs()
    {
        using var folder = new SettingsFolder();
        folder.Project("""{"addDirs":["../shared","/opt/x","~/notes"]}""").Trusted();
        Assert.Equal([Path.Combine(Path.GetDirectoryName(folder.Paths.ProjectFolder)!, "shared"), "/opt/x", Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "notes")], folder.Load().AddDirs);
    }

    [Theory]
    [InlineData("""{"modle":"x"}""", ":1:2: no setting \"modle\"; did you mean \"model\"?")]
    [InlineData("{\n  \"compaction\": {\n    \"treshold\": 0.5\n  }\n}", ":3:5: no setting \"compaction.treshold\"; did you mean \"compaction.threshold\"?")]
    [InlineData("""{"permissionMode":"edit"}""", ":1:19: permissionMode is one of ask, edits, plan, auto, open; did you mean \"edits\"?")]
    [InlineData("""{"maxTurns":0}""", ":1:13: maxTurns is a whole number from 1 to 1000000")]
    [InlineData("""{"maxCost":"5"}""", ":1:12: maxCost is a number of 0 or more")]
    [InlineData("""{"deny":["(("]}""", "is no rule")]
    [InlineData("""{"deny":"bash"}""", ":1:9: deny must be a list of texts")]
    [InlineData("""{"env":{"1A":"x"}}""", "is no name of a variable")]
    [InlineData("""{"env":{"A":1}}""", "env.A must be a text in quotes")]
    [InlineData("""{"model":"a","model":"b"}""", ":1:14: \"model\" stands here a second time")]
    [InlineData("""{"baseUrl":"localhost:80"}""", "starts with http:// or https://")]
    [InlineData("""{"locked":["model"]}""", "counts only in the managed settings")]
    [InlineData("""{"providers":{"x":{"kind":"opena","baseUrl":"http://h"}}}""", "did you mean \"openai\"?")]
    [InlineData("""{"providers":{"x":{"baseUrl":"http://h"}}}""", "\"kind\" is missing here")]
    [InlineData("""{"providers":{"x":{"kind":"openai","keyVariable":"not a name"}}}""", "never the credential itself")]
    [InlineData("""{"tiers":{"x":{"modle":"y"}}}""", "did you mean \"model\"?")]
    [InlineData("""{"model":5,}""", "model must be a text in quotes")]
    [InlineData("{\n\"model\": x\n}", ":2:10: not JSON")]
    [InlineData("[]", "the settings must be an object")]
    [InlineData("", "not JSON")]
    public void A_wrong_file_names_the_place_and_the_fix(string json, string expected)
    {
        using var folder = new SettingsFolder();
        folder.User(json);
        var message = Assert.Throws<SettingsException>(() => folder.Load()).Message;
        Assert.StartsWith(folder.Paths.User + ":", message, StringComparison.Ordinal);
        Assert.Contains(expected, message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_errors_of_a_file_are_told_at_once()
    {
        using var folder = new SettingsFolder();
        folder.User("{\n\"efort\": \"low\",\n\"maxTurns\": -1,\n\"sandbox\": true\n}");
        var lines = Assert.Throws<SettingsException>(() => folder.Load()).Message.Split('\n');
        Assert.Equal(["2:1", "3:13", "4:12"], lines.Select(l => string.Join(':', l[(folder.Paths.User.Length + 1)..].Split(':')[..2])));
    }

    [Theory]
    [InlineData("effort", "hihg", "--effort is one of low, medium, high; did you mean \"high\"?")]
    [InlineData("maxTurns", "many", "--max-turns is a whole number")]
    [InlineData("allow", "((", "--allow: ")]
    [InlineData("baseUrl", "ftp://x", "--base-url: an address starts with")]
    public void A_wrong_flag_is_told_by_its_name(string key, string text, string expected)
    {
        using var folder = new SettingsFolder();
        Assert.StartsWith(expected, Assert.Throws<SettingsException>(() => folder.Load((key, text))).Message, StringComparison.Ordinal);
    }
}
