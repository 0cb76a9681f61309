using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Reports;

/// <summary>
/// One HTML file that needs nothing else: no network (its own content policy forbids it), no script but its own. Names
/// of files are strangers' text and are escaped wherever they stand.
/// </summary>
internal sealed class HtmlReport : ReportFormat
{
    private const int MaxRows = 5_000;

    public override string Name => "html";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        var script = Asset("report.js");
        var hash = Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script)));
        output.WriteLine("<!doctype html>");
        output.WriteLine("<html lang=\"en\">");
        output.WriteLine("<head>");
        output.WriteLine("<meta charset=\"utf-8\">");
        output.WriteLine($"<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'\">");
        output.WriteLine("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
        output.WriteLine($"<title>{JsonReport.Word(report.Verdict)}: {Text(string.Join(", ", report.Targets.Take(3).Select(t => t.Name ?? t.Target)))}</title>");
        output.WriteLine($"<style>{Asset("report.css")}</style>");
        output.WriteLine("</head>");
        output.WriteLine("<body>");
        foreach (var target in report.Targets) Target(target, output);
        output.WriteLine("<footer>Written by sally gate. It holds places, sizes and fingerprints, never the text of a secret.</footer>");
        output.WriteLine($"<script>{script}</script>");
        output.WriteLine("</body>");
        output.WriteLine("</html>");
    }

    private static void Target(TargetReport target, TextWriter output)
    {
        output.WriteLine("<main>");
        output.WriteLine($"<header class=\"{JsonReport.Word(target.Verdict)}\"><p class=\"verdict\">{JsonReport.Word(target.Verdict)}</p><div><h1>{Text(target.Name is null ? target.Target : $"{target.Name} {target.Version}")}</h1><p>{Text(Wording.Verdict(target))}</p></div></header>");
        output.WriteLine("<dl class=\"facts\">");
        Fact(output, "Target", target.Target);
        Fact(output, "Kind", target.Kind);
        Fact(output, "Files", Wording.Number(target.Entries));
        Fact(output, "Size", Wording.Size(target.Bytes));
        Fact(output, "Source", $"{JsonReport.Word(target.Profile)}: {target.ProfileReason}");
        if (target.Sha256 is { } digest) Fact(output, "SHA-256", digest);
        output.WriteLine("</dl>");
        var tree = PackageTree.Of(target);
        if (target.Files.Count > 1) Map(tree.Top, output);
        if (target.Findings.Count > 0) Findings(target, output);
        List(output, "Not read", target.Skipped.Select(s => $"{(s.Path.Length == 0 ? "" : s.Path + ": ")}{s.Reason}"));
        List(output, "Remarks", target.Remarks);
        output.WriteLine("</main>");
    }

    private static void Fact(TextWriter output, string name, string value) => output.WriteLine($"<div><dt>{name}</dt><dd>{Text(value)}</dd></div>");

    private static void Map(PackageTree top, TextWriter output)
    {
        output.WriteLine("<section>");
        output.WriteLine("<h2>What is in it, by size</h2>");
        output.WriteLine("<div class=\"map\" role=\"list\" aria-label=\"Files of the package; arrow keys move, Enter shows a file's findings\">");
        var first = true;
        foreach (var tile in Treemap.Of(top))
        {
            var node = tile.Node;
            var name = node is null ? $"{Wording.Count(tile.FileCount, "small file")}" : node.Name;
            var kind = (node?.Worst is { } worst ? "leak " + JsonReport.Word(worst) : node is null ? "rest" : Kind(node.Name)) + (tile.IsFolder ? " folder" : "");
            var what = $"{(node is null ? $"{name} in {tile.Path}" : tile.Path)}, {Wording.Size(tile.Bytes)}{(node is { IsLeaf: false } ? ", " + Wording.Count(tile.FileCount, "file") : "")}{(node is { Findings: > 0 } ? ", " + Wording.Count(node.Findings, "finding") : "")}{(node?.Worst is { } w ? $", blocked: {JsonReport.Word(w)}" : "")}";
            var label = tile is { W: > 44, H: > 13 } && (!tile.IsFolder || tile is { W: > 60, H: > 44 }) ? $"<span>{Text(name)}</span>" : "";
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"<div role=\"listitem\" class=\"{kind}\" tabindex=\"{(first ? 0 : -1)}\" data-path=\"{Text(tile.Path)}\" title=\"{Text(what)}\" style=\"left:{tile.X / Treemap.Width * 100:0.###}%;top:{tile.Y / Treemap.Height * 100:0.###}%;width:{tile.W / Treemap.Width * 100:0.###}%;height:{tile.H / Treemap.Height * 100:0.###}%\">{label}</div>"));
            first = false;
        }
        output.WriteLine("</div>");
        output.WriteLine("<p class=\"detail\" aria-live=\"polite\">Point at a part, or move through them with Tab and the arrow keys.</p>");
        output.WriteLine("<p class=\"legend\"><i class=\"leak critical\"></i>critical <i class=\"leak high\"></i>high <i class=\"leak medium\"></i>medium or less, blocking <i class=\"code\"></i>code <i class=\"data\"></i>data <i class=\"doc\"></i>text <i class=\"other\"></i>other</p>");
        output.WriteLine("</section>");
    }

    private static string Kind(string name) => Path.GetExtension(name.TrimEnd('/', '!')).ToLowerInvariant() switch
    {
        ".js" or ".mjs" or ".cjs" or ".ts" or ".css" or ".dll" or ".exe" or ".so" or ".wasm" or ".py" or ".class" or ".rb" or ".rs" or ".go" or ".node" => "code",
        ".json" or ".map" or ".xml" or ".yml" or ".yaml" or ".csv" or ".db" or ".zip" or ".tgz" or ".gz" => "data",
        ".md" or ".txt" or ".html" or ".rst" => "doc",
        _ => "other",
    };

    private static void Findings(TargetReport target, TextWriter output)
    {
        output.WriteLine("<section class=\"findings\">");
        output.WriteLine($"<h2>What an outsider sees <small>{Wording.Count(target.Findings.Count, "finding")}</small></h2>");
        output.WriteLine("<p class=\"filter\"><input type=\"search\" placeholder=\"Filter by path, rule or words\" aria-label=\"Filter findings\"><select aria-label=\"Severity\"><option value=\"\">every severity</option><option>critical</option><option>high</option><option>medium</option><option>low</option><option>note</option></select><label><input type=\"checkbox\"> only what blocks</label> <output></output></p>");
        output.WriteLine("<table><thead><tr><th>Severity</th><th>Where and what</th><th>Fingerprint</th></tr></thead><tbody>");
        foreach (var finding in target.Findings.Take(MaxRows))
        {
            var state = finding.IsBlocking ? "blocks" : finding.IsWaived ? "waived" : "";
            output.WriteLine($"<tr data-severity=\"{JsonReport.Word(finding.Severity)}\" data-state=\"{state}\"><td><b class=\"{JsonReport.Word(finding.Severity)}\">{JsonReport.Word(finding.Severity)}</b>{(state.Length > 0 ? $"<br><small>{state}</small>" : "")}</td>"
                + $"<td><p class=\"place\"><code>{Text(Wording.Place(finding))}</code> <small>{Text(finding.Rule.Id)}</small></p><p>{Text(finding.Message)}{Notes(finding)}</p><p class=\"advice\">{Text(finding.Advice)}</p></td><td><code>{finding.Fingerprint}</code></td></tr>");
        }
        output.WriteLine("</tbody></table>");
        if (target.Findings.Count > MaxRows) output.WriteLine($"<p>{Wording.Number(target.Findings.Count - MaxRows)} more are not shown here; the JSON report has them all.</p>");
        output.WriteLine("</section>");
    }

    private static string Notes(Finding finding)
    {
        var notes = new StringBuilder();
        foreach (var name in (ReadOnlySpan<string>)["admittedBy", "ghost", "waivedBy", "waiverExpired"])
        {
            if (finding.Evidence.TryGetValue(name, out var value)) notes.Append($"<br><small>{name switch { "admittedBy" => "let in by ", "waivedBy" => "waived by ", "waiverExpired" => "its waiver expired on ", _ => "" }}{Text(value.ToString()!)}</small>");
        }
        if (finding.Evidence.TryGetValue("seenThrough", out var layers) && layers is IEnumerable<string> list) notes.Append($"<br><small>seen through {Text(string.Join(" in ", list.Reverse()))}</small>");
        return notes.ToString();
    }

    private static void List(TextWriter output, string title, IEnumerable<string> lines)
    {
        var all = lines.ToList();
        if (all.Count == 0) return;
        output.WriteLine($"<section><h2>{title} <small>{Wording.Number(all.Count)}</small></h2><ul>");
        foreach (var line in all.Take(MaxRows)) output.WriteLine($"<li>{Text(line)}</li>");
        output.WriteLine("</ul></section>");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(Wording.Clean(text)).Replace("`", "&#96;", StringComparison.Ordinal);

    private static string Asset(string name) => Resources.Read(name).ReplaceLineEndings("\n");
}
