using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sallyport.Agent;
using Sallyport.Gate;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary><c>sally audit verify</c>: is the record what was written?</summary>
internal static class VerifyCommand
{
    public static Command Create()
    {
        var key = new Option<string?>("--key");
        var witness = new Option<string?>("--witness");
        var json = new Option<bool>("--json");
        var command = new Command("verify", "is the record what was written?") { key, witness, json };
        command.SetAction((result, cancellation) =>
        {
            VerifierKey? expected = null;
            if (result.GetValue(key) is { } text) expected = VerifierKey.Parse(text) ?? throw new UsageException("--key: not a key; it looks like NAME+HASH+BASE64 (see: sally audit key)");
            if (result.GetValue(witness) is { } folder && !Directory.Exists(folder)) throw new UsageException($"--witness {folder}: no such folder");
            var report = LedgerCheck.Verify(LedgerPlace.ToRead(result.GetValue(witness)), expected, cancellation);
            Output.Write(null, writer =>
            {
                if (result.GetValue(json)) writer.WriteLine(Json(report));
                else Tell(writer, report);
            });
            return Task.FromResult(report.IsIntact ? AuditCommand.Intact : AuditCommand.Tampered);
        });
        return command;
    }

    private static void Tell(TextWriter writer, LedgerReport report)
    {
        var seen = report.Witnessed is { } copies ? $", {Count(copies, "copy", "copies")} at the witness" : "";
        if (report.IsIntact) writer.WriteLine($"intact: {Count(report.Entries, "entry", "entries")}, {Count(report.Checkpoints, "checkpoint", "checkpoints")}{seen}");
        else writer.WriteLine($"TAMPERED: {Count(report.Faults.Count, "fault", "faults")} in {Count(report.Entries, "entry", "entries")}");
        foreach (var fault in report.Faults) writer.WriteLine($"  {Printable.Line(fault.Message)}");
        foreach (var remark in report.Remarks) writer.WriteLine($"  note: {Printable.Line(remark)}");
        if (!report.IsIntact && report.Last is { } last) writer.WriteLine($"  the first {Count(last.Size, "entry is", "entries are")} as a checkpoint has them");
    }

    private static string Count(long count, string one, string many) => $"{count} {(count == 1 ? one : many)}";

    private static string Json(LedgerReport report)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteBoolean("intact", report.IsIntact);
            json.WriteNumber("entries", report.Entries);
            json.WriteNumber("checkpoints", report.Checkpoints);
            if (report.Witnessed is { } witnessed) json.WriteNumber("witnessed", witnessed);
            json.WriteString("key", report.Key?.ToString());
            json.WriteStartArray("faults");
            foreach (var fault in report.Faults)
            {
                json.WriteStartObject();
                json.WriteString("kind", fault.Kind.ToString().ToLowerInvariant());
                json.WriteNumber("from", fault.From);
                json.WriteNumber("until", fault.Until);
                json.WriteString("message", fault.Message);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartArray("remarks");
            foreach (var remark in report.Remarks) json.WriteStringValue(remark);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(buffer.ToArray());
    }
}
