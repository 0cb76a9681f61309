using System.Diagnostics;
using System.Globalization;
using Sallyport.Engine;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Tools;
using Sallyport.Tools.Shell;

namespace Sallyport.Bench;

/// <summary>What it costs a command that its files are kept: lines that change many files at once, plain and under the watch, and their rewind.</summary>
internal static class WatchSpeed
{
    /// <param name="files">How many there are.</param>
    /// <param name="elsewhere">Where checkpoints go, when not beside the workspace: another file system.</param>
    public static async Task Measure(int files, string? elsewhere)
    {
        var root = Directory.CreateTempSubdirectory("sally-bench-").FullName;
        var state = elsewhere is null ? Path.Combine(root, "state") : Directory.CreateDirectory(Path.Combine(elsewhere, Path.GetFileName(root))).FullName;
        var work = Directory.CreateDirectory(Path.Combine(root, "work")).FullName;
        var count = files.ToString(CultureInfo.InvariantCulture);
        Run(work, """
            mkdir ../made; cd ../made; head -c 3000 /dev/urandom | base64 > text
            for p in $(seq $(($0 / 50))); do mkdir -p tree/p$p/lib; for f in $(seq 25); do echo $p $f | cat - text > tree/p$p/f$f; cp tree/p$p/f$f tree/p$p/lib/g$f; done; done
            cp -r tree ../work/src; cd ../work; git init -q .; git config user.email t@example.com; git config user.name t; git add . ; git commit -qm one; git checkout -qb other
            for p in src/p*; do for f in $p/f*; do echo more >> $f; done; done; git commit -qam two; git checkout -q -
            """, count);
        // What is compiled on the way is compiled here.
        await Watched("warm", "mkdir node_modules; cp -r ../made/tree/p1 node_modules; rm -rf node_modules", "true");
        foreach (var (name, before, line) in ((string, string, string)[])[
            ("rm -rf of a folder of another name", "cp -r ../made/tree packages", "rm -rf packages"),
            ("rm -rf node_modules", "cp -r ../made/tree node_modules", "rm -rf node_modules"),
            ("node_modules made anew", "true", "mkdir node_modules; cp -r ../made/tree/p* node_modules"),
            ("the same, over the old one", "mkdir node_modules; cp -r ../made/tree/p* node_modules", "rm -rf node_modules; mkdir node_modules; cp -r ../made/tree/p* node_modules"),
            ("mv node_modules aside", "cp -r ../made/tree node_modules", "mv node_modules old"),
            ("git checkout of half of them", "git checkout -q master", "git checkout -q other")])
        {
            Run(work, "rm -rf packages node_modules old; git checkout -q master; " + before, count);
            var begun = Stopwatch.GetTimestamp();
            Run(work, line, count);
            var plain = Stopwatch.GetElapsedTime(begun);
            Run(work, "rm -rf packages node_modules old; git checkout -q master; " + before, count);
            var (seen, rewound, told, kept) = await Watched(name, line, before);
            Console.WriteLine($"{name,-36} {plain.TotalMilliseconds,6:0} ms   watched {seen.TotalMilliseconds,6:0} ms   rewound {rewound.TotalMilliseconds,6:0} ms   {told,6} files   {kept / 1024,7} KB kept   {Environment.WorkingSet >> 20} MB");
        }
        Directory.Delete(root, recursive: true);
        if (elsewhere is not null) Directory.Delete(state, recursive: true);

        async Task<(TimeSpan Seen, TimeSpan Rewound, int Told, long Kept)> Watched(string name, string line, string before)
        {
            var folder = Path.Combine(state, name.Replace(' ', '-'));
            using var keeper = new CheckpointKeeper(new Workspace(work), folder, TimeProvider.System) { Watches = static () => true };
            keeper.Begin(1, line);
            var begun = Stopwatch.GetTimestamp();
            var span = await keeper.BeforeStart(CancellationToken.None);
            var process = ShellProcess.Start(span.Watch(Line(work, line, count)), -1, terminal: false);
            await process.Exited;
            await keeper.AfterCommand(span, CancellationToken.None);
            var seen = Stopwatch.GetElapsedTime(begun);
            process.CloseOutput();
            if (span.Trouble is { } trouble) Console.WriteLine($"{name}: {trouble}");
            var kept = new DirectoryInfo(folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(static f => f.Length);
            begun = Stopwatch.GetTimestamp();
            var told = keeper.Rewind(1, dryRun: false);
            return (seen, Stopwatch.GetElapsedTime(begun), told.Count(static f => f.Outcome is RewindOutcome.Restored or RewindOutcome.Deleted), kept);
        }
    }

    private static Launch Line(string folder, string line, string count) =>
        new("/bin/bash", ["--noprofile", "--norc", "-c", line, count], new Dictionary<string, string> { ["PATH"] = Environment.GetEnvironmentVariable("PATH")!, ["HOME"] = folder, ["GIT_CONFIG_GLOBAL"] = "/dev/null" }, folder);

    private static void Run(string folder, string line, string count)
    {
        var process = ShellProcess.Start(Line(folder, line, count), -1, terminal: false);
        if (process.Exited.GetAwaiter().GetResult() != 0) throw new InvalidOperationException(line);
        process.CloseOutput();
    }
}
