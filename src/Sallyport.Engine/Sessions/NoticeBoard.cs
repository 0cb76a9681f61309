namespace Sallyport.Engine.Sessions;

/// <summary>What a person should know of what a session is made of: kept until the session can tell it, and told at once from then on.</summary>
public sealed class NoticeBoard
{
    private readonly Lock gate = new();
    private List<string>? kept = [];
    private Action<string>? told;

    public void Add(string text)
    {
        lock (gate)
        {
            if (kept is not null)
            {
                kept.Add(text);
                return;
            }
        }
        told!(text);
    }

    internal void Listen(Action<string> tell)
    {
        List<string> before;
        lock (gate)
        {
            (told, before, kept) = (tell, kept ?? [], null);
        }
        foreach (var text in before) tell(text);
    }
}
