using System.Text;
using System.Text.Json;
using Anthropic;
using Anthropic.Core;
using Anthropic.Exceptions;
using Anthropic.Models.Messages;

namespace Sallyport.ModelServer.Tests;

/// <summary>Anthropic's own client takes the scripted server for the real one.</summary>
public sealed class MessagesSdkTests
{
    private static readonly Tool Read = new()
    {
        Name = "read",
        Description = "Reads a file.",
        InputSchema = new InputSchema { Properties = new Dictionary<string, JsonElement> { ["path"] = JsonElement.Parse("""{"type":"string"}""") }, Required = ["path"] },
    };

    [Fact]
    public async Task Streams_text_with_usage_at_both_ends()
    {
        await using var model = await ScriptedModel.Start(new Step("One, two, three. Ünïcode 🎈 too."));
        var text = new StringBuilder();
        long input = 0, output = 0;
        string? stop = null;
        await foreach (var one in Client(model).Messages.CreateStreaming(Ask("Count."), Now))
        {
            if (one.TryPickStart(out var start)) input = start.Message.Usage.InputTokens;
            if (one.TryPickContentBlockDelta(out var delta) && delta.Delta.TryPickText(out var piece)) text.Append(piece.Text);
            if (one.TryPickDelta(out var end)) (stop, output) = (end.Delta.StopReason!.Raw(), end.Usage.OutputTokens);
        }
        Assert.Equal("One, two, three. Ünïcode 🎈 too.", text.ToString());
        Assert.Equal("end_turn", stop);
        Assert.True(input > 0 && output > 0);
    }

    [Fact]
    public async Task Thinking_and_parallel_calls_make_a_round_trip()
    {
        var step = new Step("Looking.", new ScriptedCall("read", """{"path":"a"}"""), new ScriptedCall("read", """{"path":"b"}""")) { Thinking = "Both files, I think." };
        await using var model = await ScriptedModel.Start(step, new Step("Done."));
        var client = Client(model);
        var ask = Ask("Read both.") with { Tools = [Read], Thinking = new ThinkingConfigEnabled(1024) };
        var first = await client.Messages.Create(ask, Now);

        Assert.Equal("tool_use", first.StopReason!.Raw());
        var assistant = new List<ContentBlockParam>();
        var results = new List<ContentBlockParam>();
        foreach (var block in first.Content)
        {
            if (block.TryPickThinking(out var thought)) assistant.Add(new ThinkingBlockParam { Thinking = thought.Thinking, Signature = thought.Signature });
            if (block.TryPickText(out var text)) assistant.Add(new TextBlockParam(text.Text));
            if (!block.TryPickToolUse(out var call)) continue;
            assistant.Add(new ToolUseBlockParam { ID = call.ID, Name = call.Name, Input = call.Input });
            results.Add(new ToolResultBlockParam(call.ID) { Content = $"text of {call.Input["path"].GetString()}" });
        }
        Assert.Equal(4, assistant.Count);
        Assert.Equal(2, results.Count);

        var second = await client.Messages.Create(ask with
        {
            Messages = [.. ask.Messages, new AssistantMessageParam(assistant), new UserMessageParam(results)],
        }, Now);
        Assert.True(second.Content[0].TryPickText(out var done));
        Assert.Equal("Done.", done.Text);
        Assert.Equal(["text of a", "text of b"], model.Journal.Entries[1].Asked!.Results.Select(r => r.Text));
        Assert.Equal(1, model.Journal.Entries[1].Asked!.Step);
        Assert.Null(model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task An_open_round_that_lost_its_thought_is_refused()
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a"}""")) { Thinking = "Hm." });
        var client = Client(model);
        var ask = Ask("Read.") with { Tools = [Read], Thinking = new ThinkingConfigEnabled(1024) };
        var first = await client.Messages.Create(ask, Now);
        Assert.True(first.Content[1].TryPickToolUse(out var call));
        var assistant = new List<ContentBlockParam> { new ToolUseBlockParam { ID = call.ID, Name = call.Name, Input = call.Input } };
        var results = new List<ContentBlockParam> { new ToolResultBlockParam(call.ID) { Content = "text" } };
        var refused = await Assert.ThrowsAnyAsync<AnthropicBadRequestException>(() =>
            client.Messages.Create(ask with { Messages = [.. ask.Messages, new AssistantMessageParam(assistant), new UserMessageParam(results)] }, Now));
        Assert.Contains("must start with a thinking block", refused.Message + refused.ResponseBody);
    }

    [Fact]
    public async Task Streamed_thinking_carries_its_signature_and_calls_their_json()
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a long enough path to come in pieces"}""")) { Thinking = "Hm, hm." });
        var (thinking, signature, json) = (new StringBuilder(), "", new StringBuilder());
        await foreach (var one in Client(model).Messages.CreateStreaming(Ask("Go.") with { Tools = [Read], Thinking = new ThinkingConfigAdaptive() }, Now))
        {
            if (!one.TryPickContentBlockDelta(out var delta)) continue;
            if (delta.Delta.TryPickThinking(out var thought)) thinking.Append(thought.Thinking);
            if (delta.Delta.TryPickSignature(out var sealing)) signature = sealing.Signature;
            if (delta.Delta.TryPickInputJson(out var piece)) json.Append(piece.PartialJson);
        }
        Assert.Equal("Hm, hm.", thinking.ToString());
        Assert.NotEmpty(signature);
        Assert.Equal("a long enough path to come in pieces", JsonElement.Parse(json.ToString()).GetProperty("path").GetString());
    }

    [Fact]
    public async Task A_changed_thought_is_refused()
    {
        await using var model = await ScriptedModel.Start(new Step("Hello.") { Thinking = "Be kind." });
        var client = Client(model);
        var ask = Ask("Hi.") with { Thinking = new ThinkingConfigEnabled(1024) };
        var first = await client.Messages.Create(ask, Now);
        Assert.True(first.Content[0].TryPickThinking(out var thought));
        var changed = new List<ContentBlockParam> { new ThinkingBlockParam { Thinking = "Be rude.", Signature = thought.Signature }, new TextBlockParam("Hello.") };
        var refused = await Assert.ThrowsAnyAsync<AnthropicBadRequestException>(() =>
            client.Messages.Create(ask with { Messages = [.. ask.Messages, new AssistantMessageParam(changed), new UserMessageParam("Again.")] }, Now));
        Assert.Contains("Invalid `signature`", refused.Message + refused.ResponseBody);
    }

    [Fact]
    public async Task Cached_prompts_are_written_once_and_read_again()
    {
        await using var model = await ScriptedModel.Start(new Step("Yes."));
        var client = Client(model);
        var ask = Ask("Is it long?") with { System = new List<TextBlockParam> { new(ModelScript.Repeat("A long rule. ", 8000)) { CacheControl = new CacheControlEphemeral() } } };
        var first = (await client.Messages.Create(ask, Now)).Usage;
        var second = (await client.Messages.Create(ask with { Messages = [new UserMessageParam("Another question.")] }, Now)).Usage;
        Assert.Equal(0, first.CacheReadInputTokens);
        Assert.InRange(first.CacheCreationInputTokens!.Value, 2000, 2100);
        Assert.Equal(first.CacheCreationInputTokens, second.CacheReadInputTokens);
        Assert.Equal(0, second.CacheCreationInputTokens);
        Assert.InRange(second.InputTokens, 1, 30);
        Assert.Equal(first.CacheCreationInputTokens, first.CacheCreation!.Ephemeral5mInputTokens);
    }

    [Fact]
    public async Task Counts_tokens_without_playing_a_step()
    {
        await using var model = await ScriptedModel.Start(new Step("Hello."));
        var count = await Client(model).Messages.CountTokens(new MessageCountTokensParams { Model = "scripted", Messages = [new UserMessageParam("How long is this?")] }, Now);
        Assert.InRange(count.InputTokens, 5, 30);
        Assert.Empty(model.Journal.Play);
    }

    [Fact]
    public async Task Its_errors_become_the_clients_own_exceptions()
    {
        await using var model = await ScriptedModel.Start(new ModelScript(new Step("Late.") { Faults = [Fault.Status(429), Fault.Status(529), Fault.Status(500)] }), new ModelServerOptions { Key = "the right one" });
        await Assert.ThrowsAnyAsync<AnthropicUnauthorizedException>(() => Client(model, key: "a wrong one").Messages.Create(Ask("Hi."), Now));
        var client = Client(model, key: "the right one");
        await Assert.ThrowsAnyAsync<AnthropicRateLimitException>(() => client.Messages.Create(Ask("Hi."), Now));
        await Assert.ThrowsAnyAsync<Anthropic5xxException>(() => client.Messages.Create(Ask("Hi."), Now));
        await Assert.ThrowsAnyAsync<Anthropic5xxException>(() => client.Messages.Create(Ask("Hi."), Now));
        Assert.True((await client.Messages.Create(Ask("Hi."), Now)).Content[0].TryPickText(out var text));
        Assert.Equal("Late.", text.Text);
    }

    [Fact]
    public async Task The_client_retries_what_is_worth_it_and_the_play_stays_in_step()
    {
        await using var model = await ScriptedModel.Start(new Step("There.") { Faults = [Fault.Status(529, TimeSpan.Zero), Fault.Reset()] });
        var message = await Client(model, retries: 3).Messages.Create(Ask("Hi."), Now);
        Assert.True(message.Content[0].TryPickText(out var text));
        Assert.Equal("There.", text.Text);
        Assert.Equal(3, model.Journal.Entries.Count);
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_an_exception()
    {
        await using var model = await ScriptedModel.Start(new Step(ModelScript.Repeat("word ", 2000)) { Faults = [Fault.ErrorEvent(6), Fault.Drop(6), Fault.Reset(6), Fault.Malformed(6)] });
        for (var i = 0; i < 4; i++)
        {
            var pieces = 0;
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (var one in Client(model).Messages.CreateStreaming(Ask("Hi."), Now)) if (one.TryPickContentBlockDelta(out _)) pieces++;
            });
            Assert.Equal(3, pieces);
        }
    }

    private static AnthropicClient Client(ScriptedModel model, string key = "any", int retries = 0) =>
        new(new ClientOptions { ApiKey = key, BaseUrl = model.Address, MaxRetries = retries });

    private static MessageCreateParams Ask(string text) => new() { Model = "scripted", MaxTokens = 4096, Messages = [new UserMessageParam(text)] };

    private static CancellationToken Now => TestContext.Current.CancellationToken;
}
