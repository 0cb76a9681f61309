using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Contents from git's store, by one process that answers as long as it is asked. It starts nothing that the repository's own settings
/// name, which an agent may have written: of filters only those that the person's own settings know.
/// </summary>
internal sealed class GitBlobs(string root) : IDisposable
{
    private Process? git;
    private List<(string Key, string Value)>? settings;

    /// <summary>The content as the working tree had it; null when git has it no more.</summary>
    /// <param name="hash">Names it.</param>
    /// <param name="size">In the working tree.</param>
    /// <param name="absolute">The file, whose attributes may say that git keeps it in another form.</param>
    public byte[]? Read(string hash, long size, string absolute)
    {
        var content = Ask(hash);
        if (content is null || content.Length == size) return content;
        return Filtered(hash, absolute) is { } other && other.Length == size ? other : null;
    }

    public void Dispose()
    {
        if (git is null) return;
        git.StandardInput.Close();
        git.WaitForExit(2000);
        git.Dispose();
    }

    private byte[]? Ask(string hash)
    {
        try
        {
            git ??= Start("cat-file", "--batch");
            git.StandardInput.Write(hash + "\n");
            git.StandardInput.Flush();
            var output = git.StandardOutput.BaseStream;
            var header = new StringBuilder();
            for (int one; (one = output.ReadByte()) is not ('\n' or -1);) header.Append((char)one);
            if (header.ToString().Split(' ') is not [_, "blob", var length]) return null;
            var content = new byte[int.Parse(length, CultureInfo.InvariantCulture)];
            output.ReadExactly(content);
            output.ReadByte();
            return content;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception or InvalidOperationException)
        {
            return null;
        }
    }

    private byte[]? Filtered(string hash, string absolute)
    {
        if (GitIndex.Find(root) is not { } repository) return null;
        try
        {
            settings ??= Filters();
            using var process = Start("cat-file", "--filters", $"--path={Path.GetRelativePath(repository.Root, absolute)}", hash);
            process.StandardInput.Close();
            using var content = new MemoryStream();
            process.StandardOutput.BaseStream.CopyTo(content);
            process.WaitForExit();
            return process.ExitCode == 0 ? content.ToArray() : null;
        }
        catch (Exception e) when (e is IOException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    // Every filter that any settings name, with the programs of the person's and the machine's settings, or none.
    private List<(string Key, string Value)> Filters()
    {
        var found = new List<(string, string)>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var key in Config("--name-only", "-z", "--get-regexp", "^filter\\.").Split('\0', StringSplitOptions.RemoveEmptyEntries))
            if (key.LastIndexOf('.') is > 7 and var end && names.Add(key[7..end]))
                foreach (var part in (ReadOnlySpan<string>)["smudge", "process"])
                {
                    var name = $"filter.{key[7..end]}.{part}";
                    var own = Config("--global", "--get", name);
                    found.Add((name, (own.Length > 0 ? own : Config("--system", "--get", name)).TrimEnd('\n')));
                }
        return found;
    }

    private string Config(params ReadOnlySpan<string> arguments)
    {
        using var process = Start(["config", .. arguments]);
        process.StandardInput.Close();
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? text : "";
    }

    private Process Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        (start.Environment["GIT_NO_LAZY_FETCH"], start.Environment["GIT_ALLOW_PROTOCOL"], start.Environment["GIT_TERMINAL_PROMPT"]) = ("1", "", "0");
        List<(string Key, string Value)> given = [("core.fsmonitor", "false"), ("core.alternateRefsCommand", "false"), .. settings ?? []];
        start.Environment["GIT_CONFIG_COUNT"] = given.Count.ToString(CultureInfo.InvariantCulture);
        for (var i = 0; i < given.Count; i++) (start.Environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_KEY_{i}")], start.Environment[string.Create(CultureInfo.InvariantCulture, $"GIT_CONFIG_VALUE_{i}")]) = given[i];
        var process = Process.Start(start) ?? throw new IOException("git did not start");
        process.BeginErrorReadLine();
        return process;
    }
}
