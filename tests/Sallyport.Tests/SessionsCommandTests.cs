using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Events;
using Sallyport.Engine.Sessions;

namespace Sallyport.Tests;

/// <summary><c>sally sessions</c> from outside, over transcripts that are made by hand.</summary>
public sealed class SessionsCommandTests : IDisposable
{
    private const string First = "20260101-101112-0a0b0c0d", Second = "20260102-101112-1a1b1c1d", Elsewhere = "20260103-101112-2a2b2c2d";

    private readonly SessionsDoor door = new();

    public SessionsCommandTests()
    {
        Make(First, door.Work, "why is the build \e[31mred", "because of the semicolon");
        Make(Second, door.Work, "add a test", "added");
        Make(Elsewhere, door.Made("other"), "a semicolon elsewhere", "yes");
    }

    public void Dispose() => door.Dispose();

    [Fact]
    public void Lists_the_sessions_of_this_folder_and_with_all_those_of_others()
    {
        var (exit, output, _) = door.Run("sessions", "list");
        Assert.Equal(0, exit);
        Assert.Equal([Second, First], Ids(output));
        Assert.Contains("add a test", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        Assert.Equal([Elsewhere, Second, First], Ids(door.Run("sessions", "list", "--all").Output));
        Assert.Equal([Second], Ids(door.Run("sessions", "list", "--limit", "1").Output));

        var json = JsonDocument.Parse(door.Run("sessions", "list", "--json").Output).RootElement;
        var one = json.GetProperty("sessions")[0];
        Assert.Equal((1, Second, "add a test", 1, 0.5m, "done"), (json.GetProperty("version").GetInt32(), one.GetProperty("id").GetString(), one.GetProperty("title").GetString(), one.GetProperty("turns").GetInt32(), one.GetProperty("costUsd").GetDecimal(), one.GetProperty("outcome").GetString()));
    }

    [Fact]
    public void Shows_what_was_said_and_done_without_control_characters()
    {
        var (exit, output, _) = door.Run("sessions", "show", "0a0b0c0d");
        Assert.Equal(0, exit);
        Assert.Contains("> why is the build \\x1b[31mred", output, StringComparison.Ordinal);
        Assert.Contains("● bash make all", output, StringComparison.Ordinal);
        Assert.Contains("  line 1\n", output, StringComparison.Ordinal);
        Assert.Contains("… 12 more lines", output, StringComparison.Ordinal);
        Assert.Contains("● read", output, StringComparison.Ordinal);
        Assert.Contains("(no result: the session ended before)", output, StringComparison.Ordinal);
        Assert.Contains("because of the semicolon", output, StringComparison.Ordinal);
        Assert.DoesNotContain('\e', output);
        Assert.Equal(1, JsonDocument.Parse(door.Run("sessions", "show", First, "--json").Output).RootElement.GetProperty("lines")[0].GetProperty("version").GetInt32());
    }

    [Fact]
    public void Searches_and_tells_by_its_exit_code()
    {
        var (exit, output, _) = door.Run("sessions", "search", "semicolon");
        Assert.Equal(0, exit);
        Assert.Equal([First], Ids(output));
        Assert.Equal(2, Ids(door.Run("sessions", "search", "semicolon", "--all").Output).Length);
        Assert.Equal(1, door.Run("sessions", "search", "\"semicolon the\"").Exit);
        Assert.Equal(1, door.Run("sessions", "search", "NEAR((\"").Exit);
        Assert.Equal(2, door.Run("sessions", "search", "((").Exit);
        var hit = JsonDocument.Parse(door.Run("sessions", "search", "semicol*", "--json").Output).RootElement.GetProperty("hits")[0];
        Assert.Equal((First, "answer"), (hit.GetProperty("session").GetString(), hit.GetProperty("kind").GetString()));
    }

    [Fact]
    public void Exports_as_markdown_json_and_lines()
    {
        var file = Path.Combine(door.Work, "out.md");
        Assert.Equal(0, door.Run("sessions", "export", First, "--output", file).Exit);
        var page = File.ReadAllText(file);
        Assert.Contains("**bash** `make all`", page, StringComparison.Ordinal);
        Assert.Contains("line 20", page, StringComparison.Ordinal);
        var transcript = door.Transcripts.Single(t => t.Contains(First, StringComparison.Ordinal));
        Assert.Equal(File.ReadAllText(transcript), door.Run("sessions", "export", First, "--format", "jsonl").Output);
        Assert.Equal(First, JsonDocument.Parse(door.Run("sessions", "export", First, "--format", "json").Output).RootElement.GetProperty("session").GetProperty("id").GetString());
    }

    [Fact]
    public void Deletes_with_everything_that_belongs_to_it_but_never_one_in_use()
    {
        var (outputs, checkpoints) = (Path.Combine(door.State, "outputs", First), Path.Combine(door.State, "checkpoints", First));
        foreach (var folder in (string[])[outputs, checkpoints]) File.WriteAllText(Path.Combine(Directory.CreateDirectory(folder).FullName, "f"), "x");
        Assert.Equal(0, door.Run("sessions", "search", "semicolon").Exit);

        var (exit, _, error) = door.Run("sessions", "delete", First);
        Assert.Equal(2, exit);
        Assert.Contains("--yes", error, StringComparison.Ordinal);
        using (Transcript.Append(door.Transcripts.Single(t => t.Contains(Second, StringComparison.Ordinal)), TimeProvider.System))
        {
            (exit, var output, error) = door.Run("sessions", "delete", First, Second, "--yes");
            Assert.Equal(1, exit);
            Assert.Contains($"{First}  deleted", output, StringComparison.Ordinal);
            Assert.Contains($"{Second} is in use", error, StringComparison.Ordinal);
        }
        Assert.False(Directory.Exists(outputs) || Directory.Exists(checkpoints));
        Assert.Equal([Second], Ids(door.Run("sessions", "list").Output));
        Assert.Equal(1, door.Run("sessions", "search", "semicolon").Exit);
        Assert.Equal(2, door.Run("sessions", "show", First).Exit);
    }

    [Fact]
    public void Deletes_what_is_older_than_so_many_days()
    {
        File.SetLastWriteTimeUtc(door.Transcripts.Single(t => t.Contains(First, StringComparison.Ordinal)), new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddYears(-1));
        Assert.Equal(0, door.Run("sessions", "delete", "--older-than", "30", "--yes").Exit);
        Assert.Equal([Elsewhere, Second], Ids(door.Run("sessions", "list", "--all").Output));
        Assert.Equal(2, door.Run("sessions", "delete", "--yes").Exit);
    }

    [Theory]
    [InlineData("nope", "there is no session")]
    [InlineData("2026", "give more of the id")]
    public void Says_in_one_line_which_session_it_cannot_find(string id, string words)
    {
        var (exit, _, error) = door.Run("sessions", "show", id);
        Assert.Equal(2, exit);
        Assert.Contains(words, error, StringComparison.Ordinal);
        Assert.Single(error.TrimEnd().Split('\n'));
    }

    private void Make(string id, string cwd, string prompt, string answer)
    {
        using var transcript = Transcript.Create(PathFor(id, cwd), TimeProvider.System);
        transcript.Add(new SessionLine(1, id, cwd, "Environment"));
        transcript.Add(new MessageLine(1, "prompt", Message.User(prompt)));
        if (id == First)
        {
            transcript.Add(new MessageLine(2, "answer", new Message(Role.Assistant, [new ToolCallPart("c1", "bash", """{"command":"make all"}"""), new ToolCallPart("c2", "read", """{"path":"a.c"}""")])));
            transcript.Add(new MessageLine(3, "results", new Message(Role.User, [new ToolResultPart("c1", "bash", string.Join('\n', Enumerable.Range(1, 20).Select(i => $"line {i}")))])));
        }
        transcript.Add(new MessageLine(4, "answer", new Message(Role.Assistant, [new TextPart(answer)]), new Usage(1, 2, 3, 4), 0.5m, "m"));
        transcript.Add(new FinishedLine(Outcome.Done, null, 7));
    }

    /// <summary>Where the program will look: the folder's name is its business, so it is asked for once.</summary>
    private string PathFor(string id, string cwd)
    {
        var relative = Path.GetRelativePath(SessionFiles.Root(), SessionFiles.PathOf(id, cwd));
        return Path.Combine(door.State, "sessions", relative);
    }

    private static string[] Ids(string output) => [.. output.Split('\n').Where(line => line.StartsWith("2026", StringComparison.Ordinal)).Select(line => line[..First.Length])];
}
