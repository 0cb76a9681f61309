using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What goes in: pipes, messages a line, and what is said while the model works.</summary>
public sealed class InputTests
{
    private static readonly string[] Streams = ["-p", "--input-format", "stream-json", "--output-format", "stream-json"];

    [Fact]
    public async Task What_is_piped_in_is_added_to_the_prompt()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Read."));
        var ran = await bench.Piped("line one\nline two é\n", "-p", "Review this:");
        Assert.Equal((0, "Read.\n"), (ran.Exit, ran.Output));
        var asked = Assert.Single(bench.Model.Journal.Play).Asked!.LastText;
        Assert.StartsWith("Review this:", asked);
        Assert.Contains("line one\nline two é", asked);
    }

    [Theory]
    [InlineData("-p", "-")]
    [InlineData("-p")]
    public async Task The_prompt_can_come_from_standard_input(params string[] arguments)
    {
        await using var bench = await AgentBench.Start("openai-chat", new Step("Read."));
        var ran = await bench.Piped("All of the prompt.", arguments);
        Assert.Equal((0, "Read.\n"), (ran.Exit, ran.Output));
        Assert.Equal("All of the prompt.", Assert.Single(bench.Model.Journal.Play).Asked!.LastText);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Messages_a_line_are_a_conversation(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("First answer."), new Step("Second answer."));
        await using var sally = bench.Talk(Streams);
        await sally.SendLine("""{"type":"user","message":{"role":"user","content":[{"type":"text","text":"First question."}]}}""");
        Assert.Equal("First answer.", (await sally.Next("finished")).GetProperty("result").GetString());
        await sally.SendLine("""{"type":"user","text":"Second question."}""");
        Assert.Equal("Second answer.", (await sally.Next("finished")).GetProperty("result").GetString());
        sally.EndInput();
        var ran = await sally.Ended();
        Assert.Equal(0, ran.Exit);
        Assert.Equal(2, ran.Events().Count(e => e.GetProperty("type").GetString() == "finished"));
        Assert.Equal("Second question.", bench.Model.Journal.Play[1].Asked!.LastText);
        Assert.Null(bench.Model.Journal.PrefixBreak());
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task What_is_said_while_a_call_runs_reaches_the_model_at_its_next_step(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("", new ScriptedCall("bash", """{"command":"until [ -e go ]; do sleep 0.05; done; echo went"}""")), new Step("As you wish."));
        await using var sally = bench.Talk([.. Streams, "--permission-mode", "auto"]);
        await sally.SendLine("""{"type":"user","text":"Wait for it."}""");
        await sally.Next("tool_call");
        await sally.SendLine("""{"type":"prompt","text":"And be brief."}""");
        // A command that is answered at once, so what came before it has been heard.
        await sally.SendLine("""{"type":"set_mode","mode":"auto"}""");
        await sally.Next("notice");
        bench.Write("go", "");
        Assert.Equal("As you wish.", (await sally.Next("finished")).GetProperty("result").GetString());
        sally.EndInput();
        Assert.Equal(0, (await sally.Ended()).Exit);
        var second = bench.Model.Journal.Play[1].Asked!;
        Assert.Contains("went", string.Concat(second.Turns.SelectMany(turn => turn.Results).Select(result => result.Text)));
        Assert.Contains("And be brief.", second.LastText);
        Assert.Null(bench.Model.Journal.PrefixBreak());
    }

    [Fact]
    public async Task Messages_that_come_at_once_are_answered_one_after_another()
    {
        await using var bench = await AgentBench.Start("anthropic", ModelScript.From(asked => new Step($"Heard: {asked.LastText}")));
        var ran = await bench.Piped("{\"type\":\"user\",\"text\":\"one\"}\n\"two\"\n{\"text\":\"three\"}\n", Streams);
        Assert.Equal(0, ran.Exit);
        Assert.Equal(["Heard: one", "Heard: two", "Heard: three"], ran.Events().Where(e => e.GetProperty("type").GetString() == "finished").Select(e => e.GetProperty("result").GetString()));
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task An_interruption_ends_the_turn_and_the_conversation_goes_on(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Starting.", new ScriptedCall("bash", """{"command":"sleep 60"}""")), new Step("Now something else."));
        await using var sally = bench.Talk([.. Streams, "--permission-mode", "auto"]);
        await sally.SendLine("""{"type":"user","text":"Sleep."}""");
        await sally.Next("tool_call");
        await sally.SendLine("""{"type":"interrupt"}""");
        Assert.Equal("interrupted", (await sally.Next("finished")).GetProperty("outcome").GetString());
        await sally.SendLine("""{"type":"user","text":"Do something else."}""");
        Assert.Equal("Now something else.", (await sally.Next("finished")).GetProperty("result").GetString());
        sally.EndInput();
        Assert.Equal(0, (await sally.Ended()).Exit);
        // The server refuses a call without a result, so this request shows that it has one.
        Assert.Equal([200, 200], bench.Model.Journal.Play.Select(request => request.Status));
    }

    [Theory]
    [InlineData("yes", true)]
    [InlineData("no", false)]
    public async Task A_question_is_answered(string answer, bool made)
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("", new ScriptedCall("bash", """{"command":"touch made"}""")), new Step("So be it."));
        await using var sally = bench.Talk(Streams);
        await sally.SendLine("""{"type":"user","text":"Make it."}""");
        var question = await sally.Next("question");
        Assert.Equal("permission", question.GetProperty("kind").GetString());
        Assert.Contains("touch made", question.GetProperty("text").GetString());
        await sally.SendLine(JsonSerializer.Serialize(new { type = "answer", question = question.GetProperty("id").GetString(), text = answer }));
        await sally.Next("finished");
        sally.EndInput();
        Assert.Equal(0, (await sally.Ended()).Exit);
        Assert.Equal(made, File.Exists(Path.Combine(bench.Work, "made")));
    }

    [Fact]
    public async Task The_model_can_ask_and_is_told()
    {
        await using var bench = await AgentBench.Start("openai-chat", new Step("", new ScriptedCall("ask", """{"question":"Tabs or spaces?","options":["tabs","spaces"]}""")), new Step("Noted."));
        await using var sally = bench.Talk(Streams);
        await sally.SendLine("\"Format it.\"");
        var question = await sally.Next("question");
        Assert.Equal(("ask", 2), (question.GetProperty("kind").GetString(), question.GetProperty("options").GetArrayLength()));
        await sally.SendLine(JsonSerializer.Serialize(new { type = "answer", question = question.GetProperty("id").GetString(), text = "spaces" }));
        await sally.Next("finished");
        sally.EndInput();
        Assert.Equal(0, (await sally.Ended()).Exit);
        Assert.Contains("spaces", Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text);
    }

    [Fact]
    public async Task A_line_that_is_no_message_is_told_with_its_number()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("Fine."));
        var ran = await bench.Piped("{\"type\":\"user\",\"text\":\"Fine?\"}\n{\"type\":\"dance\"}\n", Streams);
        Assert.Equal(2, ran.Exit);
        Assert.Contains("line 2", ran.Error);
    }
}
