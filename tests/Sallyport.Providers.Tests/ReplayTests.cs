using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>The same answers through every provider's wire: one suite, recorded streams.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string, string> Wires => new()
    {
        { "anthropic", "anthropic" }, { "openai-chat", "chat" }, { "openai", "responses" }, { "gemini", "gemini" },
    };

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Tells_text_and_usage(string kind, string file)
    {
        var told = Replay.Told(await new Replay(Replay.File(file + "-text.sse")).Run(kind));
        Assert.StartsWith("text: Grüße, 🌍!\nDone.\nfinish: Done 12/42/", told, StringComparison.Ordinal);
        Assert.EndsWith(kind == "anthropic" ? "/4096/2048" : "/6144/0", told, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Tells_reasoning_and_two_calls_in_order(string kind, string file)
    {
        var told = Replay.Told(await new Replay(Replay.File(file + "-thinking-calls.sse")).Run(kind));
        Assert.Equal(kind switch
        {
            "anthropic" => """
                thinking: First look around.
                thought: c2lnbmF0dXJl|the-model|False
                thought: b3BhcXVl|the-model|True
                text: Let me read both.
                call: 3 toolu_1 read
                arguments 3: {"path": "a.cs"}
                call: 4 toolu_2 read
                arguments 4: {"path": "ü.cs", "limit": 10}
                finish: Tools 12/99/4096/2048
                """,
            "openai" => """
                thinking: First look around.
                thought: ZW5jcnlwdGVk|rs_1|False
                text: Let me read both.
                call: 2 call_1 read
                arguments 2: {"path": "a.cs"}
                call: 3 call_2 read
                arguments 3: {"path": "ü.cs", "limit": 10}
                finish: Tools 12/42/6144/0
                """,
            "gemini" => """
                thinking: First look around.
                thought: ||False
                text: Let me read both.
                call: 0 fc-1 read c2lnbmF0dXJl
                arguments 0: {"path":"a.cs"}
                call: 1 fc-2 read
                arguments 1: {"path":"ü.cs","limit":10}
                finish: Tools 12/42/6144/0
                """,
            _ => """
                thinking: First look around.
                thought: |reasoning_content|False
                text: Let me read both.
                call: 0 call_1 read
                arguments 0: {"path": "a.cs"}
                call: 1 call_2 read
                arguments 1: {"path": "ü.cs", "limit": 10}
                finish: Tools 12/42/6144/0
                """,
        }, told);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task Says_the_same_however_the_network_cuts_the_stream(string kind, string file)
    {
        foreach (var name in (string[])["-text.sse", "-thinking-calls.sse"])
        {
            var whole = Replay.File(file + name);
            var expected = Replay.Told(await new Replay(whole).Run(kind));
            for (var piece = 1; piece <= 64; piece++) Assert.Equal(expected, Replay.Told(await new Replay(whole) { Piece = piece }.Run(kind)));
            Assert.Equal(expected, Replay.Told(await new Replay(whole.Replace("\n", "\r\n", StringComparison.Ordinal)) { Piece = 1 }.Run(kind)));
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task A_stream_that_is_cut_anywhere_never_passes_for_a_whole_answer(string kind, string file)
    {
        var whole = System.Text.Encoding.UTF8.GetBytes(Replay.File(file + "-thinking-calls.sse"));
        var expected = Replay.Told(await new Replay(whole).Run(kind));
        for (var length = 0; length < whole.Length; length += 7)
        {
            try
            {
                var told = Replay.Told(await new Replay(whole[..length]).Run(kind));
                // The reason was there, the usage may not have been: the content is whole all the same.
                Assert.Equal(expected[..expected.LastIndexOf('\n')], told[..told.LastIndexOf('\n')]);
            }
            catch (ProviderException e)
            {
                Assert.Equal(ProviderFailure.Network, e.Kind);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task An_error_inside_the_stream_has_its_kind_after_what_came_before(string kind, string file)
    {
        var before = new List<ModelDelta>();
        var replay = new Replay(Replay.File(file + "-error.sse"));
        var provider = replay.Provider(kind);
        var failure = await Assert.ThrowsAsync<ProviderException>(async () =>
        {
            await foreach (var delta in provider.Stream(new Guard.Gate.ExitGate().Clear(Replay.Ask("m"), provider.Destination), TestContext.Current.CancellationToken)) before.Add(delta);
        });
        Assert.Equal(ProviderFailure.Overloaded, failure.Kind);
        Assert.Contains("verloaded", failure.Message, StringComparison.Ordinal);
        Assert.Equal("text: Half", Replay.Told(before));
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task What_is_not_json_is_a_bad_stream(string kind, string file)
    {
        var text = Replay.File(file + "-text.sse");
        var at = text.LastIndexOf("data: {", StringComparison.Ordinal);
        var failure = await Assert.ThrowsAsync<ProviderException>(() => new Replay(text[..at] + "data: {\"type\": oops\n\n").Run(kind));
        Assert.Equal(ProviderFailure.BadStream, failure.Kind);
        Assert.True(failure.IsTransient);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task A_lost_connection_is_a_network_failure(string kind, string file)
    {
        var text = Replay.File(file + "-text.sse");
        var failure = await Assert.ThrowsAsync<ProviderException>(() => new Replay(text[..(text.Length / 3)]) { Breaks = new IOException("reset") }.Run(kind));
        Assert.Equal(ProviderFailure.Network, failure.Kind);
    }

    [Theory]
    [MemberData(nameof(Wires))]
    public async Task One_json_document_instead_of_a_stream_is_a_bad_stream(string kind, string file)
    {
        _ = file;
        var failure = await Assert.ThrowsAsync<ProviderException>(() => new Replay("{}") { ContentType = "application/json" }.Run(kind));
        Assert.Equal(ProviderFailure.BadStream, failure.Kind);
    }
}
