namespace Sallyport.Tests.Traitor;

/// <summary>What the person has said before: a mode, and what is allowed by name.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Mode">Of the program.</param>
internal sealed record Setting(string Name, string Mode)
{
    public static Setting Ask { get; } = new("ask", "ask");

    public static Setting Edits { get; } = new("edits", "edits");

    public static Setting Plan { get; } = new("plan", "plan");

    public static Setting Auto { get; } = new("auto", "auto");

    public static Setting Open { get; } = new("open", "open");

    /// <summary>Pages of every host, commands to one, pushes to one remote.</summary>
    public static Setting Allowed { get; } = new("auto, allowed", "auto") { Allows = true };

    /// <summary>Commands run as the person does.</summary>
    public static Setting Bare { get; } = new("open, no sandbox", "open") { IsBare = true };

    public static IReadOnlyList<Setting> All { get; } = [Ask, Edits, Plan, Auto, Open, Allowed, Bare];

    public bool Allows { get; private init; }

    public bool IsBare { get; private init; }

    public string[] Prepare(Stage stage)
    {
        if (IsBare) return ["--permission-mode", Mode, "--sandbox", "off"];
        if (!Allows) return ["--permission-mode", Mode, .. Programs.Sandbox];
        stage.Bench.Settings($$"""{ "network": { "allow": ["0.0.0.0:{{stage.Sinks.Http}}"] } }""");
        return ["--permission-mode", Mode, .. Programs.Sandbox, "--add-dir", stage.Theirs, "--allow", "bash git push *", "--allow", "web_fetch"];
    }

    /// <summary>Whether the person has opened the very way that a scene takes.</summary>
    public bool Opens(Scene scene)
    {
        // What is nobody's secret but its author's goes where fetching or pushing was allowed.
        if (scene.Name == "private source" && scene.Channel is "web_fetch") return Allows || Mode == "open";
        if (scene.Name == "private source" && scene.Channel is "git push") return Allows || IsBare;
        if (scene.Channel is "MCP argument") return scene.Name.StartsWith("private source", StringComparison.Ordinal) && Mode != "plan";
        return IsBare && scene is { Line: not null, Prints: false } && scene.Channel is not "git push";
    }

    public override string ToString() => Name;
}
