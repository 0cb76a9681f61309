using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Search;

/// <summary>Collects the lines of one file that match, with their numbers and the lines around them, in one pass forward.</summary>
internal sealed class LineWriter(SearchWish wish, int start)
{
    private int counted = start;
    private long number = 1;
    private int told = start;
    private int after;

    public long Matches { get; private set; }

    public List<HitLine>? Lines { get; private set; }

    public string? Note { get; set; }

    private bool IsFull => Matches > wish.Limit;

    /// <param name="text">From the start of the window.</param>
    /// <param name="from">Where the line begins.</param>
    /// <param name="to">Behind its end.</param>
    /// <param name="place">Where in the line the match is.</param>
    /// <returns>False when no more is wanted of this file.</returns>
    public bool Match(ReadOnlySpan<byte> text, int from, int to, int place)
    {
        Matches++;
        if (wish.Mode == SearchMode.Files) return false;
        if (wish.Mode == SearchMode.Count || IsFull) return true;
        Around(text, from);
        Tell(text, from, to, isMatch: true, place);
        (told, after) = (to, wish.Context);
        return true;
    }

    /// <summary>A match that may go over several lines: all of them are lines that match.</summary>
    public bool MatchLines(ReadOnlySpan<byte> text, int from, int to)
    {
        var first = text[..from].LastIndexOf((byte)'\n') + 1;
        // An end just behind a line's end is still that line's.
        var end = Math.Max(from, to - 1);
        if (first < told && Matches > 0)
        {
            if (end < told) return true;
            first = told;
        }
        for (var at = first; at <= end && at < text.Length;)
        {
            var next = text[at..].IndexOf((byte)'\n');
            next = next < 0 ? text.Length : at + next + 1;
            if (!Match(text, at, next, Math.Max(0, from - at))) return false;
            told = next;
            at = next;
        }
        return true;
    }

    /// <summary>Lines that are owed after the last match, as far as they are there.</summary>
    public void EndWindow(ReadOnlySpan<byte> text) => After(text, text.Length);

    /// <summary>From where on the window is still needed.</summary>
    public int KeepFrom(ReadOnlySpan<byte> text)
    {
        var from = text.Length;
        for (var i = 0; i < wish.Context && from > told && from > 0; i++) from = text[..(from - 1)].LastIndexOf((byte)'\n') + 1;
        return Math.Max(0, Math.Min(from, text.Length));
    }

    /// <summary>The window moves on.</summary>
    public void Shift(ReadOnlySpan<byte> text, int by)
    {
        CountTo(text, by);
        counted -= by;
        told = Math.Max(0, told - by);
    }

    private void Around(ReadOnlySpan<byte> text, int from)
    {
        if (wish.Context == 0) return;
        After(text, from);
        var first = from;
        for (var i = 0; i < wish.Context && first > told; i++) first = text[..(first - 1)].LastIndexOf((byte)'\n') + 1;
        while (first < from)
        {
            var next = text[first..].IndexOf((byte)'\n') + first + 1;
            Tell(text, first, next, isMatch: false, 0);
            first = next;
        }
    }

    private void After(ReadOnlySpan<byte> text, int end)
    {
        while (after > 0 && told < end)
        {
            var next = text[told..].IndexOf((byte)'\n');
            next = next < 0 ? text.Length : told + next + 1;
            Tell(text, told, next, isMatch: false, 0);
            told = next;
            after--;
        }
    }

    private void Tell(ReadOnlySpan<byte> text, int from, int to, bool isMatch, int place)
    {
        CountTo(text, from);
        var line = text[from..to].TrimEnd("\r\n"u8);
        (Lines ??= []).Add(new HitLine(number, isMatch, Cut(line, place)));
    }

    private void CountTo(ReadOnlySpan<byte> text, int place)
    {
        if (place <= counted) return;
        number += text[counted..place].Count((byte)'\n');
        counted = place;
    }

    // The part around the match of a long line.
    private string Cut(ReadOnlySpan<byte> line, int place)
    {
        if (line.Length <= wish.LongestLine) return Encoding.UTF8.GetString(line);
        var from = Math.Clamp(place - wish.LongestLine / 4, 0, line.Length - wish.LongestLine);
        var part = line.Slice(from, wish.LongestLine);
        // Not in the middle of a character.
        while (part.Length > 0 && (part[0] & 0xC0) == 0x80) part = part[1..];
        for (var i = 0; i < 3 && Rune.DecodeLastFromUtf8(part, out _, out var broken) != OperationStatus.Done; i++) part = part[..^broken];
        return string.Create(CultureInfo.InvariantCulture, $"{(from > 0 ? "…" : "")}{Encoding.UTF8.GetString(part)}… [line of {line.Length:N0} bytes]");
    }
}
