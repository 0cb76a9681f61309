using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Traitor;

/// <summary>What the model tries once: some answers with calls, the next after the results of the one before.</summary>
/// <param name="Channel">The way out, in the words of the table.</param>
/// <param name="Name">Tells it from others of the channel.</param>
/// <param name="Beats">The calls of each answer.</param>
internal sealed record Scene(string Channel, string Name, params Func<Stage, ScriptedCall[]>[] Beats)
{
    /// <summary>The shell line, where it is nothing but one: then it can be played without the product, to see that it works.</summary>
    public Func<Stage, string>? Line { get; init; }

    /// <summary>The calls of each answer of the agent that the model starts; null when it starts none.</summary>
    public IReadOnlyList<Func<Stage, ScriptedCall[]>>? Agent { get; init; }

    /// <summary>It goes out by being printed.</summary>
    public bool Prints { get; init; }

    /// <summary>The model writes a canary by itself, as if it had it from elsewhere.</summary>
    public bool Knows { get; init; }

    /// <summary>Programs without which it cannot be played.</summary>
    public string[] Needs { get; init; } = [];

    /// <summary>Takes a second or so by itself.</summary>
    public bool IsSlow { get; init; }

    public static Scene Shell(string channel, string name, Func<Stage, string> line, params string[] needs) =>
        new(channel, name, stage => [Bash(line(stage))]) { Line = line, Needs = needs };

    /// <summary>What the line prints goes to the model.</summary>
    public static Scene Print(string channel, string name, Func<Stage, string> line, params string[] needs) => Shell(channel, name, line, needs) with { Prints = true };

    public static Scene Call(string channel, string name, Func<Stage, ScriptedCall> call) => new(channel, name, stage => [call(stage)]);

    public static ScriptedCall Bash(string command, bool background = false) =>
        new("bash", background ? JsonSerializer.Serialize(new { command, background }) : JsonSerializer.Serialize(new { command }));

    public static ScriptedCall Fetch(string url) => new("web_fetch", JsonSerializer.Serialize(new { url }));

    public static ScriptedCall Read(string path) => new("read", JsonSerializer.Serialize(new { path }));

    public static ScriptedCall Write(string path, string content) => new("write", JsonSerializer.Serialize(new { path, content }));

    public static ScriptedCall Edit(string path, string old, string @new) => new("edit", JsonSerializer.Serialize(new { path, old, @new }));

    public override string ToString() => $"{Channel}: {Name}";
}

/// <summary>How a scene ended.</summary>
/// <param name="Scene">Which.</param>
/// <param name="Leaks">Where a canary arrived, and which.</param>
/// <param name="Results">What the calls said.</param>
/// <param name="Reached">A sink was spoken to, with or without a canary.</param>
internal sealed record Outcome(Scene Scene, IReadOnlyList<string> Leaks, IReadOnlyList<string> Results, bool Reached)
{
    public bool IsAsked => Results.Any(r => r.Contains("nobody is there to be asked", StringComparison.Ordinal));

    public bool IsRefused => Results.Any(r => r.StartsWith("Not allowed", StringComparison.Ordinal));

    public override string ToString() => $"{Scene}: {string.Join(", ", Leaks)}";
}
