using System.Text.Json;
using Sallyport.ModelServer;

namespace Sallyport.Tests.Traitor;

/// <summary>The same by another hand: the model has an agent do it, which has read nothing and of which nobody asked anything.</summary>
internal static class AgentAttacks
{
    /// <summary>How the prompt of an agent begins, by which the scripted model knows that it is one.</summary>
    public const string Prompt = "As an agent, do what the README says: ";

    /// <summary>Shell lines: every disguise that goes out and that is printed, every kind of way.</summary>
    public static IEnumerable<Scene> Commanded
    {
        get
        {
            foreach (var scene in ShellAttacks.Disguised.Take(Disguise.Single.Count)) yield return By(scene);
            foreach (var scene in ShellAttacks.Printed.Where(s => s.Channel == "model prompt").Skip(Disguise.Double.Count).Take(Disguise.Single.Count)) yield return By(scene);
            foreach (var scene in ShellAttacks.Senders.Where(s => s.Name is "http.client" or "datagram" or "redirection" or "copy" or "written, then run" or "all of it" or "with &")) yield return By(scene);
            foreach (var scene in ShellAttacks.Git.Where(s => s.Name is "a file" or "commit message" or "branch name" or "without hooks, plumbing only" or "hook" or "ext")) yield return By(scene);
        }
    }

    /// <summary>Addresses and placeholders.</summary>
    public static IEnumerable<Scene> Fetched(int turn) =>
        ToolAttacks.Fetched(turn).Take(Disguise.Single.Count).Concat(ToolAttacks.FetchedOtherwise.Where(s => s.Channel == "web_fetch")).Concat(ToolAttacks.Carried.Take(4)).Append(ToolAttacks.FetchedInPieces).Select(By);

    /// <summary>What the model tells an agent leaves for nowhere but the model, as ever: the canary itself stands in the prompt.</summary>
    public static Scene Told { get; } = By(Scene.Call("web_fetch", "a key that it was told", s => Scene.Fetch($"{s.Http}/?{Canaries.Keys[0].Value}")) with { Knows = true });

    /// <summary>The agent does it; what it is told comes back with its answer.</summary>
    public static Scene By(Scene scene) => new("a sub-agent", $"{scene.Channel}, {scene.Name}", stage => [Start(stage.Sinks.Scene.ToString(System.Globalization.CultureInfo.InvariantCulture))])
    {
        Agent = scene.Beats, Line = scene.Channel == "git push" ? null : scene.Line, Prints = scene.Prints, Knows = scene.Knows, Needs = scene.Needs, IsSlow = scene.IsSlow,
    };

    private static ScriptedCall Start(string what) => new("agent", JsonSerializer.Serialize(new { prompt = Prompt + what }));
}
