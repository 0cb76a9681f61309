using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.Engine.Watching;

/// <summary>
/// Our own program as the one that answers after us: what a command left running on purpose, out of its session, would otherwise be
/// refused every file from the moment that we end. It lets all go on, keeps nothing, and ends with the last of them.
/// </summary>
public static unsafe partial class Answerer
{
    /// <summary>Our own program's word for being it.</summary>
    public const string Mode = "__answer";

    private const short NewSession = 0x80;

    /// <summary>Answers the listeners whose handles are named, until nobody is left.</summary>
    public static int Run(ReadOnlySpan<string> handles)
    {
        var left = new List<Thread>();
        foreach (var handle in handles)
        {
            if (!int.TryParse(handle, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) return 2;
            var thread = new Thread(() => Listener.LetGo(number), 128 * 1024);
            thread.Start();
            left.Add(thread);
        }
        foreach (var thread in left) thread.Join();
        return 0;
    }

    /// <summary>Starts it on these handles; false where it cannot be.</summary>
    internal static bool Start(IReadOnlyList<string> self, IReadOnlyList<int> handles)
    {
        if (self.Count == 0) return false;
        // Larger than the structures of every C library.
        var actions = stackalloc byte[512];
        var attributes = stackalloc byte[1024];
        var words = new List<string>(self) { Mode };
        var held = new List<nint>();
        byte* Text(string text)
        {
            held.Add(Marshal.StringToCoTaskMemUTF8(text));
            return (byte*)held[^1];
        }
        posix_spawn_file_actions_init(actions);
        posix_spawnattr_init(attributes);
        posix_spawnattr_setflags(attributes, NewSession);
        var nothing = Text("/dev/null");
        for (var i = 0; i < 3; i++) posix_spawn_file_actions_addopen(actions, i, nothing, i == 0 ? 0 : 1, 0);
        foreach (var handle in handles)
        {
            // Onto itself: it stays open in the program.
            posix_spawn_file_actions_adddup2(actions, handle, handle);
            words.Add(handle.ToString(CultureInfo.InvariantCulture));
        }
        var arguments = stackalloc byte*[words.Count + 1];
        for (var i = 0; i < words.Count; i++) arguments[i] = Text(words[i]);
        arguments[words.Count] = null;
        var variables = new List<string>();
        foreach (System.Collections.DictionaryEntry variable in Environment.GetEnvironmentVariables())
            if ((string)variable.Key is "PATH" or "HOME" || ((string)variable.Key).StartsWith("DOTNET_", StringComparison.Ordinal)) variables.Add($"{variable.Key}={variable.Value}");
        var environment = stackalloc byte*[variables.Count + 1];
        for (var i = 0; i < variables.Count; i++) environment[i] = Text(variables[i]);
        environment[variables.Count] = null;
        int process;
        var error = posix_spawn(&process, arguments[0], actions, attributes, arguments, environment);
        posix_spawn_file_actions_destroy(actions);
        posix_spawnattr_destroy(attributes);
        foreach (var one in held) Marshal.FreeCoTaskMem(one);
        return error == 0;
    }

    [LibraryImport("libc")]
    private static partial int posix_spawn(int* process, byte* path, void* actions, void* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_init(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_destroy(void* actions);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_addopen(void* actions, int handle, byte* path, int flags, uint mode);

    [LibraryImport("libc")]
    private static partial int posix_spawn_file_actions_adddup2(void* actions, int from, int to);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_init(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_destroy(void* attributes);

    [LibraryImport("libc")]
    private static partial int posix_spawnattr_setflags(void* attributes, short flags);
}
