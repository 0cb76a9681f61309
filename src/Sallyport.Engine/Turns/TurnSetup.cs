using Sallyport.Engine.Context;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Models;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;
using Sallyport.Guard.Gate;

namespace Sallyport.Engine.Turns;

/// <summary>What holds for all turns of a session.</summary>
internal sealed record TurnSetup
{
    /// <summary>The models to ask, in order of preference.</summary>
    public required IReadOnlyList<ModelChoice> Chain { get; init; }

    public required string System { get; init; }

    /// <summary>Keeps secrets apart from what is said.</summary>
    public required SecretVault Vault { get; init; }

    public required ToolSet Tools { get; init; }

    public required Budget Budget { get; init; }

    public required TodoList Todos { get; init; }

    public required Effort? Effort { get; init; }

    public required AnswerSchema? OutputSchema { get; init; }

    /// <summary>The part of the context, from 0 to 1, at which room is made.</summary>
    public required double CompactAt { get; init; }

    /// <summary>Random; routes requests of one session to one cache.</summary>
    public required string CacheKey { get; init; }

    public required Transcript? Transcript { get; init; }

    /// <summary>What the session has read, as labels.</summary>
    public required FlowState Flow { get; init; }

    /// <summary>Told of each prompt, with the number of its message, before anything follows from it.</summary>
    public required Action<int, string> Prompted { get; init; }

    /// <summary>Said to the model before the first prompt; see <see cref="EnvironmentNote"/>.</summary>
    public string? Note { get; init; }

    /// <summary>Its prompts are another agent's words, not a person's.</summary>
    public bool IsAgent { get; init; }

    /// <summary>Estimate of system prompt and tools.</summary>
    public long FixedTokens => TokenEstimate.Of(System) + TokenEstimate.Of(Tools.Specs);
}
