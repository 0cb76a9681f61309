using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Sallyport.Guard.Audit;

/// <summary>
/// One writer at a time over all processes. The kernel gives the lock back when its holder dies, however it dies. On Unix flock(2),
/// elsewhere a file that nobody else may open meanwhile (not yet tried on Windows).
/// </summary>
internal sealed partial class LedgerLock : IDisposable
{
    private const int Exclusive = 2, NoWait = 4, Release = 8;
    private const int ReadWrite = 2;
    private const int Interrupted = 4;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly string path;
    private readonly SafeFileHandle? file;
    private FileStream? held;

    public LedgerLock(string path)
    {
        this.path = path;
        if (OperatingSystem.IsWindows()) return;
        // Opened by ourselves: the runtime would hold a shared lock on it, which is in our way.
        var descriptor = Open(path, ReadWrite | (OperatingSystem.IsMacOS() ? 0x1000000 : 0x80000));
        if (descriptor < 0) throw new IOException($"cannot be locked: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");
        file = new SafeFileHandle(descriptor, ownsHandle: true);
    }

    public void Take()
    {
        var wait = default(SpinWait);
        for (var start = TimeProvider.System.GetTimestamp(); !TryTake();)
        {
            if (TimeProvider.System.GetElapsedTime(start) > Patience) throw new IOException($"another process has been writing for {Patience.TotalSeconds:0} seconds");
            // At first without sleeping: who holds it needs some ten microseconds.
            if (wait.Count < 200) wait.SpinOnce(sleep1Threshold: -1);
            else wait.SpinOnce();
        }
    }

    public void GiveBack()
    {
        if (file is not null) _ = Flock(file, Release);
        held?.Dispose();
        held = null;
    }

    public void Dispose()
    {
        held?.Dispose();
        file?.Dispose();
    }

    public bool TryTake()
    {
        if (file is not null)
        {
            int result;
            do result = Flock(file, Exclusive | NoWait);
            while (result < 0 && Marshal.GetLastPInvokeError() == Interrupted);
            return result == 0;
        }
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
    private static partial int Flock(SafeFileHandle file, int operation);
}
