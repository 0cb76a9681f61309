using Sallyport.Engine.Sandboxing;

namespace Sallyport.Engine.Watching;

/// <summary>Whether what commands do to files can be seen here before they do it; tried, because kernels and containers differ.</summary>
public static class WatchProbe
{
    private static readonly Lazy<string?> Tried = new(Try);

    /// <summary>Why it cannot, in words for the person; null when it can.</summary>
    /// <param name="isConfined">Whether commands run in a sandbox; there they can gain no rights anyway.</param>
    /// <param name="isOurs">Whether they run in a namespace of ours, in which we may look at everything.</param>
    public static string? Problem(bool isConfined, bool isOurs = false) =>
        !OperatingSystem.IsLinux() ? "this system has no way to do that"
        : !SeccompFilter.Known ? "the kernel calls of this processor are not known to sally"
        : !isConfined && !Environment.IsPrivilegedProcess ? "outside of a sandbox it would keep sudo and its like from working"
        : !isOurs && !Environment.IsPrivilegedProcess && IsClosed() ? "the system lets nobody look at processes that were left running (kernel.yama.ptrace_scope); bubblewrap would help"
        : Tried.Value;

    // Of processes whose parent has ended: they are not below us any more.
    private static bool IsClosed()
    {
        const string setting = "/proc/sys/kernel/yama/ptrace_scope";
        return File.Exists(setting) && File.ReadAllText(setting).Trim() is not "0";
    }

    private static unsafe string? Try()
    {
        if (!Target.CanRead()) return "the memory of other processes cannot be read here";
        var nobody = 0;
        return new ConfinedSpawn(null, [], static () => new Listener(new Nobody())).Start(&nobody, null, null, null, null, null) == 0 ? null
            : "the kernel is older than 5.19, or does not let sally listen (a container, or a listener around us)";
    }

    private sealed class Nobody : IListening
    {
        public int Patience => -1;

        public void Before(in WatchedCall call, in Notice notice, int handle) { }

        public void Failed(Exception why) { }

        public void Idle() { }

        public void Ended() { }
    }
}
