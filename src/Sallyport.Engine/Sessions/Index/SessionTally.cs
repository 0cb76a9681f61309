namespace Sallyport.Engine.Sessions;

/// <summary>
/// Adds a transcript up, line by line; can stop anywhere and go on from its summary when the file has grown.
/// </summary>
internal sealed class SessionTally(SessionSummary begun, int titleNumber, Usage inherited, decimal? inheritedCost, int inheritedTurns)
{
    private const int LongestTitle = 200;

    public SessionTally(string id, string path) : this(new SessionSummary { Id = id, Path = path }, 0, Usage.None, 0, 0) { }

    public SessionSummary Summary { get; private set; } = begun;

    /// <summary>The number of the prompt that is the title; 0 when there is none.</summary>
    public int TitleNumber { get; private set; } = titleNumber;

    /// <summary>What the session that it was forked from had spent.</summary>
    public Usage Inherited { get; private set; } = inherited;

    public decimal? InheritedCost { get; private set; } = inheritedCost;

    public int InheritedTurns { get; private set; } = inheritedTurns;

    public void Add(TranscriptLine line)
    {
        var now = Summary;
        switch (line)
        {
            case SessionLine s:
                now = now with { Cwd = s.Cwd, Created = s.At, ForkedFrom = s.ForkedFrom, Parent = s.Parent, Agent = s.Agent };
                break;
            case MessageLine m:
                now = now with { Messages = now.Messages + 1, Outcome = m.Origin is "prompt" or "queue" ? null : now.Outcome };
                if (TitleNumber == 0 && m.Origin is "prompt" or "queue" && Title(m.Message.Text) is { Length: > 0 } title)
                {
                    TitleNumber = m.Number;
                    now = now with { Title = title };
                }
                if (m.Usage is not null) now = now with { Turns = now.Turns + 1, Usage = now.Usage + m.Usage, CostUsd = now.CostUsd + m.CostUsd };
                break;
            case AgentLine { Usage: { } spent } a:
                now = now with { Turns = now.Turns + (a.Turns ?? 0), Usage = now.Usage + spent, CostUsd = now.CostUsd + a.CostUsd };
                break;
            case CompactionLine c when now.Messages == 0:
                (Inherited, InheritedCost, InheritedTurns) = (c.Usage, c.CostUsd, c.Turns);
                if (TitleNumber == 0 && c.Messages.FirstOrDefault(message => message.Role == Role.User) is { } first) now = now with { Title = Title(first.Text) };
                break;
            // It knows what the summary cost, which no message tells; it does not know what was rewound.
            case CompactionLine c when (c.Usage - Inherited).Total() > now.Usage.Total():
                now = now with { Usage = c.Usage - Inherited, CostUsd = c.CostUsd - InheritedCost };
                break;
            case RewindLine r when r.Before <= TitleNumber:
                TitleNumber = 0;
                now = now with { Title = "" };
                break;
            case FinishedLine f:
                now = now with { Outcome = f.Outcome };
                break;
        }
        Summary = now with { LastActivity = line.At };
    }

    /// <summary>The first lines as one, without what would disturb a list.</summary>
    private static string Title(string text)
    {
        var title = new System.Text.StringBuilder(Math.Min(text.Length, LongestTitle + 1));
        foreach (var c in text)
        {
            if (title.Length >= LongestTitle) return title.Append('…').ToString();
            if (!char.IsWhiteSpace(c)) title.Append(c);
            else if (title.Length > 0 && title[^1] != ' ') title.Append(' ');
        }
        return title.ToString().TrimEnd();
    }
}
