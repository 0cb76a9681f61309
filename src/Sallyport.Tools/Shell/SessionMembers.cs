using System.Globalization;
using System.IO.Enumeration;

namespace Sallyport.Tools.Shell;

/// <summary>The living processes of a session, from /proc; none where there is no /proc. Dead ones that nobody collected do not count.</summary>
internal static class SessionMembers
{
    public static List<(int Process, int Group)> Of(int session)
    {
        var found = new List<(int, int)>();
        if (!OperatingSystem.IsLinux()) return found;
        Span<byte> buffer = stackalloc byte[512];
        foreach (var name in new FileSystemEnumerable<string>("/proc", static (ref FileSystemEntry entry) => entry.FileName.ToString())
                 { ShouldIncludePredicate = static (ref FileSystemEntry entry) => char.IsAsciiDigit(entry.FileName[0]) })
        {
            int got;
            try
            {
                using var file = File.OpenHandle($"/proc/{name}/stat");
                got = RandomAccess.Read(file, buffer, 0);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                continue;
            }
            // pid (name) state parent group session …: the name may hold anything, the last bracket ends it.
            var rest = buffer[..got];
            rest = rest[(rest.LastIndexOf((byte)')') + 1)..];
            var fields = System.Text.Encoding.ASCII.GetString(rest).Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 5 || fields[0] is "Z" or "X") continue;
            if (int.Parse(fields[3], CultureInfo.InvariantCulture) == session)
                found.Add((int.Parse(name, CultureInfo.InvariantCulture), int.Parse(fields[2], CultureInfo.InvariantCulture)));
        }
        return found;
    }
}
