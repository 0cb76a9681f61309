using System.Buffers.Binary;
using Sallyport.Guard.Detectors.Secrets;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Looks for pieces of known values, from eight characters on: what is printed a little at a time is still the secret. Only the
/// stretches of a value that read as random count; a word that stands in a password, or the host in an address, is a word elsewhere.
/// </summary>
internal sealed class SecretPieces
{
    /// <summary>Characters of the shortest piece that is known.</summary>
    public const int Shortest = 8;

    // Of each value so much at most: the body of a long key has more windows than are worth keeping.
    private const int MostOfOne = 512;
    private const int MostWindows = 100_000;

    private readonly List<(byte[] Value, Rule Rule)> values = [];
    private readonly Dictionary<ulong, (int Value, int At)> windows = [];

    /// <param name="value">UTF-8.</param>
    /// <param name="rule">What it is.</param>
    /// <param name="search">Takes what is to be looked for.</param>
    /// <param name="id">By what it is known there.</param>
    public void Add(byte[] value, Rule rule, ValueSearch search, int id)
    {
        if (value.Length < Shortest + Shortest / 2) return;
        var number = values.Count;
        values.Add((value, rule));
        for (var at = 0; at + Shortest <= Math.Min(value.Length, MostOfOne) && windows.Count < MostWindows; at++)
        {
            var window = value.AsSpan(at, Shortest);
            if (!ReadsAsRandom(window)) continue;
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(window);
            if (windows.TryAdd(bits, (number, at))) search.Add(window, id);
        }
    }

    /// <summary>Looks for a piece that begins in [<paramref name="from"/>, <paramref name="to"/>]; returns where the next one may begin.</summary>
    public int Look(TextView view, ReadOnlySpan<byte> text, int from, int to)
    {
        while (from <= to && from + Shortest <= text.Length)
        {
            if (!windows.TryGetValue(BinaryPrimitives.ReadUInt64LittleEndian(text[from..]), out var place))
            {
                from++;
                continue;
            }
            var (value, rule) = values[place.Value];
            var length = text[from..].CommonPrefixLength(value.AsSpan(place.At));
            TextScanner.Report(view, text, rule, from, text.Slice(from, length), "", []);
            from += length;
        }
        return from;
    }

    // Letters and digits in an order that no word has; at most one character of punctuation.
    private static bool ReadsAsRandom(ReadOnlySpan<byte> window)
    {
        var (digits, lower, upper, other) = (0, 0, 0, 0);
        foreach (var b in window)
        {
            if (char.IsAsciiDigit((char)b)) digits++;
            else if (char.IsAsciiLetterLower((char)b)) lower++;
            else if (char.IsAsciiLetterUpper((char)b)) upper++;
            else if (b is (byte)'+' or (byte)'/' or (byte)'_' or (byte)'-') other++;
            else return false;
        }
        if (other > 1 || lower + upper == 0) return false;
        return digits > 0 && lower + upper > 1 && Wordiness.LooksRandom(window) || lower > 1 && upper > 1 && Wordiness.LooksRandom(window);
    }
}
