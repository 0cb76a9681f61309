using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Swarm;

/// <summary>
/// The witness of changes that all agents of a session share: what a tool writes is looked at before and after, and nobody else's look
/// falls between the two. So tools that write files take turns; commands only wait for them before they start.
/// </summary>
internal sealed class SharedChanges(IChangeWitness inner) : IChangeWitness
{
    private readonly SemaphoreSlim writing = new(1);

    public async ValueTask<IDisposable?> Writing(CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        return new Turn(this);
    }

    public void BeforeChange(string absolute) => inner.BeforeChange(absolute);

    // Who writes now settles what there is when it has ended.
    public void Settle()
    {
        if (!writing.Wait(0, CancellationToken.None)) return;
        Done();
    }

    public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation) => Before(inner.BeforeCommand, cancellation);

    public ValueTask<CommandSpan> BeforeStart(CancellationToken cancellation) => Before(inner.BeforeStart, cancellation);

    public CommandSpan? Service() => inner.Service();

    private async ValueTask<CommandSpan> Before(Func<CancellationToken, ValueTask<CommandSpan>> look, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await look(cancellation).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation) => inner.AfterCommand(span, cancellation);

    private void Done()
    {
        try
        {
            inner.Settle();
        }
        finally
        {
            writing.Release();
        }
    }

    private sealed class Turn(SharedChanges changes) : IDisposable
    {
        public void Dispose() => changes.Done();
    }
}
