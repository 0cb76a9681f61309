using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Sallyport.Engine.Consent;
using Sallyport.Engine.Settings;
using Sallyport.Gate;

namespace Sallyport.Consent;

/// <summary><c>sally consent list</c>: the rules that hold in this folder, with the files that say so.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var json = new Option<bool>("--json");
        var command = new Command("list", "the mode and the rules that hold here") { json };
        command.SetAction((result, _) =>
        {
            var settings = RunSettings.Load(Environment.CurrentDirectory);
            var rules = Rules(settings);
            Output.Write(null, writer =>
            {
                if (result.GetValue(json)) Json(settings, rules, writer);
                else Text(settings, rules, writer);
            });
            if (!result.GetValue(json) && settings.Notice() is { } notice) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
            return Task.FromResult(0);
        });
        return command;
    }

    private sealed record Held(string Kind, string Rule, string Origin);

    // In the order in which they count.
    private static List<Held> Rules(RunSettings settings)
    {
        var rules = new List<Held>();
        foreach (var kind in (string[])["deny", "ask", "allow"])
            foreach (var layer in settings.Layers)
            {
                if (!layer.Values.TryGetValue(kind, out var setting) || !settings.Counts(layer, kind)) continue;
                foreach (var rule in (List<string>)setting.Value) rules.Add(new Held(kind, rule, setting.Origin));
            }
        return rules;
    }

    private static void Text(RunSettings settings, List<Held> rules, TextWriter writer)
    {
        writer.WriteLine(Printable.Line($"mode   {settings.PermissionMode.Named()}  {settings["permissionMode"]?.Origin ?? "(default)"}"));
        foreach (var rule in rules) writer.WriteLine(Printable.Line($"{rule.Kind.PadRight(6)} {rule.Rule}  {rule.Origin}"));
        if (rules.Count == 0) writer.WriteLine("no rules: \"sally config set allow 'bash npm test *'\" makes one");
    }

    private static void Json(RunSettings settings, List<Held> rules, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("mode", settings.PermissionMode.Named());
            json.WriteStartArray("rules");
            foreach (var rule in rules)
            {
                json.WriteStartObject();
                json.WriteString("kind", rule.Kind);
                json.WriteString("rule", rule.Rule);
                json.WriteString("origin", rule.Origin);
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteEndObject();
        }
        writer.WriteLine(System.Text.Encoding.UTF8.GetString(buffer.ToArray()));
    }
}
