using System.Globalization;
using Sallyport.Engine;
using Sallyport.Engine.Sessions;

namespace Sallyport.Sessions;

/// <summary>A session as a Markdown document, results whole.</summary>
internal sealed class TranscriptMarkdown(TextWriter writer, SessionSummary session) : TranscriptPage(session)
{
    protected override void Head()
    {
        writer.WriteLine($"# {(Session.Title.Length > 0 ? Session.Title : Session.Id)}");
        writer.WriteLine();
        writer.WriteLine($"- session: `{Session.Id}`");
        writer.WriteLine($"- folder: {Code(Session.Cwd)}");
        writer.WriteLine($"- from {Time(Session.Created)} to {Time(Session.LastActivity)}");
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"- {Session.Turns} turns, {Session.Usage.Total()} tokens{(Session.CostUsd is { } cost ? $", {cost} USD" : "")}"));
        if (Session.ForkedFrom is { } origin) writer.WriteLine($"- forked from `{origin}`");
    }

    protected override void Prompt(MessageLine line, string text)
    {
        writer.WriteLine();
        writer.WriteLine(string.Create(CultureInfo.InvariantCulture, $"## Prompt {line.Number}, {Time(line.At)}"));
        writer.WriteLine();
        writer.WriteLine(text.TrimEnd());
    }

    protected override void Answer(MessageLine line, string text)
    {
        if (text.Trim().Length == 0) return;
        writer.WriteLine();
        writer.WriteLine($"### Answer{(line.Model is { } model ? $" of {model}" : "")}");
        writer.WriteLine();
        writer.WriteLine(text.TrimEnd());
    }

    protected override void Call(string name, string title, ToolResultPart? result)
    {
        writer.WriteLine();
        writer.WriteLine($"**{name}** {Code(title.ReplaceLineEndings(" "))}{(result is { Failed: true } ? " (failed)" : result is null ? " (no result: the session ended before)" : "")}");
        if (result is null || result.Text.Trim().Length == 0) return;
        var fence = Fence(result.Text, 3);
        writer.WriteLine();
        writer.WriteLine(fence);
        writer.WriteLine(result.Text.TrimEnd());
        writer.WriteLine(fence);
    }

    protected override void Mark(string text)
    {
        writer.WriteLine();
        foreach (var line in text.TrimEnd().Split('\n')) writer.WriteLine($"> {line}");
    }

    private static string Time(DateTimeOffset at) => at.ToUniversalTime().ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    private static string Code(string text)
    {
        if (text.Length == 0) return "";
        var fence = Fence(text, 1);
        return fence.Length == 1 ? $"`{text}`" : $"{fence} {text} {fence}";
    }

    /// <summary>More backticks than the text has in a row.</summary>
    private static string Fence(string text, int least)
    {
        var (longest, run) = (0, 0);
        foreach (var c in text)
        {
            run = c == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }
        return new string('`', Math.Max(least, longest + 1));
    }
}
