using System.Runtime.CompilerServices;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests.Swarm;

/// <summary>A session that can start agents. What the model says is a function of who is asked and how often it was, so agents may run in any order.</summary>
internal sealed class SwarmBench : IAsyncDisposable
{
    private readonly List<ModelRequest> requests = [];

    public SwarmBench(params AgentKind[] kinds)
    {
        Session = new SessionBench { Agents = new AgentHost { Kinds = () => AgentKinds.Of([.. AgentKind.BuiltIn, .. kinds]), System = kind => AgentPrompt.Of(kind, "Environment", "") } };
        Session.Tools.Add(new StartTool());
        Session.Chain.Add(new ModelChoice(new Answering(this), Session.Facts));
    }

    public SessionBench Session { get; }

    /// <summary>What who is asked says: the first is the prompt that it was given, the second how many answers it has given.</summary>
    public Func<string, int, Saying> Model { get; set; } = (_, _) => new Saying("done");

    /// <summary>Runs before an answer is given.</summary>
    public Func<string, int, CancellationToken, Task> Before { get; set; } = (_, _, _) => Task.CompletedTask;

    public IReadOnlyList<ModelRequest> Requests
    {
        get { lock (requests) return [.. requests]; }
    }

    /// <summary>The requests of whoever has this prompt.</summary>
    public IReadOnlyList<ModelRequest> Of(string prompt) => [.. Requests.Where(r => r.Messages[0].Text == prompt)];

    /// <summary>The results that whoever has this prompt got with its last request.</summary>
    public IReadOnlyList<ToolResultPart> Results(string prompt) => [.. Of(prompt)[^1].Messages.SelectMany(m => m.Parts).OfType<ToolResultPart>()];

    public IReadOnlyList<string> AgentTranscripts() => Directory.Exists(SessionFiles.AgentsOf(Session.TranscriptPath)) ? [.. Directory.GetFiles(SessionFiles.AgentsOf(Session.TranscriptPath), "*.jsonl").Order(StringComparer.Ordinal)] : [];

    public static Call Agent(string prompt, string? kind = null, bool background = false, string[]? tools = null, int? turns = null) =>
        new("agent", JsonSerializer.Serialize(new Dictionary<string, object?> { ["prompt"] = prompt, ["kind"] = kind, ["background"] = background, ["tools"] = tools, ["max_turns"] = turns }.Where(p => p.Value is not null).ToDictionary()));

    public static Call Does(string tool, string text = "x") => new(tool, JsonSerializer.Serialize(new { text }));

    public ValueTask DisposeAsync() => Session.DisposeAsync();

    /// <summary>As the tool of the product, which tests of the engine do not know.</summary>
    private sealed class StartTool : Tool
    {
        public override string Name => Rights.Starts;

        public override string Description => "Starts another agent.";

        public override string Schema => """{"type":"object","properties":{"prompt":{"type":"string"},"kind":{"type":"string"},"background":{"type":"boolean"},"tools":{"type":"array","items":{"type":"string"}},"max_turns":{"type":"integer"}},"required":["prompt"]}""";

        public override Touches Touches(JsonElement arguments, Workspace workspace) => Tools.Touches.Nothing;

        public override string Title(JsonElement arguments, Workspace workspace) => arguments.Text("prompt");

        public override async Task<ToolResult> Run(ToolCall call, CancellationToken cancellation)
        {
            string[]? tools = call.Arguments.TryGetProperty("tools", out var named) ? [.. named.EnumerateArray().Select(t => t.GetString()!)] : null;
            var order = new AgentOrder(call.Id, call.Arguments.Text("prompt"), call.Arguments.TextOrNull("kind"), tools, call.Arguments.Number("max_turns"));
            return call.Arguments.Flag("background") ? call.Context.Agents!.Start(order, cancellation) : await call.Context.Agents!.Run(order, cancellation);
        }
    }

    private sealed class Answering(SwarmBench bench) : Provider
    {
        public override string Name => "answering";

        public override Destination Destination { get; } = new("model", "answering.test");

        public override async IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            var asked = request.Value;
            lock (bench.requests) bench.requests.Add(asked);
            var (who, step) = (asked.Messages[0].Text, asked.Messages.Count(m => m.Role == Role.Assistant));
            await bench.Before(who, step, cancellation);
            var said = bench.Model(who, step);
            if (said.Failure is { } failure) throw new ProviderException(failure, $"made to fail: {failure}");
            yield return new TextDelta(said.Text);
            for (var i = 0; i < said.Calls.Length; i++)
            {
                yield return new CallStart(i, $"c{step}-{i}", said.Calls[i].Name);
                yield return new CallArguments(i, said.Calls[i].Arguments);
            }
            yield return new ModelFinish(said.Calls.Length > 0 ? StopReason.Tools : StopReason.Done, new Usage(10, 5, 0, 0));
        }
    }
}

/// <summary>One call of the model.</summary>
internal sealed record Call(string Name, string Arguments);

/// <summary>One answer of the model.</summary>
internal sealed record Saying(string Text, params Call[] Calls)
{
    public ProviderFailure? Failure { get; init; }

    public static Saying Calling(params Call[] calls) => new("", calls);
}

/// <summary>Nobody goes on before so many are there: who runs alone waits until the test fails.</summary>
internal sealed class Meeting(int size)
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(60);
    private readonly TaskCompletionSource all = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int here;

    public Task Join(CancellationToken cancellation)
    {
        if (Interlocked.Increment(ref here) == size) all.SetResult();
        return all.Task.WaitAsync(Long, cancellation);
    }
}
