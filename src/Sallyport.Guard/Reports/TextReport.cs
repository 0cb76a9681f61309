namespace Sallyport.Guard.Reports;

/// <summary>The report for a person: what is in the package, what an outsider sees in it, what to do. The verdict comes first and last.</summary>
internal sealed class TextReport : ReportFormat
{
    private const int MaxGroups = 40;
    private const int MaxFilesARule = 6;
    private const int MaxPlaces = 3;
    private const int MaxLines = 12;

    public override string Name => "text";

    public override void Write(PackageReport report, TextWriter output, ReportStyle style)
    {
        var first = true;
        foreach (var target in report.Targets)
        {
            if (!first) output.WriteLine();
            first = false;
            new Page(target, output, style).Write();
        }
        if (report.Targets.Count < 2) return;
        var ink = new Ink(style.Color);
        output.WriteLine();
        foreach (var target in report.Targets) output.WriteLine($"{ink.Of(target.Verdict, $"{Word(target.Verdict),-10}")} {Wording.Clean(target.Target)}: {Wording.Verdict(target)}");
    }

    private static string Word(Verdict verdict) => verdict.ToString().ToUpperInvariant();

    private sealed class Page(TargetReport target, TextWriter output, ReportStyle style)
    {
        private readonly Ink ink = new(style.Color);

        public void Write()
        {
            Head();
            if (target.Files.Count > 0) new TextTree(output, ink, style.Width).Write(PackageTree.Of(target));
            Blocking();
            Others();
            List("Waived", [.. target.Findings.Where(f => f.IsWaived).Select(f => $"{f.Rule.Id}  {Wording.Place(f)}{(f.Evidence.TryGetValue("waivedBy", out var by) ? $"  ({Wording.Clean(by.ToString()!)})" : "")}")]);
            List("Not read", [.. target.Skipped.Select(s => $"{(s.Path.Length == 0 ? "" : Wording.Clean(s.Path) + ": ")}{Wording.Clean(s.Reason)}")]);
            List("Remarks", [.. target.Remarks.Select(Wording.Clean)]);
            Foot();
        }

        private void Head()
        {
            output.WriteLine($"{ink.Bold(Wording.Clean(target.Target))}  {ink.Of(target.Verdict, Word(target.Verdict))}  {Wording.Verdict(target)}");
            var name = target.Name is null ? "" : Wording.Clean($"{target.Name}{(target.Version is null ? "" : "@" + target.Version)}, ");
            Paragraph($"{name}{target.Kind}, {Wording.Count(target.Entries, "file")}, {Wording.Size(target.Bytes)}, {JsonReport.Word(target.Profile)} source ({Wording.Clean(target.ProfileReason)})", 0, dim: true);
            output.WriteLine();
        }

        private void Blocking()
        {
            var blocking = target.Findings.Where(f => f.IsBlocking).ToList();
            if (blocking.Count == 0) return;
            // Of what is equally bad, the largest file tells most.
            var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var finding in blocking) sizes[finding.Path] = 0;
            foreach (var file in target.Files)
            {
                if (sizes.TryGetValue(file.Path, out var size) && size == 0) sizes[file.Path] = file.Bytes;
            }
            var groups = blocking.GroupBy(f => f.Path).OrderByDescending(g => g.Max(f => f.Severity))
                .ThenByDescending(g => sizes.GetValueOrDefault(g.Key)).ThenBy(g => g.Key, StringComparer.Ordinal).ToList();
            var (shown, rest, times) = (0, new List<Finding>(), new Dictionary<string, int>(StringComparer.Ordinal));
            foreach (var group in groups)
            {
                // One rule in hundreds of files is one thing to mend: a few of them tell it.
                if (shown >= MaxGroups || group.All(f => times.GetValueOrDefault(f.Rule.Id) >= MaxFilesARule))
                {
                    rest.AddRange(group);
                    continue;
                }
                shown++;
                output.WriteLine(ink.Bold(Wording.Clean(group.Key)));
                foreach (var rule in group.GroupBy(f => f.Rule.Id).OrderByDescending(g => g.Max(f => f.Severity)))
                {
                    times[rule.Key] = times.GetValueOrDefault(rule.Key) + 1;
                    OneRule([.. rule]);
                }
                output.WriteLine();
            }
            if (rest.Count == 0) return;
            output.WriteLine($"and {Wording.Count(rest.Count, "more finding blocks", "more findings block")}, in {Wording.Count(groups.Count - shown, "more file")}:");
            Sums(rest);
            output.WriteLine("  (--format json or html lists them all)");
            output.WriteLine();
        }

        private void OneRule(List<Finding> findings)
        {
            foreach (var finding in findings.Take(MaxPlaces))
            {
                var place = finding.Line > 0 ? $"line {finding.Line}, column {finding.Column}  " : "";
                output.WriteLine($"  {ink.Of(finding.Severity, $"{JsonReport.Word(finding.Severity),-8}")}  {finding.Rule.Id}  {ink.Dim(place + finding.Fingerprint)}");
                Paragraph(Wording.Clean(finding.Message) + Notes(finding), 12);
            }
            if (findings.Count > MaxPlaces) output.WriteLine($"            and {Wording.Number(findings.Count - MaxPlaces)} more like this in the file");
            Paragraph("Fix: " + Wording.Clean(findings[0].Advice), 12, dim: true);
        }

        private static string Notes(Finding finding)
        {
            var notes = "";
            if (finding.Evidence.TryGetValue("seenThrough", out var layers) && layers is IEnumerable<string> list) notes += $"; seen through {string.Join(" in ", list.Reverse())}";
            if (finding.Evidence.TryGetValue("admittedBy", out var line)) notes += $"; let in by {Wording.Clean(line.ToString()!)}";
            if (finding.Evidence.TryGetValue("ghost", out var ghost)) notes += $"; {Wording.Clean(ghost.ToString()!)}";
            if (finding.Evidence.TryGetValue("waiverExpired", out var day)) notes += $"; its waiver expired on {day}";
            return notes;
        }

        private void Others()
        {
            var others = target.Findings.Where(f => !f.IsBlocking && !f.IsWaived).ToList();
            if (others.Count == 0) return;
            output.WriteLine(ink.Bold(target.Verdict == Verdict.Clean ? "Worth knowing (nothing here blocks)" : "Also worth knowing (this does not block)"));
            if (others.Count > MaxLines) Sums(others);
            else
            {
                foreach (var finding in others)
                {
                    output.WriteLine($"  {ink.Of(finding.Severity, $"{JsonReport.Word(finding.Severity),-8}")}  {finding.Rule.Id}  {Wording.Place(finding)}");
                    Paragraph(Wording.Clean(finding.Message), 12, dim: true);
                }
            }
            output.WriteLine();
        }

        private void Sums(List<Finding> findings)
        {
            foreach (var rule in findings.GroupBy(f => f.Rule.Id).OrderByDescending(g => g.Max(f => f.Severity)).ThenByDescending(g => g.Count()))
            {
                var severity = rule.Max(f => f.Severity);
                output.WriteLine($"  {ink.Of(severity, $"{JsonReport.Word(severity),-8}")}  {rule.Key}  {(rule.Count() == 1 ? "" : $"{Wording.Number(rule.Count())} times, first in ")}{Wording.Place(rule.First())}");
            }
        }

        private void List(string title, List<string> lines)
        {
            if (lines.Count == 0) return;
            output.WriteLine(ink.Bold(title));
            foreach (var line in lines.Take(MaxLines)) Paragraph(line, 2);
            if (lines.Count > MaxLines) output.WriteLine($"  and {Wording.Number(lines.Count - MaxLines)} more");
            output.WriteLine();
        }

        private void Foot()
        {
            var blocking = target.Findings.Where(f => f.IsBlocking).ToList();
            if (blocking.Count > 0)
            {
                var sum = string.Join(", ", blocking.GroupBy(f => f.Severity).OrderByDescending(g => g.Key).Select(g => $"{Wording.Number(g.Count())} {JsonReport.Word(g.Key)}"));
                Paragraph("Take out what is named above and pack again. What may leave all the same is accepted with:", 0);
                output.WriteLine($"  sally gate waive {blocking[0].Fingerprint} --reason TEXT --until DATE --owner NAME");
                output.WriteLine($"{ink.Of(Verdict.Blocked, "BLOCKED")}: not fit to leave, {Wording.Count(blocking.Count, "finding blocks", "findings block")} ({sum})");
            }
            else if (target.Verdict == Verdict.Incomplete)
            {
                Paragraph("What cannot be read cannot be cleared: repair or remove it, or raise the limit that is named above in sallyport.json.", 0);
                output.WriteLine($"{ink.Of(Verdict.Incomplete, "INCOMPLETE")}: not fit to leave, {Wording.Count(target.Skipped.Count, "part")} could not be read");
            }
            else output.WriteLine($"{ink.Of(Verdict.Clean, "CLEAN")}: fit to leave");
        }

        private void Paragraph(string text, int indent, bool dim = false)
        {
            var room = Math.Max(20, style.Width - indent);
            while (text.Length > 0)
            {
                var cut = text.Length <= room ? text.Length : text.LastIndexOf(' ', room, room);
                if (cut <= 0) cut = text.IndexOf(' ', StringComparison.Ordinal) is > 0 and var next ? next : text.Length;
                var line = text[..cut];
                output.WriteLine(new string(' ', indent) + (dim ? ink.Dim(line) : line));
                text = text[cut..].TrimStart(' ');
            }
        }
    }
}
