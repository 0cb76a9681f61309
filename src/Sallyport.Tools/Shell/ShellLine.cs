using System.Globalization;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Shell;

/// <summary>A shell line as the process that runs it: which shell, with which settings, and how it reports where it ended.</summary>
internal static class ShellLine
{
    public const int Rows = 24;
    public const int Columns = 80;

    // The handle on which the shell says its last folder: out of the way of what scripts use; sh knows one digit only.
    private static int ReportHandle(string shell) => IsBash(shell) ? 19 : 9;

    // The system takes 128 KB an argument, and 2 MB of all; a character may have three bytes.
    public const int LongestCommand = 600_000;

    private const int LongestPiece = 40_000;

    // Programs that would open an editor, a pager or a prompt have nobody to answer them.
    private static readonly (string Name, string Value)[] Quiet =
    [
        ("PAGER", "cat"), ("GIT_PAGER", "cat"), ("MANPAGER", "cat"), ("SYSTEMD_PAGER", "cat"), ("GIT_TERMINAL_PROMPT", "0"),
        ("GCM_INTERACTIVE", "never"), ("GIT_EDITOR", "true"), ("DEBIAN_FRONTEND", "noninteractive"), ("PIP_NO_INPUT", "1"),
    ];

    /// <returns>What to start, and the handle on which the shell will say its last folder.</returns>
    public static (Launch Launch, int ReportHandle) Prepare(string command, bool terminal, ToolContext context)
    {
        var environment = new Dictionary<string, string>(context.ChildEnvironment, StringComparer.Ordinal);
        foreach (var (name, value) in Quiet) environment[name] = value;
        environment["TERM"] = terminal ? "xterm" : "dumb";
        environment["PWD"] = context.Workspace.Current;
        environment.Remove("OLDPWD");
        // A file of the person's own that every bash would run first.
        environment.Remove("BASH_ENV");
        if (terminal)
        {
            environment["LINES"] = Rows.ToString(CultureInfo.InvariantCulture);
            environment["COLUMNS"] = Columns.ToString(CultureInfo.InvariantCulture);
        }
        var shell = FindShell(environment, context.Launcher);
        var launch = new Launch(shell, Arguments(shell, command, terminal, context), environment, context.Workspace.Current);
        return (context.Launcher?.PrepareNative(launch) ?? launch, ReportHandle(shell));
    }

    private static IReadOnlyList<string> Arguments(string shell, string command, bool terminal, ToolContext context)
    {
        if (OperatingSystem.IsWindows()) return IsBash(shell) ? ["-c", $"exec 2>&1\n{command}"] : ["/d", "/s", "/c", $"\"({command}) 2>&1\""];
        var handle = ReportHandle(shell);
        // It says nothing itself, whatever the line has set, and leaves the exit code as it is.
        var before = $"trap '{{ set +x; }} 2>/dev/null; pwd -P 2>/dev/null >&{handle} || :' EXIT\n";
        // A shell that becomes another program has no end of its own, so it reports before.
        if (IsBash(shell) && command.Contains("exec", StringComparison.Ordinal))
            before += $"trap 'case $BASH_COMMAND in \"exec \"[!0-9\\<\\>\\&{{]*) pwd -P >&{handle};; esac' DEBUG\n";
        if (terminal && OperatingSystem.IsMacOS()) before += $"stty rows {Rows} cols {Columns}\n";
        string[] usual = IsBash(shell) ? ["--noprofile", "--norc", "-c"] : ["-c"];
        if (command.Length <= LongestPiece) return [.. usual, before + command];
        // Longer than one argument may be. Never by way of a file: the line may hold values that must not stay on a disk.
        var pieces = Pieces(command);
        return [.. usual, $"{before}eval \"shift $#; {string.Concat(Enumerable.Range(1, pieces.Count).Select(n => $"${{{n}}}"))}\"", shell, .. pieces];
    }

    private static List<string> Pieces(string command)
    {
        var pieces = new List<string>();
        for (var at = 0; at < command.Length;)
        {
            var length = Math.Min(LongestPiece, command.Length - at);
            if (char.IsHighSurrogate(command[at + length - 1])) length--;
            pieces.Add(command.Substring(at, length));
            at += length;
        }
        return pieces;
    }

    private static bool IsBash(string shell) => Path.GetFileNameWithoutExtension(shell) == "bash";

    private static string FindShell(Dictionary<string, string> environment, ILauncher? launcher)
    {
        if (OperatingSystem.IsWindows()) return (launcher?.RunsBash == false ? null : OnPath("bash.exe", environment)) ?? environment.GetValueOrDefault("ComSpec") ?? "cmd.exe";
        return File.Exists("/bin/bash") ? "/bin/bash" : OnPath("bash", environment) ?? "/bin/sh";
    }

    private static string? OnPath(string name, Dictionary<string, string> environment)
    {
        foreach (var folder in (environment.GetValueOrDefault("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
            // The bash in the system folder of Windows starts another system, with other paths.
            if (!folder.EndsWith("System32", StringComparison.OrdinalIgnoreCase) && File.Exists(Path.Combine(folder, name))) return Path.Combine(folder, name);
        return null;
    }
}
