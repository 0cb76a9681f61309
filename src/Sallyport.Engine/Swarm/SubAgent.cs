using Sallyport.Engine.Context;
using Sallyport.Engine.Events;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Swarm;

/// <summary>
/// One agent that a session started: a session of its own, with its own conversation and transcript. What it says stays there; who
/// started it hears where it stands, and its questions.
/// </summary>
internal sealed class SubAgent(string id, string name, AgentKind kind, AgentOrder order, string title, Budget budget, Func<QuestionAsked, CancellationToken, Task<string>>? ask, Action<SessionEvent> emit, CancellationToken cancellation)
{
    private Session? session;

    public string Id => id;

    public string Name => name;

    public string Title => title;

    public Budget Budget => budget;

    public async Task<Finished?> Run(SessionSetup setup)
    {
        session = new Session(setup, Take);
        await using (session.ConfigureAwait(false))
        {
            session.Send(new Prompt(order.Prompt));
            session.Send(new Close());
            return await session.Run(cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Tells of it in the session that started it.</summary>
    public void Tell(string state, string? text = null, Outcome? outcome = null) => emit(new AgentChanged(id, name, state, text)
    {
        Kind = kind.Name, Title = title, CallId = order.CallId, Outcome = outcome, Usage = budget.Used, CostUsd = budget.Cost, Turns = budget.Turns,
    });

    private void Take(SessionEvent one)
    {
        switch (one)
        {
            case ToolCalled call:
                Tell("progress", $"{call.Name} {call.Title}".TrimEnd());
                break;
            case Retried retry:
                Tell("progress", retry.Message);
                break;
            case AgentChanged { State: not "finished" } below:
                Tell("progress", below.Text is null ? below.Name : $"{below.Name}: {below.Text}");
                break;
            case Noticed notice:
                emit(notice with { Text = $"{name}: {notice.Text}" });
                break;
            case Stopped stopped:
                emit(stopped);
                break;
            case QuestionAsked question when ask is not null:
                _ = Relay(question, ask);
                break;
        }
    }

    private async Task Relay(QuestionAsked question, Func<QuestionAsked, CancellationToken, Task<string>> ask)
    {
        try
        {
            var answer = await ask(question with { Id = $"{id}/{question.Id}", Text = $"{name}: {question.Text}", CallId = order.CallId }, cancellation).ConfigureAwait(false);
            session!.Send(new Answer(question.Id, answer));
        }
        catch (OperationCanceledException)
        {
            // Whoever waits for it ends the same way.
        }
    }
}
