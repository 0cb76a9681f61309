using System.Runtime.CompilerServices;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;

namespace Sallyport.Providers.Recorded;

/// <summary>Gives the answers of a recording, one a request, in their order. Nothing leaves the machine.</summary>
/// <param name="recording">The answers.</param>
/// <param name="pace">How slowly: 0 all at once, 1 as recorded.</param>
/// <param name="time">Waits.</param>
public sealed class RecordedProvider(Recording recording, double pace, TimeProvider time) : Provider
{
    // Between pieces that say no time, as in recordings written by hand.
    private const int Usual = 25;

    private int _asked;

    public override string Name => "recorded";

    public override Destination Destination { get; } = new("model", "recording");

    public override async IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = Interlocked.Increment(ref _asked);
        if (number > recording.Answers.Count)
        {
            throw new ProviderException(ProviderFailure.Invalid,
                $"The recording {recording.Name} has {recording.Answers.Count} answers, and this is request {number}. Record the whole run again with --record FILE, or add an answer at the end.");
        }
        long now = 0;
        foreach (var piece in recording.Answers[number - 1].Pieces)
        {
            cancellation.ThrowIfCancellationRequested();
            var wait = piece.At is { } at ? at - now : Usual;
            now = piece.At ?? now + Usual;
            if (pace > 0 && wait > 0) await Task.Delay(TimeSpan.FromMilliseconds(wait * pace), time, cancellation).ConfigureAwait(false);
            if (piece.Failure is { } failure) throw failure();
            yield return piece.Delta!;
        }
    }
}
