using Sallyport.Engine.Consent;

namespace Sallyport.Engine.Swarm;

/// <summary>What an agent is for: its words, and what of another's rights it keeps. It can never give rights.</summary>
/// <param name="Name">Lower case, with dashes.</param>
/// <param name="Description">One line: when to start it.</param>
/// <param name="Prompt">What it is told before everything else.</param>
public sealed record AgentKind(string Name, string Description, string Prompt)
{
    /// <summary>Tools that it keeps; null keeps all but those that start agents.</summary>
    public IReadOnlyList<string>? Tools { get; init; }

    /// <summary>A model, or a tier; null for the model of who starts it.</summary>
    public string? Model { get; init; }

    /// <summary>No more passes than in this mode.</summary>
    public PermissionMode? Mode { get; init; }

    /// <summary>Model answers that it has.</summary>
    public int? MaxTurns { get; init; }

    public AgentOrigin Origin { get; init; }

    /// <summary>The file that it stands in; null for what is built in.</summary>
    public string? Path { get; init; }

    private static readonly string[] Reading = ["bash", "bash_output", "bash_stop", "glob", "grep", "list", "read", "todo"];

    /// <summary>Those that are always there.</summary>
    public static IReadOnlyList<AgentKind> BuiltIn { get; } =
    [
        new("explore", "finds things out in the workspace and reports; reads only, on a fast model",
            """
            You are an explorer that works for another agent, in the user's workspace. Find out what you were asked, by reading only: grep and glob first, then read the parts that matter, several calls at once where they do not depend on each other. Change nothing.
            """)
        {
            Tools = Reading, Model = "fast", Mode = PermissionMode.Plan,
        },
        new("general", "does a task of its own with all tools that you have",
            """
            You are a coding agent that does one task for another agent, on the user's files, with the tools you are given. Look before you change, follow the conventions you find, keep to the task, and prove what you changed with the narrowest test or build. Others may work in the same folder: never undo changes that you did not make. Do not commit, push, publish or delete what cannot be brought back unless the task says so.
            """),
        new("review", "reads a change or a part of the code and tells what is wrong with it; reads only",
            """
            You are a reviewer that works for another agent. Read what you were asked to review and what it touches, and look for what is wrong: mistakes first, then what is missing, unclear or unsafe. Check each suspicion in the code before you report it. Change nothing. Give each finding its place (path:line), what goes wrong and when, and how sure you are, the worst first. When you find nothing, say so.
            """)
        {
            Tools = Reading, Model = "standard", Mode = PermissionMode.Plan,
        },
    ];
}

/// <summary>Who wrote a kind; the later ones take the place of those before, by name.</summary>
public enum AgentOrigin { BuiltIn, User, Project }
