using System.Text.Json;

namespace Sallyport.Links.Tests;

/// <summary>A server that is a program: its tools are offered and called, and however it behaves, the session goes on.</summary>
public sealed class StdioTests
{
    [Theory]
    [InlineData("legacy")]
    [InlineData("modern")]
    [InlineData("both")]
    [InlineData("crash")]
    public async Task A_tool_of_a_server_of_either_era_is_called(string era)
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio(era);
        var servers = await bench.Open();
        Assert.Empty(bench.Notices);
        Assert.Equal("mcp__test__echo", Assert.Single(servers.Tools).Name);
        var result = await bench.Call(servers, "echo", """{"text":"hello"}""");
        Assert.Equal(("hello", false, "mcp", "test"), (result.Text, result.Failed, result.From!.Kind, result.From.Name));
        // The newer era has no handshake, the older one no question before it that counts.
        Assert.Equal(era is "legacy" or "crash", bench.Log.Any(line => line.Contains("\"initialize\"", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_pages_of_the_list_are_read()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Offer(LinkBench.Tools([.. Enumerable.Range(0, 11).Select(n => $"tool{n:00}")]));
        Assert.Equal(11, (await bench.Open()).Tools.Count);
    }

    [Fact]
    public async Task What_a_server_says_becomes_text_and_pictures()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Offer(LinkBench.Tools("mixed", "fail", "roots", "sampling", "elicit", "ping", "progress", "noise"));
        var servers = await bench.Open();
        var mixed = await bench.Call(servers, "mixed");
        Assert.Equal("first\n[a sound (audio/wav) of about 3 bytes, which is not shown]\n[resource file:///a.txt, a.txt]\n[resource test://b]\nof b\n[something of the kind dance, which is not shown]", mixed.Text);
        Assert.Equal("image/png", Assert.Single(mixed.Images!).MediaType);
        Assert.Equal(("it is not possible today", true), (await bench.Call(servers, "fail")) is var failed ? (failed.Text, failed.Failed) : default);
        Assert.Contains(new Uri(bench.Work).AbsoluteUri, (await bench.Call(servers, "roots")).Text, StringComparison.Ordinal);
        Assert.Contains("lends its model to no server", (await bench.Call(servers, "sampling")).Text, StringComparison.Ordinal);
        Assert.Equal("""[{"action": "decline"}]""", (await bench.Call(servers, "elicit")).Text);
        Assert.Equal("[{}]", (await bench.Call(servers, "ping")).Text);
        var steps = new List<string>();
        Assert.Equal("done", (await bench.Call(servers, "progress", progress: steps.Add)).Text);
        Assert.Equal(["1 of 3: step\n", "2 of 3: step\n", "3 of 3: step\n"], steps);
        Assert.Equal("after noise", (await bench.Call(servers, "noise")).Text);
    }

    [Fact]
    public async Task Structured_output_is_held_against_what_was_promised()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Offer($"[{LinkBench.Tool("structured", more: ""","outputSchema":{"type":"object","properties":{"degrees":{"type":"number"}},"required":["degrees"]}""")}]");
        var servers = await bench.Open();
        Assert.Equal(("""{"degrees": 20}""", false), (await bench.Call(servers, "structured")) is var good ? (good.Text, good.Failed) : default);
        var bad = await bench.Call(servers, "structured", """{"degrees":"warm"}""");
        Assert.True(bad.Failed);
        Assert.Contains("does not fit what the tool promises", bad.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_wants_input_gets_the_folders_and_no_words_of_people()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio("modern");
        bench.Offer(LinkBench.Tools("input", "model"));
        var servers = await bench.Open();
        using var said = JsonDocument.Parse((await bench.Call(servers, "input")).Text);
        Assert.Equal("state-of-the-server", said.RootElement.GetProperty("state").GetString());
        Assert.Equal("decline", said.RootElement.GetProperty("responses").GetProperty("form").GetProperty("action").GetString());
        Assert.Equal(1, said.RootElement.GetProperty("responses").GetProperty("where").GetProperty("roots").GetArrayLength());
        var model = await bench.Call(servers, "model");
        Assert.True(model.Failed);
        Assert.Contains("sampling/createMessage", model.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_dies_is_told_of_and_started_again()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Offer(LinkBench.Tools("die", "echo"));
        var servers = await bench.Open();
        var died = await bench.Call(servers, "die");
        Assert.True(died.Failed);
        Assert.Contains("exit code 3. It said: the disk is full", died.Text, StringComparison.Ordinal);
        Assert.Equal("back", (await bench.Call(servers, "echo", """{"text":"back"}""")).Text);
        Assert.Equal(2, bench.Log.Count(line => line.StartsWith("started", StringComparison.Ordinal)));
        for (var i = 0; i < 3; i++) await bench.Call(servers, "die");
        Assert.Contains("not started again", (await bench.Call(servers, "echo")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_takes_too_long_is_given_up_and_told_so()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio() with { TimeoutMs = 300 };
        bench.Offer(LinkBench.Tools("slow", "echo"));
        var servers = await bench.Open();
        var late = await bench.Call(servers, "slow");
        Assert.True(late.Failed);
        Assert.Contains("did not answer within 0.3 s", late.Text, StringComparison.Ordinal);
        Assert.Equal("still there", (await bench.Call(servers, "echo", """{"text":"still there"}""")).Text);
        Assert.Contains(bench.Log, line => line.Contains("notifications/cancelled", StringComparison.Ordinal));
        // A user who interrupts is obeyed at once.
        using var stop = new CancellationTokenSource();
        var slow = bench.Call(servers, "slow", cancellation: stop.Token);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => slow);
    }

    [Fact]
    public async Task A_server_gets_a_plain_environment_and_what_is_named()
    {
        await using var bench = new LinkBench();
        bench.Variables["MINE"] = "from-me";
        bench.Servers["test"] = bench.Stdio() with { Environment = new Dictionary<string, string> { ["GIVEN"] = "${MINE}", ["USUAL"] = "${NOBODY:-otherwise}" } };
        bench.Offer(LinkBench.Tools("environment"));
        using var environment = JsonDocument.Parse((await bench.Call(await bench.Open(), "environment")).Text);
        Assert.Equal(("from-me", "otherwise", false), (environment.RootElement.GetProperty("GIVEN").GetString(), environment.RootElement.GetProperty("USUAL").GetString(), environment.RootElement.TryGetProperty("OF_THE_USER", out _)));
    }

    [Fact]
    public async Task Who_cannot_be_started_is_told_of_once_and_the_others_go_on()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Servers["absent"] = bench.Stdio() with { Command = "no-such-program-anywhere" };
        bench.Servers["wordless"] = bench.Stdio() with { Environment = new Dictionary<string, string> { ["A"] = "${NOT_SET_ANYWHERE}" } };
        bench.Servers["mute"] = bench.Stdio() with { Command = "/bin/false", Arguments = [] };
        bench.Servers["off"] = bench.Stdio() with { IsDisabled = true };
        var servers = await bench.Open();
        Assert.Equal("mcp__test__echo", Assert.Single(servers.Tools).Name);
        Assert.Equal(3, bench.Notices.Count);
        Assert.Contains(bench.Notices, line => line.Contains("absent", StringComparison.Ordinal) && line.Contains("no program no-such-program-anywhere", StringComparison.Ordinal));
        Assert.Contains(bench.Notices, line => line.Contains("NOT_SET_ANYWHERE, which is not set", StringComparison.Ordinal));
        Assert.Contains(bench.Notices, line => line.Contains("mute", StringComparison.Ordinal) && line.Contains("exit code 1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_known_server_is_started_only_when_it_is_needed_and_ends_with_the_session()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        await bench.Open();
        bench.Close();
        Assert.Equal("ended", bench.Log[^1]);
        var before = bench.Log.Length;
        var servers = await bench.Open();
        Assert.Single(servers.Tools);
        Assert.Equal(before, bench.Log.Length);
        Assert.Equal("now", (await bench.Call(servers, "echo", """{"text":"now"}""")).Text);
        Assert.True(bench.Log.Length > before);
        // How it speaks was remembered: it is not asked a second time.
        Assert.DoesNotContain(bench.Log[before..], line => line.Contains("server/discover", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Too_large_a_message_is_no_answer()
    {
        await using var bench = new LinkBench();
        bench.Servers["test"] = bench.Stdio();
        bench.Offer(LinkBench.Tools("big", "echo"));
        var servers = await bench.Open();
        Assert.Equal(100_000, (await bench.Call(servers, "big", """{"size":100000}""")).Text.Length);
        Assert.Contains("more than 16 MB", (await bench.Call(servers, "big", """{"size":17000000}""")).Text, StringComparison.Ordinal);
        Assert.Equal("x", (await bench.Call(servers, "echo", """{"text":"x"}""")).Text);
    }
}
