using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Tests;

/// <summary>What is sent, and what happens when it no longer fits.</summary>
public sealed class ContextTests
{
    [Fact]
    public async Task Over_fifty_turns_every_request_begins_with_the_whole_one_before_it()
    {
        await using var bench = new SessionBench();
        for (var i = 0; i < 49; i++) bench.Model.Calls(($"c{i}", "echo", $$"""{"text":"{{i}}"}"""));
        bench.Model.Says("done");
        await bench.Run();
        Assert.Equal(50, bench.Model.Requests.Count);
        foreach (var (before, after) in bench.Model.Requests.Zip(bench.Model.Requests.Skip(1)))
        {
            Assert.Equal(before.System, after.System);
            Assert.Same(before.Tools, after.Tools);
            Assert.Equal(before.Messages.Count + 2, after.Messages.Count);
            for (var i = 0; i < before.Messages.Count; i++) Assert.Same(before.Messages[i], after.Messages[i]);
        }
    }

    [Fact]
    public async Task Old_output_is_left_out_before_anything_is_summarised()
    {
        await using var bench = Small();
        bench.Tools[0] = Long(2_000);
        for (var i = 0; i < 14; i++) bench.Model.Calls(($"c{i}", "echo", $$"""{"text":"{{i}}"}"""));
        bench.Model.Says("done");
        bench.Model.CountsWhatIsSent = true;
        Assert.Equal(Outcome.Done, (await bench.Run()).Outcome);
        var pruned = bench.Events.OfType<Compacted>().ToArray();
        Assert.NotEmpty(pruned);
        Assert.All(pruned, p => Assert.Equal("prune", p.Kind));
        Assert.All(pruned, p => Assert.True(p.AfterTokens < p.BeforeTokens));
        var last = bench.Model.Requests[^1].Messages;
        SessionBench.AssertValid([.. last, new Message(Role.Assistant, [])]);
        var results = last.SelectMany(m => m.Parts.OfType<ToolResultPart>()).ToArray();
        Assert.StartsWith("[The output", results[0].Text, StringComparison.Ordinal);
        Assert.StartsWith("lorem", results[^1].Text, StringComparison.Ordinal);
        // A resumed session sends the same bytes.
        var past = TranscriptReader.Read(bench.TranscriptPath);
        Assert.Equal(last.Select(m => string.Concat(m.Parts)), new Conversation(null, past).View().Take(last.Count).Select(m => string.Concat(m.Parts)));
    }

    [Fact]
    public async Task A_conversation_that_is_nearly_full_is_summarised_and_the_last_words_and_steps_are_kept()
    {
        await using var bench = Small();
        var talk = string.Concat(Enumerable.Repeat("many words that are no tool output ", 95));
        bench.Model.CountsWhatIsSent = true;
        for (var i = 0; i < 8; i++) bench.Model.Says(talk);
        bench.Model.Says("SUMMARY: we talked a lot").Says("and on");
        for (var i = 0; i < 8; i++) bench.Session.Send(new Prompt($"prompt {i} {talk}", Queue: true));
        bench.Session.Send(new Prompt("the last prompt", Queue: true));
        bench.Session.Send(new Close());
        var end = await bench.Session.Run(TestContext.Current.CancellationToken);
        Assert.Equal("and on", end!.Result);
        var summary = Assert.Single(bench.Events.OfType<Compacted>());
        Assert.Equal("summary", summary.Kind);
        Assert.True(summary.AfterTokens < summary.BeforeTokens / 2);
        var request = bench.Model.Requests[^1];
        SessionBench.AssertValid([.. request.Messages, new Message(Role.Assistant, [])]);
        Assert.Contains("SUMMARY: we talked a lot", request.Messages[0].Text, StringComparison.Ordinal);
        Assert.Contains("the last prompt", string.Concat(request.Messages.Select(m => m.Text)), StringComparison.Ordinal);
        Assert.Equal(request.System, bench.Model.Requests[0].System);
        // What is asked for the summary begins with what was sent before: the cache serves it.
        var asked = bench.Model.Requests[^2].Messages;
        Assert.Equal(bench.Model.Requests[^3].Messages, asked.Take(bench.Model.Requests[^3].Messages.Count));
        // Read from the file, it goes on from the summary, with all that was used.
        var past = TranscriptReader.Read(bench.TranscriptPath);
        Assert.Contains("SUMMARY", past.Messages[0].Text, StringComparison.Ordinal);
        Assert.Equal(10, past.Turns);
    }

    [Fact]
    public async Task A_request_that_the_provider_finds_too_long_is_summarised_once_and_tried_again()
    {
        await using var bench = new SessionBench();
        bench.Tools[0] = Long(30_000);
        bench.Model.Calls(("c", "echo", """{"text":"x"}""")).Fails(ProviderFailure.TooLong).Says("SUMMARY").Says("fits");
        Assert.Equal("fits", (await bench.Run()).Result);
        await using var never = new SessionBench();
        never.Tools[0] = Long(30_000);
        never.Model.Calls(("c", "echo", """{"text":"x"}""")).Fails(ProviderFailure.TooLong).Says("SUMMARY").Fails(ProviderFailure.TooLong);
        Assert.Equal("context_too_long", (await never.Run()).Error!.Kind);
    }

    [Fact]
    public void Reasoning_does_not_go_back_into_a_conversation_that_has_changed()
    {
        var conversation = new Conversation(null);
        conversation.Add(Message.User("go"), "prompt");
        conversation.Add(new Message(Role.Assistant, [new ThinkingPart("hm", "scripted", "sig"), new ToolCallPart("c1", "echo", "{}")]), "answer");
        conversation.Add(new Message(Role.User, [new ToolResultPart("c1", "echo", "long")]), "results");
        Assert.Contains(conversation.View()[1].Parts, p => p is ThinkingPart);
        conversation.Prune(["c1"]);
        Assert.DoesNotContain(conversation.View()[1].Parts, p => p is ThinkingPart);
        SessionBench.AssertValid([.. conversation.View(), new Message(Role.Assistant, [])]);
    }

    [Fact]
    public async Task Where_the_provider_counts_as_much_after_each_summary_as_before_the_run_ends()
    {
        await using var bench = Small();
        var full = new Usage(18_000, 10, 0, 0);
        // Short answers, so that by our own estimate a summary frees almost everything.
        for (var i = 0; i < 40; i++) bench.Model.Does((request, _) => request.Messages[^1].Text.Contains("replaced by your summary", StringComparison.Ordinal)
            ? Said(new TextDelta("SUMMARY"), new ModelFinish(StopReason.Done, full))
            : Said(new CallStart(0, $"c{request.Messages.Count}-{i}", "echo"), new CallArguments(0, $$"""{"text":"{{request.Messages.Count}}"}"""), new ModelFinish(StopReason.Tools, full)));
        var end = await bench.Run();
        Assert.Equal((Outcome.Failed, "context_too_long"), (end.Outcome, end.Error?.Kind));
        Assert.Equal(2, bench.Events.OfType<Compacted>().Count());

        static async IAsyncEnumerable<ModelDelta> Said(params ModelDelta[] deltas)
        {
            await Task.Yield();
            foreach (var delta in deltas) yield return delta;
        }
    }

    private static SessionBench Small() => new() { Facts = new ModelFacts("small", 20_000, 2_000, null), CompactAt = 0.8 };

    private static FakeTool Long(int words) => new("echo", Effect.Read, (call, _) => Task.FromResult(new ToolResult(string.Concat(Enumerable.Repeat("lorem ", words)) + call.Arguments.Text("text"))));
}
