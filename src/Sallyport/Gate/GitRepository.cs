using System.Diagnostics;
using System.Text;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary>The repository around a folder, as git itself sees it with the user's own configuration. Only asks; changes nothing.</summary>
internal sealed class GitRepository
{
    private GitRepository(string folder) => Folder = folder;

    /// <summary>Where git runs its hooks: the top of the work tree, or a bare repository itself.</summary>
    public string Folder { get; private set; }

    public static GitRepository Around(string folder)
    {
        var here = new GitRepository(folder);
        var top = here.Ask("rev-parse", "--show-toplevel") ?? here.Ask("rev-parse", "--absolute-git-dir")
            ?? throw new GuardException($"{folder}: no git repository here; run this inside one");
        here.Folder = Path.GetFullPath(top);
        return here;
    }

    /// <summary>The folder that git takes hooks from.</summary>
    public string HooksFolder => Path.GetFullPath(Ask("rev-parse", "--git-path", "hooks") ?? throw new GuardException("git does not say where its hooks are"), Folder);

    /// <summary>The folder that all work trees of the repository share.</summary>
    public string CommonFolder => Path.GetFullPath(Ask("rev-parse", "--git-common-dir") ?? Folder, Folder);

    /// <summary>What git prints, without the last line's end; null when it fails or prints nothing.</summary>
    public string? Ask(params string[] arguments) => Ask("", arguments);

    /// <summary>Of these objects, the commits that are here.</summary>
    public IReadOnlyList<string> Known(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0 || Ask(string.Join('\n', ids.Select(static id => id + "^{commit}")) + "\n", "cat-file", "--batch-check=%(objectname) %(objecttype)") is not { } answer) return [];
        return [.. answer.Split('\n').Where(static line => line.EndsWith(" commit", StringComparison.Ordinal)).Select(static line => line.Split(' ')[0]).Distinct()];
    }

    private string? Ask(string input, string[] arguments)
    {
        var start = new ProcessStartInfo("git", ["--no-pager", "--no-replace-objects", .. arguments])
        {
            WorkingDirectory = Folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["GIT_NO_LAZY_FETCH"] = "1";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["LC_ALL"] = "C";
        try
        {
            using var git = Process.Start(start)!;
            if (input.Length > 0) git.StandardInput.Write(input);
            git.StandardInput.Close();
            var errors = git.StandardError.ReadToEndAsync();
            var output = git.StandardOutput.ReadToEnd();
            git.WaitForExit();
            errors.GetAwaiter().GetResult();
            output = output.TrimEnd('\r', '\n');
            return git.ExitCode == 0 && output.Length > 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new GuardException("git is not installed or not on the PATH", e);
        }
    }
}
