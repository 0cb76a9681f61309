using System.Diagnostics;
using Sallyport.Engine;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;

namespace Sallyport.Bench;

/// <summary>What a confined start costs: <c>bash -c true</c> in every form that works here, in turns. Medians of 40.</summary>
internal static class SandboxSpeed
{
    private const int Rounds = 41;

    /// <param name="program">The built <c>sally</c>, which a sandbox starts as its bridge and gate.</param>
    public static void Measure(string program)
    {
        var root = Directory.CreateTempSubdirectory("sally-bench-");
        var workspace = new Workspace(root.CreateSubdirectory("work").FullName);
        var held = new List<IDisposable>();
        var forms = new List<(string Name, ILauncher? Launcher, List<double> Times)> { ("as you do", null, []) };
        Add("bubblewrap", SandboxForm.Bubblewrap, shims: false);
        Add("bubblewrap, with the shims", SandboxForm.Bubblewrap, shims: true);
        Add("the same, with hosts allowed", SandboxForm.Bubblewrap, shims: true, "example.org");
        Add("Landlock, with the shims", SandboxForm.Landlock, shims: true);
        for (var round = 0; round < Rounds; round++)
            foreach (var (_, launcher, times) in forms)
            {
                var begun = Stopwatch.GetTimestamp();
                Run(launcher, workspace.Root);
                // The first one makes what the session shares.
                if (round > 0) times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
            }
        var plain = Median(forms[0].Times);
        foreach (var (name, _, times) in forms) Console.WriteLine($"{name,-32} {Median(times),6:0.0} ms   {Median(times) - plain,6:0.0} ms more");
        foreach (var one in held) one.Dispose();
        root.Delete(recursive: true);

        void Add(string name, SandboxForm form, bool shims, params string[] hosts)
        {
            if (SandboxProbe.Try(form).Problem is { } problem)
            {
                Console.WriteLine($"{name}: not here ({problem})");
                return;
            }
            var made = shims ? new GateShims(Path.Combine(root.FullName, "shims" + forms.Count), [program], workspace) : null;
            var sandbox = new Sandbox(new SandboxSetup { Workspace = workspace, OutputFolder = Path.Combine(root.FullName, "out"), Self = [program], Form = form, Shims = made, Hosts = hosts });
            held.Add(sandbox);
            if (made is not null) held.Add(made);
            forms.Add((name, sandbox, []));
        }
    }

    private static void Run(ILauncher? launcher, string folder)
    {
        var launch = new Launch("/bin/bash", ["--noprofile", "--norc", "-c", "true"], new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) }, folder);
        if (launcher is not null) launch = launcher.Prepare(launch);
        var start = new ProcessStartInfo(launch.Program, launch.Arguments) { WorkingDirectory = launch.Folder };
        start.Environment.Clear();
        foreach (var (name, value) in launch.Environment) start.Environment[name] = value;
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"exit {process.ExitCode}");
    }

    private static double Median(List<double> times)
    {
        times.Sort();
        return times[times.Count / 2];
    }
}
