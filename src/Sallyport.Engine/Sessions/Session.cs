using System.Collections.Concurrent;
using System.Threading.Channels;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Turns;
using Sallyport.Guard;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// One conversation with one model over one workspace. Commands go in, events come out, numbered; many can live in one process.
/// A message that comes while the model works steers it, or waits in the queue; an interruption leaves a valid transcript.
/// </summary>
public sealed class Session : IAsyncDisposable
{
    private readonly SessionSetup setup;
    private readonly Action<SessionEvent> observer;
    private readonly Channel<SessionCommand> inbox = Channel.CreateUnbounded<SessionCommand>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<string>> questions = new(StringComparer.Ordinal);
    private readonly Queue<Prompt> queue = new();
    private readonly Channel<Prompt> steering = Channel.CreateUnbounded<Prompt>();
    private readonly SemaphoreSlim asking = new(1);
    private readonly HashSet<string> heard = new(StringComparer.Ordinal);
    private readonly Lock numbering = new();
    private readonly Conversation conversation;
    private readonly Budget budget;
    private readonly ToolContext context;
    private readonly TurnLoop loop;
    private readonly Decisions decisions;
    private readonly FlowWatch watch;
    private readonly SubAgents? agents;
    private Judge judge;
    private long last;

    /// <param name="setup">What it is made of.</param>
    /// <param name="observer">Receives every event, in order, one at a time; a slow one slows the session.</param>
    public Session(SessionSetup setup, Action<SessionEvent> observer)
    {
        var flow = setup.Flow ?? new FlowState(setup.Transcript, setup.Past?.Flow);
        flow.Grew = more => Emit(new LabelsGrew(more.Secrets, more.Internal, more.Untrusted));
        (this.setup, this.observer, judge) = (setup, observer, setup.Judge.Naming(flow.Addresses).Reading(setup.OutputFolder));
        budget = setup.Bond?.Budget ?? new Budget(setup.Limits);
        conversation = new Conversation(setup.Transcript, setup.Past);
        var todos = new TodoList();
        if (setup.Past is not null) todos.Items = setup.Past.Todos;
        decisions = new Decisions(setup.Bond?.Root ?? setup.Id, setup.Bond is null ? null : setup.Id, flow, setup.Decided);
        var (changes, jobs) = (setup.Bond is null ? new SharedChanges(setup.Changes) : setup.Changes, new JobList());
        Func<QuestionAsked, CancellationToken, Task<string>>? ask = setup.CanAsk ? Ask : null;
        var tree = setup.Bond?.Tree ?? new AgentTree(setup.Agents?.Most ?? 0, new LastingWatch(setup.Workspace, changes, text => Emit(new Noticed("warning", text))));
        if (setup.Agents is not null)
        {
            if (setup.Bond is null) tree.Join(flow);
            agents = new SubAgents(new AgentLoan(setup, setup.Bond?.Root ?? setup.Id, setup.Bond?.Rights ?? Rights.Of(setup.Tools.Names), budget, flow, tree, changes, jobs, Now, ask, Remember, Emit, decisions));
        }
        context = new ToolContext
        {
            Workspace = setup.Workspace,
            Seen = new SeenFiles(),
            Changes = changes,
            OutputFolder = setup.OutputFolder,
            Jobs = jobs,
            Todos = todos,
            Gate = setup.Gate,
            Vault = setup.Vault,
            Http = setup.Http,
            Clock = setup.Clock,
            ChildEnvironment = setup.ChildEnvironment,
            Launcher = setup.Launcher,
            Ask = ask,
            Agents = agents,
        };
        var turns = new TurnSetup
        {
            Chain = setup.Chain,
            System = setup.System,
            Vault = setup.Vault,
            Tools = setup.Tools,
            Budget = budget,
            Todos = todos,
            Effort = setup.Effort,
            OutputSchema = setup.OutputSchema,
            CompactAt = setup.CompactAt,
            CacheKey = setup.Id,
            Transcript = setup.Transcript,
            Prompted = setup.Prompted,
            Flow = flow,
            IsAgent = setup.Bond is not null,
            Note = setup.Note,
        };
        var model = new ModelCall(setup.Gate, setup.Vault, setup.Patience, setup.Clock, Emit);
        watch = new FlowWatch(flow, setup.Vault, context, tree);
        var runner = new ToolRunner(setup.Tools, context, new CallSeal(setup.Vault, setup.SecretHosts, () => setup.Launcher?.Reach), watch, decisions, Now, ask, Remember, Emit);
        loop = new TurnLoop(turns, conversation, new ContextGauge(conversation, turns.FixedTokens), model, runner, new Arrivals(steering.Reader, agents), Emit);
    }

    // An agent goes by the rules of who started it, as they are at the time.
    private Judge Now() => setup.Bond is { } bond ? bond.Judge() : judge;

    // A rule for one line lasts as long as the session; any other may be kept for the next one. All its agents go by it.
    private void Remember(ConsentRule rule)
    {
        if (setup.Bond is not null)
        {
            setup.Remember(rule);
            return;
        }
        // Agents side by side may be allowed something at the same time.
        lock (questions) judge = judge.WithAllowed(rule);
        if (!rule.IsExact && !rule.IsForSession) setup.Remember(rule);
    }

    public string Id => setup.Id;

    /// <summary>Asks something of the session. A command with an id that was already heard counts once.</summary>
    public void Send(SessionCommand command) => inbox.Writer.TryWrite(command);

    /// <summary>
    /// Works until it is told to close and has nothing left to do. Returns the end of the last run; null when there was none.
    /// Cancelling interrupts what runs, and closes.
    /// </summary>
    public async Task<Finished?> Run(CancellationToken cancellation)
    {
        Emit(new Started(setup.Chain[0].Provider.Name, setup.Chain[0].Facts.Id, setup.Workspace.Root, Now().Mode.Named(), setup.Tools.Names, setup.Past is not null));
        setup.Notices?.Listen(text => Emit(new Noticed("warning", text)));
        if (setup.Past?.Flow?.Labels is { IsEmpty: false } known) Emit(new LabelsGrew(known.Secrets, known.Internal, known.Untrusted));
        if (setup.Bond is null && judge.Mode == PermissionMode.Open) decisions.Runs("mode open");
        if (setup.Bond is null && judge.Unconfined is null) decisions.Runs("sandbox off");
        Finished? end = null;
        var closing = false;
        while (true)
        {
            while (queue.TryDequeue(out var waiting)) await RunOne(waiting, waiting.Queue ? "queue" : "prompt").ConfigureAwait(false);
            if (closing || cancellation.IsCancellationRequested) return end;
            SessionCommand command;
            try
            {
                command = await inbox.Reader.ReadAsync(cancellation).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return end;
            }
            if (!IsNew(command)) continue;
            switch (command)
            {
                case Prompt prompt:
                    await RunOne(prompt, "prompt").ConfigureAwait(false);
                    break;
                case Compact compact:
                    await CompactNow(compact, cancellation).ConfigureAwait(false);
                    break;
                case Close:
                    closing = true;
                    break;
                default:
                    Settle(command);
                    break;
            }
        }

        async Task RunOne(Prompt prompt, string origin)
        {
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
            var started = setup.Clock.GetTimestamp();
            var (before, turnsBefore, costBefore) = (budget.Used, budget.Turns, budget.Cost);
            var turn = Task.Run(() => loop.Run(prompt, origin, stop.Token), CancellationToken.None);
            closing |= await Listen(turn, stop).ConfigureAwait(false);
            TurnLoop.End result;
            try
            {
                result = await turn.ConfigureAwait(false);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Our own bug, or the disk: the person is told, the session stays whole.
                result = new TurnLoop.End("", Outcome.Failed, new RunError("engine", $"{e.Message} ({e.GetType().Name})"));
            }
            // A run that failed or reached a limit may have left some at work.
            if (agents is not null) await agents.Stop().ConfigureAwait(false);
            if (result.Error is { } error) result = result with { Error = error with { Message = Closed(error.Message) } };
            foreach (var question in questions.Keys) CloseQuestion(question, null);
            // What was typed too late to steer is the next prompt.
            while (steering.Reader.TryRead(out var late)) queue.Enqueue(late);
            var duration = (long)setup.Clock.GetElapsedTime(started).TotalMilliseconds;
            setup.Transcript?.Add(new FinishedLine(result.Outcome, result.Error, duration));
            end = new Finished(result.Text, result.Outcome, budget.Turns - turnsBefore, budget.Used - before, budget.Cost - costBefore, duration, result.Error);
            Emit(end);
        }
    }

    public async ValueTask DisposeAsync()
    {
        inbox.Writer.TryComplete();
        await context.Jobs.DisposeAsync().ConfigureAwait(false);
        watch.End(isLast: setup.Bond is null);
        setup.Transcript?.Dispose();
        foreach (var owned in setup.Owned) owned.Dispose();
        // What ended just now may have changed files until then.
        if (setup.Bond is null) (setup.Changes as IDisposable)?.Dispose();
    }

    /// <summary>Hears commands while a turn runs. True when told to close.</summary>
    private async Task<bool> Listen(Task turn, CancellationTokenSource stop)
    {
        var closing = false;
        while (!turn.IsCompleted)
        {
            var more = inbox.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
            await Task.WhenAny(turn, more).ConfigureAwait(false);
            if (turn.IsCompleted || !await more.ConfigureAwait(false)) break;
            while (inbox.Reader.TryRead(out var command))
            {
                if (!IsNew(command)) continue;
                switch (command)
                {
                    case Prompt { Queue: true } prompt:
                        queue.Enqueue(prompt);
                        break;
                    case Prompt prompt:
                        steering.Writer.TryWrite(prompt);
                        break;
                    case Interrupt:
                        await stop.CancelAsync().ConfigureAwait(false);
                        break;
                    case Close:
                        closing = true;
                        break;
                    default:
                        Settle(command);
                        break;
                }
            }
        }
        return closing;
    }

    private void Settle(SessionCommand command)
    {
        switch (command)
        {
            case Answer answer:
                CloseQuestion(answer.Question, answer.Text);
                break;
            case SetMode mode when PermissionModes.Parse(mode.Mode) is { } parsed:
                if (parsed == PermissionMode.Open && judge.Mode != parsed) decisions.Runs("mode open");
                lock (questions) judge = judge.With(parsed);
                Emit(new Noticed("info", $"the mode is now {mode.Mode}"));
                break;
            case SetMode mode:
                Emit(new Noticed("warning", $"there is no mode \"{mode.Mode}\"; there are {string.Join(", ", PermissionModes.Names)}"));
                break;
            case SetModel:
                Emit(new Noticed("warning", "the model of a session that runs stays: go on with --resume and --model"));
                break;
            case Compact:
                Emit(new Noticed("warning", "the model is working; compact when it has finished"));
                break;
        }
    }

    private async Task CompactNow(Compact compact, CancellationToken cancellation)
    {
        try
        {
            if (conversation.Count < 2 || !await loop.Compact(compact.Keep, cancellation).ConfigureAwait(false)) Emit(new Noticed("info", "there is nothing to gain by a summary yet"));
        }
        catch (Models.ProviderException e)
        {
            Emit(new Noticed("warning", $"the conversation could not be summarised: {e.Message}"));
        }
    }

    private bool IsNew(SessionCommand command) => command.Id is not { } id || heard.Add(id);

    // Agents ask through the session that started them: a person is asked one question at a time.
    private async Task<string> Ask(QuestionAsked question, CancellationToken cancellation)
    {
        await asking.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            var answer = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            questions[question.Id] = answer;
            Emit(question);
            using var given = cancellation.Register(() => answer.TrySetCanceled(cancellation));
            return await answer.Task.ConfigureAwait(false);
        }
        finally
        {
            // Void when it was not answered.
            CloseQuestion(question.Id, null);
            asking.Release();
        }
    }

    private void CloseQuestion(string question, string? text)
    {
        if (!questions.TryRemove(question, out var waiting)) return;
        Emit(new QuestionClosed(question, text));
        if (text is null) waiting.TrySetCanceled();
        else waiting.TrySetResult(text);
    }

    private string Closed(string text)
    {
        try
        {
            return setup.Vault.Close(text);
        }
        catch (GuardException)
        {
            return "the gate could not look at this message, so it is not shown";
        }
    }

    private void Emit(SessionEvent one)
    {
        one = one switch
        {
            Noticed notice => notice with { Text = Closed(notice.Text) },
            Retried retried => retried with { Message = Closed(retried.Message) },
            Stopped stopped => stopped with { Reason = Closed(stopped.Reason) },
            QuestionAsked question => question with { Text = Closed(question.Text) },
            QuestionClosed { Answer: { } answer } closed => closed with { Answer = Closed(answer) },
            _ => one,
        };
        lock (numbering) observer(one with { Session = setup.Id, Seq = ++last });
    }
}
