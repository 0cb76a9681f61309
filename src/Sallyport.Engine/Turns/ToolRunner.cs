using System.Diagnostics;
using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Tools;
using Sallyport.Guard;

namespace Sallyport.Engine.Turns;

/// <summary>
/// Runs the calls of one answer: those that only read, or stand alone, side by side, the others one after another in order; results
/// come in the order of the calls, and every call has one, whatever happens. Questions come in that order too, one at a time. Here
/// the ways in which a tool fails become words for the model.
/// </summary>
internal sealed class ToolRunner(ToolSet tools, ToolContext context, CallSeal seal, FlowWatch flow, Decisions decisions, Func<Judge> judge, Func<QuestionAsked, CancellationToken, Task<string>>? ask, Action<ConsentRule> always, Action<SessionEvent> emit)
{
    private const int SideBySide = 8;

    public async Task<IReadOnlyList<Part>> Run(IReadOnlyList<ToolCallPart> calls, CancellationToken cancellation)
    {
        var results = new Task<ToolResultPart>[calls.Count];
        using var room = new SemaphoreSlim(SideBySide);
        using var lane = new CommandLane(SideBySide);
        // What runs beside others waits for the last that does not; that one waits for everything before it.
        Task barrier = Task.CompletedTask;
        Task decided = Task.CompletedTask;
        for (var i = 0; i < calls.Count; i++)
        {
            var prepared = Prepare(calls[i]);
            if (calls.Count > 1 && prepared.Touches is { IsSideBySide: false } one && judge().OnlyLooks(one, context.Workspace)) prepared = prepared with { Touches = one with { StandsAlone = true } };
            var turn = new Turn(decided);
            decided = Task.WhenAll(decided, turn.Taken.Task);
            if (prepared.Touches is { IsSideBySide: true } or null)
            {
                results[i] = After(barrier, () => Finish(prepared, turn, prepared.Touches is { IsReadOnly: false } ? null : room, lane, cancellation));
                continue;
            }
            var before = Task.WhenAll(results.AsSpan(0, i));
            results[i] = After(before, () => Finish(prepared, turn, null, null, cancellation));
            barrier = results[i];
        }
        return await Task.WhenAll(results).ConfigureAwait(false);
    }

    private static async Task<ToolResultPart> After(Task before, Func<Task<ToolResultPart>> then)
    {
        await before.ConfigureAwait(false);
        // A tool may work for long before it first waits: beside others it needs a thread of its own.
        return await Task.Run(then).ConfigureAwait(false);
    }

    /// <summary>A call's turn to ask.</summary>
    /// <param name="Before">All calls before it are decided.</param>
    private sealed record Turn(Task Before)
    {
        public TaskCompletionSource Taken { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The tool was let run.</summary>
        public bool HasRun { get; set; }
    }

    /// <summary>A call that is ready to run, or the reason why it cannot.</summary>
    /// <param name="Arguments">As the model wrote them, for whoever watches.</param>
    /// <param name="Opened">The same with secrets in place of placeholders, for the tool alone.</param>
    private sealed record Prepared(ToolCallPart Call, Tool? Tool, JsonElement Arguments, Touches? Touches, string? Note, string? Refusal, JsonElement Opened = default);

    private Prepared Prepare(ToolCallPart call)
    {
        var tool = tools.Find(call.Name);
        if (tool is null) return Announce(new Prepared(call, null, Empty, null, null, $"There is no tool \"{call.Name}\". There are: {string.Join(", ", tools.Names)}."));
        var arguments = Empty;
        try
        {
            var parsed = ToolArguments.Parse(call.Arguments, tools.SchemaOf(tool));
            if (parsed.Error is { } error) return Announce(new Prepared(call, tool, Empty, null, null, error));
            arguments = parsed.Value;
            var note = parsed.Repairs.Count == 0 ? null : $"[Arguments mended: {string.Join("; ", parsed.Repairs)}.]";
            var (opened, touches, closed) = seal.Open(tool, parsed.Value, context.Workspace);
            return Announce(new Prepared(call, tool, parsed.Value, touches, note, closed, opened));
        }
        catch (Exception e)
        {
            return Announce(new Prepared(call, tool, arguments, null, null, Explained(e)));
        }
    }

    private Prepared Announce(Prepared call)
    {
        var title = call.Refusal is null ? call.Tool!.Title(call.Arguments, context.Workspace) : "";
        emit(new ToolCalled(call.Call.Id, call.Call.Name, call.Arguments, title, Named(call.Touches?.Effect ?? Effect.None)));
        return call;
    }

    private async Task<ToolResultPart> Finish(Prepared call, Turn turn, SemaphoreSlim? room, CommandLane? lane, CancellationToken cancellation)
    {
        var started = Stopwatch.GetTimestamp();
        ToolResult result;
        var progress = new HeldText(seal.Vault, text => emit(new ToolProgressed(call.Call.Id, text)));
        try
        {
            result = call.Refusal is { } refusal ? ToolResult.Fail(refusal) : (await (lane is null || call.Touches!.IsReadOnly ? Consented(call, turn, room, null, progress, cancellation) : Beside(call, turn, lane, progress, cancellation)).ConfigureAwait(false))!;
            progress.End();
            result = seal.Close(result);
            if (turn.HasRun) flow.Brought(judge(), call.Touches!, result);
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            result = ToolResult.Fail("The user interrupted this call. It may have run in part: look before you call again.");
        }
        catch (Exception e)
        {
            result = ToolResult.Fail(Closed(Explained(e)));
        }
        finally
        {
            turn.Taken.TrySetResult();
        }
        var text = OutputLimit.Apply(call.Note is null ? result.Text : $"{call.Note}\n\n{result.Text}", call.Call.Id, context.OutputFolder);
        emit(new ToolEnded(call.Call.Id, call.Call.Name, text, result.Failed, (long)Stopwatch.GetElapsedTime(started).TotalMilliseconds, result.Display));
        return new ToolResultPart(call.Call.Id, call.Call.Name, text, result.Failed, result.Images);
    }

    // Once words of others came in, what one command is let do must not be open to another: then they run one at a time.
    private async Task<ToolResult?> Beside(Prepared call, Turn turn, CommandLane lane, HeldText progress, CancellationToken cancellation)
    {
        // Decided before it has a place: whoever holds one must not wait for a person, nor for who has none.
        if (!flow.IsUntrusted && await Consented(call, turn, null, lane, progress, cancellation).ConfigureAwait(false) is { } done) return done;
        await turn.Before.WaitAsync(cancellation).ConfigureAwait(false);
        using var whole = await lane.Enter(isAlone: true, cancellation).ConfigureAwait(false);
        return (await Consented(call, turn, null, null, progress, cancellation).ConfigureAwait(false))!;
    }

    // null only with a lane: words of others came in before there was a place, so it must be decided again.
    private async Task<ToolResult?> Consented(Prepared call, Turn turn, SemaphoreSlim? room, CommandLane? lane, HeldText progress, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var judged = Rule(call);
        var ruling = judged.Ruling;
        if (ruling.Answer == Consent.Consented.Ask)
        {
            await turn.Before.WaitAsync(cancellation).ConfigureAwait(false);
            // What was answered before may hold for this one as well.
            judged = Rule(call);
            ruling = judged.Ruling;
            if (ruling.Answer == Consent.Consented.Ask) ruling = await Asked(call, judged, cancellation).ConfigureAwait(false);
        }
        else if (ruling.Answer == Consent.Consented.Yes) Note(call);
        turn.Taken.TrySetResult();
        if (ruling.Answer != Consent.Consented.Yes) return ToolResult.Fail($"Not allowed: {ruling.Reason}.");
        using var place = lane is null ? null : await lane.Enter(isAlone: false, cancellation).ConfigureAwait(false);
        if (lane is not null && flow.IsUntrusted) return null;
        foreach (var (placeholder, host) in seal.Leaving(call.Touches!, call.Arguments, context.Workspace)) decisions.Opened(placeholder, host, call.Call.Name);
        if (room is not null) await room.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            seal.Learn(call.Touches!, context.Workspace);
            using var writing = call.Touches!.Effect == Effect.Write ? await context.Changes.Writing(cancellation).ConfigureAwait(false) : null;
            turn.HasRun = true;
            return await flow.Run(judged, () => flow.Rule(judge(), call.Call.Name, call.Touches!, call.Opened), call.Touches!, () => call.Tool!.Run(new ToolCall(call.Call.Id, call.Opened, context, progress.Add), cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            room?.Release();
            if (!call.Touches!.IsReadOnly) context.Changes.Settle();
        }
    }

    // What a rule let pass that would have been asked is the doing of whoever wrote the rule.
    private void Note(Prepared call)
    {
        if (judge().Allowed.Count == 0 || judge().Allowing(call.Call.Name, call.Touches!, context.Workspace) is not { Count: > 0 } rules) return;
        var without = flow.Rule(judge().WithoutAllowed(), call.Call.Name, call.Touches!, call.Opened).Ruling;
        if (without.Answer == Consent.Consented.Ask) decisions.Passed(call.Call.Name, Closed(call.Tool!.Title(call.Arguments, context.Workspace)), Closed(without.Reason), [.. rules.Select(Closed)]);
    }

    private FlowRuling Rule(Prepared call)
    {
        var judged = flow.Rule(judge(), call.Call.Name, call.Touches!, call.Opened);
        // It may quote the line, which has the values back by now.
        return judged with { Ruling = judged.Ruling with { Reason = Closed(judged.Ruling.Reason) } };
    }

    private async Task<Ruling> Asked(Prepared call, FlowRuling judged, CancellationToken cancellation)
    {
        var ruling = judged.Ruling;
        // A rule is written down, so it must hold no secret.
        var narrow = judged.Rules.Any(rule => Closed(rule) != rule) ? [] : judged.Rules;
        var way = narrow.Count == 0 ? "" : $". What would allow it: {string.Join(' ', narrow.Select(static rule => $"--allow \"{rule}\""))}";
        if (ask is null) return new(Consent.Consented.No, $"{ruling.Reason}, and nobody is there to be asked (mode {judge().Mode.Named()}){way}");
        var title = call.Tool!.Title(call.Arguments, context.Workspace);
        var answer = await ask(new QuestionAsked($"permission-{call.Call.Id}", "permission", $"{call.Call.Name} {title}: {ruling.Reason}. Allow?", ["yes", "always", "no"], call.Call.Id), cancellation).ConfigureAwait(false);
        var shown = Closed(title);
        switch (answer)
        {
            case "yes":
                decisions.Answered(call.Call.Name, shown, ruling.Reason, "yes", []);
                return new(Consent.Consented.Yes, "the user allowed it");
            case "always":
                // After words of others it is for this session, and for no more than what was shown.
                var offered = judged.IsFlow ? call.Touches!.Command is null ? [.. narrow.Select(ConsentRule.ForSession).OfType<ConsentRule>()] : []
                    : judge().Offer(call.Call.Name, call.Touches!, context.Workspace);
                // A rule is written down, so it must hold no secret.
                if (offered.Any(rule => Closed(rule.Text) != rule.Text)) offered = [];
                foreach (var rule in offered) always(rule);
                // Where no rule would be narrow enough, it is for this very line.
                if (offered.Count == 0 && call.Touches!.Command is { } line) always(ConsentRule.Exactly(call.Call.Name, line));
                decisions.Answered(call.Call.Name, shown, ruling.Reason, "always", offered.Count == 0 ? ["this very call, in this session"] : [.. offered.Select(static rule => rule.Text)]);
                return new(Consent.Consented.Yes, "the user allowed it from now on");
            default:
                decisions.Answered(call.Call.Name, shown, ruling.Reason, "no", []);
                return new(Consent.Consented.No, answer is "no" or "" ? "the user said no. Do not try another way around; ask what they want instead" : $"the user said no: {answer}");
        }
    }

    private string Closed(string words)
    {
        try
        {
            return seal.Vault.Close(words);
        }
        catch (GuardException)
        {
            return "It failed, and the gate could not look at the message.";
        }
    }

    /// <summary>What a failing means for the model. A fault of ours counts too: the call must have its result whatever happens.</summary>
    private static string Explained(Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => $"Not found: {e.Message}",
        UnauthorizedAccessException => $"Permission denied: {e.Message}",
        IOException => $"Failed: {e.Message}",
        GuardException => $"Stopped by the gate: {e.Message}",
        TimeoutException => $"Took too long: {e.Message}",
        HttpRequestException => $"The request failed: {e.Message}",
        ArgumentException or NotSupportedException or System.ComponentModel.Win32Exception => $"Failed: {e.Message}",
        OperationCanceledException => "Took too long: it was given up.",
        _ => $"The tool broke ({e.GetType().Name}: {e.Message}). That is a fault of this program: do it another way.",
    };

    private static readonly JsonElement Empty = JsonDocument.Parse("{}").RootElement;

    private static string Named(Effect effect) => effect switch
    {
        Effect.Read => "read",
        Effect.Network => "network",
        Effect.Call => "call",
        Effect.Write => "write",
        Effect.Execute => "execute",
        _ => "none",
    };
}
