using Sallyport.Engine.Models;
using Sallyport.Engine.Schema;
using Sallyport.Engine.Swarm;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Turns;

/// <summary>The tools of a session, in an order that never changes: their description heads the cached prefix.</summary>
public sealed class ToolSet
{
    private readonly Dictionary<string, Tool> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonSchema> schemas = new(StringComparer.Ordinal);

    public ToolSet(IEnumerable<Tool> tools)
    {
        var specs = new List<ToolSpec>();
        foreach (var tool in tools)
        {
            if (!byName.TryAdd(tool.Name, tool)) throw new ArgumentException($"two tools are called {tool.Name}", nameof(tools));
            specs.Add(new ToolSpec(tool.Name, tool.Description, tool.Schema.Trim()));
        }
        specs.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        Specs = specs;
    }

    public IReadOnlyList<ToolSpec> Specs { get; }

    /// <summary>Those that may be used by these rights.</summary>
    public ToolSet Within(Rights rights)
    {
        var kept = new List<Tool>();
        foreach (var spec in Specs) if (rights.Has(spec.Name)) kept.Add(byName[spec.Name]);
        return new ToolSet(kept);
    }

    public Tool? Find(string name) => byName.GetValueOrDefault(name);

    /// <summary>The tool's schema, made ready when it is first called.</summary>
    public JsonSchema SchemaOf(Tool tool)
    {
        lock (schemas)
        {
            if (!schemas.TryGetValue(tool.Name, out var schema)) schemas.Add(tool.Name, schema = JsonSchema.Parse(tool.Schema));
            return schema;
        }
    }

    public IReadOnlyList<string> Names => [.. Specs.Select(s => s.Name)];
}
