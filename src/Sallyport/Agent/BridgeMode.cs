using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Sallyport.Engine.Sandboxing;

namespace Sallyport.Agent;

/// <summary>
/// Our program as the way from an empty network to the proxy: it listens on the namespace's own loopback, carries each connection
/// to the proxy's socket, and ends with its input, or with the command that it holds. It judges nothing: the proxy does.
/// </summary>
internal static class BridgeMode
{
    public const string Word = "__bridge";

    /// <param name="arguments"><c>__bridge PORT SOCKET --stay</c>, or <c>__bridge PORT SOCKET -- PROGRAM ARGUMENTS…</c></param>
    public static int Run(string[] arguments)
    {
        if (arguments is not [_, var port, var socket, "--" or NetworkDoor.Stays, ..] || (arguments[3] == "--" && arguments.Length < 5) || !ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return 126;
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, number));
        listener.Listen(64);
        _ = Accept(listener, new UnixDomainSocketEndPoint(socket));
        if (arguments[3] == NetworkDoor.Stays)
        {
            Console.Out.WriteLine("ready");
            while (Console.In.Read() >= 0) continue;
            return 0;
        }
        // Who signals us means the command, which gets the signal itself.
        using var end = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static context => context.Cancel = true);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, static context => context.Cancel = true);
        using var process = new Process { StartInfo = new ProcessStartInfo(arguments[4], arguments[5..]) };
        process.Start();
        process.WaitForExit();
        return process.ExitCode;
    }

    private static async Task Accept(Socket listener, UnixDomainSocketEndPoint proxy)
    {
        try
        {
            while (true) _ = Carry(await listener.AcceptAsync().ConfigureAwait(false), proxy);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The command has ended.
        }
    }

    private static async Task Carry(Socket client, UnixDomainSocketEndPoint proxy)
    {
        using var near = client;
        using var far = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await far.ConnectAsync(proxy).ConfigureAwait(false);
            await Task.WhenAll(Copy(near, far), Copy(far, near)).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side has gone: so does the other.
        }
    }

    private static async Task Copy(Socket from, Socket to)
    {
        var buffer = new byte[32 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer).ConfigureAwait(false) is > 0 and var got)
                for (ReadOnlyMemory<byte> rest = buffer.AsMemory(0, got); rest.Length > 0;) rest = rest[await to.SendAsync(rest).ConfigureAwait(false)..];
            to.Shutdown(SocketShutdown.Send);
        }
        catch
        {
            from.Dispose();
            to.Dispose();
            throw;
        }
    }
}
