using System.Text;

namespace Sallyport.ModelServer;

/// <param name="Fresh">Input that no cache knew.</param>
/// <param name="Read">Input from the cache.</param>
/// <param name="Written5m">Input written for five minutes.</param>
/// <param name="Written1h">Input written for an hour.</param>
/// <param name="Output">Output, thinking included.</param>
/// <param name="Thinking">The thinking of it.</param>
public sealed record TokenCount(long Fresh, long Read, long Written5m, long Written1h, long Output = 0, long Thinking = 0)
{
    public long Input => Fresh + Read + Written5m + Written1h;

    /// <summary>Four bytes are a token here.</summary>
    public static long Of(string text) => (Encoding.UTF8.GetByteCount(text) + 3) / 4;
}

/// <summary>
/// Remembers prompts the way the providers do: Anthropic by breakpoints (a look back of 20 blocks), OpenAI and Gemini by any
/// prefix in steps of 128 tokens. Below 1024 tokens nothing is cached.
/// </summary>
internal sealed class PromptCache
{
    private const int Minimum = 1024;
    private const int LookBack = 20;
    private const int Stride = 128 * 4;
    private readonly HashSet<ulong> _known = [];

    public TokenCount Count(Asked asked)
    {
        lock (_known) return asked.Wire == WireKind.Messages ? ByBreakpoints(asked) : ByPrefix(asked);
    }

    private TokenCount ByBreakpoints(Asked asked)
    {
        var count = asked.Segments.Count;
        var hashes = new ulong[count];
        var tokens = new long[count];
        var hash = Start(asked);
        long total = 0;
        for (var i = 0; i < count; i++)
        {
            hashes[i] = hash = Add(hash, Encoding.UTF8.GetBytes(asked.Segments[i].Text));
            tokens[i] = total += TokenCount.Of(asked.Segments[i].Text);
        }
        long read = 0, short5m = 0, long1h = 0, covered = 0;
        for (var i = 0; i < count; i++)
        {
            if (asked.Segments[i].Mark is null) continue;
            for (var back = i; back >= 0 && back > i - LookBack; back--)
            {
                if (!_known.Contains(hashes[back])) continue;
                read = Math.Max(read, tokens[back]);
                break;
            }
        }
        covered = read;
        for (var i = 0; i < count; i++)
        {
            if (asked.Segments[i].Mark is not { } mark || tokens[i] < Minimum) continue;
            if (!asked.CountOnly) _known.Add(hashes[i]);
            if (tokens[i] <= covered) continue;
            if (mark == "1h") long1h += tokens[i] - covered; else short5m += tokens[i] - covered;
            covered = tokens[i];
        }
        return new TokenCount(total - covered, read, short5m, long1h);
    }

    private TokenCount ByPrefix(Asked asked)
    {
        var text = new StringBuilder();
        foreach (var segment in asked.Segments) text.Append(segment.Text);
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var hash = Start(asked);
        long read = 0;
        var hit = true;
        for (var at = 0; at + Stride <= bytes.Length; at += Stride)
        {
            hash = Add(hash, bytes.AsSpan(at, Stride));
            hit &= _known.Contains(hash);
            if (hit) read = (at + Stride) / 4;
            _known.Add(hash);
        }
        if (read < Minimum) read = 0;
        long total = 0;
        foreach (var segment in asked.Segments) total += TokenCount.Of(segment.Text);
        return new TokenCount(Math.Max(0, total - read), read, 0, 0);
    }

    private static ulong Start(Asked asked) => Add(14695981039346656037, Encoding.UTF8.GetBytes($"{asked.Wire}/{asked.Model}"));

    // FNV-1a, eight bytes at a time.
    private static ulong Add(ulong hash, ReadOnlySpan<byte> bytes)
    {
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = (hash ^ System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(bytes)) * 1099511628211;
            hash ^= hash >> 29;
        }
        foreach (var one in bytes) hash = (hash ^ one) * 1099511628211;
        return (hash ^ 0xFF) * 1099511628211;
    }
}
