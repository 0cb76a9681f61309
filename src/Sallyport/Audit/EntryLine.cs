using System.Globalization;
using System.Text;
using Sallyport.Guard.Audit;

namespace Sallyport.Audit;

/// <summary>An entry as one line for a person.</summary>
internal static class EntryLine
{
    public static string Of(LedgerRecord record) =>
        Printable.Line(string.Create(CultureInfo.InvariantCulture, $"{record.Sequence,6}  {record.Time.UtcDateTime:yyyy-MM-dd HH:mm:ss}Z  {record.Kind,-8}  {Text(record)}"));

    private static string Text(LedgerRecord record) => record.Kind switch
    {
        "verdict" => $"{record["verdict"]}: {Package(record)}{(record["findings"] is { } findings ? $" ({record["blocking"] ?? "0"} blocking of {findings})" : "")}{Digest(record)}{Hook(record)}",
        "egress" => $"{record["channel"]} to {record["destination"]}{Passage(record)}{(record["bytes"] is { } bytes ? $", {bytes} bytes" : "")}{(record["received"] is { } received ? $" sent, {received} received" : "")}{Digest(record)}{(record["content"] is { } content ? $" of the {content}" : "")}{(record["labels"] is { } labels ? $" [{labels}]" : "")}{(record.Session is { } session ? $"  {session}" : "")}",
        "waiver" => $"{record["fingerprint"]} until {record["until"]} by {record["owner"]}: {record["reason"]}",
        "approval" => $"{(record["answer"] == "no" ? "refused" : record["answer"] == "always" ? "allowed from now on" : "allowed")}: {record["what"]} {record["target"]}{(record["answer"] == "always" ? $" (as {record["rules"]})" : "")}{Because(record)}{Tail(record)}",
        "agent" when record["what"] == "started" => $"{record["name"]} was started ({record["destination"]}; mode {record["mode"]} at most; {record["tools"]}){Tail(record)}",
        "agent" => $"{record["name"]} has ended: {record["outcome"]}, {record["turns"]} turns, {record["tokens"]} tokens{Tail(record)}",
        "override" when record["what"] == "rule" => $"the rule {record["rules"]} let pass: {record["target"]}{Because(record)}{Tail(record)}",
        "override" when record["what"] == "secret" => $"{record["target"]} was opened for {record["destination"]}, as secrets.allow says, by {record["tool"]}{Tail(record)}",
        "override" when record["what"] == "mode open" => $"ran without questions (mode open){Tail(record)}",
        "override" when record["what"] == "sandbox off" => $"commands ran unconfined (sandbox off){Tail(record)}",
        _ => Rest(record),
    };

    private static string Hook(LedgerRecord record) => record["hook"] is not { } hook ? ""
        : $"; {hook}{(record["remote"] is { } remote ? $" to {remote}" : "")}{(record["reason"] is { } reason ? $": {reason}" : "")}{(record["reported"] is { } where ? $", reported from within ({where})" : "")}{(record.Session is { } session ? $"  {session}" : "")}";

    private static string Passage(LedgerRecord record) =>
        $"{(record["outcome"] is { } outcome ? $", {outcome}" : "")}{(record["connection"] is { } number ? $" #{number}" : "")}{(record["rule"] is { } rule ? $" ({rule})" : "")}{(record["outcome"] == "ended" && record["reason"] is { } reason ? $" ({reason})" : "")}{(record["more"] is { } more ? $", {more} more times" : "")}";

    private static string Because(LedgerRecord record) => record["reason"] is { } reason ? $"; asked because {reason}" : "";

    private static string Tail(LedgerRecord record) => $"{(record["labels"] is { } labels ? $" [{labels}]" : "")}{(record.Session is { } session ? $"  {session}" : "")}";

    private static string Package(LedgerRecord record) =>
        record["name"] is { } name ? $"{name}{(record["version"] is { } version ? " " + version : "")} from {record["target"]}" : record["target"] ?? "";

    private static string Digest(LedgerRecord record) => record["sha256"] is { Length: >= 12 } digest ? $" sha256:{digest[..12]}" : "";

    private static string Rest(LedgerRecord record)
    {
        var text = new StringBuilder();
        foreach (var (name, value) in record.Data) text.Append(text.Length > 0 ? ", " : "").Append(name).Append(' ').Append(value);
        return text.ToString();
    }
}
