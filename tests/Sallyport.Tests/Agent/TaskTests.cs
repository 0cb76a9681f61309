using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>Whole tasks, from the command line to the files on disk, over every wire.</summary>
public sealed class TaskTests
{
    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Answers_a_question(string wire)
    {
        await using var bench = await AgentBench.Start(wire, new Step("Hello from the model."));
        var ran = await bench.Prompt("Say hello.");
        Assert.Equal((0, "Hello from the model.\n", ""), (ran.Exit, ran.Output, ran.Error));
        Assert.Equal("Say hello.", Assert.Single(bench.Model.Journal.Entries).Asked!.LastText);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Mends_a_bug(string wire)
    {
        await using var bench = await AgentBench.Start(wire,
            new Step("Let me look around.", new ScriptedCall("list", """{"path":"."}""")),
            new Step("Running the test first.", new ScriptedCall("bash", """{"command":"sh test.sh","description":"Run the test"}""")),
            new Step("", new ScriptedCall("read", """{"path":"sum.sh"}""")),
            new Step("It subtracts.", new ScriptedCall("edit", """{"path":"sum.sh","old":"$1 - $2","new":"$1 + $2"}""")),
            new Step("", new ScriptedCall("bash", """{"command":"sh test.sh"}""")),
            new Step("Mended: it adds now."));
        bench.Write("sum.sh", "echo $(($1 - $2))\n");
        bench.Write("test.sh", "[ \"$(sh sum.sh 2 3)\" = 5 ] && echo passed || { echo failed; exit 1; }\n");

        var ran = await bench.Prompt("The test fails. Mend it.", "--permission-mode", "auto");

        Assert.Equal((0, "Mended: it adds now.\n"), (ran.Exit, ran.Output));
        Assert.Equal("echo $(($1 + $2))\n", bench.Read("sum.sh"));
        var play = bench.Model.Journal.Play;
        Assert.Equal(6, play.Count);
        Assert.Contains("sum.sh", Assert.Single(play[1].Asked!.Results).Text);
        Assert.Contains("failed", Assert.Single(play[2].Asked!.Results).Text);
        Assert.Contains("passed", Assert.Single(play[5].Asked!.Results).Text);
        Assert.Null(bench.Model.Journal.PrefixBreak());
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Fifty_turns_on_a_large_tree_keep_their_prefix(string wire)
    {
        Step[] steps = [.. Enumerable.Range(1, 49).Select(n => (n % 5) switch
        {
            0 => new Step($"Turn {n}.", new ScriptedCall("grep", $$"""{"pattern":"value_{{n}} ","path":"src"}""")),
            1 => new Step($"Turn {n}.", new ScriptedCall("edit", $$"""{"path":"src/d{{n}}/f0.txt","old":"value_0 ","new":"changed_{{n}} "}""")),
            2 => new Step("", new ScriptedCall("bash", $$"""{"command":"wc -l src/d{{n}}/f1.txt"}""")),
            3 => new Step($"Turn {n}.", new ScriptedCall("glob", $$"""{"pattern":"src/d{{n}}/*.txt"}""")),
            _ => new Step($"Turn {n}.", new ScriptedCall("read", $$"""{"path":"src/d{{n}}/f2.txt"}""")),
        }), new Step("All fifty turns are done.")];
        await using var bench = await AgentBench.Start(wire, steps);
        for (var folder = 0; folder < 50; folder++)
            for (var file = 0; file < 40; file++) bench.Write($"src/d{folder}/f{file}.txt", $"file {file}\nvalue_{file} is here\n");

        var ran = await bench.Prompt("Work through it.", "--permission-mode", "auto", "--output-format", "json");

        Assert.Equal((0, "All fifty turns are done.", 50), (ran.Exit, ran.Json.GetProperty("result").GetString(), ran.Json.GetProperty("turns").GetInt32()));
        var play = bench.Model.Journal.Play;
        Assert.Equal(50, play.Count);
        Assert.Null(bench.Model.Journal.PrefixBreak());
        Assert.All(play.Skip(1), request => Assert.False(Assert.Single(request.Asked!.Results).Failed));
        Assert.Equal("file 0\nchanged_46 is here\n", bench.Read("src/d46/f0.txt"));
        Assert.True(ran.Json.GetProperty("usage").GetProperty("cacheReadTokens").GetInt64() > 0, "nothing was read from the cache");
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task Two_hundred_kilobytes_of_Markdown_arrive_whole(string wire)
    {
        var text = ModelScript.Repeat("## Größe\n\n- a *list* with `code` and 中文 🙂\n\n```sh\necho \"$HOME\"\n```\n\n", 200_000) + "The end.";
        await using var bench = await AgentBench.Start(wire, new Step(text));
        var ran = await bench.Prompt("Write much.");
        Assert.Equal(0, ran.Exit);
        Assert.Equal(text + "\n", ran.Output);
    }

    [Theory]
    [MemberData(nameof(AgentBench.Wires), MemberType = typeof(AgentBench))]
    public async Task Eight_calls_in_one_turn_have_eight_results_in_order(string wire)
    {
        await using var bench = await AgentBench.Start(wire,
            new Step("All at once.", [.. Enumerable.Range(0, 8).Select(n => new ScriptedCall("read", $$"""{"path":"f{{n}}.txt"}"""))]),
            new Step("Read."));
        for (var n = 0; n < 8; n++) bench.Write($"f{n}.txt", $"content number {n}\n");
        var ran = await bench.Prompt("Read them.");
        Assert.Equal((0, "Read.\n"), (ran.Exit, ran.Output));
        var results = bench.Model.Journal.Play[1].Asked!.Results;
        Assert.Equal(8, results.Count);
        for (var n = 0; n < 8; n++) Assert.Contains($"content number {n}", results[n].Text);
    }

    [Theory]
    [MemberData(nameof(AgentBench.UsualWires), MemberType = typeof(AgentBench))]
    public async Task Fifty_megabytes_of_output_are_kept_in_a_file_and_not_in_memory(string wire)
    {
        const int size = 50 << 20;
        await using var bench = await AgentBench.Start(wire,
            new Step("", new ScriptedCall("bash", JsonSerializer.Serialize(new { command = $"echo the first line; yes 'a line of output 0123456789 abcdefghijklmnopqrstuvwxyz' | head -c {size}; echo; echo the last line" }))),
            new Step("That was much."));
        var ran = await bench.Prompt("Print a lot.", "--permission-mode", "auto");

        Assert.Equal((0, "That was much.\n"), (ran.Exit, ran.Output));
        var shown = Assert.Single(bench.Model.Journal.Play[1].Asked!.Results).Text;
        Assert.InRange(shown.Length, 1_000, 80_000);
        Assert.Contains("the first line", shown);
        Assert.Contains("the last line", shown);
        var file = Directory.EnumerateFiles(bench.State, "*", SearchOption.AllDirectories).Single(path => new FileInfo(path).Length >= size);
        Assert.Contains(file, shown);
        if (OperatingSystem.IsLinux()) Assert.InRange(ran.PeakBytes, 1 << 20, (SallyProgram.Published is null ? 220L : 150L) << 20);
    }
}
