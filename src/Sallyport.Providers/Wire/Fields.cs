using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Providers.Wire;

/// <summary>Reads what a server sent without trusting its shape: what is missing or of another type is absent, never an error.</summary>
internal static class Fields
{
    /// <summary>A member; of kind Undefined when there is none.</summary>
    public static JsonElement At(this JsonElement element, ReadOnlySpan<byte> name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : default;

    /// <summary>A text; null when it is absent or not a text.</summary>
    public static string? StringAt(this JsonElement element, ReadOnlySpan<byte> name) => element.At(name).StringOrNull();

    public static string? StringOrNull(this JsonElement element)
    {
        if (element.ValueKind != JsonValueKind.String) return null;
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: servers that cut text by UTF-16 units send the other half in the next piece.
            return Unescape(element.GetRawText());
        }
    }

    public static bool Is(this JsonElement element, ReadOnlySpan<byte> name, ReadOnlySpan<byte> text)
    {
        var value = element.At(name);
        return value.ValueKind == JsonValueKind.String && value.ValueEquals(text);
    }

    public static long NumberAt(this JsonElement element, ReadOnlySpan<byte> name, long otherwise = 0)
    {
        var value = element.At(name);
        return value.ValueKind == JsonValueKind.Number ? value.TryGetInt64(out var whole) ? whole : (long)value.GetDouble() : otherwise;
    }

    public static bool FlagAt(this JsonElement element, ReadOnlySpan<byte> name) => element.At(name).ValueKind == JsonValueKind.True;

    /// <summary>The elements of an array; none when it is absent.</summary>
    public static JsonElement.ArrayEnumerator ItemsAt(this JsonElement element, ReadOnlySpan<byte> name)
    {
        var value = element.At(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
    }

    private static string Unescape(string quoted)
    {
        var text = new StringBuilder(quoted.Length);
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
                continue;
            }
            i++;
            switch (quoted[i])
            {
                case 'n': text.Append('\n'); break;
                case 't': text.Append('\t'); break;
                case 'r': text.Append('\r'); break;
                case 'b': text.Append('\b'); break;
                case 'f': text.Append('\f'); break;
                case 'u':
                    text.Append((char)ushort.Parse(quoted.AsSpan(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                    i += 4;
                    break;
                default: text.Append(quoted[i]); break;
            }
        }
        return text.ToString();
    }
}
