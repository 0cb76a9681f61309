using System.Text.Json;

namespace Sallyport.ModelServer.Wires;

/// <summary>What both of OpenAI's wires refuse.</summary>
internal static class OpenAiRules
{
    /// <summary>A function's own fields, wherever the wire puts them.</summary>
    public static string Function(JsonElement function, string place)
    {
        var name = function.Text("name") ?? throw Refused.Invalid($"Missing required parameter: '{place}.name'.", $"{place}.name", "missing_required_parameter");
        if (name.Length > 64 || !name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
            throw Refused.Invalid($"Invalid '{place}.name': string does not match pattern. Expected a string that matches the pattern '^[a-zA-Z0-9_-]+$'.", $"{place}.name", "invalid_value");
        if (function.Find("parameters") is not { } schema) return name;
        if (schema.Text("type") != "object")
            throw Refused.Invalid($"Invalid schema for function '{name}': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{schema.Text("type") ?? "None"}\"'.", $"{place}.parameters", "invalid_function_parameters");
        if (function.Flag("strict") && schema.NotStrict() is { } why)
            throw Refused.Invalid($"Invalid schema for function '{name}': {why}", $"{place}.parameters", "invalid_function_parameters");
        return name;
    }

    public static Refused Missing(string parameter) =>
        Refused.Invalid($"Missing required parameter: '{parameter}'.", parameter, "missing_required_parameter");

    public static void CheckImageUrl(string? url, string place)
    {
        if (url is null) throw Missing(place);
        if (url.StartsWith("https://", StringComparison.Ordinal) || url.StartsWith("http://", StringComparison.Ordinal)) return;
        var comma = url.IndexOf(";base64,", StringComparison.Ordinal);
        if (!url.StartsWith("data:image/", StringComparison.Ordinal) || comma < 0 || !Shape.IsBase64(url[(comma + 8)..]))
            throw Refused.Invalid($"Invalid '{place}'. Expected a valid URL or a base64-encoded data URL with an image MIME type.", place, "invalid_value");
    }

    /// <summary>Reasoning models take neither of the old sampling fields.</summary>
    public static bool Reasons(string model) => model.StartsWith("gpt-5", StringComparison.Ordinal) || model.StartsWith("o1", StringComparison.Ordinal)
        || model.StartsWith("o3", StringComparison.Ordinal) || model.StartsWith("o4", StringComparison.Ordinal);
}
