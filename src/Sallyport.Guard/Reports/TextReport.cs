namespace Sallyport.Guard.Reports;

/// <summary>The report for a person at a terminal.</summary>
internal sealed class TextReport : ReportFormat
{
    public override string Name => "text";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        foreach (var target in report.Targets)
        {
            output.WriteLine($"{target.Target}: {JsonReport.Word(target.Verdict)}  ({target.Kind}, {target.Entries} files, {target.Bytes} bytes)");
            foreach (var finding in target.Findings)
                output.WriteLine($"  {JsonReport.Word(finding.Severity),-8} {(finding.IsBlocking ? "blocks" : "      ")} {finding.Rule.Id}  {finding.Path}:{finding.Line}  {finding.Message}");
            foreach (var skipped in target.Skipped) output.WriteLine($"  not read {skipped.Path}: {skipped.Reason}");
        }
    }
}
