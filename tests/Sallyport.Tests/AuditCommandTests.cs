using System.Text.Json;

namespace Sallyport.Tests;

/// <summary>The door to the ledger, and what others write into it.</summary>
public sealed class AuditCommandTests
{
    [Fact]
    public void Checks_waivers_and_trust_are_written_down_and_verify()
    {
        using var door = new SettingsDoor();
        door.Write("project/a.txt", "nothing to see");
        Assert.Equal(2, door.Run("audit", "verify").Exit);
        Assert.Equal(0, door.Run("gate", "check", "a.txt").Exit);
        Assert.Equal(0, door.Run("gate", "waive", "0123456789abcdef", "--reason", "=a demo, \"old\"", "--until", "2099-01-31", "--owner", "ann").Exit);
        door.Write("project/.sallyport/settings.json", """{"allow":["bash ls"]}""");
        Assert.Equal(0, door.Run("trust").Exit);
        Assert.Equal(0, door.Run("trust", "--revoke").Exit);

        var log = door.Run("audit", "log");
        Assert.Equal((0, ""), (log.Exit, log.Error));
        string[] lines = log.Output.TrimEnd().Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.Contains("verdict   clean: a.txt", lines[0], StringComparison.Ordinal);
        Assert.Contains("0123456789abcdef until 2099-01-31 by ann", lines[1], StringComparison.Ordinal);
        Assert.Contains("granted", lines[2], StringComparison.Ordinal);
        Assert.Contains("revoked", lines[3], StringComparison.Ordinal);

        using (var json = JsonDocument.Parse(door.Run("audit", "export", "--kind", "verdict").Output))
            Assert.Equal("clean", Assert.Single(json.RootElement.EnumerateArray()).GetProperty("data").GetProperty("verdict").GetString());
        Assert.Contains("\"'=a demo, \"\"old\"\"\"", door.Run("audit", "export", "--format", "csv").Output, StringComparison.Ordinal);
        Assert.Contains("reason=\\=a demo", door.Run("audit", "export", "--format", "cef", "--kind", "waiver").Output, StringComparison.Ordinal);

        var good = door.Run("audit", "verify");
        Assert.Equal(0, good.Exit);
        Assert.StartsWith("intact: 4 entries", good.Output, StringComparison.Ordinal);
        var file = Path.Combine(door.State, "ledger", "log.jsonl");
        File.WriteAllText(file, File.ReadAllText(file).Replace("clean", "clear", StringComparison.Ordinal));
        var bad = door.Run("audit", "verify");
        Assert.Equal(1, bad.Exit);
        Assert.Contains("entry 0 was changed", bad.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_proof_convinces_who_has_only_the_key()
    {
        using var door = new SettingsDoor();
        door.Write("project/a.txt", "nothing to see");
        door.Run("gate", "check", "a.txt", "a.txt");
        Assert.Equal(0, door.Run("audit", "prove", "1", "--output", "one.tlog-proof").Exit);
        var key = door.Run("audit", "key").Output.Trim();
        Directory.Delete(Path.Combine(door.State, "ledger"), recursive: true);
        var told = door.Run("audit", "prove", "--check", "one.tlog-proof", "--key", key);
        Assert.Equal(0, told.Exit);
        Assert.Contains("clean: a.txt", told.Output, StringComparison.Ordinal);
        var proof = Path.Combine(door.Project, "one.tlog-proof");
        File.WriteAllText(proof, File.ReadAllText(proof).Replace("index 1", "index 0", StringComparison.Ordinal));
        Assert.Equal(1, door.Run("audit", "prove", "--check", "one.tlog-proof", "--key", key).Exit);
        Assert.Equal(2, door.Run("audit", "prove").Exit);
    }

    [Fact]
    public void What_a_check_makes_of_the_state_folder_is_for_its_owner_only()
    {
        if (OperatingSystem.IsWindows()) return;
        using var door = new SettingsDoor();
        door.Write("project/a.txt", "nothing to see");
        Assert.False(Directory.Exists(door.State));
        Assert.Equal(0, door.Run("gate", "check", "a.txt").Exit);
        const UnixFileMode others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;
        string[] made = [door.State, .. Directory.GetFileSystemEntries(door.State, "*", SearchOption.AllDirectories)];
        Assert.True(made.Length > 3);
        Assert.All(made, path => Assert.Equal(UnixFileMode.None, File.GetUnixFileMode(path) & others));
    }

    [Fact]
    public void A_ledger_that_cannot_be_written_changes_no_verdict()
    {
        using var door = new SettingsDoor();
        door.Write("project/a.txt", "nothing to see");
        door.Write("state/sallyport/ledger", "a file where the folder should be");
        var check = door.Run("gate", "check", "a.txt");
        Assert.Equal(0, check.Exit);
        Assert.Contains("is not written down", check.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("log")]
    [InlineData("verify")]
    [InlineData("prove")]
    [InlineData("export")]
    [InlineData("key")]
    public void Every_command_has_a_page(string name)
    {
        var page = SallyProgram.Run(Path.GetTempPath(), "audit", name, "--help");
        Assert.Equal(0, page.Exit);
        Assert.StartsWith($"sally audit {name}", page.Output, StringComparison.Ordinal);
        Assert.All(page.Output.Split('\n'), line => Assert.True(line.Length <= 100, line));
    }
}
