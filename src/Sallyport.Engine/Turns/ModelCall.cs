using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Secrets;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Turns;

/// <summary>A model that can be asked: the wire, and what is known of the model.</summary>
public sealed record ModelChoice(Provider Provider, ModelFacts Facts)
{
    /// <summary>Whether it may see the internal names of a policy.</summary>
    public bool IsTrusted { get; init; } = true;
}

/// <summary>One answer.</summary>
internal sealed record Reply(Message Message, ModelFinish Finish, ModelChoice Model);

/// <summary>
/// Asks a model once, as often as it takes: passes the gate, watches for stalls, waits and asks again on what may pass by, then
/// tries the next model of the chain. Deltas become events as they come; a retry says that the text before it is void.
/// </summary>
internal sealed class ModelCall(ExitGate gate, SecretVault vault, Patience patience, TimeProvider clock, Action<SessionEvent> emit)
{
    // Spreads the retries of many clients; a seed makes nothing else depend on it.
    private readonly Random jitter = new(Environment.ProcessId ^ Environment.TickCount);

    /// <summary>The answer. Throws <see cref="ProviderException"/> when no model of the chain gave one.</summary>
    /// <param name="chain">Models in order of preference; the first that answers.</param>
    /// <param name="request">Makes the request for a model.</param>
    /// <param name="partial">Receives the builder of the running attempt, so that an interruption can keep its text.</param>
    public async Task<Reply> Ask(IReadOnlyList<ModelChoice> chain, Func<ModelChoice, ModelRequest> request, Action<AnswerBuilder> partial, CancellationToken cancellation)
    {
        for (var at = 0; ; at++)
        {
            var model = chain[at];
            for (var (attempt, guesses) = (1, 0); ; attempt++)
            {
                var builder = new AnswerBuilder(model.Provider.Name);
                partial(builder);
                try
                {
                    await Receive(model.Provider, gate.Clear(request(model), model.Provider.Destination), builder, cancellation).ConfigureAwait(false);
                    return new Reply(builder.Build(), builder.Finish!, model);
                }
                catch (ProviderException failure)
                {
                    if (failure.RetryAfter is null) guesses++;
                    var wait = patience.Before(failure, attempt, guesses, NextJitter());
                    var next = wait is null && (failure.IsTransient || failure.Kind is ProviderFailure.Quota or ProviderFailure.NotFound) && at + 1 < chain.Count ? chain[at + 1] : null;
                    if (wait is null && next is null) throw;
                    emit(new Retried(attempt, Named(failure.Kind), failure.Message, (long)(wait?.TotalMilliseconds ?? 0), next?.Facts.Id));
                    if (wait is null) break;
                    await Task.Delay(wait.Value, clock, cancellation).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>snake_case, as in events and errors.</summary>
    public static string Named(ProviderFailure kind) => kind switch
    {
        ProviderFailure.Credentials => "credentials",
        ProviderFailure.NotFound => "not_found",
        ProviderFailure.Invalid => "invalid_request",
        ProviderFailure.TooLong => "context_too_long",
        ProviderFailure.Quota => "quota",
        ProviderFailure.RateLimited => "rate_limited",
        ProviderFailure.Overloaded => "overloaded",
        ProviderFailure.Server => "server_error",
        ProviderFailure.Network => "network",
        ProviderFailure.Stalled => "stalled",
        _ => "bad_stream",
    };

    private double NextJitter()
    {
        lock (jitter) return jitter.NextDouble();
    }

    private async Task Receive(Provider provider, Cleared<ModelRequest> request, AnswerBuilder builder, CancellationToken cancellation)
    {
        using var stall = new CancellationTokenSource(patience.FirstSign, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stall.Token, cancellation);
        var limit = patience.FirstSign;
        var (text, thinking) = (new HeldText(vault, words => emit(new TextAdded(words))), new HeldText(vault, words => emit(new ThinkingAdded(words))));
        try
        {
            await foreach (var delta in provider.Stream(request, either.Token).ConfigureAwait(false))
            {
                limit = patience.BetweenSigns;
                stall.CancelAfter(limit);
                builder.Add(delta);
                if (delta is TextDelta said)
                {
                    thinking.End();
                    text.Add(said.Text);
                }
                else if (delta is ThinkingDelta thought)
                {
                    text.End();
                    thinking.Add(thought.Text);
                }
                else if (delta is ThinkingEnd or CallStart or ModelFinish)
                {
                    text.End();
                    thinking.End();
                    if (delta is ModelFinish) return;
                }
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // What came is kept, so it is shown.
            text.End();
            thinking.End();
            throw;
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new ProviderException(ProviderFailure.Stalled, $"{provider.Destination.Name}: nothing came for {limit.TotalSeconds:0} s");
        }
        throw new ProviderException(ProviderFailure.Network, $"{provider.Destination.Name}: the answer was cut before its end");
    }
}
