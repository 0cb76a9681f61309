using System.Text;
using System.Text.Json;

namespace Sallyport.Guard.Reports;

/// <summary>The report as one JSON object, version 1.</summary>
internal sealed class JsonReport : ReportFormat
{
    public override string Name => "json";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        using var buffer = new MemoryStream();
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteString("verdict", Word(report.Verdict));
        json.WriteStartArray("targets");
        foreach (var target in report.Targets)
        {
            Target(json, target);
            Drain(json, buffer, output);
        }
        json.WriteEndArray();
        json.WriteEndObject();
        Drain(json, buffer, output);
        output.WriteLine();
    }

    // A check of many packages may have a hundred thousand notes: one package's worth in memory is enough.
    private static void Drain(Utf8JsonWriter json, MemoryStream buffer, TextWriter output)
    {
        json.Flush();
        output.Write(Wording.CleanJson(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)));
        buffer.SetLength(0);
    }

    public static string Word<T>(T value) where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static void Target(Utf8JsonWriter json, TargetReport target)
    {
        json.WriteStartObject();
        json.WriteString("target", target.Target);
        json.WriteString("kind", target.Kind);
        json.WriteString("name", target.Name);
        json.WriteString("version", target.Version);
        json.WriteString("sha256", target.Sha256);
        json.WriteString("profile", Word(target.Profile));
        json.WriteString("profileReason", target.ProfileReason);
        json.WriteNumber("entries", target.Entries);
        json.WriteNumber("bytes", target.Bytes);
        json.WriteString("verdict", Word(target.Verdict));
        json.WriteStartObject("coverage");
        json.WriteNumber("scannedBytes", target.ScannedBytes);
        json.WriteStartArray("skipped");
        foreach (var skipped in target.Skipped)
        {
            json.WriteStartObject();
            json.WriteString("path", skipped.Path);
            json.WriteString("reason", skipped.Reason);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("findings");
        foreach (var finding in target.Findings) Write(json, finding);
        json.WriteEndArray();
        json.WriteStartArray("remarks");
        foreach (var remark in target.Remarks) json.WriteStringValue(remark);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject();
        json.WriteString("rule", finding.Rule.Id);
        json.WriteString("severity", Word(finding.Severity));
        json.WriteString("path", finding.Path);
        json.WriteNumber("line", finding.Line);
        json.WriteNumber("column", finding.Column);
        json.WriteString("message", finding.Message);
        json.WriteString("advice", finding.Advice);
        json.WriteString("fingerprint", finding.Fingerprint);
        json.WriteBoolean("blocking", finding.IsBlocking);
        json.WriteBoolean("waived", finding.IsWaived);
        Evidence(json, finding);
        json.WriteEndObject();
    }

    public static void Evidence(Utf8JsonWriter json, Finding finding)
    {
        json.WriteStartObject("evidence");
        foreach (var (name, value) in finding.Evidence)
        {
            switch (value)
            {
                case long number: json.WriteNumber(name, number); break;
                case double number: json.WriteNumber(name, number); break;
                case bool flag: json.WriteBoolean(name, flag); break;
                case IEnumerable<string> list:
                    json.WriteStartArray(name);
                    foreach (var item in list) json.WriteStringValue(item);
                    json.WriteEndArray();
                    break;
                default: json.WriteString(name, value.ToString()); break;
            }
        }
        json.WriteEndObject();
    }
}
