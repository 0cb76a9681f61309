using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// By which a hook within a sandbox tells the session what it judged, for the ledger is out of its reach. A message begins with the
/// session's word, which only its own commands can read; it is bounded, answered by nothing, and there cannot be many. What it says is
/// for the session to believe or not.
/// </summary>
public sealed class VerdictDoor : IDisposable
{
    /// <summary>Where the socket is in bubblewrap.</summary>
    internal const string Inside = "/dev/sallyport-gate";

    private const string FileName = "door";
    private const int LongestMessage = 64 * 1024, MostAtOnce = 8, WordLength = 32;
    private const int Burst = 200, MillisecondsForOne = 10_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly Action<ReadOnlyMemory<byte>> told;
    private readonly Action<int> lost;
    private readonly byte[] word = Encoding.ASCII.GetBytes(RandomNumberGenerator.GetHexString(WordLength, lowercase: true));
    private readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly SemaphoreSlim room = new(MostAtOnce);
    private readonly CancellationTokenSource stop = new();
    private readonly DirectoryInfo folder;
    private readonly Lock counting = new();
    private long spent = Environment.TickCount64 - ((long)Burst * MillisecondsForOne);
    private int dropped;

    /// <param name="told">Takes each report.</param>
    /// <param name="lost">Told how many there were beyond what is taken.</param>
    public VerdictDoor(Action<ReadOnlyMemory<byte>> told, Action<int> lost)
    {
        (this.told, this.lost) = (told, lost);
        // Of its own: the path of a socket has to be short.
        folder = Directory.CreateTempSubdirectory("sallyport-");
        Path = System.IO.Path.Combine(folder.FullName, "gate");
        listener.Bind(new UnixDomainSocketEndPoint(Path));
        listener.Listen(32);
        _ = Accept();
    }

    /// <summary>Of the socket, outside.</summary>
    public string Path { get; }

    /// <summary>Tells hooks where it is; <paramref name="inside"/> as they see it.</summary>
    public void Announce(string shims, string inside)
    {
        StateFolder.Make(shims);
        var path = System.IO.Path.Combine(shims, FileName);
        using var file = StateFolder.Open(path, FileMode.Create);
        file.Write([.. word, (byte)'\n', .. Encoding.UTF8.GetBytes(inside)]);
    }

    /// <summary>Tells reports to the session whose shims these are; false where nobody takes them.</summary>
    public static bool Tell(string shims, IReadOnlyList<byte[]> reports)
    {
        try
        {
            var file = System.IO.Path.Combine(shims, FileName);
            if (!File.Exists(file)) return false;
            var lines = File.ReadAllText(file).Split('\n');
            for (var i = 0; i < reports.Count;)
            {
                byte[] message = [.. Encoding.ASCII.GetBytes(lines[0]), (byte)'\n', .. reports[i++]];
                while (i < reports.Count && message.Length + 1 + reports[i].Length < LongestMessage) message = [.. message, (byte)'\n', .. reports[i++]];
                Tell(lines[1], message);
            }
            return true;
        }
        catch (Exception e) when (e is SocketException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }

    private static void Tell(string path, byte[] message)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Patience.TotalMilliseconds, SendTimeout = (int)Patience.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        for (ReadOnlySpan<byte> rest = message; rest.Length > 0;) rest = rest[socket.Send(rest)..];
        socket.Shutdown(SocketShutdown.Send);
        // It closes when it has taken them: a session that ends next has them, too.
        socket.Receive(new byte[1]);
    }

    public void Dispose()
    {
        stop.Cancel();
        listener.Dispose();
        TellLost();
        try
        {
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The system clears its temporary files itself.
        }
    }

    private async Task Accept()
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await room.WaitAsync(stop.Token).ConfigureAwait(false);
                _ = Serve(await listener.AcceptAsync(stop.Token).ConfigureAwait(false));
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private async Task Serve(Socket client)
    {
        try
        {
            using var one = client;
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
            limit.CancelAfter(Patience);
            var buffer = new byte[LongestMessage];
            var got = 0;
            while (got < buffer.Length && await client.ReceiveAsync(buffer.AsMemory(got), limit.Token).ConfigureAwait(false) is > 0 and var more) got += more;
            if (got < buffer.Length) Take(buffer.AsMemory(0, got));
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // Half of a message is none.
        }
        finally
        {
            room.Release();
        }
    }

    private void Take(ReadOnlyMemory<byte> message)
    {
        if (message.Length <= word.Length || !CryptographicOperations.FixedTimeEquals(message.Span[..word.Length], word)) return;
        for (var rest = message[word.Length..]; rest.Length > 0;)
        {
            if (rest.Span[0] != '\n') return;
            rest = rest[1..];
            var end = rest.Span.IndexOf((byte)'\n');
            var report = end < 0 ? rest : rest[..end];
            rest = rest[report.Length..];
            if (!HasRoom()) continue;
            TellLost();
            told(report);
        }
    }

    // So many at once, and then one in a while: a ledger that is flooded says nothing any more.
    private bool HasRoom()
    {
        lock (counting)
        {
            var now = Environment.TickCount64;
            spent = Math.Max(spent, now - ((long)Burst * MillisecondsForOne));
            if (spent + MillisecondsForOne > now)
            {
                dropped++;
                return false;
            }
            spent += MillisecondsForOne;
            return true;
        }
    }

    private void TellLost()
    {
        int count;
        lock (counting) (count, dropped) = (dropped, 0);
        if (count > 0) lost(count);
    }
}
