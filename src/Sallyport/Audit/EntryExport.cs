using System.Globalization;
using System.Text;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary>Entries in the forms that other programs read.</summary>
internal static class EntryExport
{
    private static readonly string[] Columns =
        ["verdict", "target", "name", "version", "sha256", "findings", "blocking", "waived", "channel", "destination", "bytes", "labels", "fingerprint", "owner", "until", "reason", "what", "answer", "rules", "after"];

    /// <summary>One array of the lines as they stand.</summary>
    public static void Json(TextWriter writer, IEnumerable<LedgerRecord> records)
    {
        var separator = "[\n";
        foreach (var record in records)
        {
            writer.Write(separator);
            writer.Write(record.Line);
            separator = ",\n";
        }
        writer.Write(separator[0] == '[' ? "[]\n" : "\n]\n");
    }

    /// <summary>RFC 4180. No cell begins as a formula does.</summary>
    public static void Csv(TextWriter writer, IEnumerable<LedgerRecord> records)
    {
        writer.Write($"seq,time,kind,session,{string.Join(',', Columns)},other\r\n");
        foreach (var record in records)
        {
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{record.Sequence},{record.Time.UtcDateTime:yyyy-MM-ddTHH:mm:ss.ffffff}Z,{record.Kind},{Cell(record.Session)}"));
            foreach (var column in Columns) writer.Write($",{Cell(record[column])}");
            writer.Write($",{Cell(Others(record, Columns))}\r\n");
        }
    }

    /// <summary>ArcSight's Common Event Format, one event a line.</summary>
    public static void Cef(TextWriter writer, IEnumerable<LedgerRecord> records)
    {
        var version = typeof(Sally).Assembly.GetName().Version?.ToString(3);
        foreach (var record in records)
        {
            writer.Write($"CEF:0|Sallyport|sally|{version}|{record.Kind}|{Title(record.Kind)}|{Severity(record)}|");
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"rt={record.Time.ToUnixTimeMilliseconds()} externalId={record.Sequence}"));
            Field("dhost", record["destination"]);
            Field("out", record["bytes"]);
            Field("fileHash", record["sha256"]);
            Field("fname", record["target"]);
            Field("outcome", record["verdict"] ?? record["answer"]);
            Field("reason", record["reason"]);
            if (record.Session is not null) Field("cs1Label=session cs1", record.Session);
            var rest = Others(record, ["destination", "bytes", "sha256", "target", "verdict", "answer", "reason"]);
            if (rest.Length > 0) Field("msg", rest);
            writer.Write('\n');
        }

        void Field(string name, string? value)
        {
            if (value is not null) writer.Write($" {name}={value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("=", "\\=", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal)}");
        }
    }

    private static int Severity(LedgerRecord record) => record.Kind switch { "seal" => 7, "override" => 6, "verdict" when record["verdict"] != "clean" => 6, "waiver" or "trust" => 4, _ => 2 };

    private static string Title(string kind) => kind switch
    {
        "verdict" => "A package was checked",
        "override" => "What would have been stopped was let pass",
        "approval" => "A person answered a question",
        "waiver" => "A finding was accepted for a while",
        "trust" => "Trust was given or taken back",
        "egress" => "Something left",
        "agent" => "An agent was started or has ended",
        _ => "The ledger was damaged and sealed",
    };

    private static string Others(LedgerRecord record, string[] told)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in record.Data) if (Array.IndexOf(told, name) < 0) text.Append(text.Length > 0 ? "; " : "").Append(name).Append(": ").Append(value);
        return text.ToString();
    }

    private static string Cell(string? value)
    {
        if (string.IsNullOrEmpty(value)) return "";
        if (value[0] is '=' or '+' or '-' or '@' or '\t' or '\r') value = "'" + value;
        return value.AsSpan().ContainsAny(",\"\r\n") ? $"\"{value.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : value;
    }
}
