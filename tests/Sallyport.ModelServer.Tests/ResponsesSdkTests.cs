using System.ClientModel;
using System.ClientModel.Primitives;
using System.Text;
using OpenAI.Responses;

namespace Sallyport.ModelServer.Tests;

/// <summary>OpenAI's own client takes the scripted server's Responses for the real ones.</summary>
public sealed class ResponsesSdkTests
{
    private static readonly FunctionTool Read = ResponseTool.CreateFunctionTool("read", BinaryData.FromString("""{"type":"object","properties":{"path":{"type":"string"}},"required":["path"],"additionalProperties":false}"""), true, "Reads a file.");

    [Fact]
    public async Task Streams_text_and_completes_with_the_usage()
    {
        await using var model = await ScriptedModel.Start(new Step("One, two, three. Ünïcode 🎈 too."));
        var text = new StringBuilder();
        ResponseResult? whole = null;
        var sequence = -1;
        await foreach (var update in await Client(model).CreateResponseStreamingAsync(Ask("Count.", stream: true), Now))
        {
            Assert.Equal(++sequence, update.SequenceNumber);
            if (update is StreamingResponseOutputTextDeltaUpdate delta) text.Append(delta.Delta);
            if (update is StreamingResponseCompletedUpdate completed) whole = completed.Response;
        }
        Assert.Equal("One, two, three. Ünïcode 🎈 too.", text.ToString());
        Assert.Equal(text.ToString(), whole!.GetOutputText());
        Assert.True(whole.Usage.InputTokenCount > 0 && whole.Usage.OutputTokenCount > 0);
    }

    [Fact]
    public async Task Reasoning_and_parallel_calls_make_a_round_trip()
    {
        await using var model = await ScriptedModel.Start(
            new Step("", new ScriptedCall("read", """{"path":"a"}"""), new ScriptedCall("read", """{"path":"b"}""")) { Thinking = "Both files, I think." }, new Step("Done."));
        var client = Client(model);
        var ask = Ask("Read both.", stream: true);
        var (summary, items) = (new StringBuilder(), new List<ResponseItem>());
        await foreach (var update in await client.CreateResponseStreamingAsync(ask, Now))
        {
            if (update is StreamingResponseReasoningSummaryTextDeltaUpdate thought) summary.Append(thought.Delta);
            if (update is StreamingResponseOutputItemDoneUpdate done) items.Add(done.Item);
        }
        Assert.Equal("Both files, I think.", summary.ToString());
        Assert.NotEmpty(Assert.IsType<ReasoningResponseItem>(items[0]).EncryptedContent);
        Assert.Equal(["""{"path":"a"}""", """{"path":"b"}"""], items.OfType<FunctionCallResponseItem>().Select(c => c.FunctionArguments.ToString()));

        var again = Ask("Read both.");
        foreach (var item in items) again.InputItems.Add(item);
        foreach (var call in items.OfType<FunctionCallResponseItem>()) again.InputItems.Add(ResponseItem.CreateFunctionCallOutputItem(call.CallId, "text"));
        ResponseResult second = await client.CreateResponseAsync(again, Now);
        Assert.Equal("Done.", second.GetOutputText());
        Assert.Equal(2, model.Journal.Play[1].Asked!.Results.Count);
        Assert.Null(model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task A_call_without_an_output_is_refused()
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a"}""")));
        var client = Client(model);
        var ask = Ask("Read.");
        ResponseResult first = await client.CreateResponseAsync(ask, Now);
        foreach (var item in first.OutputItems) ask.InputItems.Add(item);
        ask.InputItems.Add(ResponseItem.CreateUserMessageItem("Well?"));
        var refused = await Assert.ThrowsAsync<ClientResultException>(() => client.CreateResponseAsync(ask, Now));
        Assert.Contains("No tool output found for function call", refused.Message);
    }

    [Fact]
    public async Task A_repeated_prefix_is_read_from_the_cache()
    {
        await using var model = await ScriptedModel.Start(new Step("Yes."));
        var client = Client(model);
        var (one, two) = (Ask("Is it long?"), Ask("Another question."));
        one.Instructions = two.Instructions = ModelScript.Repeat("A long rule. ", 8000);
        ResponseResult first = await client.CreateResponseAsync(one, Now);
        ResponseResult second = await client.CreateResponseAsync(two, Now);
        Assert.Equal(0, first.Usage.InputTokenDetails.CachedTokenCount);
        Assert.InRange(second.Usage.InputTokenDetails.CachedTokenCount, 1900, 2200);
    }

    [Fact]
    public async Task A_cut_answer_is_incomplete()
    {
        await using var model = await ScriptedModel.Start(new Step("Half of") { Stop = StopWith.Length });
        ResponseResult cut = await Client(model).CreateResponseAsync(Ask("Go."), Now);
        Assert.Equal(ResponseStatus.Incomplete, cut.Status);
        Assert.Equal(ResponseIncompleteStatusReason.MaxOutputTokens, cut.IncompleteStatusDetails.Reason);
    }

    [Fact]
    public async Task Failures_become_the_clients_own()
    {
        await using var model = await ScriptedModel.Start(new Step(ModelScript.Repeat("word ", 2000)) { Faults = [Fault.Status(429), Fault.ErrorEvent(6), Fault.Drop(6), Fault.Reset(6), Fault.Malformed(6)] });
        var client = Client(model);
        Assert.Equal(429, (await Assert.ThrowsAsync<ClientResultException>(() => client.CreateResponseAsync(Ask("Hi."), Now))).Status);
        var errors = 0;
        await foreach (var update in await client.CreateResponseStreamingAsync(Ask("Hi.", stream: true), Now)) if (update is StreamingResponseErrorUpdate) errors++;
        Assert.Equal(1, errors);
        for (var i = 0; i < 3; i++)
            await Assert.ThrowsAnyAsync<Exception>(async () =>
            {
                await foreach (var _ in await client.CreateResponseStreamingAsync(Ask("Hi.", stream: true), Now)) { }
            });
        Assert.Equal(5, model.Journal.Play.Count);
    }

    private static ResponsesClient Client(ScriptedModel model) =>
        new(new ApiKeyCredential("any"), new ResponsesClientOptions { Endpoint = new Uri(model.Address + "/v1"), RetryPolicy = new ClientRetryPolicy(0) });

    private static CreateResponseOptions Ask(string text, bool stream = false) => new("scripted", [ResponseItem.CreateUserMessageItem(text)])
    {
        Tools = { Read },
        StreamingEnabled = stream,
        StoredOutputEnabled = false,
        IncludedProperties = { IncludedResponseProperty.ReasoningEncryptedContent },
        ReasoningOptions = new ResponseReasoningOptions { ReasoningSummaryVerbosity = ResponseReasoningSummaryVerbosity.Auto },
    };

    private static CancellationToken Now => TestContext.Current.CancellationToken;
}
