using Sallyport.Engine.Memory;

namespace Sallyport.Engine.Tests.Memory;

/// <summary>Which AGENTS.md files a session reads, in which order, and what they may bring in.</summary>
public sealed class MemoryFilesTests : IDisposable
{
    private readonly string top = Directory.CreateTempSubdirectory("sally-memory-").FullName;

    private string Project => Path.Combine(top, "project");

    public void Dispose() => Directory.Delete(top, recursive: true);

    [Fact]
    public void The_nearest_file_comes_last_and_the_text_is_the_same_every_time()
    {
        Directory.CreateDirectory(Path.Combine(Project, ".git"));
        Write("config/AGENTS.md", "user\n");
        Write("AGENTS.md", "above the repository\n");
        Write("project/AGENTS.md", "root\r\n\r\nsecond line\n\n");
        Write("project/src/AGENTS.md", "src\n");
        Write("project/src/deep/AGENTS.md", "deep\n");
        Write("project/other/AGENTS.md", "other\n");
        var memory = Read("src/deep");
        Assert.Equal($"Instructions from {Path.Combine(top, "config", "AGENTS.md")}:\n\nuser\n\nInstructions from AGENTS.md:\n\nroot\n\nsecond line\n\nInstructions from src/AGENTS.md:\n\nsrc\n\nInstructions from src/deep/AGENTS.md:\n\ndeep", memory.Text);
        Assert.Equal(memory.Text, Read("src/deep").Text);
        Assert.Equal(4, memory.Files.Count);
        Assert.Empty(memory.Notices);
    }

    [Fact]
    public void Without_a_repository_only_the_folder_itself_counts()
    {
        Write("AGENTS.md", "above\n");
        Write("project/AGENTS.md", "here\n");
        Assert.Equal("Instructions from AGENTS.md:\n\nhere", Read("").Text);
    }

    [Fact]
    public void Nothing_there_is_nothing_said()
    {
        Directory.CreateDirectory(Project);
        Assert.Equal(("", 0, 0), (Read("").Text, Read("").Files.Count, Read("").Notices.Count));
    }

    [Fact]
    public void A_line_of_at_and_a_path_brings_the_file_in()
    {
        Write("project/AGENTS.md", "before\n@docs/style.md\nafter\n@nobody\nmail @docs/style.md here\n```\n@docs/style.md\n```\n");
        Write("project/docs/style.md", "style\n@more.md\n");
        Write("project/docs/more.md", "more\n@style.md\n");
        Assert.Equal("Instructions from AGENTS.md:\n\nbefore\nstyle\nmore\n\n\nafter\n@nobody\nmail @docs/style.md here\n```\n@docs/style.md\n```", Read("").Text);
    }

    [Theory]
    [InlineData("@../secret.txt")]
    [InlineData("@link.txt")]
    [InlineData("@linked/secret.txt")]
    [InlineData("@ABSOLUTE")]
    public void Nothing_outside_the_workspace_is_brought_in(string line)
    {
        Write("secret.txt", "do not read\n");
        Write("project/AGENTS.md", line.Replace("ABSOLUTE", Path.Combine(top, "secret.txt")) + "\nrest\n");
        File.CreateSymbolicLink(Path.Combine(Project, "link.txt"), Path.Combine(top, "secret.txt"));
        Directory.CreateSymbolicLink(Path.Combine(Project, "linked"), top);
        var memory = Read("");
        Assert.DoesNotContain("do not read", memory.Text, StringComparison.Ordinal);
        Assert.Contains("rest", memory.Text, StringComparison.Ordinal);
        Assert.Contains("outside", Assert.Single(memory.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_memory_file_that_is_a_link_out_is_not_read()
    {
        Write("secret.txt", "do not read\n");
        Directory.CreateDirectory(Project);
        File.CreateSymbolicLink(Path.Combine(Project, "AGENTS.md"), Path.Combine(top, "secret.txt"));
        Assert.Equal("", Read("").Text);
        Assert.Contains("outside", Assert.Single(Read("").Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Imports_end_at_a_depth()
    {
        Write("project/AGENTS.md", "@1.md\n");
        for (var i = 1; i <= 8; i++) Write($"project/{i}.md", $"file {i}\n@{i + 1}.md\n");
        var memory = Read("");
        Assert.Contains("file 4", memory.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("file 5", memory.Text, StringComparison.Ordinal);
        Assert.Contains("5.md more than 4 files deep", Assert.Single(memory.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_file_is_cut_at_a_line_and_it_is_said()
    {
        Write("project/AGENTS.md", string.Concat(Enumerable.Repeat("a line of twenty byte\n", 4000)));
        var memory = Read("");
        Assert.InRange(memory.Text.Length, MemoryFiles.MaxFile - 200, MemoryFiles.MaxFile + 200);
        Assert.EndsWith("a line of twenty byte\n(The rest of this file is left out: it is too long.)", memory.Text, StringComparison.Ordinal);
        Assert.Contains("only the first 64 KiB", Assert.Single(memory.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void All_files_together_have_a_limit_too()
    {
        Write("project/AGENTS.md", string.Concat(Enumerable.Range(0, 6).Select(i => $"@{i}.md\n")));
        for (var i = 0; i < 6; i++) Write($"project/{i}.md", string.Concat(Enumerable.Repeat($"line of file number {i}\n", 2500)));
        var memory = Read("");
        Assert.InRange(memory.Text.Length, MemoryFiles.MaxAll - 1000, MemoryFiles.MaxAll + 1000);
        Assert.NotEmpty(memory.Notices);
    }

    private MemoryText Read(string folder) => MemoryFiles.Read(Path.Combine(Project, folder), Project, Path.Combine(top, "config"));

    private void Write(string name, string content)
    {
        var path = Path.Combine(top, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, content);
    }
}
