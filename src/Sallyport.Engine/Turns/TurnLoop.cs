using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Models;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Turns;

/// <summary>
/// From a prompt to its answer: ask the model, run the calls it makes, send the results, until it has nothing left to call. What a
/// person types meanwhile reaches the model with the next results. However it ends, the conversation is valid.
/// </summary>
internal sealed class TurnLoop(TurnSetup setup, Conversation conversation, ContextGauge gauge, ModelCall model, ToolRunner runner, Arrivals arrivals, Action<SessionEvent> emit)
{
    private const int Continuations = 3;
    private const int SchemaAttempts = 3;

    // Summaries in a row after which the provider still counts as much as before.
    private const int SummariesInVain = 2;

    // What a model could write at most is far more than an answer needs, and some providers reserve all of it.
    private const int MostOutput = 32_000;

    private AnswerBuilder? partial;
    private string? system;
    private string? untold = setup.Note;

    // What the context held when it was last summarised, until a provider has counted what it holds now.
    private long? weighed;
    private int inVain;

    /// <summary>What came of it: the text of the last answer, and how it ended.</summary>
    public sealed record End(string Text, Outcome Outcome, RunError? Error);

    public async Task<End> Run(Prompt prompt, string origin, CancellationToken cancellation)
    {
        try
        {
            Hear(prompt, origin);
        }
        catch (GuardException e)
        {
            return new End("", Outcome.Stopped, new RunError("gate", e.Message));
        }
        var repetition = new RepetitionBreaker();
        var (text, cut, invalid, shrunk) = ("", 0, 0, false);
        try
        {
            while (true)
            {
                if (setup.Budget.Begin() is { } limit) return new End(text, Outcome.Limit, limit);
                Reply answer;
                try
                {
                    await MakeRoom(cancellation).ConfigureAwait(false);
                    try
                    {
                        answer = await Ask(cancellation).ConfigureAwait(false);
                        shrunk = false;
                    }
                    catch (ProviderException e) when (e.Kind == ProviderFailure.TooLong && !shrunk)
                    {
                        // The estimate was wrong, or the model's window is smaller than we know.
                        shrunk = true;
                        if (!await Compact(null, cancellation).ConfigureAwait(false)) throw;
                        continue;
                    }
                }
                finally
                {
                    setup.Budget.End();
                }
                if (answer.Message.Text is { Length: > 0 } said) text = cut > 0 ? text + said : said;
                var calls = answer.Message.Parts.OfType<ToolCallPart>().ToArray();
                if (calls.Length > 0)
                {
                    cut = 0;
                    if (await Act(calls, repetition, cancellation).ConfigureAwait(false) is { } error) return new End(text, Outcome.Failed, error);
                    cancellation.ThrowIfCancellationRequested();
                    continue;
                }
                switch (answer.Finish.Reason)
                {
                    case StopReason.Refused:
                        return new End(text, Outcome.Failed, new RunError("refused", "the model declined to answer; rephrase the task, or choose another model"));
                    case StopReason.Paused:
                        continue;
                    case StopReason.Length when cut++ < Continuations:
                        Note("Your answer was cut by the output limit. Go on exactly where it ended.");
                        continue;
                }
                cut = 0;
                if (Heard() || await Awaited(cancellation).ConfigureAwait(false)) continue;
                if (setup.OutputSchema is not { } schema) return new End(text, Outcome.Done, null);
                var (json, problem) = schema.Answer(text);
                if (json is not null) return new End(json, Outcome.Done, null);
                if (++invalid >= SchemaAttempts) return new End(text, Outcome.Failed, new RunError("schema", $"the model's answer does not satisfy the JSON Schema: {problem}"));
                Note($"Your answer is not what was asked for: {problem}. Answer again with only the JSON value.");
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            if (partial?.BuildCut() is { } rest && conversation.Messages[^1].Role == Role.User) conversation.Add(setup.Vault.Close(rest), "answer");
            return new End(text, Outcome.Interrupted, null);
        }
        catch (GateStoppedException e)
        {
            emit(new Stopped(e.Destination.Name, e.Message));
            return new End(text, Outcome.Stopped, new RunError("gate", e.Message));
        }
        catch (GuardException e)
        {
            return new End(text, Outcome.Stopped, new RunError("gate", e.Message));
        }
        catch (ProviderException e)
        {
            return new End(text, Outcome.Failed, new RunError(ModelCall.Named(e.Kind), e.Message));
        }
    }

    /// <summary>Summarises now. False when that frees nothing.</summary>
    public async Task<bool> Compact(string? keep, CancellationToken cancellation)
    {
        var before = gauge.Tokens();
        var window = setup.Chain[0].Facts.ContextWindow;
        var question = Compaction.Question(keep);
        var answer = await model.Ask(setup.Chain, choice => Request(choice, [.. Ended(conversation.View()), Message.User(question)]) with { OutputSchema = null }, _ => { }, cancellation).ConfigureAwait(false);
        Spend(answer);
        var summary = setup.Vault.Close(answer.Message.Text);
        if (summary.Trim().Length == 0) return false;
        var messages = Compaction.Build(conversation, summary, setup.Todos.Items, window / 10);
        var after = setup.FixedTokens + TokenEstimate.Of(messages);
        if (after >= before * 9 / 10) return false;
        conversation.Replace(messages, setup.Budget, setup.Flow.Record);
        gauge.Changed();
        weighed = before;
        emit(new Compacted("summary", before, after, "The conversation was summarised. Its words up to here are in the transcript, but the model goes on from the summary."));
        return true;
    }

    private void Hear(Prompt prompt, string origin)
    {
        var (text, images) = setup.Vault.Close(prompt.Text, prompt.Images);
        prompt = prompt with { Text = text, Images = images };
        if (!setup.IsAgent) setup.Flow.UserWrote(prompt.Text);
        if (prompt.Piped is { Length: > 0 } piped)
        {
            // What is piped in beside a task is material, not the user's word.
            setup.Flow.Add(UntrustedSource.Of("input", "standard input"));
            prompt = prompt with { Text = $"{prompt.Text}\n\n{setup.Vault.Close(piped)}" };
        }
        setup.Flow.Look(setup.Vault, prompt.Text);
        if (untold is not null) Note(setup.Vault.Close(untold));
        untold = null;
        // The message that is marked by number is the one that a rewind goes back to.
        setup.Prompted(conversation.Next, prompt.Text);
        conversation.Add(new Message(Role.User, [.. prompt.Images ?? [], new TextPart(prompt.Text)]), origin);
        emit(new Prompted(prompt.Text, origin));
    }

    /// <summary>What came since the last step: a person's messages, answers of agents.</summary>
    private bool Heard()
    {
        var heard = false;
        foreach (var note in arrivals.Answers())
        {
            Note(setup.Vault.Close(note));
            heard = true;
        }
        while (arrivals.Prompt() is { } prompt)
        {
            Hear(prompt, "steer");
            heard = true;
        }
        return heard;
    }

    /// <summary>Before the end: waits for agents that work in the background. True when there is more to do.</summary>
    private async Task<bool> Awaited(CancellationToken cancellation)
    {
        while (arrivals.Next() is { } next)
        {
            await next.WaitAsync(cancellation).ConfigureAwait(false);
            if (Heard()) return true;
        }
        return false;
    }

    private void Note(string text) => conversation.Add(Message.User(text), "note");

    private ModelRequest Request(ModelChoice choice, IReadOnlyList<Message> messages) => new()
    {
        Model = choice.Facts.Id,
        System = system ??= setup.Vault.Close(setup.System),
        Tools = setup.Tools.Specs,
        Messages = messages,
        MaxOutputTokens = Math.Min(choice.Facts.MaxOutput, MostOutput),
        Effort = choice.Facts.Thinks ? setup.Effort : null,
        OutputSchema = setup.OutputSchema?.Text,
        Session = setup.CacheKey,
    };

    private async Task<Reply> Ask(CancellationToken cancellation)
    {
        var messages = conversation.View();
        var answer = await model.Ask(setup.Chain, choice => Request(choice, messages), builder => partial = builder, cancellation).ConfigureAwait(false);
        partial = null;
        answer = answer with { Message = setup.Vault.Close(answer.Message) };
        var (usage, cost) = Spend(answer);
        // An empty answer would not be valid to send back.
        if (answer.Message.Parts.Count > 0) conversation.Add(answer.Message, "answer", usage, cost, answer.Model.Facts.Id);
        if (answer.Finish.Usage is not null)
        {
            gauge.Counted(usage);
            // By our estimate it freed something; what the provider counts is what fills the window.
            if (weighed is { } before) inVain = usage.Context() - usage.OutputTokens >= before * 9 / 10 ? inVain + 1 : 0;
            weighed = null;
        }
        emit(new UsageCounted(usage, setup.Budget.Used, setup.Budget.Cost, gauge.Tokens(), answer.Model.Facts.ContextWindow));
        return answer;
    }

    private (Usage Usage, decimal? Cost) Spend(Reply answer)
    {
        var usage = answer.Finish.Usage ?? new Usage(gauge.Tokens(), TokenEstimate.Of(answer.Message), 0, 0);
        var cost = answer.Model.Facts.Price?.Of(usage);
        setup.Budget.Spend(usage, cost);
        return (usage, cost);
    }

    private async Task<RunError?> Act(ToolCallPart[] calls, RepetitionBreaker repetition, CancellationToken cancellation)
    {
        var todos = setup.Todos.Items;
        var results = await runner.Run(calls, cancellation).ConfigureAwait(false);
        var (parts, worst) = (new List<Part>(), 0);
        for (var i = 0; i < calls.Length; i++)
        {
            var result = (ToolResultPart)results[i];
            var count = repetition.Note(calls[i].Name, calls[i].Arguments, result.Text);
            worst = Math.Max(worst, count);
            parts.Add(count < RepetitionBreaker.Told ? result : result with { Text = $"{result.Text}\n\n[This same call has now given this same result {count} times in a row. Repeating it will not help: do something else, or say what stands in the way.]" });
        }
        conversation.Add(new Message(Role.User, parts), "results");
        if (!ReferenceEquals(todos, setup.Todos.Items)) setup.Transcript?.Add(new TodoLine(setup.Todos.Items));
        Heard();
        return worst < RepetitionBreaker.Ended ? null : new RunError("repetition", $"the model made the same call {worst} times in a row with the same result; the run was stopped");
    }

    /// <summary>Before a request: leaves old output out, then summarises, when the context is nearly full.</summary>
    private async Task MakeRoom(CancellationToken cancellation)
    {
        var facts = setup.Chain[0].Facts;
        var room = facts.ContextWindow - Math.Min(Math.Min(facts.MaxOutput, MostOutput), facts.ContextWindow / 4);
        var tokens = gauge.Tokens();
        if (tokens < room * setup.CompactAt) return;
        var (calls, freed) = Pruning.Choose(conversation, protect: room / 5, atLeast: room / 8);
        if (calls.Count > 0)
        {
            conversation.Prune(calls);
            gauge.Changed();
            emit(new Compacted("prune", tokens, tokens - freed, $"The output of {calls.Count} earlier tool calls is no longer sent to the model."));
            if (tokens - freed < room * setup.CompactAt) return;
        }
        if (conversation.Count < 3) return;
        if (inVain >= SummariesInVain || (!await Compact(null, cancellation).ConfigureAwait(false) && gauge.Tokens() >= room))
            throw new ProviderException(ProviderFailure.TooLong, "the conversation does not fit the model's context, and a summary frees nothing; start a new session, or choose a model with a larger context");
    }

    /// <summary>A question can only follow an answer, and every call needs its result first.</summary>
    private static IReadOnlyList<Message> Ended(IReadOnlyList<Message> view)
    {
        if (view.Count == 0 || view[^1].Role == Role.Assistant) return view;
        return [.. view, new Message(Role.Assistant, [new TextPart("(paused)")])];
    }
}
