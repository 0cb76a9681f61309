using Sallyport.Engine.Events;
using Sallyport.Engine.Sessions;

namespace Sallyport.Agent;

/// <summary><c>sally -p</c>: one task, or one message a line, without a screen.</summary>
internal static class HeadlessRun
{
    public static async Task<int> Run(AgentOptions options, CancellationToken cancellation)
    {
        var streams = options.InputFormat == "stream-json";
        var prompt = options.Prompt;
        string? material = null;
        if (!streams)
        {
            var piped = await StandardInput.Read(options.ReadsInput || prompt is null, cancellation).ConfigureAwait(false);
            (prompt, material) = prompt is null ? (piped, null) : (prompt, piped);
            if (string.IsNullOrWhiteSpace(prompt)) throw new UsageException("no prompt: write it after -p, or pipe it in");
        }
        var setup = await Composition.Compose(options, canAsk: streams && options.OutputFormat == "stream-json", cancellation).ConfigureAwait(false);
        var exit = await Run(setup, prompt is null ? null : new Prompt(prompt) { Piped = material }, options.OutputFormat, streams, cancellation).ConfigureAwait(false);
        if (setup.RetentionDays is { } days) SessionRetention.PurgeQuietly(days, setup.Clock.GetUtcNow());
        return exit;
    }

    private static async Task<int> Run(SessionSetup setup, Prompt? prompt, string format, bool streams, CancellationToken cancellation)
    {
        using var output = EventOutput.For(format);
        var session = new Session(setup, output.Take);
        await using (session.ConfigureAwait(false))
        {
            if (prompt is not null) session.Send(prompt);
            var reading = streams ? ReadMessages(session, cancellation) : Task.CompletedTask;
            if (!streams) session.Send(new Close());
            var finished = await session.Run(cancellation).ConfigureAwait(false);
            if (reading.IsFaulted) await reading.ConfigureAwait(false);
            if (finished is null && !cancellation.IsCancellationRequested) throw new UsageException("standard input had no message");
            if (output.Failure is { } failure)
            {
                await Console.Error.WriteLineAsync($"sally: standard output could not be written: {Printable.Line(failure)}").ConfigureAwait(false);
                return AgentExit.Failed;
            }
            return finished is null ? AgentExit.Interrupted : AgentExit.Of(finished.Outcome);
        }
    }

    /// <summary>Hands lines on as they come; a wrong one ends the session when what came before it is done.</summary>
    private static async Task ReadMessages(Session session, CancellationToken cancellation)
    {
        try
        {
            using var input = new StreamReader(Console.OpenStandardInput());
            for (var number = 1; await input.ReadLineAsync(cancellation).ConfigureAwait(false) is { } line; number++)
                if (!string.IsNullOrWhiteSpace(line)) session.Send(MessageLines.Read(line, number));
        }
        finally
        {
            session.Send(new Close());
        }
    }
}
