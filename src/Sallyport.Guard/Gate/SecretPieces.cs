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
    private const int FilterBits = 16;

    private readonly List<(byte[] Value, Rule Rule)> values = [];
    private readonly Dictionary<ulong, (int Value, int At)> windows = [];
    private readonly ulong[] filter = new ulong[1 << (FilterBits - 6)];

    /// <param name="value">UTF-8.</param>
    /// <param name="rule">What it is.</param>
    public void Add(byte[] value, Rule rule)
    {
        if (value.Length < Shortest + Shortest / 2) return;
        var number = values.Count;
        values.Add((value, rule));
        for (var at = 0; at + Shortest <= Math.Min(value.Length, MostOfOne) && windows.Count < MostWindows; at++)
        {
            var window = value.AsSpan(at, Shortest);
            if (!ReadsAsRandom(window)) continue;
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(window);
            if (!windows.TryAdd(bits, (number, at))) continue;
            var slot = Slot(bits);
            filter[slot >> 6] |= 1UL << (slot & 63);
        }
    }

    public void Look(TextView view, ReadOnlySpan<byte> text)
    {
        if (windows.Count == 0) return;
        var at = Math.Max(0, view.OwnStart - Shortest + 1);
        while (at + Shortest <= text.Length)
        {
            var bits = BinaryPrimitives.ReadUInt64LittleEndian(text[at..]);
            var slot = Slot(bits);
            if ((filter[slot >> 6] & 1UL << (slot & 63)) == 0 || !windows.TryGetValue(bits, out var place))
            {
                at++;
                continue;
            }
            var (value, rule) = values[place.Value];
            var length = text[at..].CommonPrefixLength(value.AsSpan(place.At));
            TextScanner.Report(view, text, rule, at, text.Slice(at, length), "", []);
            at += length;
        }
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

    private static int Slot(ulong bits) => (int)(bits * 0x9E3779B97F4A7C15UL >> (64 - FilterBits));
}
