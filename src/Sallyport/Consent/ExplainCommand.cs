using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Agent;
using Sallyport.Engine;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Flow;
using Sallyport.Engine.Settings;
using Sallyport.Engine.Tools;
using Sallyport.Gate;

namespace Sallyport.Consent;

/// <summary><c>sally consent explain</c>: judges a call as a run in this folder would, and tells why.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var call = new Argument<string[]>("CALL") { Arity = ArgumentArity.OneOrMore };
        var mode = new Option<string?>("--permission-mode");
        var (allow, ask, deny) = (new Option<string[]>("--allow"), new Option<string[]>("--ask"), new Option<string[]>("--deny"));
        var json = new Option<bool>("--json");
        var after = new Option<bool>("--after-untrusted");
        var command = new Command("explain", "would this call pass here, and why?") { call, mode, allow, ask, deny, after, json };
        command.SetAction((result, _) =>
        {
            var flags = new List<KeyValuePair<string, string>>();
            if (result.GetValue(mode) is { } named) flags.Add(new("permissionMode", named));
            foreach (var (key, rules) in (ReadOnlySpan<(string, string[]?)>)[("allow", result.GetValue(allow)), ("ask", result.GetValue(ask)), ("deny", result.GetValue(deny))])
                foreach (var rule in rules ?? []) flags.Add(new(key, rule));
            return Task.FromResult(Run(result.GetValue(call)!, flags, result.GetValue(after), result.GetValue(json)));
        });
        return command;
    }

    private static int Run(string[] words, List<KeyValuePair<string, string>> flags, bool after, bool json)
    {
        var (tool, argument) = Call(words);
        var root = Directory.GetCurrentDirectory();
        var settings = RunSettings.Load(root, flags);
        var workspace = new Workspace(root, settings.AddDirs);
        var judge = new Judge(settings.PermissionMode, settings.Allow, settings.Ask, settings.Deny) { Named = touches => Confinement.IsOpen(settings, touches.Host) ? "network.allow names its host" : null };
        var touches = TouchesOf(tool, argument, workspace);
        var explanation = judge.Explain(tool, touches, workspace);
        IReadOnlyList<string> narrow = [];
        if (after)
        {
            var (ruling, rules) = FlowRule.After(judge, workspace, tool, touches, UntrustedSource.Of("web", "a page of somebody else"));
            (explanation, narrow) = (explanation with { Ruling = ruling }, rules);
        }
        Output.Write(null, writer =>
        {
            if (!json && narrow.Count > 0) Text(judge, explanation, [], writer, narrow);
            else if (json) Json(tool, argument, judge, explanation, narrow, writer);
            else Text(judge, explanation, explanation.Ruling.Answer == Consented.Ask ? judge.Offer(tool, touches, workspace) : [], writer);
        });
        if (!json && settings.Notice() is { } notice) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
        return explanation.Ruling.Answer switch { Consented.Yes => 0, Consented.No => 1, _ => 3 };
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

    private static Touches TouchesOf(string tool, string argument, Workspace workspace)
    {
        switch (tool)
        {
            case "bash": return new Touches(Effect.Execute) { Command = argument, Paths = [workspace.Current] };
            case "read" or "list" or "glob" or "grep": return Touches.Read(Both());
            case "write" or "edit" or "multi_edit" or "apply_patch": return Touches.Write(Both());
            case "web_fetch":
                var host = Uri.TryCreate(argument, UriKind.Absolute, out var uri) && uri.Host.Length > 0 ? uri.IsDefaultPort ? uri.Host : $"{uri.Host}:{uri.Port}" : argument;
                return new Touches(Effect.Network) { Host = host, Address = uri?.AbsoluteUri };
            case "todo" or "ask": return Touches.Nothing;
            default: return new Touches(Effect.Execute) { Paths = argument.Length == 0 ? [] : Both() };
        }

        string[] Both()
        {
            var named = workspace.Resolve(argument.Length == 0 ? "." : argument);
            var real = RealPath.Of(named, workspace);
            return real == named ? [named] : [named, real];
        }
    }

    private static void Text(Judge judge, Explanation explanation, IReadOnlyList<ConsentRule> offer, TextWriter writer, IReadOnlyList<string>? narrow = null)
    {
        writer.WriteLine(Printable.Line($"{Word(explanation.Ruling.Answer)}: {explanation.Ruling.Reason}  (mode {judge.Mode.Named()})"));
        foreach (var command in explanation.Commands)
            writer.WriteLine(Printable.Line($"  {Word(command.Answer).PadRight(7)} {command.Command}    {command.Reason}{(command.Traits.Count == 0 ? "" : $"  [{string.Join(", ", command.Traits)}]")}"));
        foreach (var path in explanation.Writes) writer.WriteLine(Printable.Line($"  writes  {path}"));
        foreach (var note in explanation.Notes) writer.WriteLine(Printable.Line($"  note    {note}"));
        foreach (var rule in narrow ?? []) writer.WriteLine(Printable.Line($"  allow   \"{rule}\" would let it pass"));
        foreach (var rule in offer) writer.WriteLine(Printable.Line($"  always  would remember \"{rule.Text}\""));
    }

    public static string Word(Consented answer) => answer switch { Consented.Yes => "allowed", Consented.No => "denied", _ => "asks" };

    private static void Json(string tool, string argument, Judge judge, Explanation explanation, IReadOnlyList<string> rules, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("tool", tool);
            json.WriteString("argument", argument);
            json.WriteString("mode", judge.Mode.Named());
            json.WriteString("answer", Code(explanation.Ruling.Answer));
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
            List("rules", rules);
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
