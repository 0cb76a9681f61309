using System.Globalization;
using Sallyport.Engine;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary>A session on a terminal: results are shortened, colour is never needed.</summary>
internal sealed class TranscriptText(TextWriter writer, bool color, SessionSummary session) : TranscriptPage(session)
{
    private const int ResultLines = 8;
    private const int LongestLine = 300;

    protected override void Head()
    {
        writer.WriteLine(Paint(Printable.Line(Session.Title.Length > 0 ? Session.Title : "(no prompt)"), "1"));
        writer.WriteLine($"{Session.Id} in {Printable.Line(Session.Cwd)}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{SessionTable.When(Session.Created)} to {SessionTable.When(Session.LastActivity)}, {Session.Turns} turns, {Session.Usage.Total():N0} tokens{(Session.CostUsd is null ? "" : ", " + SessionTable.Cost(Session.CostUsd))}"));
        if (Session.Parent is { } parent) writer.WriteLine($"an agent ({Printable.Line(Session.Agent ?? "")}) of session {Printable.Line(parent)}");
        if (Session.ForkedFrom is { } origin) writer.WriteLine($"forked from {Printable.Line(origin)}");
    }

    protected override void Prompt(MessageLine line, string text)
    {
        writer.WriteLine();
        writer.WriteLine(Paint(string.Create(CultureInfo.InvariantCulture, $"[{line.Number}] {SessionTable.When(line.At)}{(line.Origin == "steer" ? ", while it worked" : "")}"), "2"));
        foreach (var one in Lines(text)) writer.WriteLine($"{Paint(">", "36")} {Paint(one, "1")}");
    }

    protected override void Answer(MessageLine line, string text)
    {
        if (text.Trim().Length == 0) return;
        writer.WriteLine();
        foreach (var one in Lines(text)) writer.WriteLine(one);
    }

    protected override void Call(string name, string title, ToolResultPart? result)
    {
        writer.WriteLine();
        writer.WriteLine($"{Paint("●", "36")} {Paint(Printable.Line(name), "1")} {Cut(Printable.Line(title))}".TrimEnd());
        if (result is null)
        {
            writer.WriteLine(Paint("  (no result: the session ended before)", "33"));
            return;
        }
        var lines = Lines(result.Text);
        for (var i = 0; i < lines.Count && i < ResultLines; i++) writer.WriteLine(Paint($"  {Cut(lines[i])}", result.Failed ? "31" : "2"));
        if (lines.Count > ResultLines) writer.WriteLine(Paint(string.Create(CultureInfo.InvariantCulture, $"  … {lines.Count - ResultLines} more lines"), "2"));
    }

    protected override void Mark(string text)
    {
        writer.WriteLine();
        foreach (var line in Lines(text)) writer.WriteLine(Paint($"-- {line}", "33"));
    }

    // What a program printed must not steer the terminal of who reads it later.
    private static List<string> Lines(string text)
    {
        var lines = new List<string>();
        foreach (var line in text.TrimEnd().Split('\n')) lines.Add(Printable.Line(line.TrimEnd('\r').Replace("\t", "    ", StringComparison.Ordinal)));
        return lines;
    }

    private static string Cut(string line) => line.Length <= LongestLine ? line : line[..LongestLine] + "…";

    private string Paint(string text, string how) => color && text.Length > 0 ? $"\e[{how}m{text}\e[0m" : text;
}
