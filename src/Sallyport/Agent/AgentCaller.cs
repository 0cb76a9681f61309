using System.Globalization;

namespace Sallyport.Agent;

/// <summary>
/// Whether this process was started, however far down, by the commands of a session. What grants rights or takes something away is
/// for the user alone, and refuses to be called from there. In a sandbox the state is out of reach anyway; unconfined this is a
/// hurdle for whoever acts by the program's own means, not for one who writes its files by hand.
/// </summary>
internal static class AgentCaller
{
    /// <summary>The variable that every child of a session has.</summary>
    public const string Mark = "SALLYPORT_SESSION";

    private const int MostAncestors = 128;

    // Commands, and what makes them harmless.
    private static readonly (string Command, string[] Harmless)[] Reserved =
    [
        ("trust", ["--show"]), ("config set", []), ("gate waive", []), ("gate term", []), ("gate baseline", []), ("gate install-hooks", []), ("sessions delete", []), ("rewind", ["--list", "--dry-run"]), ("mcp trust", []), ("mcp forget", []),
    ];

    private static readonly string[] Loosening = ["allow", "addDirs", "mcpServers"];

    /// <summary>Why a command may not run here; null when it may.</summary>
    /// <param name="command">Its words.</param>
    /// <param name="arguments">All that was given.</param>
    public static string? Refuses(string command, string[] arguments)
    {
        foreach (var (reserved, harmless) in Reserved)
            if ((command == reserved || command.StartsWith(reserved + " ", StringComparison.Ordinal)) && !Array.Exists(harmless, arguments.Contains))
                return Session() is { } session ? $"sally {reserved} is for the user alone, and this is a command of session {session}: ask the user to run it in a terminal of their own" : null;
        return null;
    }

    /// <summary>Why a run with more rights may not be started here; null when it may.</summary>
    public static string? Refuses(IReadOnlyList<KeyValuePair<string, string>> flags)
    {
        foreach (var (name, value) in flags)
            if (Array.IndexOf(Loosening, name) >= 0 || (name == "permissionMode" && value is not ("ask" or "plan")) || (name == "sandbox" && value == "off"))
                return Session() is { } session ? $"a run with more rights ({name} {value}) is not started from a command of session {session}: ask the user" : null;
        return null;
    }

    /// <summary>The session whose command this is; null when it is none's.</summary>
    public static string? Session()
    {
        if (Environment.GetEnvironmentVariable(Mark) is { Length: > 0 } mark) return Printable.Line(mark);
        if (!OperatingSystem.IsLinux()) return null;
        var process = Parent(Environment.ProcessId);
        for (var i = 0; i < MostAncestors && process > 1; i++, process = Parent(process))
            if (IsSession(process)) return string.Create(CultureInfo.InvariantCulture, $"of process {process}");
        return null;
    }

    // Behind the name, which may hold anything, stand the state and the parent (proc_pid_stat).
    private static int Parent(int process)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{process}/stat");
            var parts = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var parent) ? parent : 0;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return 0;
        }
    }

    private static bool IsSession(int process)
    {
        try
        {
            var words = File.ReadAllText($"/proc/{process}/cmdline").Split('\0');
            var at = Path.GetFileName(words[0]) == "dotnet" && words.Length > 1 ? 1 : 0;
            if (Path.GetFileNameWithoutExtension(words[at]) != "sally") return false;
            var first = at + 1 < words.Length ? words[at + 1] : "";
            return first == "tour" || !Array.Exists(ProgramCommandShelf.All(), command => command.Name == first);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
