using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Sallyport.Engine.Watching;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Starts programs from a thread that has first given up what the program must not have, or has come under a watch: Landlock,
/// seccomp and capabilities bind a thread and what it starts, and cannot be taken back. So the thread is made for one start, does
/// nothing else (whatever else it made would be bound too), and ends.
/// </summary>
public sealed unsafe class ConfinedSpawn
{
    // With a listener, without slowing the program against attacks on its processor, and not woken by signals while it waits for us.
    private const nint WithListener = 8 | 4 | 32;

    private readonly byte[] filter;
    private readonly Func<int>? ruleset;
    private readonly Func<Listener>? watch;

    internal ConfinedSpawn(Func<int>? ruleset, byte[] filter, Func<Listener>? watch = null) => (this.ruleset, this.filter, this.watch) = (ruleset, filter, watch);

    /// <summary>The same, with what it starts under a watch.</summary>
    internal static ConfinedSpawn Watched(ConfinedSpawn? within, Func<Listener> watch) => new(within?.ruleset, within?.filter ?? [], watch);

    private struct Work
    {
        public delegate* unmanaged<int, nuint, nuint, nuint, nuint, int> Control;
        public delegate* unmanaged<nint, nint, nint, nint, nint, nint> Call;
        public delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> Start;
        public delegate* unmanaged<int, void*, nuint, nint> Write;
        public nint Restrict, Filter, Capabilities;
        public int Ruleset, Process, Error, Door;
        public FilterProgram Program, Watch;
        public byte* Path;
        public void* Actions, Attributes;
        public byte** Arguments, Environment;
    }

    /// <summary>As <c>posix_spawn</c>: 0, or what went wrong.</summary>
    public int Start(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment)
    {
        var libc = NativeLibrary.GetMainProgramHandle();
        var rules = ruleset is null ? -1 : ruleset();
        var seen = watch is null ? [] : WatchedCalls.Filter();
        try
        {
            fixed (byte* code = filter)
            fixed (byte* looking = seen)
            {
                var work = new Work
                {
                    Control = (delegate* unmanaged<int, nuint, nuint, nuint, nuint, int>)NativeLibrary.GetExport(libc, "prctl"),
                    Call = (delegate* unmanaged<nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(libc, "syscall"),
                    Start = (delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int>)NativeLibrary.GetExport(libc, "posix_spawn"),
                    Write = (delegate* unmanaged<int, void*, nuint, nint>)NativeLibrary.GetExport(libc, "write"),
                    Restrict = Landlock.RestrictSelf, Filter = Landlock.Seccomp, Capabilities = Landlock.SetCapabilities,
                    Ruleset = rules, Program = new FilterProgram { Length = (ushort)(filter.Length / 8), Code = code },
                    Watch = new FilterProgram { Length = (ushort)(seen.Length / 8), Code = looking }, Door = watch?.Invoke().Door ?? -1,
                    Path = path, Actions = actions, Attributes = attributes, Arguments = arguments, Environment = environment,
                };
                nint thread;
                var error = Landlock.pthread_create(&thread, null, &Run, &work);
                if (error != 0) return error;
                Landlock.pthread_join(thread, null);
                *process = work.Process;
                return work.Error;
            }
        }
        finally
        {
            if (rules >= 0) Landlock.close(rules);
        }
    }

    // Compiled once and for all before it runs: a thread of the runtime that came out of this one would be bound for ever.
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void* Run(void* state)
    {
        var work = (Work*)state;
        const int NotPermitted = 1, NoNewRights = 38;
        work->Error = NotPermitted;
        if (work->Program.Length > 0)
        {
            // Version 3, this thread; no capability in any set.
            var header = stackalloc uint[2];
            var none = stackalloc uint[6];
            (header[0], header[1]) = (0x20080522, 0);
            for (var i = 0; i < 6; i++) none[i] = 0;
            if (work->Control(NoNewRights, 1, 0, 0, 0) != 0 || work->Call(work->Restrict, work->Ruleset, 0, 0, 0) != 0
                || work->Call(work->Capabilities, (nint)header, (nint)none, 0, 0) != 0 || work->Call(work->Filter, 1, 0, (nint)(&work->Program), 0) != 0)
            {
                Tell(work, -1);
                return null;
            }
        }
        if (work->Watch.Length > 0)
        {
            var listener = work->Call(work->Filter, 1, WithListener, (nint)(&work->Watch), 0);
            // Who may do more than its user needs no promise to gain no rights; everyone else does.
            if (listener < 0 && work->Control(NoNewRights, 1, 0, 0, 0) == 0) listener = work->Call(work->Filter, 1, WithListener, (nint)(&work->Watch), 0);
            Tell(work, listener);
            if (listener < 0) return null;
        }
        if (work->Path == null)
        {
            work->Error = 0;
            return null;
        }
        int process;
        work->Error = work->Start(&process, work->Path, work->Actions, work->Attributes, work->Arguments, work->Environment);
        work->Process = process;
        return null;
    }

    // Before the start: what is started may have to be answered before it has begun.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static void Tell(Work* work, nint listener)
    {
        if (work->Door < 0) return;
        var said = listener < 0 ? 1UL << 40 : (ulong)listener + 1;
        work->Write(work->Door, &said, 8);
    }
}

/// <summary>A BPF program as the kernel takes it.</summary>
internal unsafe struct FilterProgram
{
    public ushort Length;
    public byte* Code;
}
