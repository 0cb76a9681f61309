using System.Diagnostics;
using Sallyport.Engine.Checkpoints;

namespace Sallyport.Engine.Tests.Checkpoints;

/// <summary>A real folder, with or without git, in which an agent and a person change files by turns.</summary>
internal sealed class CheckpointBench : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("sally-checkpoints-");
    private int message;

    public CheckpointBench(bool git)
    {
        Root = Path.Combine(folder.FullName, "work");
        Directory.CreateDirectory(Root);
        Keeper = Open();
        if (git) Shell("git init -q . && git config user.email t@example.com && git config user.name t && git config core.autocrlf false");
    }

    public string Root { get; }

    public string State => Path.Combine(folder.FullName, "state");

    public string Outside => folder.FullName;

    public CheckpointKeeper Keeper { get; private set; }

    public string this[string name]
    {
        get => File.ReadAllText(At(name));
        set
        {
            Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
            File.WriteAllText(At(name), value);
        }
    }

    public string At(string name) => Path.Combine(Root, name);

    public bool Has(string name) => File.Exists(At(name));

    /// <summary>A prompt, and then a line that the agent runs in the shell. What changed.</summary>
    public async Task<IReadOnlyList<string>> Runs(string line)
    {
        Prompt();
        var span = await Keeper.BeforeCommand(TestContext.Current.CancellationToken);
        Shell(line);
        return await Keeper.AfterCommand(span, TestContext.Current.CancellationToken);
    }

    /// <summary>A prompt, and then a file that the agent writes with a tool.</summary>
    public void Writes(string name, string text)
    {
        Prompt();
        Keeper.BeforeChange(At(name));
        this[name] = text;
        Keeper.Settle();
    }

    public int Prompt()
    {
        Keeper.Begin(++message, $"prompt {message}");
        return message;
    }

    /// <summary>Rewinds to before a prompt: what was done, as "path outcome".</summary>
    public string Rewind(int to, bool dryRun = false) => Told(Keeper.Rewind(to, dryRun));

    public static string Told(IReadOnlyList<RewoundFile>? files) => string.Join(", ", files!.Select(f => $"{f.Path} {f.Outcome}"));

    public void Shell(string line)
    {
        var start = new ProcessStartInfo("bash") { WorkingDirectory = Root, RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(line);
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{line}: {errors.Result}");
    }

    /// <summary>Ends the session and resumes it.</summary>
    public void Resume()
    {
        Keeper.Dispose();
        Keeper = Open();
    }

    public CheckpointKeeper Open() => new(new Workspace(Root), State, TimeProvider.System);

    public void Dispose()
    {
        Keeper.Dispose();
        folder.Delete(recursive: true);
    }
}
