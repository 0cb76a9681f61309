using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Sessions;
using Sallyport.ModelServer;

namespace Sallyport.Tests;

/// <summary>
/// The real program is killed at a random point, sometimes with half a line on the disk, and resumed: nothing is lost but
/// the torn event, and the next request is one that a strict server takes.
/// </summary>
public sealed class CrashTests
{
    private const string GoOn = "carry on after the crash";

    [Fact]
    public async Task Killed_at_random_points_it_loses_nothing_but_the_torn_event() => await Many(first: 0, count: 15);

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Killed_at_two_hundred_random_points_it_loses_nothing_but_the_torn_event() => await Many(first: 1000, count: 200);

    private static async Task Many(int first, int count)
    {
        var total = await Events();
        Assert.True(total > 30, $"only {total} events: there is too little to kill in");
        var moments = new Dictionary<string, int>();
        for (var i = 0; i < count; i++)
        {
            var moment = "";
            try
            {
                moment = await KillAndResume(new Random(first + i), total);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                throw new InvalidOperationException($"seed {first + i}: {e.Message}", e);
            }
            moments[moment] = moments.GetValueOrDefault(moment) + 1;
        }
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(", ", moments.OrderByDescending(m => m.Value).Select(m => $"{m.Value} {m.Key}")));
        Assert.True(moments.Count > 2, $"all were killed at the same moment: {string.Join(", ", moments.Keys)}");
    }

    /// <summary>How many events an undisturbed run has.</summary>
    private static async Task<int> Events()
    {
        using var door = new SessionsDoor();
        await using var model = await Model();
        using var process = Begin(door, model);
        var events = 0;
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is not null) events++;
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal(6, model.Journal.Play.Count);
        return events;
    }

    private static async Task<string> KillAndResume(Random random, int total)
    {
        using var door = new SessionsDoor();
        await using var model = await Model();
        var (moment, answers) = await RunAndKill(door, model, random, total);

        var requests = model.Journal.Play;
        if (door.Transcripts is not [var path] || File.ReadAllText(path) is var begun && !begun.Contains('\n', StringComparison.Ordinal))
        {
            Assert.True(requests.Count == 0, $"{requests.Count} requests were made before anything was on the disk");
            return "before the session began";
        }
        var whole = File.ReadAllBytes(path);
        Assert.Equal(whole.AsSpan().Count((byte)'\n'), TranscriptReader.All(path).Count() - (whole[^1] == '\n' || !Parses(whole) ? 0 : 1));
        // What the server saw, and what anyone was told of, was written down before.
        var kept = TranscriptReader.Read(path);
        foreach (var request in requests) AssertBegins(Turns(kept.Messages), Turns(request.Asked!), $"request {request.Number}");
        Assert.True(kept.Turns >= answers, $"{answers} answers were told, {kept.Turns} are on the disk");

        if (random.Next(3) == 0 && Torn(whole, random) is { } shorter)
        {
            File.WriteAllBytes(path, shorter);
            whole = shorter;
            moment += ", torn";
            kept = TranscriptReader.Read(path);
        }

        var id = SessionFiles.IdOf(path);
        var before = model.Journal.Entries.Count;
        var (exit, output, error) = door.Run("-p", GoOn, "--resume", id[^8..], "--permission-mode", "open", "--model", "scripted", "--provider", "anthropic", "--base-url", model.Address);
        var next = model.Journal.Entries.Skip(before).ToArray();
        Assert.True(exit == 0, $"killed {moment}; exit {exit}: {error} {string.Join(' ', next.Select(n => n.Refusal))}");
        Assert.Equal("resumed\n", output);
        var asked = Assert.Single(next).Asked!;
        AssertBegins(Turns(asked), Turns([.. kept.Messages, Message.User(GoOn)]), "the resumed conversation");
        Assert.Equal(Turns(asked).Count, Turns([.. kept.Messages, Message.User(GoOn)]).Count);
        Assert.True(File.ReadAllBytes(path).AsSpan().StartsWith(whole), "what was written was changed");
        Assert.EndsWith("resumed", TranscriptReader.Read(path).Messages[^1].Text, StringComparison.Ordinal);
        return moment;
    }

    /// <summary>Kills after a number of events and then a little; says in the midst of what, and how many answers were told of.</summary>
    private static async Task<(string Moment, int Answers)> RunAndKill(SessionsDoor door, ScriptedModel model, Random random, int total)
    {
        using var process = Begin(door, model);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        var (last, answers) = ("start", 0);
        for (var left = random.Next(0, total); left > 0 && await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line; left--)
        {
            using var one = JsonDocument.Parse(line);
            last = one.RootElement.GetProperty("type").GetString()!;
            if (last == "tool_call") last = $"{last} {one.RootElement.GetProperty("name").GetString()}";
            if (last == "usage") answers++;
        }
        // Up to 20 ms later: in a tool, in a write, between both.
        var until = TimeProvider.System.GetTimestamp();
        var wait = random.Next(4) == 0 ? 0 : random.Next(20_000);
        while (TimeProvider.System.GetElapsedTime(until).TotalMicroseconds < wait) Thread.SpinWait(20);
        process.Kill();
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await errors;
        return ($"after {last}", answers);
    }

    private static System.Diagnostics.Process Begin(SessionsDoor door, ScriptedModel model)
    {
        File.WriteAllText(Path.Combine(door.Work, "a.txt"), "alpha\n");
        var process = door.Start("-p", "work through the list", "--output-format", "stream-json", "--permission-mode", "open", "--model", "scripted", "--provider", "anthropic", "--base-url", model.Address);
        process.StandardInput.Close();
        return process;
    }

    private static Task<ScriptedModel> Model() => ScriptedModel.Start(new ModelScript(
        new Step("I look at the file first, and at what is beside it.", new ScriptedCall("read", """{"path":"a.txt"}"""), new ScriptedCall("list", """{"path":"."}""")) { Thinking = "What is there?" },
        new Step("Now a command that takes a moment.", new ScriptedCall("bash", """{"command":"for i in 1 2 3 4; do echo step $i; sleep 0.02; done; echo done > made.txt"}""")),
        new Step("", new ScriptedCall("write", """{"path":"b.txt","content":"beta\n"}"""), new ScriptedCall("edit", """{"path":"a.txt","old":"alpha","new":"omega"}"""), new ScriptedCall("bash", """{"command":"cat a.txt b.txt"}""")),
        new Step("A lot of output, which goes to a file.", new ScriptedCall("bash", """{"command":"seq 1 20000"}""")),
        new Step("The list.", new ScriptedCall("todo", """{"items":[{"text":"look","status":"done"},{"text":"tell","status":"active"}]}""")),
        new Step("Everything is done: the file was read, changed, and read again. ") { Thinking = "Done." })
    {
        Pacing = new Pacing(TimeSpan.FromMilliseconds(5), 600, 12),
        Aside = asked => asked.LastText.Contains(GoOn, StringComparison.Ordinal) ? new Step("resumed") { Pacing = Pacing.None } : null,
    });

    /// <summary>The file as if the last write had not come to its end; null when only the first line is there.</summary>
    private static byte[]? Torn(byte[] whole, Random random)
    {
        var end = whole.AsSpan().TrimEnd((byte)'\n').Length;
        var start = whole.AsSpan(0, end).LastIndexOf((byte)'\n') + 1;
        return start == 0 ? null : whole[..random.Next(start, end)];
    }

    private static bool Parses(byte[] whole)
    {
        try
        {
            using var last = JsonDocument.Parse(whole.AsMemory(whole.AsSpan().LastIndexOf((byte)'\n') + 1));
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static List<string> Turns(Asked asked)
    {
        var turns = new List<string>();
        foreach (var turn in asked.Turns) turns.Add(Described(turn.Assistant, turn.Text, turn.Calls.Select(c => (c.Name, c.Arguments)), turn.Results.Select(r => r.Text)));
        return turns;
    }

    private static List<string> Turns(IEnumerable<Message> messages)
    {
        var turns = new List<(bool Assistant, List<Part> Parts)>();
        foreach (var message in messages)
        {
            var assistant = message.Role == Role.Assistant;
            if (turns.Count > 0 && turns[^1].Assistant == assistant) turns[^1].Parts.AddRange(message.Parts);
            else turns.Add((assistant, [.. message.Parts]));
        }
        return [.. turns.Select(turn => Described(turn.Assistant, string.Concat(turn.Parts.OfType<TextPart>().Select(t => t.Text)),
            turn.Parts.OfType<ToolCallPart>().Select(c => (c.Name, c.Arguments)), turn.Parts.OfType<ToolResultPart>().Select(r => r.Text)))];
    }

    private static string Described(bool assistant, string text, IEnumerable<(string Name, string Arguments)> calls, IEnumerable<string> results)
    {
        var said = new StringBuilder(assistant ? "assistant: " : "user: ").Append(text);
        foreach (var (name, arguments) in calls) said.Append(" | call ").Append(name).Append(' ').Append(JsonSerializer.Serialize(JsonDocument.Parse(arguments).RootElement));
        foreach (var result in results) said.Append(" | result ").Append(result);
        // Blanks between the blocks of a turn are the wire's.
        return string.Concat(said.ToString().Where(c => !char.IsWhiteSpace(c)));
    }

    private static void AssertBegins(List<string> whole, List<string> beginning, string what)
    {
        Assert.True(beginning.Count <= whole.Count, $"{what}: {beginning.Count} turns, of which {whole.Count} are there");
        // A later message may have become part of the last turn.
        for (var i = 0; i < beginning.Count; i++)
            Assert.True(i < beginning.Count - 1 ? whole[i] == beginning[i] : whole[i].StartsWith(beginning[i], StringComparison.Ordinal), $"{what}, turn {i + 1}:\n{beginning[i]}\nbecame\n{whole[i]}");
    }
}
