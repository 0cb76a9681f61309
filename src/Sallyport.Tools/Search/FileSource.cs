using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Sallyport.Tools.Search;

/// <summary>An open file, by the system's own calls where that saves a string and an object for each of many small files.</summary>
internal unsafe partial struct FileSource : IDisposable
{
    private const int OpenForReading = 0x80000 | 0x800; // O_CLOEXEC | O_NONBLOCK: a pipe must not hold us

    private static readonly bool isRaw = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private int handle;
    private SafeFileHandle? safe;
    private long position;

    /// <param name="path">Absolute, with a closing zero.</param>
    /// <param name="source">The file, when it can be opened.</param>
    public static bool TryOpen(ReadOnlySpan<byte> path, out FileSource source)
    {
        source = new FileSource { handle = -1 };
        if (isRaw)
        {
            fixed (byte* name = path) source.handle = open(name, OpenForReading);
            return source.handle >= 0;
        }
        try
        {
            source.safe = File.OpenHandle(Encoding.UTF8.GetString(path[..^1]), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Reads on; 0 at the end, -1 when it cannot be read.</summary>
    public int Read(Span<byte> into)
    {
        if (safe is null)
        {
            fixed (byte* start = into) return (int)read(handle, start, into.Length);
        }
        try
        {
            var length = RandomAccess.Read(safe, into, position);
            position += length;
            return length;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return -1;
        }
    }

    public void Dispose()
    {
        if (handle >= 0) _ = close(handle);
        handle = -1;
        safe?.Dispose();
    }

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc")]
    private static partial nint read(int handle, byte* into, nint size);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
