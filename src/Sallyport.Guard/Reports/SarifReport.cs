using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Sallyport.Guard.Reports;

/// <summary>SARIF 2.1.0 (OASIS), one run for all targets. What is incomplete is an execution that did not succeed.</summary>
internal sealed class SarifReport : ReportFormat
{
    public override string Name => "sarif";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping })) Write(json, report);
        output.WriteLine(Wording.CleanJson(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
    }

    private static void Write(Utf8JsonWriter json, PackageReport report)
    {
        var rules = report.Targets.SelectMany(t => t.Findings).Select(f => f.Rule).DistinctBy(r => r.Id).OrderBy(r => r.Id, StringComparer.Ordinal).ToList();
        var index = rules.Select((rule, at) => (rule.Id, at)).ToDictionary(r => r.Id, r => r.at, StringComparer.Ordinal);
        json.WriteStartObject();
        json.WriteString("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
        json.WriteString("version", "2.1.0");
        json.WriteStartArray("runs");
        json.WriteStartObject();
        json.WriteStartObject("tool");
        json.WriteStartObject("driver");
        json.WriteString("name", "sally");
        json.WriteString("fullName", "Sallyport release gate");
        json.WriteString("semanticVersion", typeof(SarifReport).Assembly.GetName().Version!.ToString(3));
        json.WriteStartArray("rules");
        foreach (var rule in rules) Describe(json, rule);
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
        Invocation(json, report);
        json.WriteString("columnKind", "unicodeCodePoints");
        json.WriteStartArray("results");
        foreach (var target in report.Targets)
        {
            foreach (var finding in target.Findings) Result(json, finding, target, index[finding.Rule.Id]);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Describe(Utf8JsonWriter json, Rule rule)
    {
        json.WriteStartObject();
        json.WriteString("id", rule.Id);
        Text(json, "shortDescription", rule.Title);
        Text(json, "fullDescription", $"{rule.Title}. For example: {rule.Example}.");
        Text(json, "help", rule.Advice);
        json.WriteStartObject("defaultConfiguration");
        json.WriteString("level", Level(rule.Severity));
        json.WriteEndObject();
        json.WriteStartObject("properties");
        json.WriteStartArray("tags");
        json.WriteStringValue("security");
        json.WriteStringValue(rule.Family);
        json.WriteEndArray();
        // Code hosts sort by this number (0 to 10).
        json.WriteString("security-severity", rule.Severity switch { Severity.Critical => "9.5", Severity.High => "8.0", Severity.Medium => "5.5", Severity.Low => "3.0", _ => "1.0" });
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Invocation(Utf8JsonWriter json, PackageReport report)
    {
        json.WriteStartArray("invocations");
        json.WriteStartObject();
        json.WriteBoolean("executionSuccessful", report.Targets.All(t => t.Skipped.Count == 0));
        json.WriteNumber("exitCode", report.Verdict switch { Verdict.Clean => 0, Verdict.Blocked => 1, _ => 2 });
        json.WriteStartArray("toolExecutionNotifications");
        foreach (var target in report.Targets)
        {
            foreach (var skipped in target.Skipped) Notification(json, "incomplete", "error", skipped.Reason, skipped.Path.Length == 0 ? target.Target : skipped.Path);
            foreach (var remark in target.Remarks) Notification(json, "remark", "warning", remark, null);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private static void Notification(Utf8JsonWriter json, string id, string level, string message, string? path)
    {
        json.WriteStartObject();
        json.WriteStartObject("descriptor");
        json.WriteString("id", id);
        json.WriteEndObject();
        json.WriteString("level", level);
        Text(json, "message", message);
        if (path is not null)
        {
            json.WriteStartArray("locations");
            json.WriteStartObject();
            Physical(json, path, 0, 0);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    private static void Result(Utf8JsonWriter json, Finding finding, TargetReport target, int rule)
    {
        json.WriteStartObject();
        json.WriteString("ruleId", finding.Rule.Id);
        json.WriteNumber("ruleIndex", rule);
        json.WriteString("level", finding.IsBlocking ? "error" : Level(finding.Severity));
        Text(json, "message", $"{finding.Message}. {finding.Advice}");
        json.WriteStartArray("locations");
        json.WriteStartObject();
        Physical(json, finding.Path, finding.Line, finding.Column);
        json.WriteStartArray("logicalLocations");
        json.WriteStartObject();
        json.WriteString("name", finding.Path[(finding.Path.LastIndexOf('/') + 1)..]);
        json.WriteString("fullyQualifiedName", finding.Path);
        json.WriteString("kind", "member");
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteStartObject("partialFingerprints");
        json.WriteString("sallyport/v1", finding.Fingerprint);
        json.WriteEndObject();
        if (finding.IsWaived)
        {
            var reason = finding.Evidence.TryGetValue("waivedBy", out var by) ? by.ToString()! : "waived";
            json.WriteStartArray("suppressions");
            json.WriteStartObject();
            json.WriteString("kind", reason.StartsWith("comment", StringComparison.Ordinal) ? "inSource" : "external");
            json.WriteString("justification", reason);
            json.WriteEndObject();
            json.WriteEndArray();
        }
        json.WriteStartObject("properties");
        json.WriteString("severity", JsonReport.Word(finding.Severity));
        json.WriteBoolean("blocking", finding.IsBlocking);
        json.WriteString("target", target.Target);
        JsonReport.Evidence(json, finding);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Physical(Utf8JsonWriter json, string path, int line, int column)
    {
        json.WriteStartObject("physicalLocation");
        json.WriteStartObject("artifactLocation");
        json.WriteString("uri", Uri(path));
        json.WriteEndObject();
        if (line > 0)
        {
            json.WriteStartObject("region");
            json.WriteNumber("startLine", line);
            if (column > 0) json.WriteNumber("startColumn", column);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    // RFC 3986: each part escaped by itself; "!" may stay.
    private static string Uri(string path) => string.Join('/', Wording.Clean(path).Split('/').Select(System.Uri.EscapeDataString)).Replace("%21/", "!/", StringComparison.Ordinal);

    private static void Text(Utf8JsonWriter json, string name, string text)
    {
        json.WriteStartObject(name);
        json.WriteString("text", text);
        json.WriteEndObject();
    }

    private static string Level(Severity severity) => severity switch { Severity.Critical or Severity.High => "error", Severity.Medium => "warning", _ => "note" };
}
