namespace Sallyport.ModelServer;

/// <summary>
/// What the scripted model does, turn by turn. Which turn is due is read from the conversation that a request carries, so a retry
/// gets the same step again and a request beside the play moves nothing.
/// </summary>
public sealed record ModelScript(IReadOnlyList<Step> Steps)
{
    public ModelScript(params Step[] steps) : this((IReadOnlyList<Step>)steps) { }

    public Pacing Pacing { get; init; } = Pacing.None;

    /// <summary>Answers a request that is not part of the play (a title, a summary); null leaves it to the steps.</summary>
    public Func<Asked, Step?>? Aside { get; init; }

    /// <summary>Played when the steps are used up.</summary>
    public Step Last { get; init; } = new("The script has no more steps.");

    /// <summary>A model that is a function of what it is asked.</summary>
    public static ModelScript From(Func<Asked, Step> answer) => new([]) { Last = new Step { Answer = answer } };

    /// <summary>Text of about this many bytes, made by repeating a unit.</summary>
    public static string Repeat(string unit, int bytes)
    {
        var size = System.Text.Encoding.UTF8.GetByteCount(unit);
        var text = new System.Text.StringBuilder(bytes + unit.Length);
        for (var written = 0; written < bytes; written += size) text.Append(unit);
        return text.ToString();
    }

    internal Step At(int index) => index >= 0 && index < Steps.Count ? Steps[index] : Last;
}

/// <summary>One answer of the model: thinking, then text, then calls, each where there is any.</summary>
public sealed record Step
{
    public Step() { }

    public Step(string text, params ScriptedCall[] calls) => (Text, Calls) = (text, calls);

    public string Text { get; init; } = "";

    public string Thinking { get; init; } = "";

    /// <summary>The thinking comes withheld: only its sealed form is sent (where the wire knows that).</summary>
    public bool Redacted { get; init; }

    public IReadOnlyList<ScriptedCall> Calls { get; init; } = [];

    /// <summary>Used up one an attempt, in order; then the step succeeds.</summary>
    public IReadOnlyList<Fault> Faults { get; init; } = [];

    public StopWith Stop { get; init; }

    /// <summary>Decides from the request; the step that it returns is played, with this one's faults.</summary>
    public Func<Asked, Step>? Answer { get; init; }

    /// <summary>Instead of the script's.</summary>
    public Pacing? Pacing { get; init; }
}

/// <param name="Name">The tool.</param>
/// <param name="Arguments">A JSON object as text, sent as it is (so it may be broken on purpose).</param>
public sealed record ScriptedCall(string Name, string Arguments);

/// <summary>Why the model stops.</summary>
public enum StopWith
{
    /// <summary>Done, or waiting for its calls.</summary>
    Naturally,

    /// <summary>The output limit.</summary>
    Length,

    /// <summary>It declines.</summary>
    Refusal,

    /// <summary>A long turn is paused (Anthropic); elsewhere as <see cref="Naturally"/>.</summary>
    Pause,
}

/// <summary>How fast the model talks.</summary>
/// <param name="FirstToken">Before the first piece.</param>
/// <param name="TokensPerSecond">0: as fast as the socket takes it.</param>
/// <param name="ChunkChars">Characters in a piece.</param>
public sealed record Pacing(TimeSpan FirstToken, double TokensPerSecond, int ChunkChars = 24)
{
    public static Pacing None { get; } = new(TimeSpan.Zero, 0);
}
