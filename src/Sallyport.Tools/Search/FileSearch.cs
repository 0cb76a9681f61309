using System.Buffers;
using System.Text;
using System.Text.RegularExpressions;
using Sallyport.Engine.Walking;

namespace Sallyport.Tools.Search;

/// <summary>
/// Searches file after file on one thread with one buffer. Literals are looked for in the bytes, and only lines that have one meet
/// the pattern; without literals an automaton reads the bytes themselves. Binary files are left at their first zero byte.
/// </summary>
internal sealed class FileSearch(SearchQuery query, SearchWish wish, SearchTally.Share share, TimeProvider clock, long deadline) : FileVisitor
{
    private const int FirstBuffer = 256 << 10;
    private const int MostWindow = 4 << 20;
    private const int MostWhole = 64 << 20;
    private const int Head = 64 << 10;

    private readonly LiteralSet literals = new(query.Required);
    private LineAutomaton? automaton = query.Program is { } program ? new LineAutomaton(program) : null;
    private byte[] data = GC.AllocateUninitializedArray<byte>(FirstBuffer);
    private char[] characters = [];
    private int length;
    private bool atEnd;
    private LineWriter writer = null!;
    private int checks;

    public bool IsOutOfTime { get; private set; }

    public override bool Visit(FoundFile file)
    {
        if ((++checks & 15) == 0 && clock.GetTimestamp() > deadline)
        {
            IsOutOfTime = true;
            return false;
        }
        Span<byte> path = stackalloc byte[4200];
        var size = file.CopyPath(path);
        if (size < 0 || !FileSource.TryOpen(path[..(size + 1)], out var source))
        {
            share.Unread++;
            return true;
        }
        try
        {
            Search(file, ref source);
        }
        finally
        {
            source.Dispose();
        }
        return !IsOutOfTime;
    }

    /// <summary>What a binary file that was named itself should be told of; set by the last search.</summary>
    public bool WasBinary { get; private set; }

    private void Search(FoundFile file, ref FileSource source)
    {
        (length, atEnd, WasBinary) = (0, false, false);
        if (!Fill(ref source, MostWindow))
        {
            share.Unread++;
            return;
        }
        share.Searched++;
        if (length == 0) return;
        var start = 0;
        if (length >= 2 && (data[0], data[1]) is (0xFF, 0xFE) or (0xFE, 0xFF))
        {
            Fill(ref source, MostWhole);
            ToUtf8(data[0] == 0xFF ? Encoding.Unicode : Encoding.BigEndianUnicode);
        }
        else if (data.AsSpan(0, length).StartsWith("\uFEFF"u8)) start = 3;

        var zero = data.AsSpan(0, length).IndexOf((byte)0);
        if (zero >= 0 && zero < Head)
        {
            share.SkippedBinary++;
            WasBinary = true;
            return;
        }
        writer = new LineWriter(wish, start);
        if (query.Multiline) WholeText(ref source, start);
        else Windows(ref source, start, zero);
        if (writer.Matches > 0 || writer.Note is not null) share.Add(new FileHits(file) { Matches = writer.Matches, Lines = writer.Lines, Note = writer.Note });
    }

    // Reads until the buffer, grown to at most so much, is full or the file is at its end.
    private bool Fill(ref FileSource source, int most)
    {
        while (!atEnd)
        {
            if (length == data.Length)
            {
                if (data.Length >= most) return true;
                Array.Resize(ref data, Math.Min(most, data.Length * 4));
            }
            var read = source.Read(data.AsSpan(length));
            if (read < 0) return false;
            if (read == 0) atEnd = true;
            length += read;
        }
        return true;
    }

    private void ToUtf8(Encoding encoding)
    {
        var text = encoding.GetString(data, 2, length - 2);
        data = Encoding.UTF8.GetBytes(text);
        length = data.Length;
        if (data.Length == 0) data = new byte[16];
    }

    private void Windows(ref FileSource source, int at, int zero)
    {
        while (true)
        {
            // A zero byte far inside: what is before it counts, what follows is data.
            var stop = zero >= 0;
            if (stop) (length, atEnd) = (zero, true);
            var end = length;
            if (!atEnd)
            {
                end = data.AsSpan(0, length).LastIndexOf((byte)'\n') + 1;
                if (end <= at && data.Length < MostWhole)
                {
                    if (!Fill(ref source, data.Length * 2)) return;
                    zero = data.AsSpan(0, length).IndexOf((byte)0);
                    continue;
                }
                if (end <= at)
                {
                    writer.Note = "a line of it is over 64 MB; searched up to there";
                    return;
                }
            }
            if (!Lines(at, end)) return;
            writer.EndWindow(data.AsSpan(0, end));
            if (stop && writer.Matches > 0) writer.Note = "binary from there on; not searched further";
            if (atEnd) return;

            var keep = writer.KeepFrom(data.AsSpan(0, end));
            writer.Shift(data.AsSpan(0, end), keep);
            data.AsSpan(keep, length - keep).CopyTo(data);
            length -= keep;
            at = end - keep;
            if (!Fill(ref source, data.Length)) return;
            zero = data.AsSpan(at, length - at).IndexOf((byte)0);
            if (zero >= 0) zero += at;
        }
    }

    private bool Lines(int at, int end)
    {
        var text = data.AsSpan(0, end);
        literals.Reset();
        while (at < end)
        {
            if ((++checks & 4095) == 0 && clock.GetTimestamp() > deadline)
            {
                IsOutOfTime = true;
                return false;
            }
            var hit = Next(text, at, out var isMatch);
            if (hit < 0) break;
            var start = at + text[at..hit].LastIndexOf((byte)'\n') + 1;
            var next = text[hit..].IndexOf((byte)'\n');
            next = next < 0 ? end : hit + next + 1;
            var line = text[start..next];
            if (isMatch || Matches(line))
            {
                // Of a long line only the part around the match is told.
                var place = query.Required.Whole ? hit - start : line.Length > wish.LongestLine ? PlaceIn(line) : 0;
                if (!writer.Match(text, start, next, place)) return false;
            }
            at = next;
        }
        return true;
    }

    // A place in the next line that may match, or is known to; -1 when there is none.
    private int Next(ReadOnlySpan<byte> text, int at, out bool isMatch)
    {
        isMatch = query.Required.Whole;
        if (query.Required.Any.Count > 0) return literals.Find(text, at);
        if (automaton is null) return at;
        var hit = automaton.Find(text, at);
        isMatch = hit != LineAutomaton.Exhausted;
        if (isMatch) return hit;
        automaton = null;
        return at;
    }

    private bool Matches(ReadOnlySpan<byte> line)
    {
        if (automaton is null) return PlaceIn(line) >= 0;
        var hit = automaton.Find(line, 0);
        if (hit != LineAutomaton.Exhausted) return hit != LineAutomaton.None;
        automaton = null;
        return PlaceIn(line) >= 0;
    }

    // Where in a line the pattern matches, by .NET's engine; -1 when it does not.
    private int PlaceIn(ReadOnlySpan<byte> line)
    {
        if (line.EndsWith("\n"u8)) line = line[..^1];
        if (line.EndsWith("\r"u8)) line = line[..^1];
        if (characters.Length < line.Length) characters = new char[Math.Max(1024, line.Length)];
        var count = Encoding.UTF8.GetChars(line, characters);
        foreach (var match in query.Regex.EnumerateMatches(characters.AsSpan(0, count)))
            return count == line.Length ? match.Index : Encoding.UTF8.GetByteCount(characters.AsSpan(0, match.Index));
        return -1;
    }

    private void WholeText(ref FileSource source, int start)
    {
        if (!atEnd && (!Fill(ref source, MostWhole) || !atEnd))
        {
            writer.Note = "too large to be searched across lines (over 64 MB)";
            return;
        }
        var text = data.AsSpan(0, length);
        literals.Reset();
        if (query.Required.Any.Count > 0 && literals.Find(text, start) < 0) return;
        if (characters.Length < length) characters = new char[Math.Max(1024, length)];
        var count = Encoding.UTF8.GetChars(text[start..], characters);
        var (bytes, seen) = (start, 0);
        foreach (var match in query.Regex.EnumerateMatches(characters.AsSpan(0, count)))
        {
            // Places in characters become places in bytes, moving on only.
            bytes += Encoding.UTF8.GetByteCount(characters.AsSpan(seen, match.Index - seen));
            var end = bytes + Encoding.UTF8.GetByteCount(characters.AsSpan(match.Index, match.Length));
            seen = match.Index;
            if (bytes > length || end > length) break;
            if (clock.GetTimestamp() > deadline)
            {
                IsOutOfTime = true;
                break;
            }
            if (!writer.MatchLines(text, bytes, end)) break;
        }
        writer.EndWindow(text);
    }
}
