using System.Text.Json;

namespace Sallyport.Tests;

/// <summary>What scripts rely on: exit codes, the JSON object, where text goes.</summary>
public sealed class GateCommandTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    private (int Exit, string Output, string Error) Sally(params string[] arguments) => SallyProgram.Run(folder.Path, arguments);

    [Fact]
    public void A_clean_target_ends_with_0_a_blocked_one_with_1_an_unreadable_one_with_2()
    {
        folder.Write("clean/readme.txt", "hello\n");
        folder.Write("blocked/.env", "PORT=1\n");
        File.WriteAllBytes(folder.Write("cut/a.gz", ""), [0x1f, 0x8b, .. new byte[] { 8, 0, 0, 0, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }]);
        Assert.Equal(0, Sally("gate", "check", "clean", "--as-is").Exit);
        Assert.Equal(1, Sally("gate", "check", "blocked", "--as-is").Exit);
        Assert.Equal(2, Sally("gate", "check", "cut", "--as-is").Exit);
        Assert.Equal(1, Sally("gate", "check", "cut", "blocked", "--as-is").Exit);
    }

    [Theory]
    [InlineData("gate", "check")]
    [InlineData("gate", "check", "no-such-target")]
    [InlineData("gate", "check", ".", "--no-such-option")]
    [InlineData("gate", "check", ".", "--format", "pdf")]
    [InlineData("gate", "check", ".", "--profile", "secret")]
    [InlineData("gate", "check", ".", "--policy", "missing.json")]
    [InlineData("gate", "chekc", ".")]
    [InlineData("gate", "recover", ".")]
    [InlineData("gate", "rules", "--format", "pdf")]
    [InlineData("gate", "waive", "0123456789abcdef", "--reason", "x", "--owner", "y")]
    [InlineData("gate", "waive", "xyz", "--reason", "x", "--owner", "y", "--until", "2099-01-01")]
    [InlineData("gate", "waive", "0123456789abcdef", "--reason", "x", "--owner", "y", "--until", "tomorrow")]
    [InlineData("gate", "waive", "0123456789abcdef", "--reason", "x", "--owner", "y", "--until", "2001-01-01")]
    [InlineData("gate", "term", "add", "x")]
    public void Wrong_usage_ends_with_3_and_one_clear_line(params string[] arguments)
    {
        var (exit, output, error) = Sally(arguments);
        Assert.Equal(3, exit);
        Assert.Equal("", output);
        Assert.StartsWith("sally: ", error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd('\n').Split('\n'));
        Assert.False(File.Exists(Path.Combine(folder.Path, "sallyport.json")));
    }

    [Fact]
    public void A_policy_with_errors_ends_with_3_and_a_line_for_each()
    {
        folder.Write("sallyport.json", "{\n  \"proflie\": \"open\",\n  \"limits\": { \"depth\": 0 }\n}\n");
        var (exit, _, error) = Sally("gate", "check", ".");
        Assert.Equal(3, exit);
        Assert.Contains("sallyport.json:2:3: unknown key \"proflie\"; did you mean \"profile\"?", error, StringComparison.Ordinal);
        Assert.Contains("sallyport.json:3:24: depth is", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_current_folders_policy_does_not_clear_a_folder_elsewhere()
    {
        folder.Write("mine/sallyport.json", """{ "rules": { "stray.env-file": "off" } }""");
        folder.Write("mine/app/.env", "PORT=1\n");
        folder.Write("theirs/.env", "PORT=1\n");
        var mine = Path.Combine(folder.Path, "mine");
        Assert.Equal(0, SallyProgram.Run(mine, "gate", "check", "app", "--as-is").Exit);
        Assert.Equal(1, SallyProgram.Run(mine, "gate", "check", "../theirs", "--as-is").Exit);
        Assert.Equal(0, SallyProgram.Run(mine, "gate", "check", "../theirs", "--as-is", "--policy", "sallyport.json").Exit);
    }

    [Fact]
    public void The_json_object_has_the_promised_shape()
    {
        folder.Write("app/.env", "PORT=1\n");
        var (exit, output, error) = Sally("gate", "check", "app", "--as-is", "--format", "json");
        Assert.Equal((1, ""), (exit, error));
        using var json = JsonDocument.Parse(output);
        var root = json.RootElement;
        Assert.Equal(1, root.GetProperty("version").GetInt32());
        Assert.Equal("blocked", root.GetProperty("verdict").GetString());
        var target = root.GetProperty("targets")[0];
        foreach (var name in (string[])["target", "kind", "name", "version", "sha256", "profile", "entries", "bytes", "verdict", "coverage", "findings"]) Assert.True(target.TryGetProperty(name, out _), name);
        Assert.True(target.GetProperty("coverage").TryGetProperty("scannedBytes", out _));
        Assert.Equal(JsonValueKind.Array, target.GetProperty("coverage").GetProperty("skipped").ValueKind);
        var finding = target.GetProperty("findings").EnumerateArray().First(f => f.GetProperty("rule").GetString() == "stray.env-file");
        foreach (var name in (string[])["severity", "path", "line", "column", "message", "advice", "fingerprint", "blocking", "waived", "evidence"]) Assert.True(finding.TryGetProperty(name, out _), name);
        Assert.Matches("^[0-9a-f]{16}$", finding.GetProperty("fingerprint").GetString());
    }

    [Fact]
    public void Waiving_a_finding_lets_the_package_pass()
    {
        folder.Write("app/.env", "PORT=1\n");
        var (_, output, _) = Sally("gate", "check", "app", "--as-is", "--format", "json");
        using var json = JsonDocument.Parse(output);
        var fingerprints = json.RootElement.GetProperty("targets")[0].GetProperty("findings").EnumerateArray().Where(f => f.GetProperty("blocking").GetBoolean()).Select(f => f.GetProperty("fingerprint").GetString()!);
        foreach (var fingerprint in fingerprints) Assert.Equal(0, Sally("gate", "waive", fingerprint, "--reason", "a port", "--until", "2099-12-31", "--owner", "ann").Exit);
        Assert.Equal(0, Sally("gate", "check", "app", "--as-is").Exit);
    }

    [Fact]
    public void A_term_is_kept_as_a_digest_and_found()
    {
        var (exit, _, _) = SallyProgram.Run(folder.Path, "Project Bluebird\n", ["gate", "term", "add", "-"]);
        Assert.Equal(0, exit);
        Assert.DoesNotContain("bluebird", folder.Read("sallyport.json"), StringComparison.OrdinalIgnoreCase);
        folder.Write("app/a.txt", "soon: project bluebird!\n");
        Assert.Equal(1, Sally("gate", "check", "app", "--as-is", "--profile", "open").Exit);
    }

    [Theory]
    [InlineData("text", "BLOCKED")]
    [InlineData("sarif", "\"version\": \"2.1.0\"")]
    [InlineData("junit", "<testsuites")]
    [InlineData("github", "::error file=.env")]
    [InlineData("html", "<!doctype html>")]
    public void Every_format_goes_to_the_file_that_is_named(string format, string content)
    {
        folder.Write("app/.env", "PORT=1\n");
        var (exit, output, error) = Sally("gate", "check", "app", "--as-is", "--format", format, "--output", "out/report");
        Assert.Equal((1, ""), (exit, output));
        Assert.Contains("blocked", error, StringComparison.Ordinal);
        Assert.Contains(content, folder.Read("out/report"), StringComparison.Ordinal);
        Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "out")));
    }

    [Fact]
    public void Recover_writes_what_an_outsider_could_rebuild()
    {
        folder.Write("app/a.js.map", """{"version":3,"sources":["../src/a.ts"],"sourcesContent":["export const a: number = 1\n"],"mappings":"AAAA"}""");
        var (exit, output, _) = Sally("gate", "recover", "app", "--as-is", "--to", "out");
        Assert.Equal(0, exit);
        Assert.Contains("1 files, 1 lines", output, StringComparison.Ordinal);
        Assert.Contains("const a", File.ReadAllText(Assert.Single(Directory.GetFiles(Path.Combine(folder.Path, "out"), "*.ts", SearchOption.AllDirectories))), StringComparison.Ordinal);
        Assert.Equal(3, Sally("gate", "recover", "app", "--as-is", "--to", "out").Exit);
    }

    [Fact]
    public void A_recorded_baseline_stops_a_release_that_doubles()
    {
        folder.Write("app/package.json", """{"name":"app","version":"1.0.0","license":"MIT","repository":"github:a/b","files":["*.js"]}""");
        folder.Write("app/a.js", new string(' ', 3_000_000));
        var (exit, output, _) = Sally("gate", "baseline", "app", "--as-is");
        Assert.Equal(0, exit);
        Assert.Contains("baseline.json", output, StringComparison.Ordinal);
        folder.Write("app/b.js", new string(' ', 9_000_000));
        var (after, report, _) = Sally("gate", "check", "app", "--as-is");
        Assert.Equal(1, after);
        Assert.Contains("drift.", report, StringComparison.Ordinal);
        Assert.Equal(0, Sally("gate", "baseline", "app", "--as-is", "--output", "other.json").Exit);
        Assert.Contains("b.js", folder.Read("other.json"), StringComparison.Ordinal);
    }

    [Fact]
    public void Version_and_help_are_at_hand()
    {
        Assert.Equal((0, "sally 0.1.0\n", ""), Sally("--version"));
        Assert.Contains("sally gate check", Sally().Output, StringComparison.Ordinal);
        Assert.Contains("--against", Sally("gate", "check", "--help").Output, StringComparison.Ordinal);
        Assert.Contains("term add", Sally("gate").Output, StringComparison.Ordinal);
        Assert.Equal(2, Sally("no-such-thing").Exit);
    }

    [Fact]
    public void Rules_are_listed_for_people_and_programs()
    {
        Assert.Contains("stray.env-file", Sally("gate", "rules").Output, StringComparison.Ordinal);
        using var json = JsonDocument.Parse(Sally("gate", "rules", "--format", "json").Output);
        var rule = json.RootElement.GetProperty("rules").EnumerateArray().First(r => r.GetProperty("id").GetString() == "stray.env-file");
        Assert.Equal(("stray", "high", "always"), (rule.GetProperty("family").GetString(), rule.GetProperty("severity").GetString(), rule.GetProperty("blocking").GetString()));
    }

    [Fact]
    public void Off_a_terminal_no_escape_sequence_is_written()
    {
        folder.Write("app/.env", "PORT=1\n");
        var (_, output, error) = Sally("gate", "check", "app", "--as-is");
        Assert.DoesNotContain('\x1b', output + error);
    }
}
