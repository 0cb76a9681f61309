using System.Text;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests;

/// <summary>The file survives what happens to files.</summary>
public sealed class TranscriptTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sally-transcript-").FullName;

    private string Path => System.IO.Path.Combine(folder, "state", "s.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Cut_at_any_byte_it_loses_at_most_the_line_that_was_cut_and_goes_on_after_it()
    {
        Write(4);
        var whole = File.ReadAllBytes(Path);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var length = first; length <= whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            var complete = whole.AsSpan(0, length).Count((byte)'\n');
            // A line without its end counts when it is whole.
            var endsWhole = length < whole.Length && whole[length] == '\n';
            var state = TranscriptReader.Read(Path);
            SessionBench.AssertValid([.. state.Messages.Take(state.Messages.Count)]);
            Assert.Equal(complete - 1 + (endsWhole ? 1 : 0), state.Next - 1);
            using (var again = Transcript.Append(Path, TimeProvider.System)) again.Add(new MessageLine(state.Next, "prompt", Message.User("after the cut")));
            Assert.Contains("after the cut", TranscriptReader.Read(Path).Messages[^1].Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_call_without_a_result_gets_one_that_says_what_happened()
    {
        using (var transcript = Begin())
        {
            transcript.Add(new MessageLine(1, "prompt", Message.User("go")));
            transcript.Add(new MessageLine(2, "answer", new Message(Role.Assistant, [new ToolCallPart("c1", "bash", "{}")])));
        }
        var state = TranscriptReader.Read(Path);
        SessionBench.AssertValid(state.Messages);
        Assert.Contains("before this call did", state.Messages[^1].Parts.OfType<ToolResultPart>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Reading_begins_at_the_last_compaction_wherever_it_lies()
    {
        foreach (var filler in (int[])[10, 1_000_000, (1 << 20) - 300, (1 << 20) - 17, 3_000_000])
        {
            if (File.Exists(Path)) File.Delete(Path);
            using (var transcript = Begin())
            {
                transcript.Add(new MessageLine(1, "prompt", Message.User(new string('x', filler))));
                transcript.Add(new CompactionLine(2, [Message.User("summary one")], new Usage(1, 2, 3, 4), 0.5m, 7));
                transcript.Add(new MessageLine(2, "answer", new Message(Role.Assistant, [new TextPart("{\"type\":\"compaction\" is only text here")])));
                transcript.Add(new MessageLine(3, "prompt", Message.User(new string('y', filler))));
                transcript.Add(new CompactionLine(4, [Message.User("summary two")], new Usage(10, 20, 30, 40), 1.5m, 9));
                transcript.Add(new MessageLine(4, "answer", new Message(Role.Assistant, [new TextPart(new string('z', filler))]), new Usage(1, 1, 1, 1), 0.25m));
            }
            var state = TranscriptReader.Read(Path);
            Assert.Equal(["summary two", new string('z', filler)], state.Messages.Select(m => m.Text));
            Assert.Equal((5, new Usage(11, 21, 31, 41), 1.75m, 10), (state.Next, state.Usage, state.CostUsd, state.Turns));
        }
    }

    [Fact]
    public void A_rewind_goes_back_before_the_message_even_behind_a_compaction()
    {
        using (var transcript = Begin())
        {
            transcript.Add(new MessageLine(1, "prompt", Message.User("one")));
            transcript.Add(new MessageLine(2, "answer", new Message(Role.Assistant, [new TextPart("1")])));
            transcript.Add(new MessageLine(3, "prompt", Message.User("two")));
            transcript.Add(new CompactionLine(4, [Message.User("summary")], Usage.None, 0, 1));
            transcript.Add(new MessageLine(4, "answer", new Message(Role.Assistant, [new TextPart("2")])));
            transcript.Add(new RewindLine(3));
            transcript.Add(new MessageLine(5, "prompt", Message.User("three")));
        }
        Assert.Equal(["one", "1", "three"], TranscriptReader.Read(Path).Messages.Select(m => m.Text));
    }

    [Fact]
    public void Only_its_owner_can_read_it_and_only_one_process_writes_it()
    {
        using var transcript = Begin();
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(System.IO.Path.GetDirectoryName(Path)!));
        }
        Assert.Contains("in use", Assert.Throws<SessionException>(() => Transcript.Append(Path, TimeProvider.System)).Message, StringComparison.Ordinal);
        Assert.Equal("s", TranscriptReader.Header(Path).Id);
    }

    [Fact]
    public void Lines_of_a_later_version_and_broken_ones_are_passed_over()
    {
        Write(2);
        File.AppendAllText(Path, "{\"type\":\"hologram\",\"at\":\"2031-01-01T00:00:00Z\"}\nnot json at all\n\n", Encoding.UTF8);
        using (var transcript = Transcript.Append(Path, TimeProvider.System)) transcript.Add(new TodoLine([new TodoItem("step", "active")]));
        var state = TranscriptReader.Read(Path);
        Assert.Equal((2, "step"), (state.Messages.Count, state.Todos[0].Text));
    }

    private Transcript Begin()
    {
        var transcript = Transcript.Create(Path, TimeProvider.System);
        transcript.Add(new SessionLine(1, "s", folder, "Environment"));
        return transcript;
    }

    private void Write(int messages)
    {
        using var transcript = Begin();
        for (var i = 1; i <= messages; i++)
            transcript.Add(new MessageLine(i, i % 2 == 1 ? "prompt" : "answer", new Message(i % 2 == 1 ? Role.User : Role.Assistant, [new TextPart($"message {i} with an é")])));
    }
}
