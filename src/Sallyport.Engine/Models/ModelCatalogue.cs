using System.Text.Json;

namespace Sallyport.Engine.Models;

/// <summary>
/// Models as data: what fits, what it costs, what it can do, and which one a tier means. The data ships inside and a person's
/// own file goes over it, entry by entry, so that a new model is a line of data.
/// </summary>
public sealed class ModelCatalogue
{
    private readonly Dictionary<string, ModelFacts> _exact = new(StringComparer.Ordinal);
    private readonly List<ModelFacts> _prefixes = [];
    private readonly Dictionary<string, string> _tiers = new(StringComparer.Ordinal);
    private readonly HashSet<string> _tierNames = new(StringComparer.Ordinal);

    private ModelCatalogue() { }

    /// <summary>The built-in data, with the person's file over it when there is one.</summary>
    /// <param name="path">Such as <c>~/.config/sallyport/models.json</c>; null or absent for none.</param>
    /// <exception cref="FormatException">The file cannot be used; the message names it, the place and the fix.</exception>
    public static ModelCatalogue Load(string? path = null)
    {
        var catalogue = new ModelCatalogue();
        using (var stream = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("Sallyport.Engine.models.json")!)
        {
            var bytes = new byte[stream.Length];
            stream.ReadExactly(bytes);
            catalogue.Add(bytes, "models.json");
        }
        if (path is not null && File.Exists(path)) catalogue.Add(File.ReadAllBytes(path), path);
        return catalogue;
    }

    /// <summary>Every model that is named exactly.</summary>
    public IEnumerable<ModelFacts> Models => _exact.Values;

    /// <summary>Names of all tiers, of any provider.</summary>
    public IEnumerable<string> Tiers => _tierNames;

    /// <summary>The model that a tier means for a provider; null when it has none.</summary>
    public string? Tier(string tier, string provider) => _tiers.GetValueOrDefault(Key(provider, tier));

    /// <summary>
    /// A model by name or tier (<c>standard</c> when null). Null when a tier is meant for which the provider has no model: then a
    /// name must be given.
    /// </summary>
    public ModelFacts? Resolve(string? nameOrTier, string provider)
    {
        nameOrTier ??= "standard";
        if (Tier(nameOrTier, provider) is { } model) return Find(model, provider);
        return _tierNames.Contains(nameOrTier) ? null : Find(nameOrTier, provider);
    }

    /// <summary>A model by the provider's own name: its entry, the longest prefix that fits, or careful guesses.</summary>
    public ModelFacts Find(string model, string provider)
    {
        if (_exact.TryGetValue(Key(provider, model), out var exact)) return exact;
        ModelFacts? best = null;
        foreach (var one in _prefixes)
        {
            if (one.Provider != provider || !model.AsSpan().StartsWith(one.Id.AsSpan(0, one.Id.Length - 1), StringComparison.OrdinalIgnoreCase)) continue;
            if (best is null || one.Id.Length > best.Id.Length) best = one;
        }
        return best is null
            ? ModelFacts.Unknown(model) with { Provider = provider }
            : best with { Id = model };
    }

    private static string Key(string provider, string model) => provider + "\n" + model;

    private void Add(ReadOnlyMemory<byte> json, string path)
    {
        if (json.Span.StartsWith("\uFEFF"u8)) json = json[3..];
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            foreach (var provider in Members(document.RootElement, "the file"))
            {
                if (provider.Name is "$schema") continue;
                foreach (var member in Members(provider.Value, provider.Name))
                {
                    if (member.NameEquals("tiers")) AddTiers(provider.Name, member.Value);
                    else if (member.NameEquals("models")) AddModels(provider.Name, member.Value);
                    else throw new FormatException($"{provider.Name}.{member.Name} is not known; a provider has \"tiers\" and \"models\"");
                }
            }
        }
        catch (JsonException e)
        {
            throw new FormatException($"{path}:{e.LineNumber + 1}:{e.BytePositionInLine + 1}: not valid JSON. Correct it, or remove the file to use the built-in models.", e);
        }
        catch (FormatException e)
        {
            throw new FormatException($"{path}: {e.Message}.", e);
        }
    }

    private void AddTiers(string provider, JsonElement tiers)
    {
        foreach (var tier in Members(tiers, provider + ".tiers"))
        {
            if (tier.Value.ValueKind != JsonValueKind.String) throw new FormatException($"{provider}.tiers.{tier.Name} must be a model's name in quotes");
            _tiers[Key(provider, tier.Name)] = tier.Value.GetString()!;
            _tierNames.Add(tier.Name);
        }
    }

    private void AddModels(string provider, JsonElement models)
    {
        foreach (var model in Members(models, provider + ".models"))
        {
            var place = $"{provider}.models.{model.Name}";
            var before = model.Name.EndsWith('*') ? _prefixes.Find(p => p.Id == model.Name && p.Provider == provider) : _exact.GetValueOrDefault(Key(provider, model.Name));
            var start = before ?? Find(model.Name.TrimEnd('*'), provider);
            var info = ReadModel(model.Value, start with { Id = model.Name, IsKnown = true, Price = before?.Price }, place);
            if (before is not null) _prefixes.Remove(before);
            if (model.Name.EndsWith('*')) _prefixes.Add(info);
            else _exact[Key(provider, model.Name)] = info;
        }
    }

    private static ModelFacts ReadModel(JsonElement model, ModelFacts info, string place)
    {
        foreach (var field in Members(model, place))
        {
            info = field.Name switch
            {
                "contextWindow" => info with { ContextWindow = Count(field, place) },
                "maxOutput" => info with { MaxOutput = Count(field, place) },
                "price" => info with { Price = field.Value.ValueKind == JsonValueKind.Null ? null : ReadPrice(field.Value, place + ".price") },
                "thinking" => info with { Thinking = Style(field, place) },
                "images" => info with { SeesImages = Flag(field, place) },
                "effort" => info with { Thinks = Flag(field, place) },
                _ => throw new FormatException($"{place}.{field.Name} is not known; there are contextWindow, maxOutput, price, thinking, images and effort"),
            };
        }
        return info;
    }

    // What is not told is taken as dear as input: a budget may end early, never late.
    private static ModelPrice ReadPrice(JsonElement price, string place)
    {
        decimal? input = null, output = null, read = null, write = null;
        string? date = null;
        ModelPrice? above = null;
        long tokens = 0;
        foreach (var field in Members(price, place))
        {
            switch (field.Name)
            {
                case "input": input = Amount(field, place); break;
                case "output": output = Amount(field, place); break;
                case "cacheRead": read = Amount(field, place); break;
                case "cacheWrite": write = Amount(field, place); break;
                case "tokens": tokens = Count(field, place); break;
                case "above": above = ReadPrice(field.Value, place + ".above"); break;
                case "asOf" when field.Value.ValueKind == JsonValueKind.String: date = field.Value.GetString(); break;
                default: throw new FormatException($"{place}.{field.Name} is not known; there are input, output, cacheRead, cacheWrite (dollars per million tokens), above (the same for requests over its tokens) and asOf (a date)");
            }
        }
        if (input is null || output is null) throw new FormatException($"{place} needs input and output, in dollars per million tokens");
        if (above is { UpTo: 0 }) throw new FormatException($"{place}.above needs tokens: the input above which it applies");
        // In the outer price the limit is the inner one's.
        return new ModelPrice(input.Value, output.Value, read ?? input.Value, write ?? input.Value) { AsOf = date, Above = above, UpTo = above?.UpTo ?? tokens };
    }

    private static JsonElement.ObjectEnumerator Members(JsonElement element, string place) =>
        element.ValueKind == JsonValueKind.Object ? element.EnumerateObject() : throw new FormatException($"{place} must be an object");

    private static int Count(JsonProperty field, string place) =>
        field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out var value) && value > 0
            ? value : throw new FormatException($"{place}.{field.Name} must be a whole number of tokens above zero");

    private static decimal Amount(JsonProperty field, string place) =>
        field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetDecimal(out var value) && value >= 0
            ? value : throw new FormatException($"{place}.{field.Name} must be a number of dollars, zero or more");

    private static bool Flag(JsonProperty field, string place) =>
        field.Value.ValueKind is JsonValueKind.True or JsonValueKind.False ? field.Value.GetBoolean() : throw new FormatException($"{place}.{field.Name} must be true or false");

    private static ThinkingStyle Style(JsonProperty field, string place) => (field.Value.ValueKind == JsonValueKind.String ? field.Value.GetString() : null) switch
    {
        "none" => ThinkingStyle.None,
        "budget" => ThinkingStyle.Budget,
        "adaptive" => ThinkingStyle.Adaptive,
        "always" => ThinkingStyle.Always,
        _ => throw new FormatException($"{place}.thinking must be \"none\", \"budget\", \"adaptive\" or \"always\""),
    };
}
