using System.Text.Json;

namespace Sallyport.Engine.Tools;

/// <summary>Reads validated arguments. Absent and null are the same: models send both.</summary>
public static class Arguments
{
    /// <summary>A required string.</summary>
    public static string Text(this JsonElement arguments, string name) => arguments.GetProperty(name).GetString()!;

    public static string? TextOrNull(this JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    public static int? Number(this JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? (int)Math.Clamp(value.GetDouble(), int.MinValue, int.MaxValue) : null;

    public static bool Flag(this JsonElement arguments, string name) =>
        arguments.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.True;

    /// <summary>The elements of an array; none when it is absent.</summary>
    public static IEnumerable<JsonElement> Items(this JsonElement arguments, string name)
    {
        if (!arguments.TryGetProperty(name, out var value) || value.ValueKind != JsonValueKind.Array) yield break;
        foreach (var item in value.EnumerateArray()) yield return item;
    }
}
