using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>
/// A JSON Schema (2020-12, and what older drafts wrote differently), compiled once. Remote references are refused; patterns run
/// in linear time; a check is bounded in errors, depth and work, whatever schema and value are.
/// </summary>
public sealed class JsonSchema
{
    /// <summary>No more errors than this are told: the first ones are enough to act on.</summary>
    public const int MaxErrors = 20;

    private readonly SchemaCompiler compiler;

    private JsonSchema(SchemaCompiler compiler, SchemaNode root)
    {
        this.compiler = compiler;
        Root = root;
    }

    internal SchemaNode Root { get; }

    internal bool TracksEvaluated => compiler.TracksEvaluated;

    internal bool AssertsFormats { get; private init; }

    /// <summary>Compiles a schema. Throws <see cref="SchemaException"/> when it is none.</summary>
    /// <param name="text">JSON.</param>
    /// <param name="assertFormats">Whether <c>format</c> is checked (date, date-time, time, email, uri, uuid, ipv4, ipv6, hostname) or only a note.</param>
    public static JsonSchema Parse(string text, bool assertFormats = false)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return Of(document.RootElement.Clone(), assertFormats);
        }
        catch (JsonException e)
        {
            throw new SchemaException($"the schema is not JSON: {JsonWords.Of(e)}", e);
        }
    }

    /// <summary>Compiles a schema that is read already; the element must outlive it.</summary>
    public static JsonSchema Of(JsonElement schema, bool assertFormats = false)
    {
        var compiler = new SchemaCompiler(schema);
        return new JsonSchema(compiler, compiler.CompileRoot()) { AssertsFormats = assertFormats };
    }

    /// <summary>What is wrong with a value; nothing when it fits. At most <see cref="MaxErrors"/>.</summary>
    public IReadOnlyList<SchemaError> Check(JsonElement value)
    {
        var check = new SchemaCheck(this);
        return check.Run(value);
    }

    /// <summary>
    /// What it says and is not checked, in its order: patterns that cannot be matched in linear time (look-arounds, back references) or
    /// are none, formats, and words that are not known. They accept everything.
    /// </summary>
    public IReadOnlyList<string> Unenforced => compiler.Unenforced(AssertsFormats);
}

/// <summary>One thing that does not fit.</summary>
/// <param name="Path">JSON pointer to the value; empty for the whole.</param>
/// <param name="Message">What it must be, and what it is.</param>
public sealed record SchemaError(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}

/// <summary>A schema that cannot be used; the message says where and why.</summary>
public sealed class SchemaException(string message, Exception? inner = null) : Exception(message, inner);
