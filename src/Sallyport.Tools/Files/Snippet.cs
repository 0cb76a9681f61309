using System.Text;

namespace Sallyport.Tools.Files;

/// <summary>A few numbered lines, as read shows them.</summary>
internal static class Snippet
{
    private const int Around = 2;
    private const int MostLines = 24;
    private const int LongestLine = 300;

    /// <summary>The lines of a changed stretch with two around it; the middle of a long one is left out.</summary>
    public static string Of(string text, int start, int length)
    {
        var lines = new LineTable(text);
        if (lines.Count == 0) return "";
        var first = Math.Min(lines.At(Math.Min(start, text.Length)), lines.Count - 1);
        var last = Math.Min(lines.At(Math.Min(start + Math.Max(0, length - 1), text.Length)), lines.Count - 1);
        var (from, to) = (Math.Max(0, first - Around), Math.Min(lines.Count, last + Around + 1));
        return to - from <= MostLines ? Lines(lines, from, to) : $"{Lines(lines, from, from + MostLines / 2)}...\n{Lines(lines, to - MostLines / 2, to)}";
    }

    public static string Lines(in LineTable lines, int from, int to)
    {
        var text = new StringBuilder();
        for (var i = from; i < to; i++)
        {
            var line = lines.Bare(i);
            text.Append(i + 1).Append('|').Append(line.Length > LongestLine ? line[..LongestLine] : line);
            if (line.Length > LongestLine) text.Append("...");
            text.Append('\n');
        }
        return TextCodec.Displayable(text.ToString());
    }
}
