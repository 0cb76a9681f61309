using Sallyport.Engine.Consent;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests;

/// <summary>Calls that stand alone run at the same time; what does not is a wall between them.</summary>
public sealed class SideBySideTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Calls_that_stand_alone_run_at_the_same_time_and_beside_reads()
    {
        await using var bench = new SessionBench();
        var meeting = new Meeting(3);
        bench.Tools.Add(Alone("run", (_, _) => meeting.Join()));
        bench.Tools.Add(new FakeTool("look", Effect.Read, (_, _) => meeting.Join()));
        bench.Model.Calls(("a", "run", """{"text":"1"}"""), ("b", "look", """{"text":"2"}"""), ("c", "run", """{"text":"3"}""")).Says("done");
        await bench.Run();
        Assert.Equal(["a", "b", "c"], Results(bench).Select(r => r.CallId));
        Assert.All(Results(bench), r => Assert.False(r.Failed, r.Text));
    }

    [Fact]
    public async Task A_call_that_does_not_stand_alone_is_a_wall_for_those_that_do()
    {
        await using var bench = new SessionBench();
        var order = new List<string>();
        async Task<ToolResult> Note(ToolCall call, CancellationToken cancellation)
        {
            lock (order) order.Add("+" + call.Id);
            await Task.Yield();
            lock (order) order.Add("-" + call.Id);
            return new ToolResult(call.Id);
        }
        bench.Tools.Add(new FakeTool("run", Effect.Execute, Note, text => new(Effect.Execute) { StandsAlone = text == "alone" }));
        bench.Model.Calls(("a", "run", """{"text":"alone"}"""), ("b", "run", """{"text":"alone"}"""), ("wall", "run", """{"text":""}"""), ("c", "run", """{"text":"alone"}"""), ("d", "run", """{"text":"alone"}""")).Says("done");
        await bench.Run();
        Assert.Equal(["a", "b", "wall", "c", "d"], Results(bench).Select(r => r.Text));
        Assert.Equal(["+wall", "-wall"], order.Skip(4).Take(2));
        Assert.Equal(["+a", "+b", "-a", "-b"], order.Take(4).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Commands_that_only_look_run_at_the_same_time_without_being_declared()
    {
        await using var bench = new SessionBench();
        var meeting = new Meeting(2);
        var order = new List<string>();
        bench.Tools.Add(new FakeTool("run", Effect.Execute, async (call, _) =>
        {
            lock (order) order.Add(call.Id);
            return call.Id.StartsWith("look", StringComparison.Ordinal) ? await meeting.Join() : new ToolResult("ran");
        }, text => new(Effect.Execute) { Command = text, Paths = [bench.Folder] }));
        bench.Model.Calls(("look1", "run", """{"text":"ls | head -3"}"""), ("look2", "run", """{"text":"cat a.txt"}"""), ("wall", "run", """{"text":"cat a.txt > b.txt"}"""), ("look3", "run", """{"text":"git log"}"""), ("look4", "run", """{"text":"rg x"}""")).Says("done");
        await bench.Run();
        Assert.All(Results(bench), r => Assert.False(r.Failed, r.Text));
        Assert.Equal("wall", order[2]);
    }

    [Theory]
    [InlineData("sed -n 1,20p a.txt", true)]
    [InlineData("git status --short && git diff --stat | tail -1", true)]
    [InlineData("grep -n x a.txt; wc -l a.txt", true)]
    [InlineData("sed -i s/a/b/ a.txt", false)]
    [InlineData("cat a.txt > b.txt", false)]
    [InlineData("cat /etc/hostname", false)]
    [InlineData("make", false)]
    [InlineData("ls | xargs rm", false)]
    // What waits does so for something that another brings about.
    [InlineData("sleep 1; cat a.txt", false)]
    // Later commands stand where it went.
    [InlineData("cd sub && ls", false)]
    public void A_line_that_only_looks_is_told_from_one_that_does_more(string line, bool looks)
    {
        var folder = Directory.CreateTempSubdirectory("sally-looks-").FullName;
        try
        {
            Directory.CreateDirectory(Path.Combine(folder, "sub"));
            var judge = new Judge(PermissionMode.Ask, [], [], []);
            Assert.Equal(looks, judge.OnlyLooks(new Touches(Effect.Execute) { Command = line }, new Workspace(folder)));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public async Task No_more_than_eight_run_at_the_same_time()
    {
        await using var bench = new SessionBench();
        var (running, most) = (0, 0);
        var eight = new Meeting(8);
        bench.Tools.Add(Alone("run", async (_, _) =>
        {
            lock (bench) most = Math.Max(most, ++running);
            await eight.Join();
            lock (bench) running--;
            return new ToolResult("ok");
        }));
        bench.Model.Calls([.. Enumerable.Range(0, 24).Select(n => ($"c{n}", "run", $$"""{"text":"{{n}}"}"""))]).Says("done");
        await bench.Run();
        Assert.Equal(8, most);
        Assert.Equal(Enumerable.Range(0, 24).Select(n => $"c{n}"), Results(bench).Select(r => r.CallId));
    }

    [Fact]
    public async Task Questions_are_asked_in_the_order_of_the_calls_one_at_a_time()
    {
        await using var bench = new SessionBench { Mode = PermissionMode.Ask, CanAsk = true };
        var open = 0;
        bench.Tools.Add(Alone("run", (call, _) => Task.FromResult(new ToolResult("ran " + call.Id))));
        bench.Model.Calls([.. Enumerable.Range(0, 12).Select(n => ($"c{n:00}", "run", $$"""{"text":"{{n}}"}"""))]).Says("done");
        bench.Seen = e =>
        {
            if (e is not QuestionAsked question) return;
            Assert.Equal(1, Interlocked.Increment(ref open));
            Interlocked.Decrement(ref open);
            bench.Session.Send(new Answer(question.Id, question.Id.EndsWith('3') ? "no" : "yes"));
        };
        await bench.Run();
        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"permission-c{n:00}"), bench.Events.OfType<QuestionAsked>().Select(q => q.Id));
        Assert.Equal(["c03"], Results(bench).Where(r => r.Failed).Select(r => r.CallId));
    }

    [Fact]
    public async Task An_answer_for_always_spares_the_questions_that_wait_behind_it()
    {
        await using var bench = new SessionBench { Mode = PermissionMode.Ask, CanAsk = true };
        bench.Tools.Add(new FakeTool("run", Effect.Write, (call, _) => Task.FromResult(new ToolResult("ran " + call.Id)), text => Touches.Write(Path.Combine(bench.Folder, text)) with { StandsAlone = true }));
        bench.Model.Calls(("a", "run", """{"text":"x"}"""), ("b", "run", """{"text":"x"}"""), ("c", "run", """{"text":"x"}""")).Says("done");
        bench.Seen = e =>
        {
            if (e is QuestionAsked question) bench.Session.Send(new Answer(question.Id, "always"));
        };
        await bench.Run();
        Assert.Single(bench.Events.OfType<QuestionAsked>());
        Assert.Equal(["ran a", "ran b", "ran c"], Results(bench).Select(r => r.Text));
    }

    [Fact]
    public async Task Once_words_of_others_came_in_commands_run_one_at_a_time()
    {
        await using var bench = new SessionBench { CanAsk = true };
        bench.Seen = e =>
        {
            if (e is QuestionAsked question) bench.Session.Send(new Answer(question.Id, "yes"));
        };
        var (running, most) = (0, 0);
        bench.Tools.Add(new FakeTool("fetch", Effect.Read, (_, _) => Task.FromResult(new ToolResult("words") { From = UntrustedSource.Of("web", "https://example.com/") })));
        bench.Tools.Add(new FakeTool("run", Effect.Execute, async (call, _) =>
        {
            lock (bench) most = Math.Max(most, ++running);
            for (var i = 0; i < 200; i++) await Task.Yield();
            lock (bench) running--;
            return new ToolResult("ran " + call.Id);
        }, text => new(Effect.Execute) { Command = "ls " + text, Paths = [bench.Folder], StandsAlone = true }));
        bench.Model.Calls(("f", "fetch", """{"text":"x"}""")).Calls([.. Enumerable.Range(0, 12).Select(n => ($"c{n}", "run", $$"""{"text":"{{n}}"}"""))]).Says("done");
        await bench.Run();
        Assert.Equal(1, most);
        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"ran c{n}"), bench.Model.Requests[2].Messages[^1].Parts.OfType<ToolResultPart>().Select(r => r.Text));
    }

    [Fact]
    public async Task An_interruption_ends_all_of_them_and_leaves_a_valid_transcript()
    {
        await using var bench = new SessionBench();
        var meeting = new Meeting(3);
        bench.Tools.Add(Alone("run", async (_, cancellation) =>
        {
            // The first three meet; with the room full, the rest must not have begun.
            if (await meeting.Join() is { Failed: false }) bench.Session.Send(new Interrupt());
            await Task.Delay(Timeout.Infinite, cancellation);
            return new ToolResult("never");
        }));
        bench.Model.Calls([("early", "echo", """{"text":"x"}"""), .. Enumerable.Range(0, 3).Select(n => ($"c{n}", "run", """{"text":"x"}""")), ("wall", "echo", """{"text":"x"}""")]);
        Assert.Equal(Outcome.Interrupted, (await bench.Run()).Outcome);
        var messages = TranscriptReader.Read(bench.TranscriptPath).Messages;
        SessionBench.AssertValid(messages);
        Assert.All(messages[^1].Parts.OfType<ToolResultPart>().Where(r => r.Name == "run"), r => Assert.Contains("interrupted", r.Text, StringComparison.Ordinal));
    }

    private static FakeTool Alone(string name, Func<ToolCall, CancellationToken, Task<ToolResult>> run) => new(name, Effect.Execute, run, _ => new(Effect.Execute) { StandsAlone = true });

    private static ToolResultPart[] Results(SessionBench bench) => [.. bench.Model.Requests[1].Messages[^1].Parts.OfType<ToolResultPart>()];

    /// <summary>Nobody goes on before so many are there: who runs alone waits until the test fails.</summary>
    private sealed class Meeting(int size)
    {
        private TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int here;

        public async Task<ToolResult> Join()
        {
            TaskCompletionSource mine;
            lock (this)
            {
                mine = all;
                if (++here == size)
                {
                    (here, all) = (0, new(TaskCreationOptions.RunContinuationsAsynchronously));
                    mine.SetResult();
                }
            }
            await mine.Task.WaitAsync(Long, TestContext.Current.CancellationToken);
            return new ToolResult("met");
        }
    }
}
