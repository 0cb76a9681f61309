using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>One compiled schema. Only what its keywords say is set.</summary>
internal sealed class SchemaNode
{
    /// <summary>true or false as a schema; null when it is an object.</summary>
    public bool? Always { get; set; }

    public JsonKinds Types { get; set; } = JsonKinds.Any;
    public JsonElement[]? Enum { get; set; }
    public JsonElement? Const { get; set; }

    public SchemaNode? Reference { get; set; }
    public SchemaNode[]? AllOf { get; set; }
    public SchemaNode[]? AnyOf { get; set; }
    public SchemaNode[]? OneOf { get; set; }
    public SchemaNode? Not { get; set; }
    public SchemaNode? If { get; set; }
    public SchemaNode? Then { get; set; }
    public SchemaNode? Else { get; set; }

    public Dictionary<string, SchemaNode>? Properties { get; set; }
    public (SchemaPattern Pattern, SchemaNode Node)[]? PatternProperties { get; set; }
    public SchemaNode? AdditionalProperties { get; set; }
    public SchemaNode? UnevaluatedProperties { get; set; }
    public SchemaNode? PropertyNames { get; set; }
    public string[]? Required { get; set; }
    public Dictionary<string, string[]>? DependentRequired { get; set; }
    public Dictionary<string, SchemaNode>? DependentSchemas { get; set; }
    public int MinProperties { get; set; }
    public int MaxProperties { get; set; } = int.MaxValue;

    public SchemaNode[]? PrefixItems { get; set; }
    public SchemaNode? Items { get; set; }
    public SchemaNode? UnevaluatedItems { get; set; }
    public SchemaNode? Contains { get; set; }
    public int MinContains { get; set; } = 1;
    public int MaxContains { get; set; } = int.MaxValue;
    public int MinItems { get; set; }
    public int MaxItems { get; set; } = int.MaxValue;
    public bool UniqueItems { get; set; }

    public int MinLength { get; set; }
    public int MaxLength { get; set; } = int.MaxValue;
    public SchemaPattern? Pattern { get; set; }
    public string? Format { get; set; }

    public JsonElement? Minimum { get; set; }
    public JsonElement? Maximum { get; set; }
    public JsonElement? ExclusiveMinimum { get; set; }
    public JsonElement? ExclusiveMaximum { get; set; }
    public JsonElement? MultipleOf { get; set; }
}

/// <summary>The types that a schema allows.</summary>
[Flags]
internal enum JsonKinds
{
    None = 0,
    Null = 1,
    Boolean = 2,
    Integer = 4,
    Number = 8,
    String = 16,
    Array = 32,
    Object = 64,
    Any = 127,
}
