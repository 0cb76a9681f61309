using Sallyport.Engine.Flow;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Flow;

/// <summary>Files that act later are as they were when a command has ended, and nothing else is touched.</summary>
public sealed class LastingGuardTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-guard-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void What_was_changed_made_or_removed_is_put_back()
    {
        Write("AGENTS.md", "kind");
        Write(".husky/pre-commit", "test");
        Write(".git/config", "[core]");
        Write(".git/objects/ab", "object");
        Write("src/a.cs", "one");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(At(".husky/pre-commit"), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var guard = LastingGuard.Take(new Workspace(folder.FullName))!;

        Write("AGENTS.md", "evil");
        File.Delete(At(".husky/pre-commit"));
        Write(".git/config", "[core] evil");
        Write(".git/hooks/post-commit", "evil");
        Write(".git/objects/cd", "object");
        Write(".github/workflows/x.yml", "evil");
        Write("src/a.cs", "two");
        Write("CLAUDE.md", "evil");
        var names = guard.PutBack(new Nobody());

        Assert.Equal([".git/config", ".git/hooks/post-commit", ".github/workflows/x.yml", ".husky/pre-commit", "AGENTS.md", "CLAUDE.md"], names.Order(StringComparer.Ordinal));
        Assert.Equal(("kind", "test", "[core]", "two"), (Read("AGENTS.md"), Read(".husky/pre-commit"), Read(".git/config"), Read("src/a.cs")));
        if (!OperatingSystem.IsWindows()) Assert.True(File.GetUnixFileMode(At(".husky/pre-commit")).HasFlag(UnixFileMode.UserExecute));
        Assert.True(File.Exists(At(".git/objects/cd")));
        foreach (var gone in (string[])["CLAUDE.md", ".git/hooks/post-commit", ".github/workflows/x.yml"]) Assert.False(File.Exists(At(gone)));
    }

    [Fact]
    public void What_was_there_and_could_not_be_held_stays()
    {
        Write(".claude/large.json", new string('x', 2 << 20));
        Write("elsewhere.txt", "outside of all this");
        File.CreateSymbolicLink(At("CLAUDE.md"), At("elsewhere.txt"));
        var guard = LastingGuard.Take(new Workspace(folder.FullName))!;
        Assert.Empty(guard.PutBack(new Nobody()));
        Assert.Equal(2 << 20, new FileInfo(At(".claude/large.json")).Length);
        Assert.NotNull(new FileInfo(At("CLAUDE.md")).LinkTarget);
    }

    [Fact]
    public void A_link_in_its_place_is_not_written_through()
    {
        Write("AGENTS.md", "kind");
        Write("target.txt", "mine");
        var guard = LastingGuard.Take(new Workspace(folder.FullName))!;
        File.Delete(At("AGENTS.md"));
        File.CreateSymbolicLink(At("AGENTS.md"), At("target.txt"));
        Assert.Equal(["AGENTS.md"], guard.PutBack(new Nobody()));
        Assert.Equal(("kind", "mine"), (Read("AGENTS.md"), Read("target.txt")));
        Assert.Null(new FileInfo(At("AGENTS.md")).LinkTarget);
    }

    [Fact]
    public void More_than_can_be_held_is_left_alone()
    {
        for (var i = 0; i < 600; i++) Write($".cursor/rules/{i}.mdc", "x");
        Assert.Null(LastingGuard.Take(new Workspace(folder.FullName)));
    }

    private string At(string name) => Path.Combine(folder.FullName, name);

    private string Read(string name) => File.ReadAllText(At(name));

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
    }

    private sealed class Nobody : IChangeWitness
    {
        public void BeforeChange(string absolute) { }

        public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation) => default;

        public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation) => new([]);
    }
}
