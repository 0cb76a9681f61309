using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests.Swarm;

/// <summary>Agents that a session starts: their answers, rights, limits, questions and ends.</summary>
public sealed class SubAgentTests
{
    [Fact]
    public async Task Its_answer_is_the_result_and_nothing_else_of_it_reaches_who_started_it()
    {
        await using var bench = new SwarmBench();
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("look around")),
            ("look around", 0) => new Saying("thinking aloud", SwarmBench.Does("echo", "inside")),
            ("look around", _) => new Saying("it is blue"),
            _ => new Saying("so it is"),
        };
        var end = await bench.Session.Run();
        Assert.Equal((Outcome.Done, "so it is", 4, 60L), (end.Outcome, end.Result, end.Turns, end.Usage.Total()));
        Assert.Equal("it is blue", Assert.Single(bench.Results("go")).Text);
        Assert.DoesNotContain(bench.Of("go"), r => r.Messages.Any(m => m.Text.Contains("aloud", StringComparison.Ordinal)));
        Assert.DoesNotContain(bench.Session.Events.OfType<TextAdded>(), t => t.Text.Contains("aloud", StringComparison.Ordinal));
        var told = bench.Session.Events.OfType<AgentChanged>().ToArray();
        Assert.Equal(["started", "progress", "finished"], told.Select(e => e.State));
        Assert.Equal(("general 1", "look around", "echo inside", "c0-0", Outcome.Done, 2), (told[0].Name, told[0].Title, told[1].Text, told[1].CallId, told[2].Outcome, told[2].Turns));

        var own = Assert.Single(bench.AgentTranscripts());
        Assert.Equal(("session-1", "general", told[0].Agent), (TranscriptReader.Header(own).Parent, TranscriptReader.Header(own).Agent, SessionFiles.IdOf(own)));
        SessionBench.AssertValid(TranscriptReader.Read(own).Messages);
        var past = TranscriptReader.Read(bench.Session.TranscriptPath);
        Assert.Equal((4, 60L), (past.Turns, past.Usage.Total()));
    }

    [Fact]
    public async Task It_has_the_tools_of_its_kind_that_who_starts_it_has_and_starts_none_itself()
    {
        await using var bench = new SwarmBench(new AgentKind("narrow", "d", "Narrow.") { Tools = ["echo", "read", "unheard_of"] });
        bench.Session.Tools.Add(new FakeTool("change", Effect.Write, (_, _) => Task.FromResult(new ToolResult("changed"))));
        bench.Model = (who, step) => who == "go" && step == 0 ? Saying.Calling(SwarmBench.Agent("a", "narrow"), SwarmBench.Agent("b"), SwarmBench.Agent("c", tools: ["change"]), SwarmBench.Agent("d", tools: ["shred"]), SwarmBench.Agent("e", "nobody")) : new Saying("ok");
        await bench.Session.Run();
        string[] Tools(string who) => [.. bench.Of(who)[0].Tools.Select(t => t.Name)];
        Assert.Equal(["echo"], Tools("a"));
        Assert.Equal(["change", "echo"], Tools("b"));
        Assert.Equal(["change"], Tools("c"));
        var results = bench.Results("go");
        Assert.Equal(["ok", "ok", "ok"], results.Take(3).Select(r => r.Text));
        Assert.True(results[3].Failed);
        Assert.Contains("You have no tool \"shred\"", results[3].Text, StringComparison.Ordinal);
        Assert.Contains("There are: explore, general, review, narrow.", results[4].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mode_of_its_kind_only_narrows_and_denials_and_a_change_of_mode_hold_for_it()
    {
        await using var bench = new SwarmBench(new AgentKind("bold", "d", "Bold.") { Mode = PermissionMode.Open }, new AgentKind("timid", "d", "Timid.") { Mode = PermissionMode.Plan });
        bench.Session.Mode = PermissionMode.Edits;
        bench.Session.Deny.Add(ConsentRule.Parse("echo", out _)!);
        bench.Session.Tools.Add(new FakeTool("change", Effect.Write, (_, _) => Task.FromResult(new ToolResult("changed"))));
        bench.Session.Tools.Add(new FakeTool("run", Effect.Execute, (_, _) => Task.FromResult(new ToolResult("ran"))));
        bench.Before = (who, step, _) =>
        {
            // The person changes the mode while the last one works.
            if (who == "late" && step == 1) bench.Session.Session.Send(new SetMode("plan"));
            return who == "late" && step == 1 ? Until(() => bench.Session.Events.OfType<Noticed>().Any()) : Task.CompletedTask;
        };
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("b", "bold"), SwarmBench.Agent("t", "timid")),
            ("go", 1) => Saying.Calling(SwarmBench.Agent("late")),
            ("b" or "t", 0) => Saying.Calling(SwarmBench.Does("change"), SwarmBench.Does("run"), SwarmBench.Does("echo")),
            ("late", 0 or 1) => Saying.Calling(SwarmBench.Does("change")),
            _ => new Saying("ok"),
        };
        await bench.Session.Run();
        Assert.Equal([false, true, true], bench.Results("b").Select(r => r.Failed));
        Assert.Contains("mode edits", bench.Results("b")[1].Text, StringComparison.Ordinal);
        Assert.Contains("deny echo", bench.Results("b")[2].Text, StringComparison.Ordinal);
        Assert.Equal([true, true, true], bench.Results("t").Select(r => r.Failed));
        Assert.Equal([false, true], bench.Results("late").Select(r => r.Failed));
    }

    [Fact]
    public async Task Agents_start_agents_only_where_their_kind_says_so_and_three_levels_deep()
    {
        await using var bench = new SwarmBench(new AgentKind("boss", "d", "Boss.") { Tools = ["agent", "echo"] });
        bench.Model = (who, step) => step > 0 ? new Saying("back from " + who) : Saying.Calling(SwarmBench.Agent(who + "+", "boss"));
        var end = await bench.Session.Run();
        Assert.Equal(Outcome.Done, end.Outcome);
        Assert.Equal(["go", "go+", "go++", "go+++"], bench.Requests.Select(r => r.Messages[0].Text).Distinct().Order(StringComparer.Ordinal));
        // The last has the tool no more, so its call fails.
        Assert.DoesNotContain(bench.Of("go+++")[0].Tools, t => t.Name == "agent");
        Assert.Contains("There is no tool \"agent\"", bench.Results("go+++")[0].Text, StringComparison.Ordinal);
        // All stand beside the first.
        Assert.Equal(3, bench.AgentTranscripts().Count);
    }

    [Fact]
    public async Task Eight_run_side_by_side_and_results_keep_the_order_of_the_calls()
    {
        await using var bench = new SwarmBench();
        var meeting = new Meeting(8);
        var (running, most) = (0, 0);
        bench.Before = async (who, _, cancellation) =>
        {
            if (who == "go") return;
            lock (bench) most = Math.Max(most, ++running);
            await meeting.Join(cancellation);
            lock (bench) running--;
        };
        bench.Model = (who, step) => who == "go" && step == 0 ? Saying.Calling([.. Enumerable.Range(0, 12).Select(n => SwarmBench.Agent($"part {n}"))]) : new Saying("answer to " + who);
        await bench.Session.Run();
        Assert.Equal(8, most);
        Assert.Equal(Enumerable.Range(0, 12).Select(n => $"answer to part {n}"), bench.Results("go").Select(r => r.Text));
    }

    [Theory]
    [InlineData(3, null, null)]
    [InlineData(null, 40L, null)]
    [InlineData(null, null, 0.0003)]
    public async Task A_limit_of_the_run_ends_the_whole_tree(int? turns, long? tokens, double? cost)
    {
        await using var bench = new SwarmBench();
        bench.Session.Limits = new BudgetLimits(turns, (decimal?)cost, tokens);
        bench.Model = (who, step) => who == "go" && step == 0 ? Saying.Calling(SwarmBench.Agent("endless")) : Saying.Calling(SwarmBench.Does("echo", $"{who} {step}"));
        var end = await bench.Session.Run();
        Assert.Equal((Outcome.Limit, 3), (end.Outcome, end.Turns));
        Assert.Equal(Outcome.Limit, bench.Session.Events.OfType<AgentChanged>().Last().Outcome);
        foreach (var path in bench.AgentTranscripts()) SessionBench.AssertValid(TranscriptReader.Read(path).Messages);
    }

    [Fact]
    public async Task Agents_side_by_side_take_no_more_turns_than_there_are()
    {
        await using var bench = new SwarmBench();
        bench.Session.Limits = new BudgetLimits(Turns: 5);
        bench.Model = (who, step) => who == "go" && step == 0 ? Saying.Calling([.. Enumerable.Range(0, 8).Select(n => SwarmBench.Agent($"endless {n}"))]) : Saying.Calling(SwarmBench.Does("echo", $"{who} {step}"));
        Assert.Equal((Outcome.Limit, 5), (await bench.Session.Run()) is var end ? (end.Outcome, end.Turns) : default);
    }

    [Fact]
    public async Task A_limit_of_its_own_is_a_result_and_who_started_it_goes_on()
    {
        await using var bench = new SwarmBench(new AgentKind("short", "d", "Short.") { MaxTurns = 2 });
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("endless", "short", turns: 50)),
            ("go", _) => new Saying("went on"),
            _ => new Saying($"so far {step}", SwarmBench.Does("echo", $"{step}")),
        };
        var end = await bench.Session.Run();
        Assert.Equal((Outcome.Done, "went on", 4), (end.Outcome, end.Result, end.Turns));
        var result = Assert.Single(bench.Results("go"));
        Assert.True(result.Failed);
        Assert.Contains("the limit of 2 turns is reached for this agent", result.Text, StringComparison.Ordinal);
        Assert.Contains("so far 1", result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Its_failure_is_a_result_that_can_be_acted_on()
    {
        await using var bench = new SwarmBench();
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("break"), SwarmBench.Agent("work")),
            ("break", _) => new Saying("") { Failure = ProviderFailure.Invalid },
            _ => new Saying("fine"),
        };
        Assert.Equal((Outcome.Done, "fine"), await bench.Session.Run() is var end ? (end.Outcome, end.Result) : default);
        Assert.Equal([true, false], bench.Results("go").Select(r => r.Failed));
        Assert.Contains("made to fail", bench.Results("go")[0].Text, StringComparison.Ordinal);
        Assert.Equal(Outcome.Failed, bench.Session.Events.OfType<AgentChanged>().First(e => e.State == "finished" && e.Title == "break").Outcome);
    }

    [Fact]
    public async Task An_interruption_ends_the_tree_and_every_transcript_is_valid()
    {
        await using var bench = new SwarmBench(new AgentKind("boss", "d", "Boss.") { Tools = ["agent", "wait"] });
        var meeting = new Meeting(3);
        bench.Session.Tools.Add(new FakeTool("wait", Effect.Execute, async (_, cancellation) =>
        {
            await meeting.Join(cancellation);
            bench.Session.Session.Send(new Interrupt());
            await Task.Delay(Timeout.Infinite, cancellation);
            return new ToolResult("never");
        }));
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("one", "boss"), SwarmBench.Agent("two")),
            ("one", 0) => Saying.Calling(SwarmBench.Agent("one below"), SwarmBench.Agent("another below")),
            _ => Saying.Calling(SwarmBench.Does("wait")),
        };
        Assert.Equal(Outcome.Interrupted, (await bench.Session.Run()).Outcome);
        SessionBench.AssertValid(TranscriptReader.Read(bench.Session.TranscriptPath).Messages);
        Assert.Equal(4, bench.AgentTranscripts().Count);
        foreach (var path in bench.AgentTranscripts())
        {
            SessionBench.AssertValid(TranscriptReader.Read(path).Messages);
            Assert.Equal(Outcome.Interrupted, TranscriptReader.Summary(path).Outcome);
        }
    }

    [Fact]
    public async Task Its_questions_reach_the_person_with_its_name_one_at_a_time_and_always_holds_for_all()
    {
        await using var bench = new SwarmBench();
        (bench.Session.CanAsk, bench.Session.Mode) = (true, PermissionMode.Ask);
        var open = 0;
        bench.Session.Tools.Add(new FakeTool("change", Effect.Write, (call, _) => Task.FromResult(new ToolResult("changed")), text => Touches.Write(Path.Combine(bench.Session.Folder, text))));
        bench.Session.Seen = e =>
        {
            if (e is QuestionClosed) Interlocked.Decrement(ref open);
            if (e is not QuestionAsked question) return;
            Assert.Equal(1, Interlocked.Increment(ref open));
            bench.Session.Session.Send(new Answer(question.Id, "always"));
        };
        bench.Model = (who, step) => (who, step) switch
        {
            ("go", 0) => Saying.Calling(SwarmBench.Agent("a"), SwarmBench.Agent("b")),
            ("go", 1) => Saying.Calling(SwarmBench.Does("change", "a")),
            ("a" or "b", 0) => Saying.Calling(SwarmBench.Does("change", who)),
            _ => new Saying("ok"),
        };
        await bench.Session.Run();
        Assert.All(bench.Results("a").Concat(bench.Results("b")).Concat(bench.Results("go")), r => Assert.False(r.Failed, r.Text));
        var asked = bench.Session.Events.OfType<QuestionAsked>().ToArray();
        // The session itself asked nothing: what was allowed for the first agent holds for it, too.
        Assert.All(asked, q => Assert.Matches("^general [12]: change [ab]: it changes files", q.Text));
        Assert.All(asked, q => Assert.StartsWith("c0-", q.CallId, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_in_the_background_works_beside_and_its_answer_comes_by_itself()
    {
        await using var bench = new SwarmBench();
        var (released, saw) = (new TaskCompletionSource(), 0);
        bench.Before = (who, step, cancellation) => who == "slow" ? released.Task.WaitAsync(cancellation) : Task.CompletedTask;
        bench.Model = (who, step) =>
        {
            if (who == "slow") return new Saying("the slow answer");
            if (step == 0) return Saying.Calling(SwarmBench.Agent("slow", background: true));
            if (step == 1) return Saying.Calling(SwarmBench.Does("echo", "meanwhile"));
            if (step == 2)
            {
                // The model has nothing more to do: only now may it end.
                released.SetResult();
                return new Saying("waiting for it");
            }
            saw = step;
            return new Saying("all is there");
        };
        var end = await bench.Session.Run();
        Assert.Equal((Outcome.Done, "all is there", 5), (end.Outcome, end.Result, end.Turns));
        Assert.Equal(3, saw);
        Assert.Contains("Started in the background as job 1 (general 1)", bench.Results("go")[0].Text, StringComparison.Ordinal);
        var note = bench.Of("go")[^1].Messages[^1].Text;
        Assert.Contains("the slow answer", note, StringComparison.Ordinal);
        Assert.Contains("not the user's word", note, StringComparison.Ordinal);
        SessionBench.AssertValid([.. TranscriptReader.Read(bench.Session.TranscriptPath).Messages]);
    }

    [Fact]
    public async Task What_works_in_the_background_ends_when_the_run_fails()
    {
        await using var bench = new SwarmBench();
        var begun = new TaskCompletionSource();
        bench.Before = (who, step, cancellation) =>
        {
            if (who == "slow") begun.SetResult();
            return who == "slow" ? Task.Delay(Timeout.Infinite, cancellation) : step == 1 ? begun.Task.WaitAsync(cancellation) : Task.CompletedTask;
        };
        bench.Model = (who, step) => step == 0 ? Saying.Calling(SwarmBench.Agent("slow", background: true)) : new Saying("") { Failure = ProviderFailure.Invalid };
        Assert.Equal(Outcome.Failed, (await bench.Session.Run()).Outcome);
        Assert.Equal(Outcome.Interrupted, bench.Session.Events.OfType<AgentChanged>().Last().Outcome);
    }

    [Fact]
    public async Task The_same_kind_begins_with_the_same_bytes_and_a_long_answer_goes_to_a_file()
    {
        await using var bench = new SwarmBench();
        bench.Model = (who, step) => who == "go" ? step == 0 ? Saying.Calling(SwarmBench.Agent("a"), SwarmBench.Agent("b")) : new Saying("ok") : new Saying(new string('x', 100_000));
        await bench.Session.Run();
        Assert.Equal(bench.Of("a")[0].System, bench.Of("b")[0].System);
        Assert.Equal(bench.Of("a")[0].Tools, bench.Of("b")[0].Tools);
        Assert.All(bench.Results("go"), r => Assert.InRange(r.Text.Length, 1, 40_000));
        Assert.Equal(2, Directory.GetFiles(Path.Combine(bench.Session.Folder, "outputs")).Length);
    }

    private static async Task Until(Func<bool> what)
    {
        while (!what()) await Task.Delay(1, TestContext.Current.CancellationToken);
    }
}
