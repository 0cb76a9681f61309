namespace Sallyport.Tools.Files;

/// <summary>The lines of a text, each with its line feed; only the last may lack it. An empty text has none.</summary>
internal readonly struct LineTable
{
    private readonly string text;
    private readonly int[] starts;

    public LineTable(string text)
    {
        this.text = text;
        var count = text.AsSpan().Count('\n') + (text.Length > 0 && text[^1] != '\n' ? 1 : 0);
        starts = new int[count + 1];
        for (var i = 1; i < count; i++) starts[i] = text.IndexOf('\n', starts[i - 1]) + 1;
        starts[count] = text.Length;
    }

    public int Count => starts.Length - 1;

    /// <summary>With its line feed.</summary>
    public ReadOnlySpan<char> this[int line] => text.AsSpan(starts[line], starts[line + 1] - starts[line]);

    /// <summary>Without it.</summary>
    public ReadOnlySpan<char> Bare(int line)
    {
        var full = this[line];
        return full.Length > 0 && full[^1] == '\n' ? full[..^1] : full;
    }

    /// <summary>Where a line starts; for the count of lines, where the text ends.</summary>
    public int Start(int line) => starts[line];

    /// <summary>The line that holds the character at this place.</summary>
    public int At(int offset)
    {
        var found = Array.BinarySearch(starts, 0, Math.Max(Count, 1), offset);
        return found >= 0 ? found : ~found - 1;
    }
}
