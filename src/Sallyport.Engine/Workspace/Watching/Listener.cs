using System.Runtime.InteropServices;

namespace Sallyport.Engine.Watching;

/// <summary>Hears what the programs under one listener are about to do. Called on the listener's own thread, one after another.</summary>
internal interface IListening
{
    /// <summary>How long to wait for the next call before <see cref="Idle"/>, in milliseconds; -1 for ever.</summary>
    int Patience { get; }

    void Before(in WatchedCall call, in Notice notice, int handle);

    /// <summary>We failed in one of these; the call went on all the same.</summary>
    void Failed(Exception why);

    void Idle();

    /// <summary>Nobody is left who could call.</summary>
    void Ended();
}

/// <summary>A call that waits for our answer, as the kernel tells it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct Notice
{
    public ulong Id;
    public int Process;
    public uint Flags;
    public int Call;
    public uint Machine;
    public ulong Instruction;
    public fixed ulong Arguments[6];
}

/// <summary>
/// Answers the programs under one seccomp listener: each call that may change a file waits until we have looked, and then goes on,
/// whatever became of our look. Its thread waits for nobody who could be waiting for it.
/// </summary>
internal sealed unsafe partial class Listener
{
    private const nuint Receive = 0xC0502100, Send = 0xC0182101, IsValid = 0x40082102, SetFlags = 0x40082104;
    private const uint Continue = 1;
    private const short Readable = 1;

    private readonly IListening sink;
    private readonly int door;

    /// <summary>Listens to who is started with <see cref="Door"/>.</summary>
    public Listener(IListening sink)
    {
        this.sink = sink;
        door = eventfd(0, 0x80000);
        new Thread(Run, 256 * 1024) { IsBackground = true, Name = "watch" }.Start();
    }

    /// <summary>Where the starting thread says its listener: the handle's number and one; more than 32 bits when it has none.</summary>
    public int Door => door;

    /// <summary>Whether everyone under it has ended, waiting a little.</summary>
    public bool HasEnded(int milliseconds) => ended.Wait(milliseconds);

    private readonly ManualResetEventSlim ended = new();
    private volatile int handle = -1;

    /// <summary>What is listened on; -1 when nobody is left.</summary>
    public int Handle => handle;

    /// <summary>Lets everyone under a listener go on, without a look, until nobody is left.</summary>
    public static void LetGo(int handle)
    {
        var one = new Poll { Handle = handle, Events = Readable };
        while (true)
        {
            one.Found = 0;
            var found = poll(&one, 1, -1);
            if (found < 0) continue;
            if ((one.Found & Readable) == 0) return;
            var notice = default(Notice);
            if (ioctl(handle, Receive, &notice) < 0) continue;
            var answer = new Reply { Id = notice.Id, Flags = Continue };
            ioctl(handle, Send, &answer);
        }
    }

    private void Run()
    {
        try
        {
            ulong said = 0;
            while (read(door, &said, 8) < 0) { }
            close(door);
            if (said > int.MaxValue) return;
            handle = (int)said - 1;
            // Who asks and who answers take turns on one processor: a sixth of the time.
            ioctl(handle, SetFlags, (void*)1);
            Listen();
        }
        finally
        {
            var last = handle;
            handle = -1;
            if (last >= 0) close(last);
            ended.Set();
        }
    }

    private void Listen()
    {
        var one = new Poll { Handle = handle, Events = Readable };
        while (true)
        {
            one.Found = 0;
            var found = poll(&one, 1, sink.Patience);
            if (found < 0) continue;
            if (found > 0 && (one.Found & Readable) != 0)
            {
                Answer();
                continue;
            }
            try
            {
                if (found == 0) sink.Idle();
                else sink.Ended();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                sink.Failed(e);
            }
            if (found > 0) return;
        }
    }

    private void Answer()
    {
        var notice = default(Notice);
        // Who called may have died meanwhile.
        if (ioctl(handle, Receive, &notice) < 0) return;
        try
        {
            if (WatchedCalls.Find(notice.Call) is { } call) sink.Before(call, notice, handle);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Our failure is not to be theirs: the call goes on.
            sink.Failed(e);
        }
        var answer = new Reply { Id = notice.Id, Flags = Continue };
        ioctl(handle, Send, &answer);
    }

    /// <summary>Whether the call still waits: if not, what was read may have been another's memory.</summary>
    public static bool Waits(int handle, ulong id) => ioctl(handle, IsValid, &id) == 0;

    [StructLayout(LayoutKind.Sequential)]
    private struct Reply
    {
        public ulong Id;
        public long Value;
        public int Error;
        public uint Flags;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Poll
    {
        public int Handle;
        public short Events;
        public short Found;
    }

    [LibraryImport("libc")]
    private static partial int eventfd(uint value, int flags);

    [LibraryImport("libc")]
    private static partial nint read(int handle, void* into, nuint length);

    [LibraryImport("libc")]
    private static partial int close(int handle);

    [LibraryImport("libc")]
    private static partial int poll(Poll* handles, nuint count, int milliseconds);

    [LibraryImport("libc")]
    private static partial int ioctl(int handle, nuint request, void* argument);
}
