using Sallyport.Engine.Models;

namespace Sallyport.Providers.Tests;

/// <summary>How compatible servers differ, one variant a test.</summary>
public sealed class ChatVariantTests
{
    private static string Chunk(string delta, string finish = "null") => $$$"""data: {"choices":[{"index":0,"delta":{{{delta}}},"finish_reason":{{{finish}}}}]}""" + "\n\n";

    private static async Task<string> Told(string stream) => Replay.Told(await new Replay(stream).Run("openai-chat"));

    [Fact]
    public async Task Calls_without_index_and_id_that_come_whole_are_told_apart()
    {
        var told = await Told(Chunk("""{"tool_calls":[{"function":{"name":"read","arguments":"{\"path\":\"a\"}"}}]}""")
            + Chunk("""{"tool_calls":[{"function":{"name":"list","arguments":{"path":"b"}}}]}""") + Chunk("{}", "\"stop\""));
        Assert.Matches("""^call: 0 call_\w+ read\narguments 0: \{"path":"a"\}\ncall: 1 call_\w+ list\narguments 1: \{"path":"b"\}\nfinish: Tools$""", told);
    }

    [Fact]
    public async Task Calls_that_all_have_index_zero_are_told_apart_by_id()
    {
        var told = await Told(Chunk("""{"tool_calls":[{"index":0,"id":"x","function":{"name":"read","arguments":"{}"}}]}""")
            + Chunk("""{"tool_calls":[{"index":0,"id":"y","function":{"name":"read","arguments":"{}"}}]}""") + Chunk("{}", "\"tool_calls\""));
        Assert.Equal("call: 0 x read\narguments 0: {}\ncall: 1 y read\narguments 1: {}\nfinish: Tools", told);
    }

    [Fact]
    public async Task An_id_repeated_in_every_piece_is_one_call()
    {
        var told = await Told(Chunk("""{"tool_calls":[{"index":0,"id":"x","function":{"name":"read","arguments":"{\"a\""}}]}""")
            + Chunk("""{"tool_calls":[{"index":0,"id":"x","function":{"name":"","arguments":":1}"}}]}""") + Chunk("{}", "\"tool_calls\""));
        Assert.Equal("call: 0 x read\narguments 0: {\"a\":1}\nfinish: Tools", told);
    }

    [Fact]
    public async Task Pieces_of_two_calls_may_be_mixed()
    {
        var told = await new Replay(Chunk("""{"tool_calls":[{"index":0,"id":"x","function":{"name":"read"}},{"index":1,"id":"y","function":{"name":"list"}}]}""")
            + Chunk("""{"tool_calls":[{"index":1,"function":{"arguments":"{}"}},{"index":0,"function":{"arguments":"[]"}}]}""") + Chunk("{}", "\"tool_calls\"")).Run("openai-chat");
        Assert.Equal([new CallStart(0, "x", "read"), new CallStart(1, "y", "list"), new CallArguments(1, "{}"), new CallArguments(0, "[]"), new ModelFinish(StopReason.Tools, null)], told);
    }

    [Fact]
    public async Task A_whole_message_instead_of_pieces_is_read() => Assert.Equal("text: Hi\nfinish: Done 3/2/0/0",
        await Told("""data: {"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}""" + "\n\n"));

    [Fact]
    public async Task An_end_mark_without_a_reason_is_an_end() => Assert.Equal("text: Hi\nfinish: Done", await Told(Chunk("""{"content":"Hi"}""") + "data: [DONE]\n\n"));

    [Theory]
    [InlineData("\"length\"", "Length")]
    [InlineData("\"content_filter\"", "Refused")]
    [InlineData("\"eos\"", "Done")]
    public async Task Reasons_are_understood(string reason, string expected) => Assert.Equal("text: Hi\nfinish: " + expected, await Told(Chunk("""{"content":"Hi"}""") + Chunk("{}", reason)));

    [Fact]
    public async Task Reasoning_between_think_tags_is_reasoning_wherever_it_is_cut()
    {
        const string Text = "<think>\nFirst < look</think>\n\nDone <think> x";
        for (var cut = 1; cut < Text.Length; cut++)
        {
            var told = await Told(Chunk($$"""{"content":{{System.Text.Json.JsonSerializer.Serialize(Text[..cut])}}}""") + Chunk($$"""{"content":{{System.Text.Json.JsonSerializer.Serialize(Text[cut..])}}}""") + Chunk("{}", "\"stop\""));
            Assert.Equal("thinking: First < look\nthought: ||False\ntext: Done <think> x\nfinish: Done", told);
        }
    }

    [Fact]
    public async Task A_character_cut_in_two_is_whole_again()
    {
        var deltas = await new Replay(Chunk("""{"content":"\ud83c"}""") + Chunk("""{"content":"\udf0d"}""") + Chunk("{}", "\"stop\"")).Run("openai-chat");
        Assert.Equal("🌍", string.Concat(deltas.OfType<TextDelta>().Select(d => d.Text)));
    }

    [Fact]
    public async Task A_refusal_is_text_and_refused() => Assert.Equal("text: No.\nfinish: Refused", await Told(Chunk("""{"refusal":"No."}""") + Chunk("{}", "\"stop\"")));
}
