using System.Diagnostics;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Sessions;

namespace Sallyport.Tests;

/// <summary>The real program on a session that is made by hand: two prompts, after each of which a file was written.</summary>
public sealed class RewindCommandTests : IDisposable
{
    private const string Id = "20260101-101112-0a0b0c0d";

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-rewind-");
    private readonly string work, session;

    public RewindCommandTests()
    {
        work = Path.Combine(folder.FullName, "work");
        session = Path.Combine(folder.FullName, "state", "sallyport", "sessions", "work-1", Id + ".jsonl");
        Directory.CreateDirectory(work);
        File.WriteAllText(Path.Combine(work, "a.txt"), "one");
        using var transcript = Transcript.Create(session, TimeProvider.System);
        using var keeper = new CheckpointKeeper(new Workspace(work), Path.Combine(folder.FullName, "state", "sallyport", "checkpoints", Id), TimeProvider.System);
        transcript.Add(new SessionLine(1, Id, work, ""));
        Turn(transcript, keeper, 1, "make it two", "a.txt", "two");
        Turn(transcript, keeper, 3, "and a new one\nwith a second line", "b.txt", "new");
    }

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public void Lists_the_prompts_with_the_number_of_files_that_changed()
    {
        var (exit, output, _) = Rewind("--list");
        Assert.Equal(0, exit);
        Assert.Matches("(?m)^    1  .*  make it two  \\[1 file\\]$", output);
        Assert.Matches("(?m)^    3  .*  and a new one \\.\\.\\.  \\[1 file\\]$", output);
    }

    [Fact]
    public void A_dry_run_tells_and_changes_nothing()
    {
        var before = File.ReadAllText(session);
        var (exit, output, _) = Rewind("--to", "1", "--dry-run");
        Assert.Equal(0, exit);
        Assert.Contains("a.txt  would be restored", output, StringComparison.Ordinal);
        Assert.Contains("b.txt  would be deleted", output, StringComparison.Ordinal);
        Assert.Equal(("two", before), (File.ReadAllText(Path.Combine(work, "a.txt")), File.ReadAllText(session)));
    }

    [Fact]
    public void Goes_back_with_files_and_conversation()
    {
        Assert.Equal(0, Rewind(Id[..15], "--to", "3").Exit);
        Assert.False(File.Exists(Path.Combine(work, "b.txt")));
        Assert.Equal("two", File.ReadAllText(Path.Combine(work, "a.txt")));
        Assert.Equal(2, TranscriptReader.Read(session).Messages.Count);
        Assert.DoesNotContain("new one", Rewind("--list").Output, StringComparison.Ordinal);

        Assert.Equal(0, Rewind("--undo").Exit);
        Assert.Equal("new", File.ReadAllText(Path.Combine(work, "b.txt")));
    }

    [Fact]
    public void Goes_back_with_one_of_both()
    {
        Assert.Equal(0, Rewind("--conversation", "--to", "1").Exit);
        Assert.Equal("two", File.ReadAllText(Path.Combine(work, "a.txt")));
        Assert.Empty(TranscriptReader.Read(session).Messages);
        Assert.Equal(2, Rewind("--files").Exit);
    }

    [Fact]
    public void What_the_person_changed_is_left_alone_and_the_exit_code_says_so()
    {
        File.WriteAllText(Path.Combine(work, "b.txt"), "the person's");
        var (exit, output, _) = Rewind("--to", "1", "--files");
        Assert.Equal(1, exit);
        Assert.Contains("b.txt  left alone: you changed it since", output, StringComparison.Ordinal);
        Assert.Equal(("one", "the person's"), (File.ReadAllText(Path.Combine(work, "a.txt")), File.ReadAllText(Path.Combine(work, "b.txt"))));
    }

    [Fact]
    public void A_wrong_number_and_a_session_in_use_are_told()
    {
        var (exit, _, error) = Rewind("--to", "2");
        Assert.Equal(2, exit);
        Assert.Contains("there are 1, 3", error, StringComparison.Ordinal);
        using var busy = Transcript.Append(session, TimeProvider.System);
        Assert.Contains("in use", Rewind("--to", "1").Error, StringComparison.Ordinal);
        Assert.Equal(0, Rewind("--list").Exit);
    }

    private void Turn(Transcript transcript, CheckpointKeeper keeper, int number, string prompt, string name, string content)
    {
        transcript.Add(new MessageLine(number, "prompt", Message.User(prompt)));
        keeper.Begin(number, prompt);
        var path = Path.Combine(work, name);
        keeper.BeforeChange(path);
        File.WriteAllText(path, content);
        keeper.Settle();
        transcript.Add(new MessageLine(number + 1, "answer", new Message(Role.Assistant, [new TextPart("done")])));
    }

    private (int Exit, string Output, string Error) Rewind(params string[] arguments)
    {
        var start = new ProcessStartInfo(SallyProgram.Command.File, SallyProgram.Command.First) { WorkingDirectory = work, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["XDG_STATE_HOME"] = Path.Combine(folder.FullName, "state");
        start.ArgumentList.Add("rewind");
        if (arguments is not [['2', '0', ..], ..]) start.ArgumentList.Add(Id);
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }
}
