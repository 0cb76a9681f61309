namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// Takes credentials out of what comes back, piece by piece: a host that repeats what it was sent tells the command only the
/// placeholder. No more is held back than could be the beginning of one.
/// </summary>
/// <param name="pairs">What is hidden, and what stands for it.</param>
/// <param name="sameLength">Whether the length must stay: then stars stand for it.</param>
internal sealed class EchoMask(IReadOnlyList<(byte[] Hidden, byte[] Shown)> pairs, bool sameLength)
{
    private byte[] held = [];

    /// <returns>What may go on.</returns>
    public byte[] Take(ReadOnlySpan<byte> piece, bool isLast)
    {
        byte[] all = [.. held, .. piece];
        var (output, done) = (new List<byte>(all.Length), 0);
        while (Next(all.AsSpan(done)) is { At: >= 0 } hit)
        {
            output.AddRange(all.AsSpan(done, hit.At));
            if (sameLength) for (var i = 0; i < hit.Pair.Hidden.Length; i++) output.Add((byte)'*');
            else output.AddRange(hit.Pair.Shown);
            done += hit.At + hit.Pair.Hidden.Length;
        }
        var keep = isLast ? 0 : Beginning(all.AsSpan(done));
        output.AddRange(all.AsSpan(done, all.Length - done - keep));
        held = all[^keep..];
        return [.. output];
    }

    private (int At, (byte[] Hidden, byte[] Shown) Pair) Next(ReadOnlySpan<byte> text)
    {
        var (first, found) = (-1, default((byte[], byte[])));
        foreach (var pair in pairs)
        {
            var at = text.IndexOf(pair.Hidden);
            if (at >= 0 && (first < 0 || at < first)) (first, found) = (at, pair);
        }
        return (first, found);
    }

    private int Beginning(ReadOnlySpan<byte> text)
    {
        var longest = 0;
        foreach (var (hidden, _) in pairs)
            for (var length = Math.Min(hidden.Length - 1, text.Length); length > longest; length--)
                if (text[^length..].SequenceEqual(hidden.AsSpan(0, length))) longest = length;
        return longest;
    }
}
