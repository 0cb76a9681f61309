using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Agent;
using Sallyport.Engine;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Gate;
using Sallyport.Tools;

namespace Sallyport.Consent;

/// <summary>
/// <c>sally consent explain</c>: judges a call as a run in this folder would, by the same parts: its settings, tools, sandbox and
/// labels. Tells what decided.
/// </summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var call = new Argument<string[]>("CALL") { Arity = ArgumentArity.OneOrMore };
        var (mode, sandbox) = (new Option<string?>("--permission-mode"), new Option<string?>("--sandbox"));
        var (allow, ask, deny, folders) = (new Option<string[]>("--allow"), new Option<string[]>("--ask"), new Option<string[]>("--deny"), new Option<string[]>("--add-dir"));
        var json = new Option<bool>("--json");
        var after = new Option<bool>("--after-untrusted");
        sandbox.AcceptOnlyFromAmong("on", "off", "bubblewrap", "landlock");
        var command = new Command("explain", "would this call pass here, and why?") { call, mode, sandbox, allow, ask, deny, folders, after, json };
        command.SetAction((result, _) =>
        {
            var flags = new List<KeyValuePair<string, string>>();
            if (result.GetValue(mode) is { } named) flags.Add(new("permissionMode", named));
            if (result.GetValue(sandbox) is { } wall) flags.Add(new("sandbox", wall));
            foreach (var (key, rules) in (ReadOnlySpan<(string, string[]?)>)[("allow", result.GetValue(allow)), ("ask", result.GetValue(ask)), ("deny", result.GetValue(deny)), ("addDirs", result.GetValue(folders))])
                foreach (var rule in rules ?? []) flags.Add(new(key, rule));
            return Task.FromResult(Run(result.GetValue(call)!, flags, result.GetValue(after), result.GetValue(json)));
        });
        return command;
    }

    /// <summary>What a run here would judge by.</summary>
    private sealed record Court(Judge Judge, Workspace Workspace, Dictionary<string, Tool> Tools, Sandbox? Sandbox, UntrustedSource? Read)
    {
        /// <summary>By what commands would be confined.</summary>
        public string Wall => Sandbox is null ? "off" : Sandbox.Form is { } form ? SandboxProbe.Name(form) : "none";
    }

    /// <param name="Offer">What "always" would remember.</param>
    /// <param name="Rules">What would let it pass after words of others.</param>
    private sealed record Verdict(string Tool, string Argument, Explanation Explanation, IReadOnlyList<string> Rules, IReadOnlyList<ConsentRule> Offer);

    private static int Run(string[] words, List<KeyValuePair<string, string>> flags, bool after, bool json)
    {
        var root = Directory.GetCurrentDirectory();
        var settings = RunSettings.Load(root, flags);
        var workspace = new Workspace(root, [.. settings.AddDirs.Select(static folder => Composition.Folder(folder, "--add-dir"))]);
        using var sandbox = Confinement.ForJudging(settings, workspace);
        var court = new Court(Confinement.Judge(settings, sandbox), workspace, BuiltInTools.All().ToDictionary(static tool => tool.Name, StringComparer.Ordinal), sandbox, after ? UntrustedSource.Of("web", "a page of somebody else") : null);
        var exit = 0;
        Output.Write(null, writer =>
        {
            // One call a line, for lists of calls that are to stay as they are.
            var isList = words is ["-"];
            foreach (var line in isList ? Lines() : [words])
            {
                var verdict = Of(line, court);
                if (json) Json(court, verdict, isList, writer);
                else Text(court, verdict, isList, writer);
                var code = verdict.Explanation.Ruling.Answer switch { Consented.Yes => 0, Consented.No => 1, _ => 3 };
                exit = exit == 1 || code == 1 ? 1 : Math.Max(exit, code);
            }
        });
        if (!json && settings.Notice() is { } notice) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
        return exit;
    }

    private static IEnumerable<string[]> Lines()
    {
        while (Console.In.ReadLine() is { } line) if (line.Trim().Length > 0) yield return [line];
    }

    private static Verdict Of(string[] words, Court court)
    {
        var (tool, argument) = Call(words);
        var arguments = Arguments(tool, argument, court);
        var touches = arguments is { } given ? court.Tools[tool].Touches(given, court.Workspace) : TouchesOf(tool, argument, court.Workspace);
        var (ruling, rules) = FlowRule.Of(court.Judge, court.Workspace, tool, touches, arguments, court.Read);
        var explanation = court.Judge.Explain(tool, touches, court.Workspace) with { Ruling = ruling };
        return new(tool, argument, explanation, rules, rules.Count == 0 && ruling is { Answer: Consented.Ask, By: not "label" } ? court.Judge.Offer(tool, touches, court.Workspace) : []);
    }

    // 'bash git push' as one word, or the tool and what it is given as two and more.
    private static (string Tool, string Argument) Call(string[] words)
    {
        var text = words.Length == 1 ? words[0].Trim() : "";
        var space = text.IndexOf(' ', StringComparison.Ordinal);
        var (tool, argument) = words.Length > 1 ? (words[0], string.Join(' ', words[1..])) : space < 0 ? (text, "") : (text[..space], text[(space + 1)..].Trim());
        if (argument.Length == 0 && tool is "bash" or "read" or "write" or "edit" or "web_fetch") throw new UsageException($"say what {tool} is given, as in: sally consent explain 'bash git push'");
        return (tool, argument);
    }

    /// <summary>What the tool itself would be given; null for what can only be told by its kind.</summary>
    private static JsonElement? Arguments(string tool, string argument, Court court)
    {
        if (!court.Tools.TryGetValue(tool, out var known)) return null;
        // A shell line may begin so, too.
        if (argument.StartsWith('{') && (tool != "bash" || argument.StartsWith("{\"command\"", StringComparison.Ordinal)))
        {
            var parsed = ToolArguments.Parse(argument, JsonSchema.Parse(known.Schema));
            return parsed.Error is { } error ? throw new UsageException($"{tool}: {error}") : parsed.Value;
        }
        return tool switch
        {
            "bash" => Object("command"),
            "read" or "write" or "edit" or "multi_edit" => Object("path"),
            "list" or "grep" or "glob" when argument.Length > 0 => Object("path"),
            "web_fetch" when argument.Contains("://", StringComparison.Ordinal) => Object("url"),
            "apply_patch" when argument.StartsWith("***", StringComparison.Ordinal) => Object("patch"),
            _ => null,
        };

        JsonElement Object(string name)
        {
            using var buffer = new MemoryStream();
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString(name, argument);
                if (tool == "glob") json.WriteString("pattern", "**");
                json.WriteEndObject();
            }
            using var document = JsonDocument.Parse(buffer.ToArray());
            return document.RootElement.Clone();
        }
    }

    private static Touches TouchesOf(string tool, string argument, Workspace workspace)
    {
        switch (tool)
        {
            case "read" or "list" or "glob" or "grep": return Touches.Read(Both());
            case "write" or "edit" or "multi_edit" or "apply_patch": return Touches.Write(Both());
            case "web_fetch": return new Touches(Effect.Network) { Host = argument };
            case "mcp": return Called(argument.Split(':', 2));
            case var name when name.Split("__", 3) is ["mcp", var server, var its]: return Called([server, its]);
            case "todo" or "ask" or "bash_output" or "bash_stop": return Touches.Nothing;
            default: return new Touches(Effect.Execute) { Paths = argument.Length == 0 ? [] : Both() };
        }

        static Touches Called(string[] parts) => new(Effect.Call) { Server = new(parts[0], parts.Length > 1 ? parts[1] : "") };

        string[] Both()
        {
            var named = workspace.Resolve(argument.Length == 0 ? "." : argument);
            var real = RealPath.Of(named, workspace);
            return real == named ? [named] : [named, real];
        }
    }

    private static void Text(Court court, Verdict verdict, bool isList, TextWriter writer)
    {
        var (explanation, ruling) = (verdict.Explanation, verdict.Explanation.Ruling);
        if (isList)
        {
            writer.WriteLine(Printable.Line($"{Word(ruling.Answer).PadRight(7)} {verdict.Tool} {verdict.Argument}: {ruling.Reason}"));
            return;
        }
        writer.WriteLine(Printable.Line($"{Word(ruling.Answer)}: {ruling.Reason}  (mode {court.Judge.Mode.Named()})"));
        foreach (var command in explanation.Commands)
            writer.WriteLine(Printable.Line($"  {Word(command.Answer).PadRight(7)} {command.Command}    {command.Reason}{(command.Traits.Count == 0 ? "" : $"  [{string.Join(", ", command.Traits)}]")}"));
        foreach (var path in explanation.Writes) writer.WriteLine(Printable.Line($"  writes  {path}"));
        foreach (var note in explanation.Notes) writer.WriteLine(Printable.Line($"  note    {note}"));
        writer.WriteLine(Printable.Line($"  decided by the {Decider(ruling.By)}{(verdict.Tool == "bash" ? $"; sandbox {court.Wall}" : "")}"));
        foreach (var rule in verdict.Rules) writer.WriteLine(Printable.Line($"  allow   \"{rule}\" would let it pass"));
        foreach (var rule in verdict.Offer) writer.WriteLine(Printable.Line($"  always  would remember \"{rule.Text}\""));
        if (verdict.Tool == "web_fetch" && ruling is { Answer: Consented.Ask, By: not "rule" }) writer.WriteLine("  note    an address that you write in the prompt passes in auto and open, to the letter");
    }

    private static string Decider(string by) => by switch { "sallyignore" => ".sallyignore", "label" => "label untrusted (what the session has read)", _ => by };

    public static string Word(Consented answer) => answer switch { Consented.Yes => "allowed", Consented.No => "denied", _ => "asks" };

    private static void Json(Court court, Verdict verdict, bool isList, TextWriter writer)
    {
        var explanation = verdict.Explanation;
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = !isList, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("tool", verdict.Tool);
            json.WriteString("argument", verdict.Argument);
            json.WriteString("mode", court.Judge.Mode.Named());
            json.WriteString("sandbox", court.Wall);
            json.WriteString("answer", Code(explanation.Ruling.Answer));
            json.WriteString("decidedBy", explanation.Ruling.By);
            json.WriteString("reason", explanation.Ruling.Reason);
            json.WriteStartArray("commands");
            foreach (var command in explanation.Commands)
            {
                json.WriteStartObject();
                json.WriteString("command", command.Command);
                json.WriteString("answer", Code(command.Answer));
                json.WriteString("reason", command.Reason);
                List("traits", command.Traits);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            List("writes", explanation.Writes);
            List("notes", explanation.Notes);
            List("rules", verdict.Rules);
            json.WriteEndObject();

            void List(string name, IReadOnlyList<string> items)
            {
                json.WriteStartArray(name);
                foreach (var item in items) json.WriteStringValue(item);
                json.WriteEndArray();
            }
        }
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static string Code(Consented answer) => answer switch { Consented.Yes => "yes", Consented.No => "no", _ => "ask" };
}
