using Sallyport.Engine.Events;
using Sallyport.Engine.Tools;

namespace Sallyport.Agent;

/// <summary>A conversation as plain lines that scroll: the answer as it streams, each call and what came of it. Colour is optional and never needed.</summary>
internal sealed class PlainView(TextWriter output, bool color)
{
    private const int ResultLines = 6;
    private readonly Dictionary<string, string> waiting = new(StringComparer.Ordinal);
    private string? open;
    private bool inText;
    private bool atLineStart = true;

    public void Take(SessionEvent one)
    {
        switch (one)
        {
            case TextAdded text:
                inText = true;
                Write(text.Text);
                break;
            case ToolCalled call:
                EndText();
                var title = $"{Paint("●", "36")} {Paint(call.Name, "1")} {Printable.Line(call.Title)}".TrimEnd();
                // Of calls that run side by side, the first is named at once and the others with their result.
                if (open is null) Line(title);
                else waiting[call.Id] = title;
                open ??= call.Id;
                break;
            case ToolEnded ended:
                Ended(ended);
                break;
            case Retried retry:
                EndText();
                Line(Paint($"  {Printable.Line(retry.Message)}; trying again", "33"));
                break;
            case Compacted compaction:
                EndText();
                Line(Paint($"  {compaction.Dropped}", "2"));
                break;
            case AgentChanged { State: "finished" } agent:
                EndText();
                Line(Paint($"  {Printable.Line(agent.Summary())}", agent.Outcome == Outcome.Done ? "2" : "33"));
                break;
            case Noticed notice:
                EndText();
                Line(Paint($"  {notice.Text}", notice.Level == "warning" ? "33" : "2"));
                break;
            case QuestionAsked question:
                EndText();
                Line($"{Paint("?", "33")} {Printable.Line(question.Text)} {Paint($"[{string.Join(", ", question.Options)}]", "2")}");
                break;
            case Finished finished:
                EndText();
                if (finished.Error is { } error) Line(Paint(error.Message, "31"));
                break;
        }
        output.Flush();
    }

    private void Ended(ToolEnded ended)
    {
        if (open == ended.Id) open = "";
        if (waiting.Remove(ended.Id, out var title)) Line(title);
        if (waiting.Count == 0 && open is "") open = null;
        if (ended.Display is DiffDisplay diff)
        {
            foreach (var file in diff.Files)
                foreach (var line in file.Patch.TrimEnd('\n').Split('\n'))
                    Line("  " + (line.StartsWith('+') ? Paint(Printable.Line(line), "32") : line.StartsWith('-') ? Paint(Printable.Line(line), "31") : Paint(Printable.Line(line), "2")));
            return;
        }
        if (ended.Display is CountDisplay count)
        {
            Line(Paint($"  {count.Count} {count.Unit}", "2"));
            return;
        }
        var lines = ended.Text.TrimEnd('\n').Split('\n');
        for (var i = 0; i < lines.Length && i < ResultLines; i++) Line("  " + Paint(Printable.Line(lines[i]), ended.Failed ? "31" : "2"));
        if (lines.Length > ResultLines) Line(Paint($"  … {lines.Length - ResultLines} more lines", "2"));
    }

    private void EndText()
    {
        if (inText && !atLineStart) Line("");
        inText = false;
    }

    private void Line(string text)
    {
        output.Write(text);
        output.Write('\n');
        atLineStart = true;
    }

    private void Write(string text)
    {
        if (text.Length == 0) return;
        // The model's words may carry escape sequences; line ends and tabs are all that a terminal gets of them.
        foreach (var c in text) output.Write(char.IsControl(c) && c is not '\n' and not '\t' ? '\uFFFD' : c);
        atLineStart = text[^1] == '\n';
    }

    private string Paint(string text, string code) => color ? $"\u001b[{code}m{text}\u001b[0m" : text;
}
