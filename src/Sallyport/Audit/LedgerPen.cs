using Sallyport.Guard;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary>
/// Writes to the ledger on another thread, so that nobody waits for it until the program ends. The ledger is opened with the first
/// entry. When it cannot be written, a person is told once, and nothing else changes.
/// </summary>
internal sealed class LedgerPen : IDisposable
{
    private readonly Lock gate = new();
    private readonly Queue<LedgerEntry> waiting = [];
    private Task writing = Task.CompletedTask;
    private bool isWriting;
    private Ledger? ledger;
    private string? trouble;
    private bool isOff;

    /// <summary>Where the ledger is out of reach on purpose, as in a sandbox, nobody is told.</summary>
    public bool IsQuiet { get; init; }

    public void Write(LedgerEntry entry)
    {
        lock (gate)
        {
            waiting.Enqueue(entry);
            if (isWriting) return;
            isWriting = true;
            writing = Task.Run(Drain);
        }
    }

    /// <summary>Writes one entry and tells what was in the way.</summary>
    public static void Note(LedgerEntry entry)
    {
        using var pen = new LedgerPen();
        pen.Write(entry);
    }

    public void Dispose()
    {
        writing.Wait();
        ledger?.Dispose();
        if (trouble is not null && !IsQuiet) Console.Error.WriteLine($"sally: {Printable.Line(trouble)}");
    }

    private void Drain()
    {
        while (true)
        {
            LedgerEntry? entry;
            lock (gate)
            {
                if (!waiting.TryDequeue(out entry))
                {
                    isWriting = false;
                    return;
                }
            }
            if (isOff || (ledger is null && trouble is not null)) continue;
            try
            {
                if (ledger is null)
                {
                    var options = LedgerPlace.Read();
                    isOff = options is null;
                    if (options is null) continue;
                    ledger = Ledger.Open(options);
                }
                ledger.Append(entry);
                ledger.CheckpointWhenDue();
                trouble ??= ledger.WitnessTrouble;
            }
            catch (GuardException e)
            {
                trouble ??= $"{e.Message}; what happens is not written down";
            }
        }
    }
}
