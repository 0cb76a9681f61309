using System.Text;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>Sessions that are encrypted on the disk, from outside: nothing of them is there to read, and every command works as before.</summary>
public sealed class AtRestTests
{
    private const string Word = "zebracrossing";

    [Theory]
    [InlineData("file")]
    [InlineData("keyring")]
    public async Task Nothing_of_an_encrypted_session_stands_on_the_disk_and_everything_works(string place)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "the keyring is of Unix");
        await using var bench = await AgentBench.Start("anthropic",
            new Step("I read it.", new ScriptedCall("read", """{"path":"a.txt"}""")),
            new Step("", new ScriptedCall("write", """{"path":"a.txt","content":"changed\n"}"""), new ScriptedCall("bash", """{"command":"for i in $(seq 1 9000); do echo zebra''crossing $i; done"}""")),
            new Step("It said zebracrossing."), new Step("Second."), new Step("Third."));
        Keyring(bench);
        bench.Settings($$"""{ "sessions": { "encrypt": "{{place}}" } }""");
        bench.Write("a.txt", $"here is {Word}\n");
        var ran = await bench.Prompt($"What of {Word}?", "--permission-mode", "open", "--output-format", "json");
        Assert.Equal((0, "It said zebracrossing."), (ran.Exit, ran.Json.GetProperty("result").GetString()));
        var id = ran.Json.GetProperty("session").GetString()!;
        Assert.Equal("Second.\n", (await bench.Prompt("Go on.", "--continue")).Output);
        Assert.Null(bench.Model.Journal.PrefixBreak());
        AssertSealed(bench);
        Assert.Equal(place == "file", File.Exists(Path.Combine(bench.State, "vault.key")));

        foreach (var (arguments, words) in ((string[], string)[])[
            (["sessions", "list"], $"What of {Word}?"), (["sessions", "search", Word], id[^8..]), (["sessions", "show", id], "It said zebracrossing."),
            (["sessions", "export", id, "--format", "jsonl"], "\"type\":\"message\""), (["sent", id, "--text", "1"], Word), (["rewind", id, "--list"], $"What of {Word}?")])
        {
            var told = await bench.Run(null, arguments);
            Assert.True(told.Exit == 0 && told.Output.Contains(words, StringComparison.Ordinal), $"{string.Join(' ', arguments)}: {told.Exit} {told.Output} {told.Error}");
        }
        AssertSealed(bench);

        Assert.Equal(0, (await bench.Run(null, "rewind", id, "--to", "1", "--files")).Exit);
        Assert.Equal($"here is {Word}\n", bench.Read("a.txt"));
        File.Delete(Path.Combine(bench.Work, "a.txt"));
        Assert.Equal("Third.\n", (await bench.Prompt("And a fork.", "--fork", id)).Output);
        AssertSealed(bench);

        // Without its key it is a riddle, and says so.
        foreach (var key in (string[])[Path.Combine(bench.State, "vault.key"), Path.Combine(bench.Work, "..", "ring")]) File.Delete(key);
        var lost = await bench.Prompt("And now?", "--resume", id);
        Assert.Equal(2, lost.Exit);
        Assert.Contains("its key is not here", lost.Error, StringComparison.Ordinal);
        Assert.Equal(0, (await bench.Run(null, "sessions", "list")).Exit);
        Assert.Equal(0, (await bench.Run(null, "sessions", "delete", id, "--yes")).Exit);
        Assert.Single(bench.Transcripts());
    }

    [Fact]
    public async Task A_session_that_was_begun_in_the_clear_stays_so_and_a_fork_of_it_does_not()
    {
        await using var bench = await AgentBench.Start("anthropic", new Step("First."), new Step("Second."), new Step("Third."));
        Assert.Equal(0, (await bench.Prompt($"What of {Word}?")).Exit);
        bench.Settings("""{"sessions":{"encrypt":"file"}}""");
        var second = await bench.Prompt("Go on.", "--continue");
        Assert.Equal("Second.\n", second.Output);
        Assert.Contains("--fork goes on with an encrypted copy", second.Error, StringComparison.Ordinal);
        var open = Assert.Single(bench.Transcripts());
        Assert.Contains("Second.", File.ReadAllText(open), StringComparison.Ordinal);
        Assert.Equal("Third.\n", (await bench.Prompt("A copy.", "--fork", Path.GetFileNameWithoutExtension(open))).Output);
        Assert.DoesNotContain(Word, File.ReadAllText(bench.Transcripts().Single(path => path != open)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Killed_in_the_middle_it_goes_on_with_all_but_the_last_line()
    {
        for (var seed = 0; seed < 6; seed++)
        {
            await using var bench = await AgentBench.Start("anthropic", new ModelScript(
                new Step("One.", new ScriptedCall("bash", """{"command":"echo one"}""")), new Step("Two.", new ScriptedCall("bash", """{"command":"echo two"}""")),
                new Step("Three.", new ScriptedCall("bash", """{"command":"echo three"}""")), new Step("Four."))
            { Pacing = new Pacing(TimeSpan.FromMilliseconds(5), 600, 12), Aside = asked => asked.LastText.Contains("carry on", StringComparison.Ordinal) ? new Step("Resumed.") { Pacing = Pacing.None } : null });
            bench.Settings("""{"sessions":{"encrypt":"file"}}""");
            await using (var sally = bench.Talk("-p", $"What of {Word}?", "--permission-mode", "open", "--output-format", "stream-json"))
            {
                sally.EndInput();
                for (var i = 0; i <= seed; i++) await sally.Next(i == 0 ? "started" : i % 2 == 1 ? "tool_call" : "tool_result");
                // Leaving kills it.
            }
            var path = Assert.Single(bench.Transcripts());
            if (seed % 2 == 1)
            {
                var whole = File.ReadAllBytes(path);
                File.WriteAllBytes(path, whole[..^(1 + new Random(seed).Next(40))]);
            }
            var played = bench.Model.Journal.Play.Count;
            var ran = await bench.Prompt("carry on", "--continue");
            if (seed == 1 && ran.Exit == 2) continue;
            Assert.True(ran.Exit == 0, $"seed {seed}: {ran.Error}");
            Assert.Equal("Resumed.\n", ran.Output);
            var turns = bench.Model.Journal.Entries[^1].Asked!.Turns;
            Assert.True(turns.Count(turn => turn.Assistant) >= (seed - 1) / 2, $"seed {seed}: {turns.Count} turns after {played} requests");
            Assert.DoesNotContain(Word, File.ReadAllText(path), StringComparison.Ordinal);
        }
    }

    // A keyring that is a script and a file; the real one needs a desktop.
    private static void Keyring(AgentBench bench)
    {
        var folder = Directory.CreateDirectory(Path.Combine(bench.Work, "..", "tools")).FullName;
        var program = Path.Combine(folder, "secret-tool");
        File.WriteAllText(program, $"#!/bin/sh\nring='{Path.GetFullPath(Path.Combine(bench.Work, "..", "ring"))}'\ncase \"$1\" in store) cat > \"$ring\";; lookup) [ \"$5\" = sessions ] && cat \"$ring\";; esac\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        bench.Variables["PATH"] = $"{folder}:{Environment.GetEnvironmentVariable("PATH")}";
        bench.Variables["XDG_RUNTIME_DIR"] = Directory.CreateDirectory(Path.Combine(bench.Work, "..", "memory")).FullName;
    }

    private static void AssertSealed(AgentBench bench)
    {
        foreach (var file in Directory.EnumerateFiles(bench.State, "*", SearchOption.AllDirectories))
            Assert.False(File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Word)) >= 0, $"{file} has it in the clear");
        Assert.NotEmpty(bench.Transcripts());
    }
}
