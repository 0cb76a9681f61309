using System.Diagnostics;

namespace Sallyport.Tests;

/// <summary>The real program in a home of its own, with a state folder of its own; nothing of the machine's user is seen or touched.</summary>
internal sealed class SessionsDoor : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("sally-sessions-").FullName;

    public string Work => Made("work");

    public string State => Path.Combine(Root, "state", "sallyport");

    public string Made(string name) => Directory.CreateDirectory(Path.Combine(Root, name)).FullName;

    /// <summary>Where the transcript of a session of <see cref="Work"/> may be; the folder's name does not matter.</summary>
    public string[] Transcripts => Directory.Exists(State) ? Directory.GetFiles(State, "*.jsonl", SearchOption.AllDirectories).Where(f => f.Contains("/sessions/", StringComparison.Ordinal)).ToArray() : [];

    public (int Exit, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Start(arguments);
        process.StandardInput.Close();
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.Result);
    }

    public Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo(SallyProgram.Command.File, [.. SallyProgram.Command.First, .. arguments]) { WorkingDirectory = Work, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var name in start.Environment.Keys.Where(k => k.EndsWith("_API_KEY", StringComparison.Ordinal) || k.EndsWith("_BASE_URL", StringComparison.Ordinal)).ToArray()) start.Environment.Remove(name);
        foreach (var (name, folder) in (ReadOnlySpan<(string, string)>)[("HOME", "home"), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config"), ("XDG_CACHE_HOME", "cache"), ("XDG_DATA_HOME", "data")])
            start.Environment[name] = Made(folder);
        start.Environment["ANTHROPIC_API_KEY"] = "scripted";
        start.Environment["TZ"] = "UTC";
        return Process.Start(start)!;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(Root, recursive: true);
        }
        catch (IOException)
        {
            // A child of a process that was killed may still write there; the folder is the system's to clean.
        }
    }
}
