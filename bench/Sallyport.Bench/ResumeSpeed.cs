using System.Diagnostics;
using System.Globalization;
using Sallyport.Engine;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;
using Sallyport.ModelServer;

namespace Sallyport.Bench;

/// <summary>
/// Whole runs of the program that go on with a transcript of 100 MB, beside a run that begins anew; against a scripted model;
/// the same once more sealed. One transcript was summarised about every megabyte; of the other only old output was left out, so all of it must be read.
/// </summary>
internal static class ResumeSpeed
{
    private const int Rounds = 9;
    private const long Size = 100_000_000;

    public static async Task Measure(string program)
    {
        var root = Directory.CreateTempSubdirectory("sally-resume-");
        try
        {
            await using var model = await ScriptedModel.Start(new ModelScript { Last = new Step("Resumed.") }, new ModelServerOptions { Open = true });
            var work = root.CreateSubdirectory("work").FullName;
            Time("a new session", null);
            var number = 0;
            foreach (var (name, pruned, sealing) in (ReadOnlySpan<(string, bool, bool)>)[("100 MB, summarised", false, false), ("100 MB, output left out", true, false), ("the first, encrypted", false, true), ("the second, encrypted", true, true)])
            {
                var state = Path.Combine(root.FullName, "state", "sallyport");
                var path = Path.Combine(state, "sessions", "work-1", $"20260101-000000-0000000{++number}.jsonl");
                Write(path, work, pruned, sealing ? SessionSeal.Make(SessionFiles.IdOf(path), inKeyring: false, state) : null);
                Time(name, path);
                File.Delete(path);
            }

            void Time(string name, string? transcript)
            {
                var times = new List<double>();
                for (var i = 0; i <= Rounds; i++)
                {
                    var start = new ProcessStartInfo(program, ["-p", "go on", "--provider", "anthropic", "--base-url", model.Address, "--model", "scripted"]) { WorkingDirectory = work, RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
                    if (transcript is not null) { start.ArgumentList.Add("--resume"); start.ArgumentList.Add(SessionFiles.IdOf(transcript)); }
                    foreach (var variable in (ReadOnlySpan<string>)["XDG_STATE_HOME", "XDG_CONFIG_HOME", "HOME"]) start.Environment[variable] = Path.Combine(root.FullName, variable == "XDG_STATE_HOME" ? "state" : "home");
                    start.Environment["ANTHROPIC_API_KEY"] = "scripted";
                    var size = transcript is null ? 0 : new FileInfo(transcript).Length;
                    var begun = Stopwatch.GetTimestamp();
                    using var process = Process.Start(start)!;
                    process.StandardInput.Close();
                    var error = process.StandardError.ReadToEndAsync();
                    var output = process.StandardOutput.ReadToEnd();
                    process.WaitForExit();
                    var took = Stopwatch.GetElapsedTime(begun).TotalSeconds;
                    if (process.ExitCode != 0 || output.Length == 0) throw new InvalidOperationException($"{name}: exit {process.ExitCode}: {error.Result}");
                    // As it was, for the next round.
                    if (transcript is not null) using (var file = new FileStream(transcript, FileMode.Open, FileAccess.Write)) file.SetLength(size);
                    if (i > 0) times.Add(took);
                }
                times.Sort();
                var request = model.Journal.Entries[^1].Body.Length;
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-24} median {times[Rounds / 2]:0.000} s   best {times[0]:0.000} s   request {request / 1e3:0} kB"));
            }
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    private static void Write(string path, string work, bool pruned, SessionSeal? seal)
    {
        using var transcript = Transcript.Create(path, TimeProvider.System, seal);
        transcript.Add(new SessionLine(1, SessionFiles.IdOf(path), work, "Environment"));
        transcript.Add(new MessageLine(1, "prompt", Message.User("begin")));
        var source = ModelScript.Repeat(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Sallyport.Engine.xml")), 150_000);
        // Where nothing was summarised, what is left of 100 MB must still fit the model's context.
        var length = pruned ? 120_000 : 6_000;
        var (number, calls, since, file) = (2, new List<string>(), 0L, new FileInfo(path));
        for (var written = 0L; written < Size; number += 2)
        {
            var call = $"toolu_{number:d8}";
            transcript.Add(new MessageLine(number, "answer", new Message(Role.Assistant, [new TextPart("I look further."), new ToolCallPart(call, "bash", $$"""{"command":"cat file{{number}}.txt"}""")]), new Usage(10, 20, 30, 40), 0.01m, "scripted"));
            transcript.Add(new MessageLine(number + 1, "results", new Message(Role.User, [new ToolResultPart(call, "bash", source.Substring(number % 997, length))])));
            calls.Add(call);
            file.Refresh();
            written = file.Length;
            if (pruned && calls.Count == 12)
            {
                transcript.Add(new PruneLine(calls.GetRange(0, 10)));
                calls.RemoveRange(0, 10);
            }
            if (pruned || written - since < 1_000_000) continue;
            since = written;
            transcript.Add(new CompactionLine(number + 2, [Message.User(source[..8000]), new Message(Role.Assistant, [new TextPart("I go on from the summary.")]), Message.User("go on")], new Usage(1, 2, 3, 4), 1, number / 2));
        }
        transcript.Add(new MessageLine(number, "answer", new Message(Role.Assistant, [new TextPart("That is all so far.")]), new Usage(1, 1, 1, 1), 0.01m, "scripted"));
    }
}
