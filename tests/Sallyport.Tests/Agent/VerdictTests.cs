using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Audit;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Agent;

/// <summary>What the shims judge within a sandbox is in the ledger, and nothing else comes there the same way.</summary>
public sealed class VerdictTests
{
    private const string Git = "git -c user.name=Someone -c user.email=someone@example.org";

    [Theory]
    [InlineData("auto", true)]
    [InlineData("off", false)]
    public async Task Commits_and_pushes_that_passed_and_that_were_stopped_are_in_the_ledger(string sandbox, bool confined)
    {
        if (confined) Needs(SandboxForm.Bubblewrap);
        await using var bench = await AgentBench.Start("anthropic",
            Bash($"git init -q -b main . && git init -q --bare bare.git && echo bare.git > .gitignore && git add .gitignore && {Git} commit -qm start && git push -q ./bare.git main && echo pushed"),
            Bash($"git add key.txt && {Git} commit -qm add"), new Step("Done."));
        bench.Write("key.txt", $"token = {Secret()}\n");
        string[] more = confined ? [] : ["--sandbox", "off"];
        Assert.Equal(0, (await bench.Prompt("Go.", ["--permission-mode", "auto", "--allow", "bash", .. more])).Exit);
        Assert.Contains("pushed", bench.Model.Journal.Play[1].Asked!.Results[0].Text, StringComparison.Ordinal);
        var log = await bench.Run(null, "audit", "log", "--json");
        var verdicts = log.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement).Where(entry => entry.GetProperty("kind").GetString() == "verdict").ToList();
        Assert.Equal(["pre-commit clean", "commit-msg clean", "pre-push clean", "pre-commit blocked"], verdicts.Select(entry => $"{Data(entry, "hook")} {Data(entry, "verdict")}").Distinct());
        Assert.StartsWith("secret.", verdicts.First(entry => Data(entry, "verdict") == "blocked").GetProperty("data").GetProperty("rules")[0].GetString(), StringComparison.Ordinal);
        Assert.All(verdicts, entry => Assert.Equal(confined, entry.GetProperty("data").TryGetProperty("reported", out _)));
        Assert.All(verdicts, entry => Assert.Equal(Path.GetFileNameWithoutExtension(bench.Transcripts()[0]).Split('_')[^1], entry.GetProperty("session").GetString()));
        Assert.Equal(0, (await bench.Run(null, "audit", "verify")).Exit);
        Assert.DoesNotContain(Secret(), log.Output, StringComparison.Ordinal);
        Assert.Equal(confined, (await bench.Run(null, "audit", "log")).Output.Contains("reported from within", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SandboxForm.Bubblewrap)]
    [InlineData(SandboxForm.Landlock)]
    public void Every_form_of_confinement_has_the_way(SandboxForm form)
    {
        Needs(form);
        using var folder = new TempFolder();
        var (work, told) = (Directory.CreateDirectory(Path.Combine(folder.Path, "work")).FullName, new List<string>());
        var dotnet = RealPath.Of(Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(place => Path.Combine(place, "dotnet")).First(File.Exists));
        using var shims = new GateShims(Path.Combine(folder.Path, "shims"), [dotnet, typeof(Sally).Assembly.Location], new Workspace(work));
        using var sandbox = new Sandbox(new SandboxSetup
        {
            Workspace = new Workspace(work), OutputFolder = Path.Combine(folder.Path, "out"), Home = folder.Path, Self = [dotnet, typeof(Sally).Assembly.Location], Form = form, Shims = shims,
            Verdicts = (report => told.Add(Encoding.UTF8.GetString(report.Span)), _ => { }),
        });
        var variables = new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = folder.Path, ["GIT_CONFIG_NOSYSTEM"] = "1" };
        var launch = sandbox.Prepare(new Launch("/bin/sh", ["-c", $"git init -q . && {Git} commit -q --allow-empty -m start"], variables, work));
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder, RedirectStandardError = true };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error);
        Assert.Equal(2, told.Count);
        Assert.All(told, report => Assert.NotNull(ReportedVerdict.Read(Encoding.UTF8.GetBytes(report), "s", text => text)));
    }

    [Fact]
    public void Without_the_sessions_word_nothing_is_taken_and_not_without_end()
    {
        using var folder = new TempFolder();
        var (shims, taken, lost) = (Path.Combine(folder.Path, "shims"), new List<string>(), 0);
        using (var door = new VerdictDoor(report => { lock (taken) taken.Add(Encoding.UTF8.GetString(report.Span)); }, count => lost += count))
        {
            door.Announce(shims, door.Path);
            var file = File.ReadAllText(Path.Combine(shims, "door"));
            Say(door, new string('0', 32) + "\nforged");
            Say(door, file.Split('\n')[0] + "forged");
            Say(door, "");
            Say(door, file.Split('\n')[0] + "\n" + new string('x', 100_000));
            Assert.Empty(taken);
            Assert.True(VerdictDoor.Tell(shims, [.. Enumerable.Range(0, 10).Select(_ => new byte[12_000])]));
            Assert.Equal(10, taken.Count);
            taken.Clear();
            Assert.True(VerdictDoor.Tell(shims, [.. Enumerable.Range(0, 150).Select(i => Encoding.UTF8.GetBytes($"one {i}"))]));
            Assert.True(VerdictDoor.Tell(shims, [.. Enumerable.Range(150, 150).Select(i => Encoding.UTF8.GetBytes($"one {i}"))]));
            Assert.InRange(taken.Count, 190, 200);
            Assert.Equal("one 0", taken[0]);
        }
        Assert.Equal(300, taken.Count + lost);
        Assert.False(VerdictDoor.Tell(shims, ["late"u8.ToArray()]));
        Assert.False(VerdictDoor.Tell(folder.Path, ["nowhere"u8.ToArray()]));
    }

    // Reads what comes back: nothing may.
    private static void Say(VerdictDoor door, string message)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Connect(new UnixDomainSocketEndPoint(door.Path));
        try
        {
            socket.Send(Encoding.UTF8.GetBytes(message));
            socket.Shutdown(SocketShutdown.Send);
            Assert.Equal(0, socket.Receive(new byte[10]));
        }
        catch (SocketException)
        {
            // It does not listen to the end.
        }
    }

    private static string? Data(JsonElement entry, string name) => entry.GetProperty("data").GetProperty(name).GetString();

    private static string Secret() => string.Concat("gh", "p_", "k3VtQ9xZb7LmN2pRs8", "WcY4dFhJ6uAeG1oT5i");

    private static Step Bash(string command) => new("", new ScriptedCall("bash", JsonSerializer.Serialize(new { command })));

    private static void Needs(SandboxForm form)
    {
        var problem = SandboxProbe.Try(form).Problem;
        Assert.SkipUnless(problem is null, problem ?? "");
    }
}
