namespace Sallyport.Engine.Turns;

/// <summary>Where commands that stand alone run: some beside each other, or one with nobody else there.</summary>
internal sealed class CommandLane(int size) : IDisposable
{
    private readonly SemaphoreSlim places = new(size);
    private readonly SemaphoreSlim taking = new(1);

    /// <summary>Waits for a place, or for all of them; gives back what leaves it again.</summary>
    public async Task<IDisposable> Enter(bool isAlone, CancellationToken cancellation)
    {
        if (!isAlone)
        {
            await places.WaitAsync(cancellation).ConfigureAwait(false);
            return new Place(this, 1);
        }
        await taking.WaitAsync(cancellation).ConfigureAwait(false);
        var taken = 0;
        try
        {
            for (; taken < size; taken++) await places.WaitAsync(cancellation).ConfigureAwait(false);
            return new Place(this, size);
        }
        catch (OperationCanceledException)
        {
            if (taken > 0) places.Release(taken);
            throw;
        }
        finally
        {
            taking.Release();
        }
    }

    public void Dispose()
    {
        places.Dispose();
        taking.Dispose();
    }

    private sealed class Place(CommandLane lane, int count) : IDisposable
    {
        public void Dispose() => lane.places.Release(count);
    }
}
