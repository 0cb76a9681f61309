using System.Text.Json;
using Sallyport.Engine.Schema;

namespace Sallyport.Engine.Turns;

/// <summary>The JSON Schema that the final answer must satisfy (<c>--json-schema</c>).</summary>
/// <param name="text">The schema. Throws <see cref="SchemaException"/> when it is none.</param>
public sealed class AnswerSchema(string text)
{
    private readonly JsonSchema schema = JsonSchema.Parse(text, assertFormats: true);

    public string Text => text;

    /// <summary>What it says and nobody checks.</summary>
    public IReadOnlyList<string> Unenforced => schema.Unenforced;

    /// <summary>The JSON value in an answer, or what is wrong with it. A code fence around it is passed over, prose is not.</summary>
    public (string? Json, string? Problem) Answer(string answer)
    {
        var json = Bare(answer);
        try
        {
            var value = ToolArguments.ParseElement(json);
            var errors = schema.Check(value);
            return errors.Count == 0 ? (json, null) : (null, string.Join("; ", errors.Take(10)));
        }
        catch (JsonException e)
        {
            return (null, $"it is not JSON ({JsonWords.Of(e)})");
        }
    }

    private static string Bare(string answer)
    {
        var bare = answer.Trim();
        if (!bare.StartsWith("```", StringComparison.Ordinal) || !bare.EndsWith("```", StringComparison.Ordinal)) return bare;
        var line = bare.IndexOf('\n', StringComparison.Ordinal);
        return line < 0 || bare.Length - 3 <= line ? bare : bare[(line + 1)..^3].Trim();
    }
}
