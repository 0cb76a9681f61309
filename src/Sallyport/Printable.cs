namespace Sallyport;

/// <summary>Text from outside, made safe for a terminal.</summary>
internal static class Printable
{
    public static string Line(string text) =>
        text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? $"\\x{(int)c:x2}" : c.ToString())) : text;
}
