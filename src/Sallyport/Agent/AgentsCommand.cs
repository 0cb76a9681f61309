using System.CommandLine;
using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Swarm;
using Sallyport.Sessions;

namespace Sallyport.Agent;

/// <summary><c>sally agents</c>: the kinds of agents that there are here, and whose they are.</summary>
internal sealed class AgentsCommand : ProgramCommand
{
    public override string Name => "agents";

    public override string Summary => "the kinds of agents that there are here";

    public override string Help(string[] path) => """
        sally agents    the kinds of agents that there are here, with where they come from

        An agent is a Markdown file with front matter: name, description, tools, model (or tier),
        mode, max_turns; below it stands what the agent is told. Yours are in
        ~/.config/sallyport/agents/, those of a project in .sallyport/agents/, which count only
        after "sally trust". The model starts them with its tool agent; --agent NAME is one.

        Options
          --json    one object for programs

        Example
          sally -p "review the last commit" --agent review
        """;

    public override Command Create()
    {
        var json = new Option<bool>("--json");
        var command = new Command(Name, Summary) { json };
        command.SetAction((result, _) =>
        {
            var paths = SettingsPaths.Of(Environment.CurrentDirectory);
            var kinds = AgentKinds.Load(paths);
            if (result.GetValue(json)) SessionJson.Write(null, writer => Json(writer, kinds));
            else foreach (var kind in kinds.All) Console.Out.WriteLine(Printable.Line(Line(kind)));
            if (kinds.Withheld.Count > 0) Console.Error.WriteLine($"sally: {Printable.Line(AgentRooms.Withheld(paths, kinds))}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Line(AgentKind kind)
    {
        var more = new List<string>();
        if (kind.Model is not null) more.Add(kind.Model);
        if (kind.Mode is { } mode) more.Add($"mode {mode.Named()}");
        if (kind.MaxTurns is { } turns) more.Add($"{turns} turns");
        more.Add(kind.Tools is null ? "all tools" : kind.Tools.Count == 0 ? "no tools" : string.Join(" ", kind.Tools));
        return $"{kind.Name,-14} {(kind.Path is null ? "built in" : Origin(kind.Origin)),-9} {kind.Description} ({string.Join(", ", more)}){(kind.Path is null ? "" : $"  {kind.Path}")}";
    }

    private static void Json(Utf8JsonWriter json, AgentKinds kinds)
    {
        json.WriteStartObject();
        json.WriteNumber("version", 1);
        json.WriteStartArray("agents");
        foreach (var kind in kinds.All)
        {
            json.WriteStartObject();
            json.WriteString("name", kind.Name);
            json.WriteString("description", kind.Description);
            json.WriteString("origin", Origin(kind.Origin));
            json.WriteString("path", kind.Path);
            json.WriteString("model", kind.Model);
            json.WriteString("mode", kind.Mode?.Named());
            if (kind.MaxTurns is { } turns) json.WriteNumber("maxTurns", turns);
            else json.WriteNull("maxTurns");
            if (kind.Tools is null) json.WriteNull("tools");
            else
            {
                json.WriteStartArray("tools");
                foreach (var tool in kind.Tools) json.WriteStringValue(tool);
                json.WriteEndArray();
            }
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("notTrusted");
        foreach (var path in kinds.Withheld) json.WriteStringValue(path);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string Origin(AgentOrigin origin) => origin switch { AgentOrigin.User => "user", AgentOrigin.Project => "project", _ => "built-in" };
}
