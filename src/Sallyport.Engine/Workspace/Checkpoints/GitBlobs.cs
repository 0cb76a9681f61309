using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Checkpoints;

/// <summary>Contents from git's store, by one process that answers as long as it is asked.</summary>
internal sealed class GitBlobs(string root) : IDisposable
{
    private Process? git;

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

    private Process Start(params ReadOnlySpan<string> arguments)
    {
        var start = new ProcessStartInfo("git") { WorkingDirectory = root, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var process = Process.Start(start) ?? throw new IOException("git did not start");
        process.BeginErrorReadLine();
        return process;
    }
}
