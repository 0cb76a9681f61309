using System.CommandLine;
using Sallyport.Guard;
using Sallyport.Guard.Reports;

namespace Sallyport.Gate;

/// <summary><c>sally gate</c>: what may leave.</summary>
internal static class GateCommand
{
    public static RootCommand Root() => new("sally: nothing leaves unseen") { new Command("gate", "what may leave") { Check() } };

    private static Command Check()
    {
        var targets = new Argument<string[]>("TARGET") { Description = "folder, package file, git:…, npm:…, nuget:…", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { DefaultValueFactory = _ => "text" };
        var asIs = new Option<bool>("--as-is");
        var command = new Command("check", "is this fit to leave?") { targets, format, asIs };
        command.SetAction((result, cancellation) =>
        {
            try
            {
                var report = PackageCheck.Check(new CheckRequest { Targets = result.GetValue(targets)!, AsIs = result.GetValue(asIs) }, cancellation);
                Report.Write(report, result.GetValue(format)!, Console.Out);
                return Task.FromResult(report.Verdict switch { Verdict.Clean => 0, Verdict.Blocked => 1, _ => 2 });
            }
            catch (GuardException e)
            {
                Console.Error.WriteLine($"sally: {e.Message}");
                return Task.FromResult(3);
            }
        });
        return command;
    }
}
