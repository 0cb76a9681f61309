using Sallyport.Audit;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sessions;
using Sallyport.Guard.Audit;
using Sallyport.Guard.Gate;
using Sallyport.Links.Mcp;

namespace Sallyport.Agent;

/// <summary>Whose words leave.</summary>
/// <param name="Session">That a person began.</param>
/// <param name="Agent">Of its agents; null for the session itself.</param>
/// <param name="Journal">What it sent.</param>
/// <param name="Flow">What it has read.</param>
internal sealed record Sender(string Session, string? Agent, SentJournal Journal, FlowState Flow);

/// <summary>Writes down what leaves, in the name of whoever's words they are: the session's, or those of the agent that is at work.</summary>
internal sealed class Departures(LedgerPen pen, SecretVault vault)
{
    // Wires are shared by all agents of a session; whose request it is, the flow of the program knows.
    private readonly AsyncLocal<Sender?> agent = new();
    private Sender? session;

    /// <summary>Who is at work in the calling context.</summary>
    public Sender? Now => agent.Value ?? session;

    /// <summary>From here on there is a session.</summary>
    public Sender Begin(string id, SentJournal journal, FlowState flow) => session = new(id, null, journal, flow);

    /// <summary>What the calling context sends from here on is this agent's.</summary>
    public Sender Enter(string id, SentJournal journal, FlowState flow) => agent.Value = new(session!.Session, id, journal, flow);

    public void Left(Departure departure) => Write(departure, Now);

    public void Sent(Destination destination, string target, ReadOnlyMemory<byte> body) => Now?.Journal.Add(destination, target, body, Labels(Now));

    public void Asked(Destination destination, string target, ReadOnlyMemory<byte> body)
    {
        Left(DepartureHandler.Of(destination, destination.Kind == McpServers.Channel ? null : target, body.Span));
        Sent(destination, target, body);
    }

    /// <summary>A command of this sender sent something through the proxy.</summary>
    public void Carried(Departure departure, Sender who)
    {
        // A name below *.name is of the command's choice.
        var told = departure with { Destination = departure.Destination with { Name = vault.Close(departure.Destination.Name) }, Reason = departure.Reason is { } reason ? vault.Close(reason) : null };
        Write(told, who);
        // Where each request is told of, their sum is not.
        if (told is { Bytes: > 0 and var bytes, Sha256: { } digest } && told.Content != "requests")
            who.Journal.AddUnseen(told.Destination, told.Target is { } target ? vault.Close(target) : $"connection {told.Connection} to {told.Destination.Name}", bytes, digest, Labels(who));
    }

    private void Write(Departure departure, Sender? who) => pen.Write(LedgerEntry.Of(departure with { Labels = Labels(who) }, who?.Session).With("agent", who?.Agent));

    private static IReadOnlyList<string> Labels(Sender? who) => who?.Flow.Labels.Words() ?? [];
}
