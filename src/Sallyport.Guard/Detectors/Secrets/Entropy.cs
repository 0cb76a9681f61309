namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>Shannon entropy over bytes.</summary>
internal static class Entropy
{
    /// <summary>Bits per byte, 0 to 8; 0 for an empty value.</summary>
    public static double Of(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty) return 0;
        Span<int> counts = stackalloc int[256];
        counts.Clear();
        foreach (var b in value) counts[b]++;
        var bits = 0.0;
        foreach (var count in counts)
        {
            if (count == 0) continue;
            var share = (double)count / value.Length;
            bits -= share * Math.Log2(share);
        }
        return bits;
    }
}
