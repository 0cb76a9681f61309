using System.Collections.Concurrent;

namespace Sallyport.Engine;

/// <summary>
/// Which files the model has seen, and in which state: a file that changed since must be read again before it is edited,
/// so that nobody's work is overwritten unseen.
/// </summary>
public sealed class SeenFiles
{
    private readonly ConcurrentDictionary<string, Stamp> seen = new(StringComparer.Ordinal);

    /// <summary>The model has seen the file as it now is (read it, or wrote it).</summary>
    public void Mark(string absolute)
    {
        if (Stamp.Of(absolute) is { } stamp) seen[absolute] = stamp;
        else seen.TryRemove(absolute, out _);
    }

    public SeenState Check(string absolute) =>
        !seen.TryGetValue(absolute, out var then) ? SeenState.Never
        : Stamp.Of(absolute) is not { } now ? SeenState.Gone
        : now == then ? SeenState.Current : SeenState.Changed;

    private sealed record Stamp(long Ticks, long Length)
    {
        public static Stamp? Of(string path)
        {
            var file = new FileInfo(path);
            return file.Exists ? new Stamp(file.LastWriteTimeUtc.Ticks, file.Length) : null;
        }
    }
}

public enum SeenState { Never, Current, Changed, Gone }
