using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Sallyport.Tools.Files;

/// <summary>A Jupyter notebook as cells of text, their outputs shortened; pictures and other data are only named.</summary>
internal static class Notebook
{
    private const int Largest = 32 << 20;
    private const int MostOutput = 1500;

    /// <summary>Null when it is not one: then it is text like any other.</summary>
    public static string? TryRead(string path, Stream file)
    {
        if (!path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) || file.Length > Largest) return null;
        try
        {
            using var document = JsonDocument.Parse(file);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("cells", out var cells) && cells.ValueKind == JsonValueKind.Array ? Write(cells) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Write(JsonElement cells)
    {
        var text = new StringBuilder();
        var number = 0;
        foreach (var cell in cells.EnumerateArray())
        {
            if (cell.ValueKind != JsonValueKind.Object) continue;
            text.Append(CultureInfo.InvariantCulture, $"# cell {++number} ({Word(cell, "cell_type") ?? "unknown"})\n");
            Line(text, Joined(cell, "source"));
            if (!cell.TryGetProperty("outputs", out var outputs) || outputs.ValueKind != JsonValueKind.Array) continue;
            foreach (var output in outputs.EnumerateArray()) Output(text, output);
        }
        return text.ToString();
    }

    private static void Output(StringBuilder text, JsonElement output)
    {
        if (output.ValueKind != JsonValueKind.Object) return;
        var kind = Word(output, "output_type");
        text.Append(CultureInfo.InvariantCulture, $"# output ({Word(output, "name") ?? kind ?? "unknown"})\n");
        if (kind == "error") Line(text, $"{Word(output, "ename")}: {Word(output, "evalue")}");
        else if (output.TryGetProperty("text", out _)) Line(text, Short(Joined(output, "text")));
        else if (output.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object)
        {
            if (data.TryGetProperty("text/plain", out _)) Line(text, Short(Joined(data, "text/plain")));
            foreach (var form in data.EnumerateObject()) if (form.Name != "text/plain") text.Append(CultureInfo.InvariantCulture, $"[{form.Name}, not shown]\n");
        }
    }

    private static void Line(StringBuilder text, string line)
    {
        if (line.Length == 0) return;
        text.Append(line);
        if (line[^1] != '\n') text.Append('\n');
    }

    private static string Short(string text) =>
        text.Length <= MostOutput ? text : string.Create(CultureInfo.InvariantCulture, $"{text.AsSpan(0, MostOutput)}\n[{text.Length - MostOutput} more characters of output]");

    private static string? Word(JsonElement of, string name) => of.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    // The format allows a string or a list of lines.
    private static string Joined(JsonElement of, string name)
    {
        if (!of.TryGetProperty(name, out var value)) return "";
        if (value.ValueKind == JsonValueKind.String) return value.GetString()!;
        if (value.ValueKind != JsonValueKind.Array) return "";
        var text = new StringBuilder();
        foreach (var line in value.EnumerateArray()) if (line.ValueKind == JsonValueKind.String) text.Append(line.GetString());
        return text.ToString();
    }
}
