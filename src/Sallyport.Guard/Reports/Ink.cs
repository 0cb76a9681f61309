namespace Sallyport.Guard.Reports;

/// <summary>ANSI colours, or none.</summary>
internal readonly struct Ink(bool color)
{
    public string Bold(string text) => Paint("1", text);
    public string Dim(string text) => Paint("2", text);

    public string Of(Severity severity, string text) => Paint(severity switch { Severity.Critical => "1;31", Severity.High => "31", Severity.Medium => "33", Severity.Low => "36", _ => "2" }, text);

    public string Of(Verdict verdict, string text) => Paint(verdict switch { Verdict.Clean => "1;32", Verdict.Blocked => "1;31", _ => "1;33" }, text);

    private string Paint(string code, string text) => color ? $"\x1b[{code}m{text}\x1b[0m" : text;
}
