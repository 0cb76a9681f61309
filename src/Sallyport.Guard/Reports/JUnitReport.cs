using System.Xml;

namespace Sallyport.Guard.Reports;

/// <summary>JUnit XML: a suite a target, a test case a finding. What blocks is a failure, what was not read an error, what is waived skipped.</summary>
internal sealed class JUnitReport : ReportFormat
{
    public override string Name => "junit";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        using (var xml = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, CloseOutput = false, OmitXmlDeclaration = true, NewLineChars = "\n" }))
        {
            xml.WriteRaw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", "sally gate");
            foreach (var target in report.Targets) Suite(xml, target);
            xml.WriteEndElement();
        }
        output.WriteLine();
    }

    private static void Suite(XmlWriter xml, TargetReport target)
    {
        var empty = target.Findings.Count == 0 && target.Skipped.Count == 0;
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", target.Target);
        Attribute(xml, "tests", empty ? "1" : $"{target.Findings.Count + target.Skipped.Count}");
        Attribute(xml, "failures", $"{target.Findings.Count(f => f.IsBlocking)}");
        Attribute(xml, "errors", $"{target.Skipped.Count}");
        Attribute(xml, "skipped", $"{target.Findings.Count(f => f.IsWaived)}");
        if (empty) Case(xml, "gate", "fit to leave", target.Target);
        foreach (var finding in target.Findings)
        {
            if (finding is { IsBlocking: false, IsWaived: false })
            {
                Case(xml, finding.Rule.Family, $"{finding.Rule.Id} {Wording.Place(finding)}", finding.Path, "system-out", null, finding.Message);
                continue;
            }
            var why = finding.Evidence.TryGetValue("waivedBy", out var by) ? $"waived: {by}" : finding.Message;
            Case(xml, finding.Rule.Family, $"{finding.Rule.Id} {Wording.Place(finding)}", finding.Path, finding.IsBlocking ? "failure" : "skipped", why,
                finding.IsBlocking ? $"{finding.Message}. {finding.Advice} Fingerprint {finding.Fingerprint}" : null);
        }
        foreach (var skipped in target.Skipped) Case(xml, "incomplete", $"not read: {skipped.Path}", skipped.Path, "error", skipped.Reason);
        xml.WriteEndElement();
    }

    private static void Case(XmlWriter xml, string kind, string name, string file, string? outcome = null, string? message = null, string? text = null)
    {
        xml.WriteStartElement("testcase");
        Attribute(xml, "classname", "sally." + kind);
        Attribute(xml, "name", name);
        Attribute(xml, "file", file);
        Attribute(xml, "time", "0");
        if (outcome is not null)
        {
            xml.WriteStartElement(outcome);
            if (message is not null) Attribute(xml, "message", message);
            if (text is not null) xml.WriteString(Wording.Clean(text));
            xml.WriteEndElement();
        }
        xml.WriteEndElement();
    }

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Wording.Clean(value));
}
