namespace Sallyport.Tests;

/// <summary>Completions, asked of a real shell.</summary>
public sealed class CompletionTests
{
    [Theory]
    [InlineData("sally ga", "gate")]
    [InlineData("sally gate ", "check recover rules waive term baseline install-hooks")]
    [InlineData("sally gate check --fo", "--format")]
    [InlineData("sally gate check --format ", "text json sarif junit github html")]
    [InlineData("sally gate check x --format s", "sarif")]
    [InlineData("sally gate check --format = j", "json junit")]
    [InlineData("sally gate check pack", "package.tgz")]
    [InlineData("sally config set perm", "permissionMode")]
    [InlineData("sally --permission-mode a", "ask auto")]
    [InlineData("sally -p hello --model dee", "deep")]
    [InlineData("sally --resume 2026", "2026-abc")]
    [InlineData("sally completions ", "bash zsh fish")]
    [InlineData("sally --max-turns ", "")]
    public void Bash_completes(string line, string expected)
    {
        using var door = new SettingsDoor();
        door.Write("project/package.tgz", "");
        door.Write("state/sallyport/sessions/w/2026-abc.jsonl", "");
        var script = door.Run("completions", "bash");
        Assert.Equal(0, script.Exit);
        door.Write("sally.bash", script.Output);
        var (exit, output, error) = door.Start("bash", ["--noprofile", "--norc", "-c", """
            set -u
            source ../sally.bash || exit 9
            complete -p sally >/dev/null || exit 8
            IFS=' ' read -r -a COMP_WORDS <<<"$1"
            [[ $1 == *' ' ]] && COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            _sally
            echo "${COMPREPLY[*]-}"
            """, "test", line]);
        Assert.Equal((0, ""), (exit, error));
        string[] offered = [.. output.Split((char[])[' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
        // Models come and go with the catalogue.
        if (line.EndsWith("dee", StringComparison.Ordinal)) Assert.Contains(expected, offered);
        else Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal), offered);
    }

    [Theory]
    [InlineData("zsh", "compdef _sally sally")]
    [InlineData("fish", "complete -c sally -f")]
    public void Other_shells_get_a_script_that_they_accept(string shell, string expected)
    {
        using var door = new SettingsDoor();
        var script = door.Run("completions", shell);
        Assert.Equal(0, script.Exit);
        Assert.Contains(expected, script.Output, StringComparison.Ordinal);
        Assert.SkipUnless(File.Exists($"/usr/bin/{shell}"), $"{shell} is not installed");
        door.Write("script", script.Output);
        Assert.Equal((0, "", ""), door.Start(shell, ["-n", "../script"]));
    }
}
