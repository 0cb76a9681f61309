using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Engine.Settings;
using Sallyport.Gate;
using Sallyport.Providers;

namespace Sallyport.Settings;

/// <summary><c>sally models</c>: what can be asked, what fits, what it costs.</summary>
internal sealed class ModelsCommand : ProgramCommand
{
    /// <summary>The person's own data, over what is built in.</summary>
    public static string OwnFile => Path.Combine(SettingsPaths.ConfigFolder(), "models.json");

    public override string Name => "models";

    public override string Summary => "models, their tiers and prices; which providers are ready";

    public override string Help(string[] path) => SettingsHelp.Models;

    public override Command Create()
    {
        var provider = new Argument<string?>("PROVIDER") { Arity = ArgumentArity.ZeroOrOne };
        var json = new Option<bool>("--json");
        foreach (var kind in ProviderTable.Kinds) provider.CompletionSources.Add(kind.Name);
        var command = new Command(Name, Summary) { provider, json };
        command.SetAction((result, _) =>
        {
            var settings = RunSettings.Load(Environment.CurrentDirectory);
            var catalogue = Catalogue();
            var chosen = result.GetValue(provider);
            if (chosen is not null && ProviderTable.Kind(chosen) is null && !settings.Providers.ContainsKey(chosen)) throw new SettingsException($"there is no provider {Printable.Line(chosen)}");
            Output.Write(null, writer =>
            {
                if (result.GetValue(json)) WriteJson(writer, catalogue, settings, chosen);
                else WriteText(writer, catalogue, settings, chosen);
            });
            return Task.FromResult(0);
        });
        return command;
    }

    /// <summary>Throws <see cref="SettingsException"/> when the person's file is wrong.</summary>
    public static ModelCatalogue Catalogue()
    {
        try
        {
            return ModelCatalogue.Load(OwnFile);
        }
        catch (FormatException e)
        {
            throw new SettingsException(e.Message, e);
        }
    }

    /// <summary>The variable that holds the provider's credential; null when none is set.</summary>
    public static string? CredentialVariable(ProviderKind kind)
    {
        foreach (var name in kind.KeyVariables) if (!string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(name))) return name;
        return null;
    }

    private static void WriteText(TextWriter writer, ModelCatalogue catalogue, RunSettings settings, string? chosen)
    {
        var first = true;
        foreach (var kind in ProviderTable.Kinds)
        {
            if (chosen is not null && kind.Name != chosen) continue;
            if (!first) writer.WriteLine();
            first = false;
            writer.WriteLine($"{kind.Name}: {kind.Title}; {Ready(kind)}");
            foreach (var model in Of(catalogue, kind.Name))
            {
                var tiers = Tiers(catalogue, kind.Name, model.Id);
                writer.WriteLine($"  {model.Id.PadRight(28)} {Tokens(model.ContextWindow),5} context  {Tokens(model.MaxOutput),5} output  {Price(model.Price).PadRight(20)} {string.Join(", ", tiers)}".TrimEnd());
            }
        }
        foreach (var (name, own) in settings.Providers)
        {
            if (chosen is not null && name != chosen) continue;
            writer.WriteLine($"{(first ? "" : "\n")}{Printable.Line(name)}: your own ({own.Kind}){(own.BaseUrl is null ? "" : " at " + Printable.Line(own.BaseUrl))}");
            first = false;
            foreach (var model in own.Models) writer.WriteLine($"  {Printable.Line(model)}");
        }
        if (chosen is not null) return;
        foreach (var (name, tier) in settings.Tiers) writer.WriteLine($"tier {Printable.Line(name)}: {Printable.Line(tier.ToString())}  (settings)");
        writer.WriteLine($"\nPrices are US dollars for a million tokens, input / output. Your own data: {OwnFile}");
    }

    private static string Ready(ProviderKind kind) =>
        CredentialVariable(kind) is { } variable ? $"ready: {variable} is set"
        : kind.KeyVariables.Count == 0 ? "needs no credential"
        : kind.KeyIsOptional ? $"ready for servers that need no credential; else set {kind.KeyVariables[0]}"
        : $"not ready: set {kind.KeyVariables[0]}";

    private static List<ModelFacts> Of(ModelCatalogue catalogue, string provider)
    {
        var models = new List<ModelFacts>();
        foreach (var model in catalogue.Models) if (model.Provider == provider) models.Add(model);
        // What a tier means belongs in the list even where only a prefix describes it.
        foreach (var tier in catalogue.Tiers)
            if (catalogue.Tier(tier, provider) is { } id && !models.Exists(m => m.Id == id)) models.Add(catalogue.Find(id, provider));
        models.Sort(static (a, b) => string.CompareOrdinal(a.Id, b.Id));
        return models;
    }

    private static List<string> Tiers(ModelCatalogue catalogue, string provider, string model)
    {
        var tiers = new List<string>();
        foreach (var tier in catalogue.Tiers) if (catalogue.Tier(tier, provider) == model) tiers.Add(tier);
        return tiers;
    }

    private static string Tokens(long count) =>
        count >= 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{count / 1_000_000d:0.##}M") : string.Create(CultureInfo.InvariantCulture, $"{count / 1000}k");

    private static string Price(ModelPrice? price) => price is null ? "price not known" : string.Create(CultureInfo.InvariantCulture, $"${price.Input:0.####} / ${price.Output:0.####}");

    private static void WriteJson(TextWriter writer, ModelCatalogue catalogue, RunSettings settings, string? chosen)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("version", 1);
            json.WriteStartArray("providers");
            foreach (var kind in ProviderTable.Kinds)
            {
                if (chosen is not null && kind.Name != chosen) continue;
                json.WriteStartObject();
                json.WriteString("name", kind.Name);
                json.WriteString("title", kind.Title);
                json.WriteBoolean("ready", CredentialVariable(kind) is not null || kind.KeyIsOptional || kind.KeyVariables.Count == 0);
                json.WriteString("credential", CredentialVariable(kind));
                json.WriteStartArray("models");
                foreach (var model in Of(catalogue, kind.Name)) WriteModel(json, catalogue, kind.Name, model);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            foreach (var (name, own) in settings.Providers)
            {
                if (chosen is not null && name != chosen) continue;
                json.WriteStartObject();
                json.WriteString("name", name);
                json.WriteString("kind", own.Kind);
                json.WriteString("baseUrl", own.BaseUrl);
                json.WriteStartArray("models");
                foreach (var model in own.Models)
                {
                    json.WriteStartObject();
                    json.WriteString("id", model);
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndArray();
            json.WriteStartObject("tiers");
            foreach (var (name, tier) in settings.Tiers) json.WriteString(name, tier.ToString());
            json.WriteEndObject();
            json.WriteEndObject();
        }
        writer.WriteLine(Encoding.UTF8.GetString(buffer.ToArray()));
    }

    private static void WriteModel(Utf8JsonWriter json, ModelCatalogue catalogue, string provider, ModelFacts model)
    {
        json.WriteStartObject();
        json.WriteString("id", model.Id);
        json.WriteNumber("contextWindow", model.ContextWindow);
        json.WriteNumber("maxOutput", model.MaxOutput);
        json.WriteStartArray("tiers");
        foreach (var tier in Tiers(catalogue, provider, model.Id)) json.WriteStringValue(tier);
        json.WriteEndArray();
        if (model.Price is { } price)
        {
            json.WriteStartObject("price");
            json.WriteNumber("input", price.Input);
            json.WriteNumber("output", price.Output);
            json.WriteNumber("cacheRead", price.CacheRead);
            json.WriteNumber("cacheWrite", price.CacheWrite);
            json.WriteString("asOf", price.AsOf);
            json.WriteEndObject();
        }
        else json.WriteNull("price");
        json.WriteEndObject();
    }
}
