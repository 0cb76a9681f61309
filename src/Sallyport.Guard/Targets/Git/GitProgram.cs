using System.Diagnostics;
using System.Text;

namespace Sallyport.Guard.Targets.Git;

/// <summary>
/// Runs <c>git</c> on a repository that may be hostile: no hooks, no file system monitor, no external diff, no filters,
/// no fetching, no prompts. Only plumbing commands are used, none of which look at files of the work tree.
/// </summary>
internal sealed class GitProgram(string folder)
{
    private static readonly string[] Safe =
    [
        "--no-pager", "--no-optional-locks", "--no-replace-objects",
        "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-c", "core.attributesFile=/dev/null", "-c", "core.sshCommand=false", "-c", "core.askPass=",
        "-c", "core.alternateRefsCommand=false", "-c", "credential.helper=", "-c", "protocol.allow=never", "-c", "diff.external=", "-c", "log.showSignature=false", "-c", "gc.auto=0", "-c", "maintenance.auto=false",
    ];

    /// <summary>Starts git; its output, input and end are the caller's.</summary>
    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("git", [.. Safe, .. arguments])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_ALLOW_PROTOCOL"] = "";
        // What a commit's parents are is what it says itself.
        start.Environment["GIT_GRAFT_FILE"] = "/dev/null";
        start.Environment["LC_ALL"] = "C";
        start.Environment.Remove("GIT_EXTERNAL_DIFF");
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new GuardException("git is not installed or not on the PATH; git: targets need it", e);
        }
    }

    /// <summary>All of its output. Throws <see cref="GuardException"/> with git's own first line when it fails.</summary>
    public byte[] Run(byte[] input, CancellationToken cancellation, params string[] arguments)
    {
        using var git = Start(arguments);
        using var stop = cancellation.Register(() => Stop(git));
        var errors = git.StandardError.ReadToEndAsync(cancellation);
        var writing = Task.Run(() => Feed(git, input), cancellation);
        using var output = new MemoryStream();
        git.StandardOutput.BaseStream.CopyTo(output);
        git.WaitForExit();
        writing.GetAwaiter().GetResult();
        var error = errors.GetAwaiter().GetResult();
        if (git.ExitCode == 0) return output.ToArray();
        var first = error.Split('\n').FirstOrDefault(l => l.Trim().Length > 0)?.Trim() ?? $"git {arguments[0]} ended with {git.ExitCode}";
        throw new GuardException($"git: {(first.StartsWith("fatal: ", StringComparison.Ordinal) ? first[7..] : first)}");
    }

    public string Text(CancellationToken cancellation, params string[] arguments) => Encoding.UTF8.GetString(Run([], cancellation, arguments)).Trim();

    /// <summary>Ends a process that is no longer needed.</summary>
    public static void Stop(Process git)
    {
        try
        {
            git.Kill();
        }
        catch (InvalidOperationException)
        {
            // It has ended by itself.
        }
    }

    // git may end before it has read everything; its exit code tells why.
    private static void Feed(Process git, byte[] input)
    {
        try
        {
            git.StandardInput.BaseStream.Write(input);
            git.StandardInput.Close();
        }
        catch (IOException)
        {
            return;
        }
    }
}
