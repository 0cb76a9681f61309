using System.Threading.Channels;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>
/// A way to one server and back. What comes back is read by a loop of its own into a bounded channel: who does not listen slows the
/// server, not the memory. It ends when the server is gone.
/// </summary>
internal abstract class McpTransport : IAsyncDisposable
{
    /// <summary>Bytes that one message of a server may have.</summary>
    public const int MostMessage = 16 << 20;

    private readonly Channel<Incoming> messages = Channel.CreateBounded<Incoming>(new BoundedChannelOptions(64) { SingleReader = true });

    public ChannelReader<Incoming> Messages => messages.Reader;

    protected ChannelWriter<Incoming> Arrived => messages.Writer;

    /// <summary>The version of the protocol that was agreed on, for those who say it with every message; null before.</summary>
    public string? Version { get; set; }

    /// <summary>Whether the server is a program of this machine, started by us.</summary>
    public abstract bool IsLocal { get; }

    /// <summary>Hands a message over. What comes of it arrives by <see cref="Messages"/>.</summary>
    public abstract Task Send(Cleared<McpMessage> message, CancellationToken cancellation);

    /// <summary>Nobody waits for this answer any more. True when the server knows it by that.</summary>
    public virtual bool Abandon(long request) => false;

    /// <summary>What the server wrote beside the protocol, the end of it.</summary>
    public virtual string Complaints => "";

    public abstract ValueTask DisposeAsync();
}
