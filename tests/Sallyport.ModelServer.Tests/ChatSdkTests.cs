using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI;
using OpenAI.Chat;
using OpenAI.Models;

namespace Sallyport.ModelServer.Tests;

/// <summary>OpenAI's own client takes the scripted server's Chat Completions for the real ones.</summary>
public sealed class ChatSdkTests
{
    private static readonly ChatTool Read = ChatTool.CreateFunctionTool("read", "Reads a file.", BinaryData.FromString("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false}"""), true);

    [Fact]
    public async Task Streams_text_and_ends_with_the_usage()
    {
        await using var model = await ScriptedModel.Start(new Step("One, two, three. Ünïcode 🎈 too."));
        var text = new StringBuilder();
        ChatTokenUsage? usage = null;
        ChatFinishReason? finish = null;
        await foreach (var update in Client(model).CompleteChatStreamingAsync([new UserChatMessage("Count.")], new ChatCompletionOptions(), Now))
        {
            foreach (var part in update.ContentUpdate) text.Append(part.Text);
            usage = update.Usage ?? usage;
            finish = update.FinishReason ?? finish;
        }
        Assert.Equal("One, two, three. Ünïcode 🎈 too.", text.ToString());
        Assert.Equal(ChatFinishReason.Stop, finish);
        Assert.True(usage!.InputTokenCount > 0 && usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Parallel_calls_stream_by_index_and_their_results_come_back()
    {
        await using var model = await ScriptedModel.Start(
            new Step("Looking.", new ScriptedCall("read", """{"path":"a"}"""), new ScriptedCall("read", """{"path":"b, with a longer name"}""")) { Thinking = "Both." }, new Step("Done."));
        var client = Client(model);
        var options = new ChatCompletionOptions { Tools = { Read } };
        List<ChatMessage> messages = [new SystemChatMessage("Be brief."), new UserChatMessage("Read both.")];
        var calls = new SortedDictionary<int, (string Id, string Name, StringBuilder Arguments)>();
        await foreach (var update in client.CompleteChatStreamingAsync(messages, options, Now))
            foreach (var call in update.ToolCallUpdates)
            {
                if (call.ToolCallId is not null) calls[call.Index] = (call.ToolCallId, call.FunctionName, new StringBuilder());
                calls[call.Index].Arguments.Append(call.FunctionArgumentsUpdate);
            }
        Assert.Equal(["""{"path":"a"}""", """{"path":"b, with a longer name"}"""], calls.Values.Select(c => c.Arguments.ToString()));

        messages.Add(new AssistantChatMessage(calls.Values.Select(c => ChatToolCall.CreateFunctionToolCall(c.Id, c.Name, BinaryData.FromString(c.Arguments.ToString())))));
        foreach (var call in calls.Values) messages.Add(new ToolChatMessage(call.Id, $"text of {call.Arguments}"));
        ChatCompletion second = await client.CompleteChatAsync(messages, options, Now);
        Assert.Equal("Done.", second.Content[0].Text);
        Assert.Equal(2, model.Journal.Play[1].Asked!.Results.Count);
        Assert.Null(model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task A_call_without_a_result_is_refused()
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a"}""")));
        var client = Client(model);
        var options = new ChatCompletionOptions { Tools = { Read } };
        ChatCompletion first = await client.CompleteChatAsync([new UserChatMessage("Read.")], options, Now);
        Assert.Equal(ChatFinishReason.ToolCalls, first.FinishReason);
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("Read."), new AssistantChatMessage(first), new UserChatMessage("Well?")], options, Now));
        Assert.Equal(400, refused.Status);
        Assert.Contains("must be followed by tool messages", refused.Message);
    }

    [Fact]
    public async Task A_repeated_prefix_is_read_from_the_cache()
    {
        await using var model = await ScriptedModel.Start(new Step("Yes."));
        var client = Client(model);
        var rules = new SystemChatMessage(ModelScript.Repeat("A long rule. ", 8000));
        ChatCompletion first = await client.CompleteChatAsync([rules, new UserChatMessage("Is it long?")], new ChatCompletionOptions(), Now);
        ChatCompletion second = await client.CompleteChatAsync([rules, new UserChatMessage("Another question.")], new ChatCompletionOptions(), Now);
        Assert.Equal(0, first.Usage.InputTokenDetails.CachedTokenCount);
        Assert.InRange(second.Usage.InputTokenDetails.CachedTokenCount, 1900, 2048);
        Assert.Equal(0, second.Usage.InputTokenDetails.CachedTokenCount % 128);
    }

    [Fact]
    public async Task Its_errors_become_the_clients_own_exceptions()
    {
        await using var model = await ScriptedModel.Start(new ModelScript(new Step("Late.") { Faults = [Fault.Status(429), Fault.Status(503), Fault.Status(500)] }), new ModelServerOptions { Key = "the right one", Models = ["scripted"] });
        foreach (var (client, status) in new[] { (Client(model, key: "a wrong one"), 401), (Client(model, key: "the right one", name: "other"), 404) })
            Assert.Equal(status, (await Assert.ThrowsAsync<ClientResultException>(() => client.CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions(), Now))).Status);
        foreach (var status in new[] { 429, 503, 500 })
            Assert.Equal(status, (await Assert.ThrowsAsync<ClientResultException>(() => Client(model, key: "the right one").CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions(), Now))).Status);
        ChatCompletion late = await Client(model, key: "the right one").CompleteChatAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions(), Now);
        Assert.Equal("Late.", late.Content[0].Text);
    }

    [Fact]
    public async Task A_failure_in_the_stream_is_an_exception()
    {
        await using var model = await ScriptedModel.Start(new Step(ModelScript.Repeat("word ", 2000)) { Faults = [Fault.Drop(6), Fault.Reset(6), Fault.Malformed(6)] });
        for (var i = 0; i < 3; i++)
        {
            var pieces = 0;
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (var _ in Client(model).CompleteChatStreamingAsync([new UserChatMessage("Hi.")], new ChatCompletionOptions(), Now)) pieces++;
            });
            Assert.Equal(6, pieces);
        }
    }

    [Fact]
    public async Task Pictures_and_the_list_of_models_are_understood()
    {
        await using var model = await ScriptedModel.Start(new Step("A dot."));
        var picture = ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes([1, 2, 3]), "image/png");
        await Client(model).CompleteChatAsync([new UserChatMessage(ChatMessageContentPart.CreateTextPart("What is it?"), picture)], new ChatCompletionOptions(), Now);
        Assert.Equal(1, model.Journal.Play[0].Asked!.Turns[0].Images);
        OpenAIModelCollection models = await new OpenAIModelClient(new ApiKeyCredential("any"), Options(model)).GetModelsAsync(Now);
        Assert.Equal("scripted", models[0].Id);
    }

    private static ChatClient Client(ScriptedModel model, string key = "any", string name = "scripted") => new(name, new ApiKeyCredential(key), Options(model));

    private static OpenAIClientOptions Options(ScriptedModel model) =>
        new() { Endpoint = new Uri(model.Address + "/any/prefix/v1"), RetryPolicy = new ClientRetryPolicy(0) };

    private static CancellationToken Now => TestContext.Current.CancellationToken;
}
