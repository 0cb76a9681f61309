using System.Runtime.InteropServices;

namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Landlock: rules that a thread takes on and cannot take back. It only permits, so a private place is kept out by permitting
/// everything around it; what lies in such a folder later is not readable either.
/// </summary>
internal static unsafe partial class Landlock
{
    private const ulong Execute = 1, WriteFile = 2, ReadFile = 4, ReadFolder = 8, RemoveFolder = 16, RemoveFile = 32, MakeFolder = 128, MakeFile = 256, MakeSocket = 512,
        MakePipe = 1024, MakeLink = 4096, Move = 8192, Truncate = 16384, Control = 32768, All = 0xffff;
    private const ulong OnFiles = Execute | WriteFile | ReadFile | Truncate | Control;
    private const ulong Reading = Execute | ReadFile | ReadFolder;
    private const ulong Making = RemoveFolder | RemoveFile | MakeFolder | MakeFile | MakeSocket | MakePipe | MakeLink | Move;
    private const ulong Writing = Reading | Making | WriteFile | Truncate;

    /// <summary>Below this, files outside could be emptied.</summary>
    public const int LeastVersion = 3;

    private const nint Create = 444, AddRule = 445;

    public const nint RestrictSelf = 446;

    private static readonly bool Arm = RuntimeInformation.ProcessArchitecture == Architecture.Arm64;

    public static readonly nint Seccomp = Arm ? 277 : 317;

    public static readonly nint SetCapabilities = Arm ? 91 : 126;

    private static readonly string[] Devices = ["/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/dev/tty", "/dev/ptmx", "/dev/pts", "/dev/shm"];

    [StructLayout(LayoutKind.Sequential)]
    private struct Attributes
    {
        public ulong Files, Network, Scopes;
    }

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private struct Beneath
    {
        public ulong Allowed;
        public int Folder;
    }

    /// <summary>The version that the kernel speaks; 0 when it does not.</summary>
    public static int Version()
    {
        var version = (int)syscall(Create, 0, 0, 1, 0);
        return version < 0 ? 0 : version;
    }

    /// <summary>The rules of a policy, as a handle to be closed.</summary>
    public static int Ruleset(SandboxPolicy policy)
    {
        var version = Version();
        // Device control came with 5; TCP with 4: no port is permitted. Signals and nameless sockets stay within since 6.
        var attributes = new Attributes { Files = version >= 5 ? All : All & ~Control, Network = version >= 4 ? 3u : 0, Scopes = version >= 6 ? 3u : 0 };
        var size = version >= 6 ? 24 : version >= 4 ? 16 : 8;
        var ruleset = (int)syscall(Create, (nint)(&attributes), size, 0, 0);
        if (ruleset < 0) throw new IOException($"Landlock refused its rules: {Marshal.GetLastPInvokeErrorMessage()}");
        var rules = new SortedDictionary<string, PathAccess>(StringComparer.Ordinal);
        foreach (var (path, access) in policy.Rules()) rules[path] = access;
        // Root could read disks there.
        rules["/dev"] = PathAccess.Hidden;
        // Names may be listed everywhere: many programs look at the folders above them.
        Permit(ruleset, "/", ReadFolder, attributes.Files);
        Grant(ruleset, "/", PathAccess.Read, rules, attributes.Files);
        foreach (var device in Devices) Permit(ruleset, device, device == "/dev/shm" ? Writing : Reading | WriteFile | Truncate | Control, attributes.Files);
        return ruleset;
    }

    private static void Grant(int ruleset, string path, PathAccess access, SortedDictionary<string, PathAccess> rules, ulong handled)
    {
        if (rules.TryGetValue(path, out var own)) access = own;
        var hides = false;
        foreach (var (place, inner) in rules) hides |= inner == PathAccess.Hidden && access != PathAccess.Hidden && IsBelow(place, path);
        if (!hides && access != PathAccess.Hidden) Permit(ruleset, path, access == PathAccess.Write ? Writing : Reading, handled);
        // Things can be made in a folder that is written, but what is made there is not opened while something next to it is private.
        else if (access == PathAccess.Write) Permit(ruleset, path, Making | ReadFolder, handled);
        if (!hides)
        {
            // What is more open inside is permitted besides; nothing has to be gone around.
            foreach (var (place, inner) in rules)
                if (inner > access && IsBelow(place, path)) Grant(ruleset, place, inner, rules, handled);
            return;
        }
        try
        {
            foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
                if (entry.LinkTarget is null) Grant(ruleset, entry.FullName, access, rules, handled);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What we cannot look into, programs cannot either.
        }
    }

    private static bool IsBelow(string place, string path) => place.Length > path.Length && place.StartsWith(path, StringComparison.Ordinal) && (path.Length == 1 || place[path.Length] == '/');

    private static void Permit(int ruleset, string path, ulong allowed, ulong handled)
    {
        // O_PATH: only the place; O_CLOEXEC.
        var handle = open(path, 0x280000, 0);
        if (handle < 0) return;
        var rule = new Beneath { Allowed = (Directory.Exists(path) ? allowed : allowed & OnFiles) & handled, Folder = handle };
        if (rule.Allowed != 0) syscall(AddRule, ruleset, 1, (nint)(&rule), 0);
        close(handle);
    }

    [LibraryImport("libc", SetLastError = true)]
    internal static partial nint syscall(nint number, nint first, nint second, nint third, nint fourth);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc")]
    internal static partial int close(int handle);

    /// <summary>Becomes another program under the policy; comes back only with the reason why not.</summary>
    public static string Become(SandboxPolicy policy, byte[] filter, string program, IReadOnlyList<string> arguments)
    {
        var ruleset = Ruleset(policy);
        fixed (byte* code = filter)
        {
            var compiled = new FilterProgram { Length = (ushort)(filter.Length / 8), Code = code };
            var list = (byte**)NativeMemory.AllocZeroed((nuint)arguments.Count + 2, (nuint)sizeof(byte*));
            list[0] = (byte*)Marshal.StringToCoTaskMemUTF8(Path.GetFileName(program));
            for (var i = 0; i < arguments.Count; i++) list[i + 1] = (byte*)Marshal.StringToCoTaskMemUTF8(arguments[i]);
            var header = stackalloc uint[] { 0x20080522, 0 };
            var none = stackalloc uint[] { 0, 0, 0, 0, 0, 0 };
            if (prctl(38, 1, 0, 0, 0) == 0 && syscall(RestrictSelf, ruleset, 0, 0, 0) == 0 && syscall(SetCapabilities, (nint)header, (nint)none, 0, 0) == 0
                && syscall(Seccomp, 1, 0, (nint)(&compiled), 0) == 0)
                execv((byte*)Marshal.StringToCoTaskMemUTF8(program), list);
            return Marshal.GetLastPInvokeErrorMessage();
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int execv(byte* path, byte** arguments);

    [LibraryImport("libc")]
    internal static partial int pthread_create(nint* thread, void* attributes, delegate* unmanaged<void*, void*> start, void* argument);

    [LibraryImport("libc")]
    internal static partial int pthread_join(nint thread, void** result);
}
