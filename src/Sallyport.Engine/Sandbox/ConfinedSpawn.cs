using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Starts programs from a thread that has first given up what the program must not have: Landlock, seccomp and capabilities bind
/// a thread and what it starts, and cannot be taken back. So the thread is made for one start, does nothing else (whatever else
/// it made would be bound too), and ends.
/// </summary>
public sealed unsafe class ConfinedSpawn
{
    private readonly byte[] filter;
    private readonly Func<int> ruleset;

    internal ConfinedSpawn(Func<int> ruleset, byte[] filter) => (this.ruleset, this.filter) = (ruleset, filter);

    private struct Work
    {
        public delegate* unmanaged<int, nuint, nuint, nuint, nuint, int> Control;
        public delegate* unmanaged<nint, nint, nint, nint, nint, nint> Call;
        public delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int> Start;
        public nint Restrict, Filter, Capabilities;
        public int Ruleset, Process, Error;
        public FilterProgram Program;
        public byte* Path;
        public void* Actions, Attributes;
        public byte** Arguments, Environment;
    }

    /// <summary>As <c>posix_spawn</c>: 0, or what went wrong.</summary>
    public int Start(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment)
    {
        var libc = NativeLibrary.GetMainProgramHandle();
        var rules = ruleset();
        try
        {
            fixed (byte* code = filter)
            {
                var work = new Work
                {
                    Control = (delegate* unmanaged<int, nuint, nuint, nuint, nuint, int>)NativeLibrary.GetExport(libc, "prctl"),
                    Call = (delegate* unmanaged<nint, nint, nint, nint, nint, nint>)NativeLibrary.GetExport(libc, "syscall"),
                    Start = (delegate* unmanaged<int*, byte*, void*, void*, byte**, byte**, int>)NativeLibrary.GetExport(libc, "posix_spawn"),
                    Restrict = Landlock.RestrictSelf, Filter = Landlock.Seccomp, Capabilities = Landlock.SetCapabilities,
                    Ruleset = rules, Program = new FilterProgram { Length = (ushort)(filter.Length / 8), Code = code },
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
            Landlock.close(rules);
        }
    }

    // Compiled once and for all before it runs: a thread of the runtime that came out of this one would be bound for ever.
    [UnmanagedCallersOnly]
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void* Run(void* state)
    {
        var work = (Work*)state;
        const int NotPermitted = 1;
        if (work->Control(38, 1, 0, 0, 0) != 0 || work->Call(work->Restrict, work->Ruleset, 0, 0, 0) != 0)
        {
            work->Error = NotPermitted;
            return null;
        }
        // Version 3, this thread; no capability in any set.
        var header = stackalloc uint[2];
        var none = stackalloc uint[6];
        (header[0], header[1]) = (0x20080522, 0);
        for (var i = 0; i < 6; i++) none[i] = 0;
        if (work->Call(work->Capabilities, (nint)header, (nint)none, 0, 0) != 0 || work->Call(work->Filter, 1, 0, (nint)(&work->Program), 0) != 0)
        {
            work->Error = NotPermitted;
            return null;
        }
        int process;
        work->Error = work->Start(&process, work->Path, work->Actions, work->Attributes, work->Arguments, work->Environment);
        work->Process = process;
        return null;
    }
}

/// <summary>A BPF program as the kernel takes it.</summary>
internal unsafe struct FilterProgram
{
    public ushort Length;
    public byte* Code;
}
