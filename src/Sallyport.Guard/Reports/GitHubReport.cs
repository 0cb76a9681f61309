namespace Sallyport.Guard.Reports;

/// <summary>Workflow commands of GitHub Actions: annotations on files. It shows ten of a kind a step, so the worst come first.</summary>
internal sealed class GitHubReport : ReportFormat
{
    private const int MaxFindings = 200;

    public override string Name => "github";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        foreach (var target in report.Targets)
        {
            foreach (var finding in target.Findings.Where(f => !f.IsWaived).Take(MaxFindings))
            {
                var level = finding.IsBlocking ? "error" : finding.Severity >= Severity.Medium ? "warning" : "notice";
                var place = finding.Line > 0 ? $",line={finding.Line},col={finding.Column}" : "";
                output.WriteLine($"::{level} file={Property(finding.Path)}{place},title={Property(finding.Rule.Id)}::{Data($"{finding.Message}. {finding.Advice} ({finding.Fingerprint})")}");
            }
            if (target.Findings.Count > MaxFindings) output.WriteLine($"::notice title=sally::{Data($"{target.Target}: {Wording.Number(target.Findings.Count)} findings; not all are shown here")}");
            foreach (var skipped in target.Skipped.Take(MaxFindings)) output.WriteLine($"::error file={Property(skipped.Path.Length == 0 ? target.Target : skipped.Path)},title=not read::{Data(skipped.Reason)}");
            foreach (var remark in target.Remarks.Take(MaxFindings)) output.WriteLine($"::warning title=sally::{Data(remark)}");
            output.WriteLine($"{JsonReport.Word(target.Verdict)}: {Wording.Clean(target.Target)}: {Wording.Verdict(target)}");
        }
    }

    private static string Data(string text) => Wording.Clean(text).Replace("%", "%25", StringComparison.Ordinal);

    private static string Property(string text) => Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
