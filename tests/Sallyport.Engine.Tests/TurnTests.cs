using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;

namespace Sallyport.Engine.Tests;

/// <summary>From a prompt to its answer, and every way in which that goes wrong.</summary>
public sealed class TurnTests
{
    [Fact]
    public async Task An_answer_streams_as_events_and_ends_with_its_usage_and_price()
    {
        await using var bench = new SessionBench();
        bench.Model.Then(new ThinkingDelta("hm"), new ThinkingEnd("sig"), new TextDelta("Hello, "), new TextDelta("you"), new ModelFinish(StopReason.Done, new Usage(1000, 100, 500, 0)));
        var end = await bench.Run();
        Assert.Equal(("Hello, you", Outcome.Done, 1), (end.Result, end.Outcome, end.Turns));
        Assert.Equal(1000 * 3 / 1e6m + 100 * 15 / 1e6m + 500 * 0.3m / 1e6m, end.CostUsd);
        Assert.Equal(["started", "prompt", "thinking", "text", "text", "usage", "finished"], bench.Events.Select(TypeName));
        Assert.Equal(Enumerable.Range(1, 7).Select(n => (long)n), bench.Events.Select(e => e.Seq));
        Assert.All(bench.Events, e => Assert.Equal("session-1", e.Session));
    }

    [Fact]
    public async Task Calls_are_run_and_their_results_sent_in_the_order_of_the_calls()
    {
        await using var bench = new SessionBench();
        var slow = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bench.Seen = one =>
        {
            if (one is ToolEnded { Name: "quick" }) slow.SetResult();
        };
        bench.Tools.Add(new FakeTool("slow", Effect.Read, async (call, _) =>
        {
            await slow.Task;
            return new ToolResult("slow");
        }));
        bench.Tools.Add(new FakeTool("quick", Effect.Read, (call, _) => Task.FromResult(new ToolResult("quick"))));
        bench.Model.Calls(("c1", "slow", """{"text":"a"}"""), ("c2", "quick", """{"text":"b"}""")).Says("done");
        Assert.Equal("done", (await bench.Run()).Result);
        var results = bench.Model.Requests[1].Messages[^1].Parts.Cast<ToolResultPart>().Select(r => r.Text);
        Assert.Equal(["slow", "quick"], results);
        Assert.Equal(["c2", "c1"], bench.Events.OfType<ToolEnded>().Select(e => e.Id));
    }

    [Fact]
    public async Task A_write_waits_for_the_reads_before_it_and_the_reads_after_it_wait_for_the_write()
    {
        await using var bench = new SessionBench();
        var order = new List<string>();
        FakeTool Noting(string name, Effect effect) => new(name, effect, async (call, _) =>
        {
            lock (order) order.Add("+" + call.Id);
            await Task.Yield();
            lock (order) order.Add("-" + call.Id);
            return new ToolResult("ok");
        });
        bench.Tools.Add(Noting("look", Effect.Read));
        bench.Tools.Add(Noting("change", Effect.Write));
        bench.Model.Calls(("r1", "look", """{"text":""}"""), ("w1", "change", """{"text":""}"""), ("w2", "change", """{"text":""}"""), ("r2", "look", """{"text":""}""")).Says("done");
        await bench.Run();
        Assert.Equal(["+r1", "-r1", "+w1", "-w1", "+w2", "-w2", "+r2", "-r2"], order);
    }

    [Theory]
    [InlineData("nosuch", """{"text":"x"}""", "There is no tool \"nosuch\". There are: echo.")]
    [InlineData("echo", """{"txt":"x"}""", "text")]
    [InlineData("echo", """{"text":5,"more":1}""", "more")]
    [InlineData("echo", "{\"text\": x", "JSON")]
    public async Task A_wrong_call_is_answered_with_what_the_model_can_do_about_it(string name, string arguments, string said)
    {
        await using var bench = new SessionBench();
        bench.Model.Calls(("c1", name, arguments)).Says("I see");
        Assert.Equal(Outcome.Done, (await bench.Run()).Outcome);
        var result = Assert.IsType<ToolResultPart>(bench.Model.Requests[1].Messages[^1].Parts.Single());
        Assert.True(result.Failed);
        Assert.Contains(said, result.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_fails_tells_the_model_and_the_turn_goes_on()
    {
        await using var bench = new SessionBench();
        bench.Tools.Add(new FakeTool("broken", Effect.Write, (_, _) => throw new IOException("disk on fire")));
        bench.Model.Calls(("c1", "broken", """{"text":"x"}""")).Says("sorry");
        Assert.Equal("sorry", (await bench.Run()).Result);
        Assert.Contains("disk on fire", bench.Model.Requests[1].Messages[^1].Parts.OfType<ToolResultPart>().Single().Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tool_that_breaks_by_our_own_fault_leaves_a_call_with_its_result()
    {
        await using var bench = new SessionBench();
        bench.Tools.Add(new FakeTool("broken", Effect.Write, (_, _) => throw new KeyNotFoundException("a bug")));
        bench.Tools.Add(new FakeTool("late", Effect.Read, (_, _) => throw new TaskCanceledException("its own clock")));
        bench.Model.Calls(("c1", "broken", """{"text":"x"}"""), ("c2", "late", """{"text":"x"}""")).Says("another way");
        Assert.Equal("another way", (await bench.Run()).Result);
        SessionBench.AssertValid(TranscriptReader.Read(bench.TranscriptPath).Messages);
        Assert.All(bench.Model.Requests[1].Messages[^1].Parts, p => Assert.True(Assert.IsType<ToolResultPart>(p).Failed));
    }

    [Theory]
    [InlineData(ProviderFailure.RateLimited)]
    [InlineData(ProviderFailure.Overloaded)]
    [InlineData(ProviderFailure.Server)]
    [InlineData(ProviderFailure.Network)]
    [InlineData(ProviderFailure.BadStream)]
    public async Task What_may_pass_by_is_tried_again_and_what_came_before_is_void(ProviderFailure failure)
    {
        await using var bench = new SessionBench();
        bench.Model.Fails(failure, null, new TextDelta("half an ans")).Fails(failure).Says("whole");
        var end = await bench.Run();
        Assert.Equal(("whole", Outcome.Done), (end.Result, end.Outcome));
        Assert.Equal([1, 2], bench.Events.OfType<Retried>().Select(r => r.Attempt));
        Assert.All(bench.Model.Requests, r => Assert.Equal(bench.Model.Requests[0].Messages, r.Messages));
    }

    [Theory]
    [InlineData(ProviderFailure.Credentials, "credentials")]
    [InlineData(ProviderFailure.Invalid, "invalid_request")]
    [InlineData(ProviderFailure.Quota, "quota")]
    public async Task What_will_not_pass_by_ends_the_run_at_once(ProviderFailure failure, string kind)
    {
        await using var bench = new SessionBench();
        bench.Model.Fails(failure);
        var end = await bench.Run();
        Assert.Equal((Outcome.Failed, kind), (end.Outcome, end.Error!.Kind));
        Assert.Single(bench.Model.Requests);
    }

    [Fact]
    public async Task After_the_last_attempt_the_next_model_of_the_chain_is_asked()
    {
        await using var bench = new SessionBench();
        var second = new ScriptedModel().Says("from the second");
        bench.Chain.Add(new ModelChoice(bench.Model, bench.Facts));
        bench.Chain.Add(new ModelChoice(second, ModelFacts.Unknown("model-2")));
        for (var i = 0; i < 4; i++) bench.Model.Fails(ProviderFailure.Overloaded);
        Assert.Equal("from the second", (await bench.Run()).Result);
        Assert.Equal("model-2", bench.Events.OfType<Retried>().Last().Model);
        Assert.Equal("model-2", second.Requests.Single().Model);
    }

    [Fact]
    public async Task A_hint_that_is_too_long_to_wait_for_ends_the_run()
    {
        await using var bench = new SessionBench();
        bench.Model.Fails(ProviderFailure.RateLimited, TimeSpan.FromHours(1));
        Assert.Equal("rate_limited", (await bench.Run()).Error!.Kind);
    }

    [Fact]
    public async Task A_stream_that_stalls_is_given_up_and_tried_again()
    {
        await using var bench = new SessionBench();
        bench.Patience = bench.Patience with { BetweenSigns = TimeSpan.FromMilliseconds(30) };
        bench.Model.Hangs(new TextDelta("so")).Says("so it goes");
        Assert.Equal("so it goes", (await bench.Run()).Result);
        Assert.Equal("stalled", bench.Events.OfType<Retried>().Single().Kind);
    }

    [Fact]
    public async Task An_interruption_keeps_the_text_so_far_and_a_valid_transcript()
    {
        await using var bench = new SessionBench();
        bench.Model.Hangs(new TextDelta("I was about to"));
        bench.Seen = e =>
        {
            if (e is TextAdded) bench.Session.Send(new Interrupt());
        };
        var end = await bench.Run();
        Assert.Equal(Outcome.Interrupted, end.Outcome);
        var past = TranscriptReader.Read(bench.TranscriptPath);
        Assert.Equal("I was about to", past.Messages[^1].Text);
        SessionBench.AssertValid(past.Messages);
    }

    [Fact]
    public async Task A_call_that_is_interrupted_has_a_result_that_says_so()
    {
        await using var bench = new SessionBench();
        bench.Tools.Add(new FakeTool("wait", Effect.Execute, async (_, cancellation) =>
        {
            await Task.Delay(Timeout.Infinite, cancellation);
            return new ToolResult("never");
        }));
        bench.Model.Calls(("c1", "echo", """{"text":"x"}"""), ("c2", "wait", """{"text":"x"}"""), ("c3", "wait", """{"text":"x"}"""));
        bench.Seen = e =>
        {
            if (e is ToolEnded { Id: "c1" }) bench.Session.Send(new Interrupt());
        };
        Assert.Equal(Outcome.Interrupted, (await bench.Run()).Outcome);
        var messages = TranscriptReader.Read(bench.TranscriptPath).Messages;
        SessionBench.AssertValid(messages);
        var results = messages[^1].Parts.Cast<ToolResultPart>().ToArray();
        Assert.Equal([false, true, true], results.Select(r => r.Failed));
        Assert.Contains("interrupted", results[1].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_typed_while_it_works_reaches_the_model_with_the_next_results()
    {
        await using var bench = new SessionBench();
        bench.Model.Calls(("c1", "echo", """{"text":"x"}""")).Says("as you wish");
        var typed = new TaskCompletionSource();
        bench.Tools.Clear();
        bench.Tools.Add(new FakeTool("echo", Effect.Read, async (_, _) =>
        {
            bench.Session.Send(new Prompt("rather in blue") { Id = "once" });
            bench.Session.Send(new Prompt("rather in blue") { Id = "once" });
            bench.Session.Send(new SetMode("auto"));
            await typed.Task;
            return new ToolResult("x");
        }));
        bench.Seen = e =>
        {
            if (e is Noticed) typed.SetResult();
        };
        await bench.Run();
        var last = bench.Model.Requests[1].Messages[^1];
        Assert.Equal(["tool_result", "rather in blue"], last.Parts.Select(p => p is TextPart t ? t.Text : "tool_result"));
        Assert.Equal("steer", bench.Events.OfType<Prompted>().Last().Origin);
    }

    [Fact]
    public async Task What_is_queued_waits_for_the_answer()
    {
        await using var bench = new SessionBench();
        bench.Model.Says("first").Says("second");
        bench.Session.Send(new Prompt("one"));
        bench.Session.Send(new Prompt("two", Queue: true));
        bench.Session.Send(new Close());
        Assert.Equal("second", (await bench.Session.Run(TestContext.Current.CancellationToken))!.Result);
        Assert.Equal(["first", "second"], bench.Events.OfType<Finished>().Select(f => f.Result));
        SessionBench.AssertValid(bench.Model.Requests[1].Messages.Take(2).ToArray());
    }

    [Fact]
    public async Task Limits_end_the_run_before_the_request_that_would_pass_them()
    {
        await using var turns = new SessionBench { Limits = new BudgetLimits(Turns: 2) };
        turns.Model.Calls(("a", "echo", """{"text":"1"}""")).Calls(("b", "echo", """{"text":"2"}"""));
        Assert.Equal((Outcome.Limit, "turns"), await Ended(turns));
        await using var tokens = new SessionBench { Limits = new BudgetLimits(Tokens: 15) };
        tokens.Model.Calls(("a", "echo", """{"text":"1"}"""));
        Assert.Equal((Outcome.Limit, "tokens"), await Ended(tokens));
        await using var cost = new SessionBench { Limits = new BudgetLimits(CostUsd: 0.0001m) };
        cost.Model.Calls(("a", "echo", """{"text":"1"}"""));
        Assert.Equal((Outcome.Limit, "cost"), await Ended(cost));
        SessionBench.AssertValid([.. TranscriptReader.Read(cost.TranscriptPath).Messages]);

        static async Task<(Outcome, string)> Ended(SessionBench bench)
        {
            var end = await bench.Run();
            return (end.Outcome, end.Error!.Kind);
        }
    }

    [Fact]
    public async Task The_same_call_again_and_again_is_told_and_then_stopped()
    {
        await using var bench = new SessionBench();
        for (var i = 0; i < RepetitionBreaker.Ended; i++) bench.Model.Calls(($"c{i}", "echo", """{"text":"x"}"""));
        var end = await bench.Run();
        Assert.Equal((Outcome.Failed, "repetition"), (end.Outcome, end.Error!.Kind));
        Assert.DoesNotContain("in a row", Result(bench.Model.Requests[2]), StringComparison.Ordinal);
        Assert.Contains("3 times in a row", Result(bench.Model.Requests[3]), StringComparison.Ordinal);

        static string Result(ModelRequest request) => request.Messages[^1].Parts.OfType<ToolResultPart>().Single().Text;
    }

    [Fact]
    public async Task An_answer_that_must_satisfy_a_schema_is_checked_and_asked_for_again()
    {
        await using var bench = new SessionBench { Schema = new AnswerSchema("""{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"]}""") };
        bench.Model.Says("Sure! n is 5.").Says("```json\n{\"n\": 5}\n```");
        Assert.Equal("{\"n\": 5}", (await bench.Run()).Result);
        await using var never = new SessionBench { Schema = bench.Schema };
        never.Model.Says("no").Says("no").Says("no");
        var end = await never.Run();
        Assert.Equal((Outcome.Failed, "schema"), (end.Outcome, end.Error!.Kind));
    }

    [Fact]
    public async Task An_answer_that_the_output_limit_cut_is_continued()
    {
        await using var bench = new SessionBench();
        bench.Model.Then(new TextDelta("one, "), new ModelFinish(StopReason.Length, null)).Says("two");
        Assert.Equal("one, two", (await bench.Run()).Result);
        SessionBench.AssertValid([.. bench.Model.Requests[1].Messages, new Message(Role.Assistant, [])]);
    }

    [Fact]
    public async Task A_call_that_the_mode_does_not_allow_is_asked_or_refused()
    {
        await using var plan = new SessionBench { Mode = PermissionMode.Plan };
        plan.Tools[0] = FakeTool.Echo(Effect.Write);
        plan.Model.Calls(("c", "echo", """{"text":"x"}""")).Says("I would write");
        await plan.Run();
        Assert.Contains("the mode is plan", plan.Events.OfType<ToolEnded>().Single().Text, StringComparison.Ordinal);

        await using var ask = new SessionBench { Mode = PermissionMode.Ask, CanAsk = true };
        ask.Tools[0] = FakeTool.Echo(Effect.Write);
        ask.Model.Calls(("c", "echo", """{"text":"x"}""")).Calls(("d", "echo", """{"text":"y"}""")).Says("written");
        ask.Seen = e =>
        {
            if (e is QuestionAsked question) ask.Session.Send(new Answer(question.Id, "always"));
        };
        await ask.Run();
        Assert.Equal(["echo x", "echo y"], ask.Events.OfType<ToolEnded>().Select(e => e.Text));
        Assert.Single(ask.Events.OfType<QuestionAsked>());
    }

    [Fact]
    public async Task Output_that_is_too_long_goes_to_a_file_and_its_ends_stay()
    {
        await using var bench = new SessionBench();
        var text = string.Join('\n', Enumerable.Range(1, 40_000).Select(n => $"line {n}"));
        bench.Tools[0] = new FakeTool("echo", Effect.Read, (_, _) => Task.FromResult(new ToolResult(text)));
        bench.Model.Calls(("c1", "echo", """{"text":"x"}""")).Says("long");
        await bench.Run();
        var shown = bench.Model.Requests[1].Messages[^1].Parts.OfType<ToolResultPart>().Single().Text;
        Assert.InRange(shown.Length, 20_000, 64_000);
        Assert.StartsWith("line 1\n", shown, StringComparison.Ordinal);
        Assert.EndsWith("\nline 40000", shown, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path.Combine(bench.Folder, "outputs", "c1.txt")));
    }

    private static string TypeName(SessionEvent one)
    {
        using var json = System.Text.Json.JsonDocument.Parse(EventJson.Line(one));
        return json.RootElement.GetProperty("type").GetString()!;
    }
}
