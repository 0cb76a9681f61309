namespace Sallyport.Guard.Reports;

/// <summary>Writes reports by format name.</summary>
public static class Report
{
    /// <summary>The names that <see cref="Write"/> takes: text, json, sarif, junit, github, html.</summary>
    public static IReadOnlyList<string> Formats { get; } = [.. ReportFormatShelf.All().Select(f => f.Name)];

    /// <summary>Writes a report. Throws <see cref="ArgumentException"/> for a format that is not in <see cref="Formats"/>.</summary>
    /// <param name="report">What was found.</param>
    /// <param name="format">One of <see cref="Formats"/>.</param>
    /// <param name="output">Where to.</param>
    /// <param name="color">Whether ANSI colours may be used (text only).</param>
    /// <param name="width">Columns to fit in (text only).</param>
    public static void Write(PackageReport report, string format, TextWriter output, bool color = false, int width = 100)
    {
        var writer = ReportFormatShelf.All().FirstOrDefault(f => f.Name == format)
            ?? throw new ArgumentException($"no format \"{format}\"; there are {string.Join(", ", Formats)}", nameof(format));
        writer.Write(report, output, new ReportStyle(color, width));
    }

    /// <summary>The published JSON Schema of the format <c>json</c>.</summary>
    public static string JsonSchema() => Resources.Read("report.schema.json");
}
