using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Sallyport.Engine.Context;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Tests;

/// <summary>A model that says what the test wrote down, one step a request, and keeps what it was asked.</summary>
internal sealed class ScriptedModel : Provider
{
    private readonly Queue<Func<ModelRequest, CancellationToken, IAsyncEnumerable<ModelDelta>>> steps = new();

    public List<ModelRequest> Requests { get; } = [];

    /// <summary>Whether the usage that is told follows the request's size.</summary>
    public bool CountsWhatIsSent { get; set; }

    public override string Name => "scripted";

    public override Destination Destination { get; } = new("model", "scripted.test");

    public ScriptedModel Says(string text, Usage? usage = null) => Then(new TextDelta(text), new ModelFinish(StopReason.Done, usage ?? new Usage(10, 5, 0, 0)));

    public ScriptedModel Calls(params (string Id, string Name, string Arguments)[] calls)
    {
        var deltas = new List<ModelDelta>();
        for (var i = 0; i < calls.Length; i++)
        {
            deltas.Add(new CallStart(i, calls[i].Id, calls[i].Name));
            deltas.Add(new CallArguments(i, calls[i].Arguments));
        }
        return Then([.. deltas, new ModelFinish(StopReason.Tools, new Usage(10, 5, 0, 0))]);
    }

    public ScriptedModel Then(params ModelDelta[] deltas) => Does((_, _) => Yield(deltas));

    public ScriptedModel Fails(ProviderFailure kind, TimeSpan? after = null, params ModelDelta[] first) => Does((_, _) => YieldThenThrow(first, new ProviderException(kind, $"made to fail: {kind}") { RetryAfter = after }));

    /// <summary>Yields, then nothing until it is cancelled.</summary>
    public ScriptedModel Hangs(params ModelDelta[] first) => Does((_, cancellation) => YieldThenHang(first, cancellation));

    public ScriptedModel Does(Func<ModelRequest, CancellationToken, IAsyncEnumerable<ModelDelta>> step)
    {
        steps.Enqueue(step);
        return this;
    }

    public override IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, CancellationToken cancellation)
    {
        Requests.Add(request.Value);
        if (steps.Count == 0) throw new InvalidOperationException("the script has no more steps");
        var answer = steps.Dequeue()(request.Value, cancellation);
        return CountsWhatIsSent ? Counted(answer, TokenEstimate.Of(request.Value.Messages)) : answer;
    }

    private static async IAsyncEnumerable<ModelDelta> Counted(IAsyncEnumerable<ModelDelta> deltas, long input)
    {
        long output = 0;
        await foreach (var delta in deltas)
        {
            if (delta is TextDelta text) output += TokenEstimate.Of(text.Text);
            yield return delta is ModelFinish finish ? finish with { Usage = new Usage(input, output + 20, 0, 0) } : delta;
        }
    }

    private static async IAsyncEnumerable<ModelDelta> Yield(ModelDelta[] deltas)
    {
        foreach (var delta in deltas)
        {
            await Task.Yield();
            yield return delta;
        }
    }

    private static async IAsyncEnumerable<ModelDelta> YieldThenThrow(ModelDelta[] deltas, ProviderException failure)
    {
        await foreach (var delta in Yield(deltas)) yield return delta;
        throw failure;
    }

    private static async IAsyncEnumerable<ModelDelta> YieldThenHang(ModelDelta[] deltas, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var delta in Yield(deltas)) yield return delta;
        await Channel.CreateUnbounded<int>().Reader.ReadAsync(cancellation);
    }
}
