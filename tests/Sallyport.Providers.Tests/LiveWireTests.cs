using System.Text;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;
using Sallyport.ModelServer;

namespace Sallyport.Providers.Tests;

/// <summary>
/// Every provider on the shelf talks to a server that refuses what the real one refuses: one suite for all of them, a new one is in
/// it by being there.
/// </summary>
public sealed class LiveWireTests
{
    private static readonly ToolSpec Read = new("read", "Reads a file.", """{"type":"object","properties":{"path":{"type":"string","description":"Where."},"limit":{"type":"integer"}},"required":["path"],"additionalProperties":false}""");

    /// <summary>All that speak to a server.</summary>
    public static TheoryData<string> Kinds
    {
        get
        {
            var all = new TheoryData<string>();
            foreach (var kind in ProviderTable.Kinds) if (kind.Name != "recorded") all.Add(kind.Name);
            // The same APIs asked to think by a budget.
            all.Add("anthropic claude-haiku-4-5");
            all.Add("gemini gemini-2.5-flash");
            return all;
        }
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Text_arrives_whole_and_ends_with_its_usage(string kind)
    {
        const string said = "One, two, three.\n\n```sh\necho \"Ünïcode\" 🎈\n```\n";
        await using var model = await ScriptedModel.Start(new Step(said));
        var answer = await Ask(model, kind, Request(kind, Message.User("Count.")));
        Assert.Equal(said, answer.Text);
        Assert.Equal(StopReason.Done, answer.Finish.Reason);
        Assert.True(answer.Finish.Usage is { InputTokens: > 0, OutputTokens: > 0 });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Two_hundred_kilobytes_of_markdown_arrive_whole(string kind)
    {
        var said = ModelScript.Repeat("## Heading\n\n- a *list* of `things` – and “more”\n\n", 200 * 1024);
        await using var model = await ScriptedModel.Start(new Step(said));
        Assert.Equal(said, (await Ask(model, kind, Request(kind, Message.User("Write.")))).Text);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Thinking_and_parallel_calls_make_a_round_trip_that_the_server_accepts(string kind)
    {
        var step = new Step("Let me look.", new ScriptedCall("read", """{"path":"a.txt"}"""), new ScriptedCall("read", """{"path":"b \"c\".txt","limit":5}""")) { Thinking = "Both files may matter." };
        await using var model = await ScriptedModel.Start(step, new Step("", new ScriptedCall("read", """{"path":"d"}""")), new Step("Done."));
        var messages = new List<Message> { Message.User("Read both.") };

        var first = await Ask(model, kind, Request(kind, [.. messages]));
        Assert.Equal("Both files may matter.", first.Thinking);
        Assert.Equal("Let me look.", first.Text);
        Assert.Equal(StopReason.Tools, first.Finish.Reason);
        Assert.Equal(["a.txt", "b \"c\".txt"], first.Calls.Select(c => System.Text.Json.JsonElement.Parse(c.Arguments).GetProperty("path").GetString()));
        Assert.Equal(2, first.Calls.Select(c => c.Id).Distinct().Count());

        messages.Add(first.ToMessage(kind));
        messages.Add(new Message(Role.User, [
            new ToolResultPart(first.Calls[0].Id, "read", "text of a"),
            new ToolResultPart(first.Calls[1].Id, "read", "There is no such file.", Failed: true),
            new TextPart("And hurry.")]));
        var second = await Ask(model, kind, Request(kind, [.. messages]));
        Assert.Single(second.Calls);

        messages.Add(second.ToMessage(kind));
        messages.Add(new Message(Role.User, [new ToolResultPart(second.Calls[0].Id, "read", "")]));
        Assert.Equal("Done.", (await Ask(model, kind, Request(kind, [.. messages]))).Text);

        Assert.Equal([0, 1, 2], model.Journal.Play.Select(e => e.Asked!.Step));
        Assert.Equal("text of a", model.Journal.Play[1].Asked!.Results[0].Text);
        Assert.Contains("no such file", model.Journal.Play[1].Asked!.Results[1].Text);
        Assert.Null(model.Journal.PrefixBreak());
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Pictures_go_with_a_message_and_with_a_result(string kind)
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a.png"}""")), new Step("A dot."));
        var picture = new ImagePart("image/png", Convert.ToBase64String([1, 2, 3]));
        var ask = new Message(Role.User, [new TextPart("Like this?"), picture]);
        var first = await Ask(model, kind, Request(kind, ask));
        var result = new Message(Role.User, [new ToolResultPart(first.Calls[0].Id, "read", "a picture", Images: [picture])]);
        Assert.Equal("A dot.", (await Ask(model, kind, Request(kind, ask, first.ToMessage(kind), result))).Text);
        Assert.Equal(1, model.Journal.Play[0].Asked!.Turns[0].Images);
        Assert.Equal(2, model.Journal.Play[1].Asked!.Turns.Sum(t => t.Images));
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_second_request_reads_the_first_ones_prefix_from_the_cache(string kind)
    {
        await using var model = await ScriptedModel.Start(new Step("", new ScriptedCall("read", """{"path":"a"}""")) { Thinking = "Hm." }, new Step("Done."));
        var ask = Message.User(ModelScript.Repeat("A long story. ", 12_000));
        var first = await Ask(model, kind, Request(kind, ask));
        var second = await Ask(model, kind, Request(kind, ask, first.ToMessage(kind), new Message(Role.User, [new ToolResultPart(first.Calls[0].Id, "read", "text")])));
        Assert.Equal(0, first.Finish.Usage!.CacheReadTokens);
        Assert.InRange(second.Finish.Usage!.CacheReadTokens, 2800, 3400);
        var sent = model.Journal.Play[1].Usage!;
        Assert.Equal(sent.Input, second.Finish.Usage.InputTokens + second.Finish.Usage.CacheReadTokens + second.Finish.Usage.CacheWriteTokens);
        Assert.Equal(sent.Output, second.Finish.Usage.OutputTokens);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_output_limit_and_a_refusal_are_told(string kind)
    {
        await using var model = await ScriptedModel.Start(ModelScript.From(asked => new Step("So far") { Stop = asked.LastText == "Long." ? StopWith.Length : StopWith.Refusal }));
        Assert.Equal(StopReason.Length, (await Ask(model, kind, Request(kind, Message.User("Long.")))).Finish.Reason);
        Assert.Equal(StopReason.Refused, (await Ask(model, kind, Request(kind, Message.User("Bad.")))).Finish.Reason);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Failures_have_the_right_kind_and_hint(string kind)
    {
        (Fault Fault, ProviderFailure Kind)[] faults =
        [
            (Fault.Status(429, TimeSpan.FromSeconds(7)), ProviderFailure.RateLimited),
            (Fault.Status(429), ProviderFailure.RateLimited),
            (Fault.NoCredit(), ProviderFailure.Quota),
            (Fault.Status(500), ProviderFailure.Server),
            (Fault.Status(503), ProviderFailure.Overloaded),
            (Fault.Status(529), ProviderFailure.Overloaded),
            (Fault.Drop(), ProviderFailure.Network),
            (Fault.Reset(), ProviderFailure.Network),
            (Fault.Drop(6), ProviderFailure.Network),
            (Fault.Reset(6), ProviderFailure.Network),
            (Fault.Cut(6), ProviderFailure.Network),
            (Fault.Malformed(6), ProviderFailure.BadStream),
        ];
        await using var model = await ScriptedModel.Start(new Step(ModelScript.Repeat("word ", 4000)) { Faults = [.. faults.Select(f => f.Fault), Fault.ErrorEvent(6)] });
        foreach (var (fault, expected) in faults)
        {
            var failure = await Assert.ThrowsAsync<ProviderException>(() => Ask(model, kind, Request(kind, Message.User("Hi."))));
            Assert.True(expected == failure.Kind, $"{fault} became {failure.Kind}: {failure.Message}");
            Assert.Equal(fault.RetryAfter, failure.RetryAfter);
        }
        var told = await Assert.ThrowsAsync<ProviderException>(() => Ask(model, kind, Request(kind, Message.User("Hi."))));
        Assert.True(told.Kind is ProviderFailure.Overloaded or ProviderFailure.Server, $"{told.Kind}: {told.Message}");
        Assert.Equal(4000, (await Ask(model, kind, Request(kind, Message.User("Hi.")))).Text.Length);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Wrong_keys_models_and_lengths_are_told_apart(string kind)
    {
        await using var keyed = await ScriptedModel.Start(new ModelScript(new Step("Hi.")), new ModelServerOptions { Key = "another", Models = [Model(kind)] });
        Assert.Equal(ProviderFailure.Credentials, (await Assert.ThrowsAsync<ProviderException>(() => Ask(keyed, kind, Request(kind, Message.User("Hi."))))).Kind);
        await using var other = await ScriptedModel.Start(new ModelScript(new Step("Hi.")), new ModelServerOptions { Models = ["another"] });
        Assert.Equal(ProviderFailure.NotFound, (await Assert.ThrowsAsync<ProviderException>(() => Ask(other, kind, Request(kind, Message.User("Hi."))))).Kind);
        await using var small = await ScriptedModel.Start(new ModelScript(new Step("Hi.")), new ModelServerOptions { ContextWindow = 100 });
        Assert.Equal(ProviderFailure.TooLong, (await Assert.ThrowsAsync<ProviderException>(() => Ask(small, kind, Request(kind, Message.User(new string('x', 4000)))))).Kind);
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task Leaving_in_the_middle_of_a_stall_is_quick_and_clean(string kind)
    {
        await using var model = await ScriptedModel.Start(new Step(ModelScript.Repeat("word ", 4000)) { Faults = [Fault.Stall(6)] });
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (var _ in Provider(model, kind).Stream(Cleared(model, kind, Request(kind, Message.User("Hi."))), leave.Token)) await leave.CancelAsync();
        });
    }

    [Theory, MemberData(nameof(Kinds))]
    public async Task The_same_request_becomes_the_same_bytes(string kind)
    {
        await using var model = await ScriptedModel.Start(new Step("Hi."));
        for (var i = 0; i < 2; i++) await Ask(model, kind, Request(kind, Message.User("Hi.")));
        Assert.Equal(model.Journal.Entries[0].Text, model.Journal.Entries[1].Text);
    }

    /// <summary>A kind, or a kind and a model.</summary>
    private static string Model(string kind) => kind.Split(' ') is [_, var model] ? model : kind switch { "anthropic" => "claude-scripted", "gemini" => "gemini-3-scripted", "openai" => "gpt-5-scripted", _ => "scripted" };

    private static ModelRequest Request(string kind, params Message[] messages) => new()
    {
        Model = Model(kind), System = "You help with files.", Tools = [Read], Messages = messages, MaxOutputTokens = 32_000, Session = "session-1", Effort = Effort.Medium,
    };

    private static Provider Provider(ScriptedModel model, string kind) =>
        ProviderTable.Kind(kind.Split(' ')[0])!.Create(new ProviderOptions(model.Address + (kind.StartsWith("openai", StringComparison.Ordinal) ? "/v1" : ""), "the-credential", ProviderHttp.Create(Gate)) { Models = ModelCatalogue.Load() });

    private static readonly ExitGate Gate = new();

    private static Cleared<ModelRequest> Cleared(ScriptedModel model, string kind, ModelRequest request) => Gate.Clear(request, Provider(model, kind).Destination);

    private static async Task<LiveAnswer> Ask(ScriptedModel model, string kind, ModelRequest request)
    {
        var answer = new LiveAnswer();
        await foreach (var delta in Provider(model, kind).Stream(Cleared(model, kind, request), TestContext.Current.CancellationToken)) answer.Add(delta);
        return answer;
    }

    /// <summary>What came, and the message that it becomes.</summary>
    private sealed class LiveAnswer
    {
        private readonly List<Part> _parts = [];
        private readonly SortedDictionary<int, (CallStart Start, StringBuilder Arguments)> _calls = [];
        private readonly StringBuilder _text = new();
        private readonly StringBuilder _thinking = new();
        private readonly StringBuilder _stretch = new();
        private ModelFinish? _finish;

        public string Text => _text.ToString();

        public string Thinking => _thinking.ToString();

        public ModelFinish Finish => _finish ?? throw new InvalidOperationException("no finish came");

        public IReadOnlyList<ToolCallPart> Calls => [.. _calls.Values.Select(c => new ToolCallPart(c.Start.Id, c.Start.Name, c.Arguments.ToString(), c.Start.Signature))];

        public void Add(ModelDelta delta)
        {
            if (_finish is not null) throw new InvalidOperationException("something came after the finish");
            switch (delta)
            {
                case TextDelta text: _text.Append(text.Text); break;
                case ThinkingDelta thought: _thinking.Append(thought.Text); _stretch.Append(thought.Text); break;
                case ThinkingEnd end:
                    _parts.Add(new ThinkingPart(_stretch.ToString(), "", end.Signature, end.Id, end.Redacted));
                    _stretch.Clear();
                    break;
                case CallStart call: _calls.Add(call.Index, (call, new StringBuilder())); break;
                case CallArguments more: _calls[more.Index].Arguments.Append(more.Fragment); break;
                case ModelFinish finish: _finish = finish; break;
            }
        }

        public Message ToMessage(string origin)
        {
            var parts = new List<Part>();
            foreach (var part in _parts) parts.Add(part is ThinkingPart thought ? thought with { Origin = origin.Split(' ')[0] } : part);
            if (Text.Length > 0) parts.Add(new TextPart(Text));
            parts.AddRange(Calls);
            return new Message(Role.Assistant, parts);
        }
    }
}
