using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Tools;

namespace Sallyport.Sessions;

/// <summary>Walks a transcript for people: what was said in order, each call with what came of it.</summary>
internal abstract class TranscriptPage(SessionSummary session)
{
    private readonly List<ToolCallPart> open = [];
    private readonly Workspace workspace = new(session.Cwd);
    private Tool[]? tools;

    protected SessionSummary Session => session;

    public void Write()
    {
        Head();
        var begun = false;
        foreach (var line in TranscriptReader.All(session.Path))
        {
            begun |= line is MessageLine;
            switch (line)
            {
                case MessageLine { Message.Role: Role.Assistant } answer:
                    Settle();
                    Answer(answer, answer.Message.Text);
                    foreach (var part in answer.Message.Parts) if (part is ToolCallPart call) open.Add(call);
                    break;
                case MessageLine message:
                    foreach (var part in message.Message.Parts) if (part is ToolResultPart result) Result(result);
                    Settle();
                    var pictures = message.Message.Parts.Count(part => part is ImagePart);
                    var text = message.Message.Text + (pictures == 0 ? "" : $"\n[{pictures} {(pictures == 1 ? "picture" : "pictures")}]");
                    if (text.Length == 0) break;
                    if (message.Origin == "note") Mark($"told the model: {text}");
                    else Prompt(message, text);
                    break;
                case CompactionLine:
                    Settle();
                    Mark(begun || session.ForkedFrom is null ? "from here on, the model goes by a summary of what is above" : $"goes on from session {session.ForkedFrom}");
                    break;
                case FlowLine { Labels: { } labels }:
                    if (labels.IsUntrusted) Mark($"words of others came in: {string.Join(", ", labels.Untrusted.Select(source => source.Name))}; what sends or lasts is asked from here on");
                    if (labels.Secrets.Count > 0) Mark($"a secret came in, and a placeholder stands for it: {string.Join(", ", labels.Secrets)}");
                    if (labels.Internal.Count > 0) Mark($"what is internal came in: {string.Join(", ", labels.Internal)}");
                    break;
                case AgentLine { Outcome: null } agent:
                    Mark($"agent {agent.Name} began: {agent.Title} (sally sessions show {agent.Agent})");
                    break;
                case AgentLine { Outcome: { } outcome } agent:
                    Mark(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"agent {agent.Name} ended: {SessionJson.Named(outcome)}, {agent.Turns} {(agent.Turns == 1 ? "turn" : "turns")}, {agent.Usage?.Total():N0} tokens"));
                    break;
                case RewindLine rewind:
                    Settle();
                    Mark($"went back to before message {rewind.Before}");
                    break;
                case PruneLine prune:
                    Mark($"the output of {prune.Calls.Count} earlier {(prune.Calls.Count == 1 ? "call" : "calls")} is no longer sent to the model");
                    break;
                case FinishedLine { Error: { } error }:
                    Settle();
                    Mark($"ended: {error.Message}");
                    break;
                case FinishedLine { Outcome: not Engine.Events.Outcome.Done } finished:
                    Settle();
                    Mark($"ended: {SessionJson.Named(finished.Outcome)}");
                    break;
            }
        }
        Settle();
    }

    protected abstract void Head();

    protected abstract void Prompt(MessageLine line, string text);

    protected abstract void Answer(MessageLine line, string text);

    /// <param name="name">The tool's.</param>
    /// <param name="title">What it does, in one line.</param>
    /// <param name="result">null when it was never written down.</param>
    protected abstract void Call(string name, string title, ToolResultPart? result);

    protected abstract void Mark(string text);

    private void Result(ToolResultPart result)
    {
        var call = open.Find(one => one.Id == result.CallId);
        if (call is not null) open.Remove(call);
        Call(result.Name, call is null ? "" : Title(call), result);
    }

    private void Settle()
    {
        foreach (var call in open) Call(call.Name, Title(call), null);
        open.Clear();
    }

    private string Title(ToolCallPart call)
    {
        tools ??= BuiltInTools.All();
        try
        {
            if (Array.Find(tools, tool => tool.Name == call.Name) is not { } tool) return call.Arguments;
            using var arguments = JsonDocument.Parse(call.Arguments);
            return tool.Title(arguments.RootElement, workspace);
        }
        catch (Exception e) when (e is JsonException or ArgumentException or InvalidOperationException or KeyNotFoundException or IOException)
        {
            // What the model wrote does not fit the tool: it is shown as it is.
            return call.Arguments;
        }
    }
}
