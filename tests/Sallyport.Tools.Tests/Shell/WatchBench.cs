using System.Diagnostics;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Watching;

namespace Sallyport.Tools.Tests.Shell;

/// <summary>A workspace whose commands are watched, with the checkpoints that come of it.</summary>
internal sealed class WatchBench : IAsyncDisposable
{
    private readonly ToolBench bench = new();
    private readonly Sandbox? sandbox;
    private int prompts;

    public WatchBench(SandboxForm? form = null, string? added = null, bool watches = true)
    {
        if (watches)
        {
            var problem = WatchProbe.Problem(isConfined: true);
            Assert.SkipUnless(problem is null, problem ?? "");
        }
        Added = added is null ? null : Directory.CreateDirectory(Path.Combine(bench.Outside, added)).FullName;
        var workspace = new Workspace(bench.Root, Added is null ? null : [Added]);
        if (form is { } wanted)
        {
            var problem = SandboxProbe.Try(wanted).Problem;
            Assert.SkipUnless(problem is null, problem ?? "");
            sandbox = new Sandbox(new SandboxSetup { Workspace = workspace, OutputFolder = bench.Context.OutputFolder, Home = Path.Combine(bench.Outside, "home"), Form = form });
        }
        Keeper = new CheckpointKeeper(workspace, State, TimeProvider.System) { Watches = () => watches };
        Context = new ToolContext
        {
            Workspace = workspace, Seen = bench.Context.Seen, Changes = Keeper, OutputFolder = bench.Context.OutputFolder, Jobs = bench.Context.Jobs, Todos = bench.Context.Todos,
            Gate = bench.Context.Gate, Http = bench.Context.Http, Clock = bench.Context.Clock, ChildEnvironment = bench.Context.ChildEnvironment, Launcher = sandbox,
        };
    }

    public CheckpointKeeper Keeper { get; }

    public ToolContext Context { get; }

    public string? Added { get; }

    public string Root => bench.Root;

    public string State => Path.Combine(bench.Outside, "state");

    public string this[string name]
    {
        get => File.ReadAllText(bench.At(name));
        set => bench.Put(name, value);
    }

    public string At(string name) => bench.At(name);

    public bool Has(string name) => Path.Exists(bench.At(name));

    public int Prompt()
    {
        Keeper.Begin(++prompts, $"prompt {prompts}");
        return prompts;
    }

    /// <summary>A prompt, and a line of the agent's after it.</summary>
    public async Task<string> Runs(string command, bool background = false)
    {
        Prompt();
        return await More(command, background);
    }

    /// <summary>One more line of the same prompt.</summary>
    public async Task<string> More(string command, bool background = false)
    {
        var result = await ToolBench.Find("bash").Run(new ToolCall("call", ToolBench.Json(new { command, background }), Context, static _ => { }), TestContext.Current.CancellationToken);
        Assert.False(result.Failed, result.Text);
        Assert.DoesNotContain("[exit", result.Text, StringComparison.Ordinal);
        Keeper.Settle();
        return result.Text;
    }

    /// <summary>What a rewind to before a prompt did, as "path outcome".</summary>
    public string Rewind(int to, bool dryRun = false) => Told(Keeper.Rewind(to, dryRun));

    public static string Told(IReadOnlyList<RewoundFile>? files) => string.Join(", ", files!.Select(f => $"{f.Path} {f.Outcome}"));

    /// <summary>A line that nobody watches: a person's.</summary>
    public void Person(string line)
    {
        using var process = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { WorkingDirectory = Root })!;
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    /// <summary>Everything that is there, in one text.</summary>
    public string Tree()
    {
        var lines = new List<string>();
        foreach (var folder in (string?[])[Root, Added])
        {
            if (folder is null) continue;
            foreach (var path in Directory.EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(folder, path);
                if (name == ".git" || name.StartsWith(".git/", StringComparison.Ordinal) || name is "go" or "back") continue;
                var link = new FileInfo(path).LinkTarget;
                lines.Add(link is not null ? $"{name} -> {link}" : Directory.Exists(path) ? $"{name}/ {File.GetUnixFileMode(path)}" : $"{name} {File.GetUnixFileMode(path)} {new FileInfo(path).Length} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)))}");
            }
        }
        lines.Sort(StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    public async ValueTask DisposeAsync()
    {
        await bench.Context.Jobs.DisposeAsync();
        Keeper.Dispose();
        sandbox?.Dispose();
        await bench.DisposeAsync();
    }
}
