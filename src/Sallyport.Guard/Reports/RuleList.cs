using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Reports;

/// <summary>Every rule that Guard knows.</summary>
public static class RuleList
{
    /// <summary>The rules, by id.</summary>
    public static IReadOnlyList<Rule> All => [.. Catalogue.All.Rules];

    /// <summary>The names that <see cref="Write"/> takes.</summary>
    public static IReadOnlyList<string> Formats { get; } = ["text", "json", "markdown"];

    /// <summary>Writes the rules. Throws <see cref="ArgumentException"/> for a format that is not in <see cref="Formats"/>.</summary>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Where to.</param>
    public static void Write(string format, TextWriter output)
    {
        switch (format)
        {
            case "text": Text(output); break;
            case "json": Json(output); break;
            case "markdown": Markdown(output); break;
            default: throw new ArgumentException($"no format \"{format}\"; there are {string.Join(", ", Formats)}", nameof(format));
        }
    }

    private static string When(Blocking blocking) => blocking switch { Blocking.Always => "blocks", Blocking.WhenClosed => "blocks when closed", _ => "never blocks" };

    private static void Text(TextWriter output)
    {
        foreach (var family in All.GroupBy(r => r.Family))
        {
            output.WriteLine($"{family.Key}.*  ({Wording.Count(family.Count(), "rule")})");
            foreach (var rule in family)
            {
                output.WriteLine($"  {rule.Id}  {JsonReport.Word(rule.Severity)}, {When(rule.Blocking)}");
                output.WriteLine($"      {rule.Title}");
                output.WriteLine($"      e.g. {rule.Example}");
            }
            output.WriteLine();
        }
    }

    private static void Json(TextWriter output)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("rules");
            foreach (var rule in All)
            {
                json.WriteStartObject();
                json.WriteString("id", rule.Id);
                json.WriteString("family", rule.Family);
                json.WriteString("severity", JsonReport.Word(rule.Severity));
                json.WriteString("blocking", rule.Blocking switch { Blocking.Always => "always", Blocking.WhenClosed => "closed", _ => "never" });
                json.WriteString("title", rule.Title);
                json.WriteString("advice", rule.Advice);
                json.WriteString("example", rule.Example);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        output.WriteLine(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length));
    }

    private static void Markdown(TextWriter output)
    {
        output.WriteLine("# Rules");
        output.WriteLine();
        output.WriteLine("<!-- Written by `sally gate rules --format markdown`; `./check.sh --update-docs` writes it anew. -->");
        output.WriteLine();
        output.WriteLine($"{Wording.Count(All.Count, "rule")}. *Blocks*: `always`, or only in `closed` packages (where the source is not meant to be public), or `never`.");
        output.WriteLine("[gate.md](gate.md) tells how a policy turns a rule off or changes it.");
        foreach (var family in All.GroupBy(r => r.Family))
        {
            output.WriteLine();
            output.WriteLine($"## {family.Key}.*");
            output.WriteLine();
            output.WriteLine("| Rule | Severity | Blocks | What it finds | For example |");
            output.WriteLine("|---|---|---|---|---|");
            foreach (var rule in family)
                output.WriteLine($"| `{rule.Id}` | {JsonReport.Word(rule.Severity)} | {rule.Blocking switch { Blocking.Always => "always", Blocking.WhenClosed => "closed", _ => "never" }} | {Cell(rule.Title)} | {Cell(rule.Example)} |");
            output.WriteLine();
            foreach (var advice in family.GroupBy(r => r.Advice)) output.WriteLine($"- {(advice.Count() == family.Count() ? "All" : advice.Count() > 4 ? "Most others" : string.Join(", ", advice.Select(r => $"`{r.Id[(r.Family.Length + 1)..]}`")))}: {advice.Key}");
        }
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
