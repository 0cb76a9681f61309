using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>Strings, numbers and the uniqueness of items.</summary>
internal static class ScalarCheck
{
    public static void String(SchemaNode node, string value, string at, List<SchemaError> into, bool assertsFormats)
    {
        if (node.MinLength > 0 || node.MaxLength < int.MaxValue)
        {
            // In characters as Unicode counts them.
            var length = 0;
            foreach (var _ in value.EnumerateRunes()) length++;
            if (length < node.MinLength) into.Add(new SchemaError(at, node.MinLength == 1 ? "must not be empty" : $"must have at least {node.MinLength} characters; it has {length}"));
            if (length > node.MaxLength) into.Add(new SchemaError(at, $"may have at most {SchemaCheck.Many(node.MaxLength, "character", "characters")}; it has {length}"));
        }
        if (node.Pattern is { } pattern && !pattern.Matches(value)) into.Add(new SchemaError(at, $"must match the pattern {pattern.Text}; got \"{SchemaWords.Cut(value)}\""));
        if (assertsFormats && node.Format is { } format && !SchemaFormat.Fits(format, value)) into.Add(new SchemaError(at, $"must be {SchemaFormat.Title(format)}; got \"{SchemaWords.Cut(value)}\""));
    }

    public static void Number(SchemaNode node, JsonElement value, string at, List<SchemaError> into)
    {
        if (node.Minimum is { } least && Compare(value, least) < 0) into.Add(new SchemaError(at, $"must be at least {least.GetRawText()}; got {SchemaWords.Value(value)}"));
        if (node.Maximum is { } most && Compare(value, most) > 0) into.Add(new SchemaError(at, $"must be at most {most.GetRawText()}; got {SchemaWords.Value(value)}"));
        if (node.ExclusiveMinimum is { } above && Compare(value, above) <= 0) into.Add(new SchemaError(at, $"must be greater than {above.GetRawText()}; got {SchemaWords.Value(value)}"));
        if (node.ExclusiveMaximum is { } below && Compare(value, below) >= 0) into.Add(new SchemaError(at, $"must be less than {below.GetRawText()}; got {SchemaWords.Value(value)}"));
        if (node.MultipleOf is { } unit && !IsMultiple(value, unit)) into.Add(new SchemaError(at, $"must be a multiple of {unit.GetRawText()}; got {SchemaWords.Value(value)}"));
    }

    public static bool IsWhole(JsonElement value)
    {
        if (value.TryGetInt64(out _)) return true;
        if (value.TryGetDecimal(out var exact)) return decimal.Truncate(exact) == exact;
        var number = value.GetDouble();
        return Math.Floor(number) == number;
    }

    public static void Unique(JsonElement array, string at, List<SchemaError> into)
    {
        // Sorted by a rough key first, so that a long array costs no square of comparisons.
        var seen = new Dictionary<string, List<int>>(StringComparer.Ordinal);
        var index = 0;
        foreach (var item in array.EnumerateArray())
        {
            var key = item.ValueKind switch
            {
                JsonValueKind.String => "s" + item.GetString(),
                JsonValueKind.Number => "n" + item.GetDouble().ToString("R", System.Globalization.CultureInfo.InvariantCulture),
                JsonValueKind.Array => "a" + item.GetArrayLength(),
                JsonValueKind.Object => "o" + item.GetPropertyCount(),
                var kind => kind.ToString(),
            };
            if (!seen.TryGetValue(key, out var same)) seen[key] = same = [];
            foreach (var other in same)
            {
                if (!JsonElement.DeepEquals(array[other], item)) continue;
                into.Add(new SchemaError($"{at}/{index}", $"the same as item {other}; every item may stand there once"));
                return;
            }
            same.Add(index++);
        }
    }

    private static int Compare(JsonElement a, JsonElement b) =>
        a.TryGetDecimal(out var x) && b.TryGetDecimal(out var y) ? x.CompareTo(y) : a.GetDouble().CompareTo(b.GetDouble());

    private static bool IsMultiple(JsonElement value, JsonElement unit)
    {
        if (value.TryGetDecimal(out var x) && unit.TryGetDecimal(out var y) && y != 0)
        {
            try
            {
                return x % y == 0;
            }
            catch (OverflowException)
            {
                // Too far apart for exact arithmetic; the rough one below decides.
            }
        }
        var quotient = value.GetDouble() / unit.GetDouble();
        return double.IsFinite(quotient) && Math.Abs(quotient - Math.Round(quotient)) < 1e-9;
    }
}
