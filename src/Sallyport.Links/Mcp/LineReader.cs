namespace Sallyport.Links.Mcp;

/// <summary>Lines of a stream, none longer in memory than it may be: of a longer one the beginning is given, and that it was cut.</summary>
internal sealed class LineReader(Stream stream, int most)
{
    private byte[] buffer = new byte[16 << 10];
    private int start, end;

    public readonly record struct Line(ReadOnlyMemory<byte> Bytes, bool IsCut);

    /// <summary>The next line without its end; valid until the one after it. null when there are no more; a last one without an end is none.</summary>
    public async ValueTask<Line?> Next()
    {
        var looked = start;
        while (true)
        {
            var found = buffer.AsSpan(looked, end - looked).IndexOf((byte)'\n');
            if (found >= 0)
            {
                var line = buffer.AsMemory(start, looked + found - start);
                start = looked + found + 1;
                return new Line(line, false);
            }
            looked = end;
            if (end - start > most) return new Line(buffer.AsMemory(start, end - start), true);
            if (end == buffer.Length)
            {
                if (start > 0)
                {
                    buffer.AsSpan(start, end - start).CopyTo(buffer);
                    (looked, end, start) = (looked - start, end - start, 0);
                }
                else Array.Resize(ref buffer, buffer.Length * 2);
            }
            var got = await stream.ReadAsync(buffer.AsMemory(end), CancellationToken.None).ConfigureAwait(false);
            if (got == 0) return null;
            end += got;
        }
    }
}
