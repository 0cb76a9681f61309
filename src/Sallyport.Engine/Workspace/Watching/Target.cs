using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.Engine.Watching;

/// <summary>The program that waits for our answer, as far as we must know it: what its arguments point to, and where its paths start.</summary>
internal static unsafe partial class Target
{
    private const int Page = 4096;

    /// <summary>The string at an address of its memory; its length, or -1 when it cannot be read.</summary>
    public static int Text(int process, ulong address, Span<byte> into)
    {
        var length = 0;
        while (length < into.Length)
        {
            var from = address + (ulong)length;
            // Not over a page's end: the next one may not be there.
            var most = (int)Math.Min((ulong)Math.Min(into.Length - length, length == 0 ? 256 : Page), Page - (from % Page));
            var part = into.Slice(length, most);
            if (!Bytes(process, from, part)) return -1;
            var end = part.IndexOf((byte)0);
            if (end >= 0) return length + end;
            length += most;
        }
        return -1;
    }

    public static bool Bytes(int process, ulong address, Span<byte> into)
    {
        fixed (byte* start = into)
        {
            var here = new Range { Start = (nuint)start, Length = (nuint)into.Length };
            var there = new Range { Start = (nuint)address, Length = (nuint)into.Length };
            return process_vm_readv(process, &here, 1, &there, 1, 0) == into.Length;
        }
    }

    /// <summary>Whether the last look was refused, rather than that nothing was there.</summary>
    public static bool WasRefused => Marshal.GetLastPInvokeError() == 1;

    /// <summary>What an open handle of it leads to, or its working folder for -1; the length, or -1.</summary>
    public static int Place(int process, int handle, Span<byte> into)
    {
        Span<byte> path = stackalloc byte[48];
        "/proc/"u8.CopyTo(path);
        Utf8Formatter.TryFormat(process, path[6..], out var digits);
        var at = 6 + digits;
        var word = handle < 0 ? "/cwd\0"u8 : "/fd/"u8;
        word.CopyTo(path[at..]);
        if (handle >= 0)
        {
            Utf8Formatter.TryFormat(handle, path[(at + word.Length)..], out digits);
            path[at + word.Length + digits] = 0;
        }
        fixed (byte* name = path)
        fixed (byte* start = into)
        {
            var length = (int)readlink(name, start, (nuint)into.Length);
            return length <= 0 || length == into.Length || into[0] != '/' ? -1 : length;
        }
    }

    /// <summary>Whether this system lets us look into another's memory at all.</summary>
    public static bool CanRead()
    {
        Span<byte> one = stackalloc byte[1];
        fixed (byte* text = "x"u8) return Bytes(Environment.ProcessId, (ulong)text, one) && one[0] == 'x';
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Range
    {
        public nuint Start, Length;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint process_vm_readv(int process, Range* local, nuint locals, Range* remote, nuint remotes, nuint flags);

    [LibraryImport("libc")]
    private static partial nint readlink(byte* path, byte* into, nuint size);
}
