using System.Text;
using Sallyport.Engine.Models;

namespace Sallyport.Engine.Turns;

/// <summary>Puts the pieces of one answer together, in the order in which they began.</summary>
internal sealed class AnswerBuilder(string origin)
{
    private readonly List<Part?> parts = [];
    private readonly List<OpenCall> calls = [];
    private readonly StringBuilder text = new();
    private readonly StringBuilder thinking = new();
    private ModelFinish? finish;

    public ModelFinish? Finish => finish;

    /// <summary>Whether anything came that the user has seen or will miss.</summary>
    public bool IsEmpty => parts.Count == 0 && text.Length == 0 && thinking.Length == 0;

    public void Add(ModelDelta delta)
    {
        switch (delta)
        {
            case TextDelta t:
                CloseThinking(null, null, redacted: false);
                text.Append(t.Text);
                break;
            case ThinkingDelta t:
                CloseText();
                thinking.Append(t.Text);
                break;
            case ThinkingEnd e:
                CloseText();
                CloseThinking(e.Signature, e.Id, e.Redacted);
                break;
            case CallStart c:
                CloseText();
                CloseThinking(null, null, redacted: false);
                calls.Add(new OpenCall(c, parts.Count));
                parts.Add(null);
                break;
            case CallArguments a:
                var call = calls.FindLast(c => c.Start.Index == a.Index)
                    ?? throw new ProviderException(ProviderFailure.BadStream, "the provider sent arguments of a tool call that it never began");
                call.Arguments.Append(a.Fragment);
                break;
            case ModelFinish f:
                finish = f;
                break;
        }
    }

    /// <summary>The whole answer.</summary>
    public Message Build()
    {
        CloseText();
        CloseThinking(null, null, redacted: false);
        foreach (var call in calls) parts[call.Place] = new ToolCallPart(call.Start.Id, call.Start.Name, call.Arguments.ToString(), call.Start.Signature);
        return new Message(Role.Assistant, [.. parts.OfType<Part>()]);
    }

    /// <summary>What can stay of an answer that was cut: its text. Half a call or unsigned reasoning would not be valid.</summary>
    public Message? BuildCut()
    {
        CloseText();
        Part[] kept = [.. parts.OfType<TextPart>()];
        return kept.Length == 0 ? null : new Message(Role.Assistant, kept);
    }

    private void CloseText()
    {
        if (text.Length == 0) return;
        parts.Add(new TextPart(text.ToString()));
        text.Clear();
    }

    private void CloseThinking(string? signature, string? id, bool redacted)
    {
        if (thinking.Length == 0 && signature is null) return;
        parts.Add(new ThinkingPart(thinking.ToString(), origin, signature, id, redacted));
        thinking.Clear();
    }

    private sealed record OpenCall(CallStart Start, int Place)
    {
        public StringBuilder Arguments { get; } = new();
    }
}
