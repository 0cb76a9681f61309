using System.CommandLine;
using System.Globalization;
using Sallyport.Guard;

namespace Sallyport.Gate;

/// <summary><c>sally gate recover</c>: writes what an outsider could rebuild, as proof.</summary>
internal static class RecoverCommand
{
    private const int MaxListed = 20;

    public static Command Create()
    {
        var target = new Argument<string>("TARGET");
        var to = new Option<string>("--to") { Required = true };
        var policy = GateCommand.PolicyOption();
        var asIs = new Option<bool>("--as-is");
        var command = new Command("recover", "write what an outsider could rebuild") { target, to, policy, asIs };
        command.SetAction((result, cancellation) =>
        {
            string[] targets = [result.GetValue(target)!];
            var folder = result.GetValue(to)!;
            RecoveryReport report;
            using (var progress = new ProgressLine())
            {
                report = SourceRecovery.Write(new CheckRequest
                {
                    Targets = targets,
                    Policy = PolicyChoice.For(targets, result.GetValue(policy)),
                    AsIs = result.GetValue(asIs),
                    Progress = progress.Report,
                }, folder, cancellation);
            }
            Output.Write(null, writer => Write(report, folder, writer));
            var skipped = report.Check.Targets.SelectMany(t => t.Skipped).ToList();
            foreach (var part in skipped.Take(MaxListed)) Console.Error.WriteLine($"sally: not read: {Printable.Line(part.Path)}: {Printable.Line(part.Reason)}");
            return Task.FromResult(skipped.Count > 0 ? GateExit.Incomplete : GateExit.Clean);
        });
        return command;
    }

    private static void Write(RecoveryReport report, string folder, TextWriter output)
    {
        foreach (var file in report.Files.OrderByDescending(f => f.Bytes).Take(MaxListed))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{file.Bytes,12:N0}  {Printable.Line(file.Path)}"));
        if (report.Files.Count > MaxListed) output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{report.Files.OrderByDescending(f => f.Bytes).Skip(MaxListed).Sum(f => f.Bytes),12:N0}  in {report.Files.Count - MaxListed:N0} more files"));
        output.WriteLine(report.Files.Count == 0
            ? "nothing can be rebuilt from it"
            : string.Create(CultureInfo.InvariantCulture, $"{report.Files.Count:N0} files, {report.Lines:N0} lines, {report.Bytes:N0} bytes: written to {Printable.Line(folder)}"));
    }
}
