using Sallyport.Engine.Events;

namespace Sallyport.Agent;

/// <summary>What happens during a headless run, a line each, without colour: calls, retries, questions that nobody could answer.</summary>
internal sealed class ProgressLines(TextWriter error)
{
    public void Take(SessionEvent one)
    {
        var line = one switch
        {
            ToolCalled call => $"{call.Name} {call.Title}".TrimEnd(),
            ToolEnded { Failed: true } ended => $"{ended.Name} failed: {FirstLine(ended.Text)}",
            Retried { Model: { } next } retry => $"{retry.Message}; asking {next} instead",
            Retried retry => $"{retry.Message}; trying again in {retry.DelayMs / 1000.0:0.0} s",
            Compacted compaction => $"context {compaction.BeforeTokens} -> {compaction.AfterTokens} tokens: {compaction.Dropped}",
            AgentChanged { State: "finished" } agent => agent.Summary(),
            Noticed notice => notice.Text,
            Stopped stopped => $"the gate stopped something bound for {stopped.Destination}: {stopped.Reason}",
            Finished { Error: { } failure } => failure.Message,
            Finished { Outcome: Outcome.Interrupted } => "interrupted; --continue goes on from here",
            _ => null,
        };
        if (line is not null) error.WriteLine($"sally: {Printable.Line(line)}");
    }

    private static string FirstLine(string text)
    {
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        var line = end < 0 ? text : text[..end];
        // Why something was not allowed, and what would allow it, is for the person too.
        return line.Length <= 200 || text.StartsWith("Not allowed", StringComparison.Ordinal) ? line : line[..200] + "…";
    }
}
