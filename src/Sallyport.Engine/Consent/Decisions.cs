using Sallyport.Engine.Context;
using Sallyport.Engine.Flow;
using Sallyport.Guard.Audit;

namespace Sallyport.Engine.Consent;

/// <summary>
/// Writes down what people decided in a session: answers to questions, and what they let pass beforehand by a mode, a rule or a
/// setting; and which agents it started, with what rights. It gets words that hold placeholders and no secrets, and it never changes a decision.
/// </summary>
/// <param name="session">That a person began.</param>
/// <param name="agent">Of its agents that this is about; null for the session itself.</param>
/// <param name="flow">What has been read.</param>
/// <param name="write">Takes the entries.</param>
internal sealed class Decisions(string session, string? agent, FlowState flow, Action<LedgerEntry> write)
{
    /// <summary>A person answered whether a call may run.</summary>
    /// <param name="tool">That would run.</param>
    /// <param name="shown">What of it was shown.</param>
    /// <param name="reason">Why it was asked.</param>
    /// <param name="answer">yes, always or no.</param>
    /// <param name="rules">What passes from now on.</param>
    public void Answered(string tool, string shown, string reason, string answer, IReadOnlyList<string> rules) =>
        write(Entry(LedgerKind.Approval).With("answer", answer).With("what", tool).With("target", shown).With("reason", reason).With("rules", rules).With("labels", flow.Labels.Words()).With("after", After()));

    /// <summary>Rules let a call pass that would have been asked.</summary>
    public void Passed(string tool, string shown, string reason, IReadOnlyList<string> rules) =>
        write(Entry(LedgerKind.Override).With("what", "rule").With("rules", rules).With("target", $"{tool} {shown}").With("reason", reason).With("labels", flow.Labels.Words()).With("after", After()));

    /// <summary>A secret was let go to a host.</summary>
    public void Opened(string placeholder, string host, string tool) =>
        write(Entry(LedgerKind.Override).With("what", "secret").With("target", placeholder).With("destination", host).With("tool", tool));

    /// <summary>The session runs with a mode or without a wall that would have asked or stopped.</summary>
    public void Runs(string how) => write(Entry(LedgerKind.Override).With("what", how));

    /// <summary>An agent begins to work. What it was told is not written down: a first line may hold anything.</summary>
    /// <param name="id">Of its session.</param>
    /// <param name="name">As events call it.</param>
    /// <param name="kind">Of agent.</param>
    /// <param name="model">Asked first.</param>
    /// <param name="rights">All that it has.</param>
    public void Started(string id, string name, string kind, Turns.ModelChoice model, Swarm.Rights rights) =>
        write(Entry(LedgerKind.Agent).With("what", "started").With("target", id).With("name", name).With("agentKind", kind).With("destination", $"{model.Facts.Id} of {model.Provider.Name}")
            .With("mode", rights.Most.Named()).With("tools", [.. rights.Tools.Where(rights.Has).Order(StringComparer.Ordinal)]).With("levels", rights.Depth).With("labels", flow.Labels.Words()).With("after", After()));

    /// <summary>An agent has ended, however.</summary>
    /// <param name="id">Of its session.</param>
    /// <param name="name">As events call it.</param>
    /// <param name="outcome">In a word.</param>
    /// <param name="spent">What it and its own agents used.</param>
    /// <param name="labels">What it had read.</param>
    public void Ended(string id, string name, string outcome, Budget spent, FlowLabels labels) =>
        write(Entry(LedgerKind.Agent).With("what", "ended").With("target", id).With("name", name).With("outcome", outcome).With("turns", spent.Turns).With("tokens", spent.Used.Total()).With("labels", labels.Words()));

    private LedgerEntry Entry(LedgerKind kind) => new LedgerEntry(kind) { Session = session }.With("agent", agent);

    private string? After() => flow.Labels.IsUntrusted ? flow.Labels.Untrusted[0].Name : null;
}
