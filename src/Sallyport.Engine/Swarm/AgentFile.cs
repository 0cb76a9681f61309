using System.Globalization;
using Sallyport.Engine.Consent;

namespace Sallyport.Engine.Swarm;

/// <summary>A kind of agent as a Markdown file: what it is allowed in the front matter, its words below.</summary>
internal static class AgentFile
{
    private static readonly string[] Known = ["name", "description", "tools", "model", "tier", "mode", "max_turns"];

    /// <exception cref="FormatException">Names file and line.</exception>
    public static AgentKind Read(string text, string path, AgentOrigin origin)
    {
        var head = FrontMatter.Read(text, path);
        foreach (var key in head.Keys) if (Array.IndexOf(Known, key) < 0) throw head.Wrong(key, $"there is no \"{key}\"; there are {string.Join(", ", Known)}");
        var name = head.Text("name") ?? Path.GetFileNameWithoutExtension(path);
        if (!IsName(name)) throw head.Wrong("name", $"\"{name}\" is no name: lower-case letters, digits and dashes, 40 at most");
        var description = head.Text("description") ?? throw head.Wrong("description", "a \"description: …\" is missing: one line that says when to start this agent");
        if (head.Body.Length == 0) throw head.Wrong("name", "below the front matter stands nothing: write there what the agent is told");
        PermissionMode? mode = null;
        if (head.Text("mode") is { } named) mode = PermissionModes.Parse(named) ?? throw head.Wrong("mode", $"there is no mode \"{named}\"; there are {string.Join(", ", PermissionModes.Names)}");
        int? turns = null;
        if (head.Text("max_turns") is { } number)
            turns = int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed > 0 ? parsed : throw head.Wrong("max_turns", $"\"{number}\" is no number of turns: 1 or more");
        if (head.Text("model") is not null && head.Text("tier") is not null) throw head.Wrong("tier", "\"model\" and \"tier\" say the same thing: keep one of them");
        var tools = head.List("tools");
        foreach (var tool in tools ?? []) if (tool.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-") >= 0) throw head.Wrong("tools", $"\"{tool}\" is no tool's name");
        return new AgentKind(name, description, head.Body)
        {
            Tools = tools, Model = head.Text("model") ?? head.Text("tier"), Mode = mode, MaxTurns = turns, Origin = origin, Path = path,
        };
    }

    private static bool IsName(string name) => name.Length is > 0 and <= 40 && name.AsSpan().IndexOfAnyExcept("abcdefghijklmnopqrstuvwxyz0123456789-") < 0;
}
