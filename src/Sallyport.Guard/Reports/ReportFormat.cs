using Sallyport.Shelves;

namespace Sallyport.Guard.Reports;

/// <summary>One way to write a report. No format ever carries a secret's text.</summary>
[Shelf]
internal abstract class ReportFormat
{
    /// <summary>The name for <c>--format</c>.</summary>
    public abstract string Name { get; }

    public abstract void Write(PackageReport report, TextWriter output, ReportStyle style);
}

/// <summary>How a report for people may look.</summary>
/// <param name="Color">Whether ANSI colours may be used.</param>
/// <param name="Width">Columns of the terminal, or 100 off a terminal.</param>
internal sealed record ReportStyle(bool Color, int Width);
