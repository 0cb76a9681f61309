using System.Text.Json.Serialization;

namespace Sallyport.Engine.Events;

/// <summary>Everything that can be asked of a session. An id makes a command idempotent: the same id twice counts once.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "type")]
[JsonDerivedType(typeof(Prompt), "prompt")]
[JsonDerivedType(typeof(Interrupt), "interrupt")]
[JsonDerivedType(typeof(Answer), "answer")]
[JsonDerivedType(typeof(SetMode), "set_mode")]
[JsonDerivedType(typeof(SetModel), "set_model")]
[JsonDerivedType(typeof(Compact), "compact")]
[JsonDerivedType(typeof(Close), "close")]
public abstract record SessionCommand
{
    private protected SessionCommand() { }

    public string? Id { get; init; }
}

/// <summary>A message. While the model works it steers (reaches the model at its next step), or waits when <paramref name="Queue"/> is set.</summary>
public sealed record Prompt(string Text, bool Queue = false, IReadOnlyList<ImagePart>? Images = null) : SessionCommand
{
    /// <summary>Text that comes with it and is not the person's own: it was piped in.</summary>
    public string? Piped { get; init; }
}

/// <summary>Stops the running turn; the transcript stays valid. What waits in the queue stays there.</summary>
public sealed record Interrupt : SessionCommand;

/// <summary>Answers the question with this id.</summary>
public sealed record Answer(string Question, string Text) : SessionCommand;

public sealed record SetMode(string Mode) : SessionCommand;

public sealed record SetModel(string Model) : SessionCommand;

/// <summary>Summarise the conversation now.</summary>
public sealed record Compact(string? Keep = null) : SessionCommand;

/// <summary>No more commands: the session ends when what it does is done.</summary>
public sealed record Close : SessionCommand;
