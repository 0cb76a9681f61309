using System.Buffers.Text;
using System.IO.Enumeration;
using System.Text;

namespace Sallyport.Tools.Shell;

/// <summary>The living processes of a session, from /proc; none where there is no /proc. Dead ones that nobody collected do not count.</summary>
internal static unsafe class SessionMembers
{
    public static List<(int Process, int Group)> Of(int session)
    {
        var found = new List<(int, int)>();
        if (!OperatingSystem.IsLinux()) return found;
        Span<byte> buffer = stackalloc byte[512];
        // After every command, over every process of the machine: so by the system's own calls, and without a string for each.
        foreach (var process in new FileSystemEnumerable<int>("/proc", static (ref FileSystemEntry entry) => int.TryParse(entry.FileName, out var number) ? number : 0)
                 { ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]) })
        {
            var got = Stat(process, buffer);
            if (got <= 0) continue;
            // pid (name) state parent group session …: the name may hold anything, the last bracket ends it.
            ReadOnlySpan<byte> rest = buffer[..got];
            rest = rest[(rest.LastIndexOf((byte)')') + 1)..];
            if (rest.Length < 3 || rest[1] is (byte)'Z' or (byte)'X') continue;
            rest = rest[2..];
            if (Next(ref rest) is null || Next(ref rest) is not { } group || Next(ref rest) != session) continue;
            found.Add((process, group));
        }
        return found;
    }

    private static int Stat(int process, Span<byte> into)
    {
        Span<byte> path = stackalloc byte[32];
        Encoding.ASCII.GetBytes("/proc/", path);
        Utf8Formatter.TryFormat(process, path[6..], out var digits);
        "/stat\0"u8.CopyTo(path[(6 + digits)..]);
        int handle;
        fixed (byte* name = path) handle = Posix.open(name, CloseOnExec, 0);
        if (handle < 0) return 0;
        var got = Posix.Read(handle, into);
        Posix.close(handle);
        return got;
    }

    private const int CloseOnExec = 0x80000;

    private static int? Next(ref ReadOnlySpan<byte> rest)
    {
        rest = rest.TrimStart((byte)' ');
        if (!Utf8Parser.TryParse(rest, out int number, out var length)) return null;
        rest = rest[length..];
        return number;
    }
}
