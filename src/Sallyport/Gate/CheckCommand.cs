using System.CommandLine;
using Sallyport.Audit;
using Sallyport.Guard;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Reports;

namespace Sallyport.Gate;

/// <summary><c>sally gate check</c>: is this fit to leave?</summary>
internal static class CheckCommand
{
    private const int WidthOffTerminal = 100;

    public static Command Create()
    {
        var targets = new Argument<string[]>("TARGET") { Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { DefaultValueFactory = _ => "text" };
        format.CompletionSources.Add([.. Report.Formats]);
        var output = GateCommand.OutputOption();
        var policy = GateCommand.PolicyOption();
        var against = new Option<string?>("--against");
        var profile = new Option<string?>("--profile");
        var noColor = new Option<bool>("--no-color");
        var asIs = new Option<bool>("--as-is");
        profile.AcceptOnlyFromAmong("open", "closed");
        var command = new Command("check", "is this fit to leave?") { targets, format, output, policy, against, profile, noColor, asIs };
        command.SetAction((result, cancellation) =>
        {
            var name = result.GetValue(format)!;
            if (!Report.Formats.Contains(name)) throw new GuardException($"no format \"{name}\"; there are {string.Join(", ", Report.Formats)}");
            var asked = result.GetValue(targets)!;
            PackageReport report;
            using (var progress = new ProgressLine())
            {
                report = PackageCheck.Check(new CheckRequest
                {
                    Targets = asked,
                    Policy = PolicyChoice.For(asked, result.GetValue(policy)),
                    Against = result.GetValue(against),
                    Profile = result.GetValue(profile) switch { "open" => Profile.Open, "closed" => Profile.Closed, _ => null },
                    AsIs = result.GetValue(asIs),
                    Progress = progress.Report,
                }, cancellation);
            }
            using var pen = new LedgerPen();
            foreach (var target in report.Targets) pen.Write(LedgerEntry.Of(target));
            var file = result.GetValue(output);
            var onTerminal = file is null && !Console.IsOutputRedirected;
            var color = onTerminal && !result.GetValue(noColor) && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
            Output.Write(file, writer => Report.Write(report, name, writer, color, onTerminal && Console.BufferWidth is > 0 and var columns ? Math.Max(40, columns) : WidthOffTerminal));
            if (file is not null) Console.Error.WriteLine($"sally: {report.Verdict.ToString().ToLowerInvariant()}; the report is in {Printable.Line(file)}");
            return Task.FromResult(GateExit.Of(report.Verdict));
        });
        return command;
    }
}
