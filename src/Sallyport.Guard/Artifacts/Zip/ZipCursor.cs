namespace Sallyport.Guard.Artifacts.Zip;

/// <summary>A place in a seekable file. Going on from where the last member ended costs no seek and no second read.</summary>
internal sealed class ZipCursor(Stream file) : IDisposable
{
    private ByteSource? source;
    private long origin;

    public ByteSource At(long position)
    {
        var ahead = position - origin - (source?.Taken ?? 0);
        if (source is not null && ahead is >= 0 and < ZipForward.Window)
        {
            source.Skip(ahead);
            return source;
        }
        source?.Dispose();
        origin = file.Position = position;
        return source = new ByteSource(file, ZipForward.Window);
    }

    public void Dispose() => source?.Dispose();
}
