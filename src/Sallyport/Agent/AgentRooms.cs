using System.Collections.Concurrent;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Sessions;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Turns;
using Sallyport.Guard.Gate;

namespace Sallyport.Agent;

/// <summary>What the agents of a session are made of: kinds, models, records and ways out.</summary>
internal static class AgentRooms
{
    /// <summary>All kinds; tells of those that do not count.</summary>
    public static AgentKinds Kinds(SettingsPaths paths)
    {
        var kinds = AgentKinds.Load(paths);
        if (kinds.Withheld.Count > 0) Console.Error.WriteLine($"sally: {Printable.Line(Withheld(paths, kinds))}");
        return kinds;
    }

    public static string Withheld(SettingsPaths paths, AgentKinds kinds) =>
        $"the agents of {paths.ProjectFolder} are not trusted as they now are, and do not count: {string.Join(", ", kinds.Withheld.Select(path => Path.GetFileNameWithoutExtension(path)))}. Look at {Path.Combine(".sallyport", "agents")}, then \"sally trust\" lets them.";

    /// <summary>Throws <see cref="UsageException"/> with the names that there are.</summary>
    public static AgentKind Named(AgentKinds kinds, string name) =>
        kinds.Find(name) ?? throw new UsageException($"there is no agent \"{name}\"; there are {kinds.Names()} (see: sally agents)");

    /// <summary>Models by name or tier, each looked for once. One that must not see internal names is none, where they are not hidden.</summary>
    public static Func<string, CancellationToken, Task<IReadOnlyList<ModelChoice>?>> Models(RunSettings settings, HttpMessageInvoker http, SecretVault vault, bool isRecorded)
    {
        if (isRecorded) return static (_, _) => Task.FromResult<IReadOnlyList<ModelChoice>?>(null);
        var known = new ConcurrentDictionary<string, ModelChoice?>(StringComparer.Ordinal);
        return async (name, cancellation) =>
        {
            if (!known.TryGetValue(name, out var choice)) known[name] = choice = await ModelChain.Find(settings, http, name, cancellation).ConfigureAwait(false);
            return choice is null || (!choice.IsTrusted && !vault.HidesNames) ? null : [choice];
        };
    }

    /// <param name="place">The agent's.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="departures">Write down what leaves.</param>
    /// <param name="shims">Of the session.</param>
    /// <param name="confine">Makes a sandbox of its own; null where that of the session serves.</param>
    public static AgentHands Equip(AgentPlace place, TimeProvider clock, Departures departures, GateShims shims, Func<Sender, GateShims, Sandbox>? confine)
    {
        if (place.Transcript is not { } transcript) return new AgentHands(null, []);
        var journal = new SentJournal(transcript.Path, clock, transcript.Seal);
        var sender = departures.Enter(place.Id, journal, place.Flow);
        if (confine is null) return new AgentHands(null, [journal]);
        var own = shims.For(place.Id);
        var sandbox = confine(sender, own);
        return new AgentHands(sandbox, [sandbox, own, journal]);
    }
}
