namespace Sallyport.Engine.Ignore;

/// <summary>
/// One line of an ignore file, or one glob, compiled. A pattern without a slash is held against the last part of a path, any
/// other against the whole path below the folder it stands for; <c>**</c> as a whole part is any number of folders.
/// </summary>
internal sealed class PathPattern
{
    private readonly SegmentPattern[] segments;
    private readonly bool bare;
    private readonly byte[]? whole;

    /// <param name="text">Without the leading <c>!</c>; slashes divide the parts.</param>
    public PathPattern(ReadOnlySpan<byte> text)
    {
        if (text.Length > 0 && text[^1] == '/')
        {
            FoldersOnly = true;
            text = text[..^1];
        }
        bare = text.IndexOf((byte)'/') < 0;
        if (text.Length > 0 && text[0] == '/') text = text[1..];
        segments = bare ? [new SegmentPattern(text)] : Split(text);
        if (bare) return;
        foreach (var segment in segments) if (!segment.IsLiteral) return;
        whole = Join(segments);
    }

    /// <summary>It ends with a slash: files are never matched.</summary>
    public bool FoldersOnly { get; }

    /// <summary>It has no slash: every folder below is covered.</summary>
    public bool IsBare => bare;

    /// <summary>The byte that every name it matches ends with, or -1.</summary>
    public int LastByte => segments[^1].LastByte;

    /// <param name="path">Below the folder of the pattern, without a leading slash.</param>
    /// <param name="nameStart">Where its last part begins.</param>
    public bool Matches(ReadOnlySpan<byte> path, int nameStart)
    {
        if (bare) return segments[0].Matches(path[nameStart..]);
        return whole is not null ? path.SequenceEqual(whole) : Walk(path);
    }

    // Parts of the path against parts of the pattern; only the last ** ever needs another try.
    private bool Walk(ReadOnlySpan<byte> path)
    {
        var (step, at, folders, mark) = (0, 0, -1, 0);
        while (at <= path.Length)
        {
            if (step < segments.Length && segments[step].IsFolders)
            {
                // At the end of a pattern it stands for everything below, which is at least one part.
                if (step == segments.Length - 1) return at < path.Length;
                folders = step++;
                mark = at;
                continue;
            }
            var end = path[at..].IndexOf((byte)'/');
            end = end < 0 ? path.Length : at + end;
            if (step < segments.Length && segments[step].Matches(path[at..end]))
            {
                step++;
                at = end + 1;
                continue;
            }
            if (folders < 0) return false;
            var next = path[mark..].IndexOf((byte)'/');
            if (next < 0) return false;
            mark += next + 1;
            (step, at) = (folders + 1, mark);
        }
        return step == segments.Length;
    }

    // Slashes inside brackets belong to the brackets.
    private static SegmentPattern[] Split(ReadOnlySpan<byte> text)
    {
        var parts = new List<SegmentPattern>();
        var start = 0;
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length)
            {
                if (text[i] == '\\' && i + 1 < text.Length)
                {
                    // An escaped slash divides like any other.
                    if (text[++i] != '/') continue;
                    parts.Add(new SegmentPattern(text[start..(i - 1)]));
                    start = i + 1;
                    continue;
                }
                if (text[i] == '[')
                {
                    var close = i;
                    if (ByteSet.Read(text, ref close) is not null) i = close;
                    continue;
                }
                if (text[i] != '/') continue;
            }
            parts.Add(new SegmentPattern(text[start..i]));
            start = i + 1;
        }
        return [.. parts];
    }

    private static byte[] Join(SegmentPattern[] parts)
    {
        var bytes = new List<byte>();
        foreach (var part in parts)
        {
            if (bytes.Count > 0) bytes.Add((byte)'/');
            bytes.AddRange(part.Literal);
        }
        return [.. bytes];
    }
}
