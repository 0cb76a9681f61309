using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;

namespace Sallyport.Engine.Tests.Settings;

/// <summary>A project's settings that could run code or widen permissions count only as they were when somebody looked.</summary>
public sealed class TrustTests
{
    private const string Widening = """{"model":"m","deny":["web_fetch"],"allow":["bash *"],"permissionMode":"auto","env":{"PATH":"/x"},"baseUrl":"http://127.0.0.1:1","providers":{"p":{"kind":"openai"}},"addDirs":["/"],"sandbox":"off","maxCost":1000,"retentionDays":1}""";

    [Fact]
    public void An_untrusted_folder_can_narrow_but_not_widen()
    {
        using var folder = new SettingsFolder();
        var settings = folder.Project(Widening).Load();
        Assert.False(settings.IsTrusted);
        Assert.Equal("m", settings.Model);
        Assert.Single(settings.Deny);
        Assert.Empty(settings.Allow);
        Assert.Equal(PermissionMode.Ask, settings.PermissionMode);
        Assert.Null(settings.Sandbox);
        Assert.Empty(settings.Env);
        Assert.Null(settings.BaseUrl);
        Assert.Empty(settings.Providers);
        Assert.Empty(settings.AddDirs);
        Assert.Null(settings.MaxCost);
        Assert.Null(settings.RetentionDays);
        Assert.Contains("allow, permissionMode, env, baseUrl, providers, addDirs, sandbox, maxCost, retentionDays do not count", settings.Notice(), StringComparison.Ordinal);
        Assert.Contains("sally trust", settings.Notice(), StringComparison.Ordinal);
    }

    [Fact]
    public void Narrowing_settings_need_no_trust()
    {
        using var folder = new SettingsFolder();
        var settings = folder.Project("""{"permissionMode":"plan","sandbox":"on","deny":["bash"],"ask":["edit"]}""").Load();
        Assert.Equal(PermissionMode.Plan, settings.PermissionMode);
        Assert.Null(settings.Notice());
    }

    [Fact]
    public void A_trusted_folder_counts_in_full_until_either_file_changes()
    {
        using var folder = new SettingsFolder();
        folder.Project(Widening).Trusted();
        Assert.Equal(PermissionMode.Auto, folder.Load().PermissionMode);
        Assert.Null(folder.Load().Notice());

        folder.Local("""{"model":"other"}""");
        Assert.Equal(PermissionMode.Ask, folder.Load().PermissionMode);
        folder.Trusted();
        Assert.Equal(PermissionMode.Auto, folder.Load().PermissionMode);

        folder.Project(Widening + " ");
        Assert.Equal(PermissionMode.Ask, folder.Load().PermissionMode);
    }

    [Fact]
    public void The_personal_file_of_a_project_is_not_trusted_either()
    {
        using var folder = new SettingsFolder();
        Assert.Empty(folder.Local("""{"allow":["bash *"]}""").Load().Allow);
    }

    [Fact]
    public void Trust_of_one_folder_says_nothing_of_another_and_can_be_taken_back()
    {
        using var folder = new SettingsFolder();
        using var other = new SettingsFolder();
        folder.Project(Widening).Trusted();
        other.Project(Widening);
        Assert.False(RunSettings.Load(other.Paths with { Trust = folder.Paths.Trust }, []).IsTrusted);
        Assert.True(Trust.Revoke(folder.Paths));
        Assert.False(folder.Load().IsTrusted);
        Assert.False(Trust.Revoke(folder.Paths));
    }

    [Fact]
    public void A_link_to_a_trusted_folder_is_the_same_folder()
    {
        using var folder = new SettingsFolder();
        folder.Project(Widening).Trusted();
        var link = folder.Paths.ProjectFolder + "-link";
        Directory.CreateSymbolicLink(link, folder.Paths.ProjectFolder);
        Assert.True(RunSettings.Load(folder.Paths with { ProjectFolder = link }, []).IsTrusted);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"folders":null}""")]
    public void A_damaged_record_trusts_nobody(string content)
    {
        using var folder = new SettingsFolder();
        folder.Project(Widening).Trusted();
        File.WriteAllText(folder.Paths.Trust, content);
        Assert.False(folder.Load().IsTrusted);
    }

    [Fact]
    public void The_record_is_readable_by_its_owner_only()
    {
        using var folder = new SettingsFolder();
        folder.Project(Widening).Trusted();
        if (!OperatingSystem.IsWindows()) Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(folder.Paths.Trust));
    }
}
