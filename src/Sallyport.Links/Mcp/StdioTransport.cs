using System.ComponentModel;
using System.Text;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>
/// A server that is a program of this machine: it is started through the session's launcher, as every child is, and speaks by its
/// standard streams, one message a line. It ends with its input; who does not is asked, and then ended with all that it started.
/// </summary>
internal sealed class StdioTransport : McpTransport
{
    private const int MostComplaints = 4096;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1.5), LastPatience = TimeSpan.FromSeconds(1);

    private readonly ServerProgram process;
    private readonly ChildTree tree;
    private readonly TimeProvider clock;
    private readonly SemaphoreSlim writing = new(1);
    private readonly Task reading, complaining;
    private readonly StringBuilder complaints = new();
    private int ending;

    private StdioTransport(ServerProgram process, TimeProvider clock)
    {
        (this.process, this.clock, tree) = (process, clock, new ChildTree(process.Process));
        reading = Task.Run(Read);
        complaining = Task.Run(Listen);
    }

    public override bool IsLocal => true;

    public override string Complaints
    {
        get { lock (complaints) return McpText.Line(complaints.ToString(), 1000); }
    }

    /// <summary>Starts it. Throws <see cref="McpException"/>.</summary>
    public static StdioTransport Start(Launch launch, TimeProvider clock)
    {
        try
        {
            return new StdioTransport(ServerProgram.Start(launch), clock);
        }
        catch (Exception e) when (e is Win32Exception or IOException)
        {
            throw new McpException(McpFailure.Unreachable, $"it cannot be started ({e.Message})", e);
        }
    }

    public override async Task Send(Cleared<McpMessage> message, CancellationToken cancellation)
    {
        await writing.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (Volatile.Read(ref ending) != 0) throw new McpException(McpFailure.Gone, "it was ended");
            var input = process.Input;
            // In one piece, and to its end: half a message would spoil the next one.
            await input.WriteAsync((byte[])[.. message.Value.Bytes.Span, (byte)'\n'], CancellationToken.None).ConfigureAwait(false);
            await input.FlushAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            writing.Release();
        }
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref ending, 1) != 0) return;
        try
        {
            process.Input.Close();
        }
        catch (IOException)
        {
            // It has closed its end first.
        }
        if (!await Ends(Patience).ConfigureAwait(false))
        {
            tree.Terminate();
            if (!await Ends(LastPatience).ConfigureAwait(false)) tree.Kill();
        }
        // Who still holds the streams is nobody's child any more.
        await Wait(Task.WhenAll(reading, complaining), LastPatience).ConfigureAwait(false);
        process.Dispose();
    }

    private Task<bool> Ends(TimeSpan limit) => Wait(process.Ended, limit);

    private async Task<bool> Wait(Task task, TimeSpan limit)
    {
        try
        {
            await task.WaitAsync(limit, clock).ConfigureAwait(false);
            return true;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    private async Task Read()
    {
        McpException? problem = null;
        try
        {
            var lines = new LineReader(process.Output, MostMessage);
            while (await lines.Next().ConfigureAwait(false) is { } line)
            {
                if (line.IsCut) throw new McpException(McpFailure.Malformed, $"it sent a message of more than {MostMessage >> 20} MB");
                if (line.Bytes.Span.Trim(" \t\r"u8).IsEmpty) continue;
                foreach (var one in Incoming.Read(line.Bytes)) await Arrived.WriteAsync(one).ConfigureAwait(false);
            }
            // What it complained of is often said with its last breath.
            await Wait(complaining, LastPatience).ConfigureAwait(false);
        }
        catch (McpException e)
        {
            problem = e;
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is gone.
        }
        Arrived.TryComplete(problem ?? new McpException(McpFailure.Gone, Volatile.Read(ref ending) != 0 ? "it was ended" : "it ended" + Code()));
        if (problem is not null) tree.Kill();
    }

    private string Code() => process.Ended.Wait(200) && process.Code is > 0 and var code ? $" with exit code {code}" : "";

    private async Task Listen()
    {
        var buffer = new char[1024];
        try
        {
            while (await process.Errors.ReadAsync(buffer).ConfigureAwait(false) is > 0 and var got)
            {
                lock (complaints)
                {
                    complaints.Append(buffer, 0, got);
                    if (complaints.Length > MostComplaints) complaints.Remove(0, complaints.Length - MostComplaints);
                }
            }
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // It is gone.
        }
    }
}
