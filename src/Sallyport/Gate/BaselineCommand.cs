using System.CommandLine;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary><c>sally gate baseline</c>: records a release, so that the next check sees what changed.</summary>
internal static class BaselineCommand
{
    public static Command Create()
    {
        var target = new Argument<string>("TARGET");
        var output = GateCommand.OutputOption();
        var policy = GateCommand.PolicyOption();
        var asIs = new Option<bool>("--as-is");
        var command = new Command("baseline", "record this release") { target, output, policy, asIs };
        command.SetAction((result, cancellation) =>
        {
            var name = result.GetValue(target)!;
            var held = PolicyChoice.For([name], result.GetValue(policy));
            if (result.GetValue(output) is { } file) held = held with { Drift = held.Drift with { Baseline = Path.GetFullPath(file) } };
            string path;
            using (var progress = new ProgressLine())
            {
                path = PackageCheck.RecordBaseline(name, new CheckRequest { Targets = [name], Policy = held, AsIs = result.GetValue(asIs), Progress = progress.Report }, cancellation);
            }
            Console.Out.WriteLine($"{Printable.Line(Path.GetRelativePath(Directory.GetCurrentDirectory(), path))}: later checks compare with {Printable.Line(name)}");
            return Task.FromResult(GateExit.Clean);
        });
        return command;
    }
}
