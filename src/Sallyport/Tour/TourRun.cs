using Sallyport.Agent;
using Sallyport.Engine;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Turns;
using Sallyport.Guard;
using Sallyport.Guard.Gate;
using Sallyport.Guard.Reports;
using Sallyport.Providers;
using Sallyport.Providers.Recorded;
using Sallyport.Tools;

namespace Sallyport.Tour;

/// <summary>The tour from end to end. Everything in it is real but the model, and it says so.</summary>
internal static class TourRun
{
    private const string Task = "The test fails. Find the bug and mend it.";
    private const int Width = 100;

    public static async Task<int> Run(bool keep, bool fast, CancellationToken cancellation)
    {
        if (OperatingSystem.IsWindows()) throw new UsageException("the tour's project is made of shell scripts; run it under Linux or macOS");
        var output = Console.Out;
        var color = !Console.IsOutputRedirected && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        var pace = fast || Console.IsOutputRedirected ? 0 : 8;
        using var project = new TourProject(keep);

        Title("1. The agent mends a bug");
        output.WriteLine($"""
            A small project with a failing test is in {project.Folder}.
            The model's words are a recording, so no key is needed and nothing leaves this machine; the
            engine, the tools and the files are real.

            > {Task}

            """);
        var finished = await Mend(project, pace, new PlainView(output, color), cancellation).ConfigureAwait(false);
        if (finished?.Outcome != Outcome.Done || project.Shell("sh test.sh") != 0)
        {
            await Console.Error.WriteLineAsync($"sally: the tour did not end as it should: {finished?.Error?.Message ?? "the test still fails"}").ConfigureAwait(false);
            return finished?.Outcome == Outcome.Interrupted ? AgentExit.Interrupted : 1;
        }

        output.WriteLine();
        Title("2. The gate stops a leak");
        output.WriteLine("""
            The project's build packs it for release, and writes a source map beside the program, as
            bundlers do by default. One command before publishing:

            $ sh build.sh && sally gate check acme-price-1.0.0.tgz

            """);
        var leaking = Check(project, "sh build.sh", cancellation);
        Report.Write(leaking, "text", output, color, Width);

        output.WriteLine();
        Title("3. Without the map it may leave");
        output.WriteLine("""
            $ sh build.sh --without-map && sally gate check acme-price-1.0.0.tgz

            """);
        var clean = Check(project, "sh build.sh --without-map", cancellation);
        Report.Write(clean, "text", output, color, Width);

        var ended = leaking.Verdict == Verdict.Blocked && clean.Verdict == Verdict.Clean;
        output.WriteLine();
        output.WriteLine(ended
            ? $"""
            That was it: a bug mended, a leak stopped.{(keep ? $" The project stays in {project.Folder}." : "")}
            Now yours:
              sally gate check .                       is this folder's package fit to leave?
              sally -p "what does this project do?"    with a key in ANTHROPIC_API_KEY, OPENAI_API_KEY or
                                                       GEMINI_API_KEY, or a model server on this machine
            """
            : "The gate did not judge as it should have: please report this.");
        return ended ? 0 : 1;

        void Title(string text) => output.WriteLine((color ? $"\u001b[1m{text}\u001b[0m" : text) + "\n");
    }

    private static async Task<Finished?> Mend(TourProject project, double pace, PlainView view, CancellationToken cancellation)
    {
        var workspace = new Workspace(project.Folder);
        var model = new RecordedProvider(Recording.Read(TourProject.Recording(), "of the tour"), pace, TimeProvider.System);
        var outputs = Directory.CreateTempSubdirectory("sally-tour-output-");
        var gate = new ExitGate();
        using var http = ProviderHttp.Create(gate);
        var session = new Session(new SessionSetup
        {
            Id = "tour",
            Workspace = workspace,
            Chain = [new ModelChoice(model, ModelFacts.Unknown("recording"))],
            Tools = new ToolSet(BuiltInTools.All()),
            System = SystemPrompt.Build(SystemPrompt.Environment(workspace, TimeProvider.System), "", null, null, null),
            Judge = new Judge(PermissionMode.Auto, [], [], []),
            Gate = gate,
            Http = http,
            Clock = TimeProvider.System,
            Changes = new NoWitness(),
            OutputFolder = outputs.FullName,
            ChildEnvironment = ChildEnvironment.OfThisProcess(),
        }, view.Take);
        try
        {
            await using (session.ConfigureAwait(false))
            {
                session.Send(new Prompt(Task));
                session.Send(new Close());
                return await session.Run(cancellation).ConfigureAwait(false);
            }
        }
        finally
        {
            outputs.Delete(recursive: true);
        }
    }

    private static PackageReport Check(TourProject project, string build, CancellationToken cancellation)
    {
        if (project.Shell(build) != 0) throw new GuardException("the tour's package could not be built: it needs sh, awk, sed, grep and tar");
        return PackageCheck.Check(new CheckRequest { Targets = [project.Package], Policy = Policy.Default }, cancellation);
    }
}
