using System.CommandLine;
using System.Text;
using System.Text.Json;
using Sallyport.Engine.Settings;
using Sallyport.Gate;

namespace Sallyport.Settings;

/// <summary><c>sally config</c>: what holds, why, and how to change it.</summary>
internal sealed class ConfigCommand : ProgramCommand
{
    public override string Name => "config";

    public override string Summary => "settings: show, explain, change";

    public override bool NeedsMore => true;

    public override string Help(string[] path) => SettingsHelp.Config(path);

    public override Command Create() => new(Name, Summary) { Show(), Get(), Set(), Path(), Keys() };

    private static Command Show()
    {
        var (origins, json) = (new Option<bool>("--origins"), new Option<bool>("--json"));
        var command = new Command("show", "what holds here") { origins, json };
        command.SetAction((result, _) =>
        {
            var settings = RunSettings.Load(Environment.CurrentDirectory);
            Output.Write(null, writer =>
            {
                if (result.GetValue(json)) ShowJson(settings, writer);
                else ShowText(settings, result.GetValue(origins), writer);
            });
            if (settings.Notice() is { } notice && !result.GetValue(json)) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static void ShowText(RunSettings settings, bool origins, TextWriter writer)
    {
        foreach (var key in SettingKeys.All)
        {
            var setting = settings[key.Name];
            if (setting is null && !origins) continue;
            if (!origins)
            {
                writer.WriteLine($"{key.Name.PadRight(21)} {Shown(key, setting!.Value)}");
                continue;
            }
            if (setting is null)
            {
                writer.WriteLine($"{key.Name.PadRight(21)} {key.Default}  (default)");
                continue;
            }
            // What adds up has more than one origin.
            var told = false;
            if (key.AddsUp)
            {
                foreach (var layer in settings.Layers)
                {
                    if (!layer.Values.TryGetValue(key.Name, out var part) || !settings.Counts(layer, key.Name)) continue;
                    writer.WriteLine($"{(told ? "" : key.Name).PadRight(21)} {Shown(key, part.Value)}  {part.Origin}");
                    told = true;
                }
            }
            if (!told) writer.WriteLine($"{key.Name.PadRight(21)} {Shown(key, setting.Value)}  {setting.Origin}");
        }
        if (!origins && settings.Layers.Count == 0) writer.WriteLine("nothing is set; \"sally config keys\" lists what can be");
    }

    // Values of variables may be anything, so their names must do.
    private static string Shown(SettingKey key, object value) =>
        key.Kind == SettingKind.Texts ? string.Join(", ", ((Dictionary<string, string>)value).Keys) : SettingText.Json(value);

    private static void ShowJson(RunSettings settings, TextWriter writer)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteString("project", settings.Paths.ProjectFolder);
            json.WriteBoolean("trusted", settings.IsTrusted);
            json.WriteStartObject("settings");
            foreach (var key in SettingKeys.All)
            {
                if (settings[key.Name] is not { } setting) continue;
                json.WriteStartObject(key.Name);
                json.WritePropertyName("value");
                if (key.Kind == SettingKind.Texts)
                {
                    json.WriteStartArray();
                    foreach (var name in ((Dictionary<string, string>)setting.Value).Keys) json.WriteStringValue(name);
                    json.WriteEndArray();
                }
                else json.WriteRawValue(SettingText.Json(setting.Value));
                json.WriteString("layer", setting.Layer.ToString().ToLowerInvariant());
                json.WriteString("file", setting.Path);
                if (setting.Line > 0) json.WriteNumber("line", setting.Line);
                json.WriteEndObject();
            }
            json.WriteEndObject();
            json.WriteStartArray("ignored");
            foreach (var layer in settings.Layers) foreach (var name in layer.Ignored) json.WriteStringValue(name);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static Command Get()
    {
        var name = new Argument<string>("KEY");
        name.CompletionSources.Add(Names);
        var command = new Command("get", "one value") { name };
        command.SetAction((result, _) =>
        {
            var key = result.GetValue(name)!;
            var settings = RunSettings.Load(Environment.CurrentDirectory);
            var value = settings[key]?.Value;
            if (value is null && SettingKeys.Find(key) is null)
            {
                var dot = key.IndexOf('.', StringComparison.Ordinal);
                if (dot < 0 || SettingKeys.Find(key[..dot]) is null) throw new SettingsException(SettingText.Unknown(key));
                value = settings[key[..dot]]?.Value switch
                {
                    Dictionary<string, string> texts => texts.GetValueOrDefault(key[(dot + 1)..]),
                    Dictionary<string, TierSetting> tiers => tiers.GetValueOrDefault(key[(dot + 1)..]),
                    Dictionary<string, ProviderSetting> providers => providers.GetValueOrDefault(key[(dot + 1)..]),
                    _ => null,
                };
            }
            if (value is null) return Task.FromResult(1);
            Console.Out.WriteLine(value as string ?? SettingText.Json(value));
            return Task.FromResult(0);
        });
        return command;
    }

    private static Command Set()
    {
        var (name, value) = (new Argument<string>("KEY"), new Argument<string>("VALUE"));
        name.CompletionSources.Add(Names);
        var (user, project, local) = (new Option<bool>("--user"), new Option<bool>("--project"), new Option<bool>("--local"));
        var command = new Command("set", "change one value") { name, value, user, project, local };
        command.SetAction((result, _) =>
        {
            var chosen = (result.GetValue(user) ? 1 : 0) + (result.GetValue(project) ? 1 : 0) + (result.GetValue(local) ? 1 : 0);
            if (chosen > 1) throw new SettingsException("--user, --project and --local exclude each other");
            var layer = result.GetValue(project) ? LayerKind.Project : result.GetValue(local) ? LayerKind.Local : LayerKind.User;
            var paths = SettingsPaths.Of(Environment.CurrentDirectory);
            SettingsEditor.Set(paths.Of(layer), layer, result.GetValue(name)!, result.GetValue(value)!);
            Console.Out.WriteLine(Printable.Line(paths.Of(layer)));
            if (layer != LayerKind.User && RunSettings.Load(Environment.CurrentDirectory).Notice() is { } notice) Console.Error.WriteLine($"sally: {Printable.Line(notice)}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static Command Path()
    {
        var command = new Command("path", "the files, the strongest first");
        command.SetAction((_, _) =>
        {
            var paths = SettingsPaths.Of(Environment.CurrentDirectory);
            for (var layer = LayerKind.Local; layer >= LayerKind.Managed; layer--)
                Console.Out.WriteLine($"{layer.ToString().ToLowerInvariant().PadRight(9)}{Printable.Line(paths.Of(layer))}{(File.Exists(paths.Of(layer)) ? "" : "  (not there)")}");
            return Task.FromResult(0);
        });
        return command;
    }

    private static Command Keys()
    {
        var format = new Option<string>("--format") { DefaultValueFactory = _ => "text" };
        format.AcceptOnlyFromAmong("text", "json-schema", "markdown");
        var command = new Command("keys", "every setting there is") { format };
        command.SetAction((result, _) =>
        {
            Output.Write(null, writer =>
            {
                switch (result.GetValue(format))
                {
                    case "json-schema": writer.Write(SettingsPages.Schema()); break;
                    case "markdown": writer.Write(SettingsPages.Markdown()); break;
                    default:
                        foreach (var key in SettingKeys.All) writer.WriteLine($"{key.Name.PadRight(21)} {key.Title}{(key.Words.Count > 0 ? ": " + string.Join(", ", key.Words) : "")}");
                        break;
                }
            });
            return Task.FromResult(0);
        });
        return command;
    }

    private static IEnumerable<System.CommandLine.Completions.CompletionItem> Names(System.CommandLine.Completions.CompletionContext context)
    {
        foreach (var key in SettingKeys.All) yield return new(key.Name);
    }
}
