using System.Text;
using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>
/// The arguments of a call, as the model wrote them, made fit to run: damage is repaired and values are converted only where
/// there is one way to read them, and each time it is said. What is not clear goes back to the model.
/// </summary>
/// <param name="Value">The arguments; an empty object when there is an error.</param>
/// <param name="Error">For the model: what is wrong and what to do. null when the arguments are valid.</param>
/// <param name="Repairs">What was mended, each a short sentence; usually none.</param>
public sealed record ToolArguments(JsonElement Value, string? Error, IReadOnlyList<string> Repairs)
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly JsonElement Empty = ParseElement("{}");

    public bool IsValid => Error is null;

    public static ToolArguments Parse(string text, JsonSchema schema)
    {
        var repairs = new List<string>();
        if (!TryRead(text, repairs, out var value, out var wrong))
            return new ToolArguments(Empty, $"The arguments are not valid JSON, so the call was not run: {wrong}. Send the call again with one complete JSON object.", []);
        if (value.ValueKind != JsonValueKind.Object)
            return new ToolArguments(Empty, $"The arguments must be one JSON object; got {SchemaWords.Value(value)}. The call was not run.", []);
        var errors = schema.Check(value);
        if (errors.Count > 0)
        {
            var converted = ArgumentConversion.Convert(value, schema, repairs);
            if (converted is { } better && schema.Check(better) is var left && left.Count < errors.Count) (value, errors) = (better, left);
        }
        return errors.Count == 0 ? new ToolArguments(value, null, repairs) : new ToolArguments(Empty, Tell(errors), []);
    }

    private static bool TryRead(string text, List<string> repairs, out JsonElement value, out string wrong)
    {
        wrong = "";
        if (string.IsNullOrWhiteSpace(text))
        {
            value = Empty;
            return true;
        }
        try
        {
            value = ParseElement(text);
        }
        catch (JsonException e)
        {
            if (JsonRepair.Mend(text, repairs, out var why) is not { } mended)
            {
                (value, wrong) = (Empty, why ?? JsonWords.Of(e));
                return false;
            }
            try
            {
                value = ParseElement(mended);
            }
            catch (JsonException)
            {
                (value, wrong) = (Empty, JsonWords.Of(e));
                return false;
            }
        }
        if (value.ValueKind != JsonValueKind.String || value.GetString()!.AsSpan().TrimStart() is not ['{', ..]) return true;
        try
        {
            value = ParseElement(value.GetString()!);
            repairs.Add("the arguments were a string that holds JSON; its content was taken");
        }
        catch (JsonException e)
        {
            wrong = "they are a string that should hold a JSON object, but " + JsonWords.Of(e);
            return false;
        }
        return true;
    }

    internal static JsonElement ParseElement(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, Strict);
            if (text.Contains("\\u", StringComparison.Ordinal)) ReadTexts(document.RootElement);
            return document.RootElement.Clone();
        }
        catch (InvalidOperationException e)
        {
            throw new JsonException("a text in it holds half of a character (\\ud800 to \\udfff must come in pairs); write the character itself", e);
        }
    }

    // The parser lets half of a surrogate pair pass, and whoever asks for the text fails.
    private static void ReadTexts(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                value.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) ReadTexts(item);
                break;
            case JsonValueKind.Object:
                foreach (var member in value.EnumerateObject()) ReadTexts(member.Value);
                break;
        }
    }

    private static string Tell(IReadOnlyList<SchemaError> errors)
    {
        var text = new StringBuilder("The arguments do not fit the tool's schema, so the call was not run:\n");
        foreach (var error in errors) text.Append("- ").Append(error).Append('\n');
        return text.Append(errors.Count == 1 ? "Send it again with this corrected." : "Send it again with these corrected.").ToString();
    }
}
