using System.Buffers.Binary;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Remembers the last runs of a text in which no decoder found anything: output repeats its paths and names on every line. What they
/// decode to hangs on their characters alone, and a run counts as the same only when each of them is.
/// </summary>
internal sealed class DullRuns
{
    private const int Longest = 64, Bits = 8;

    private readonly byte[] runs = new byte[Longest << Bits];
    private readonly int[] lengths = new int[1 << Bits];

    /// <summary>Forgets all: another text comes, or other values are looked for.</summary>
    public void Clear() => lengths.AsSpan().Clear();

    /// <summary>Whether nothing was found in these characters before.</summary>
    /// <param name="run">At least <see cref="RunDecoder.MinRun"/> characters.</param>
    /// <param name="slot">Where it would be remembered; -1 when it is too long for that.</param>
    public bool Has(ReadOnlySpan<byte> run, out int slot)
    {
        slot = -1;
        if (run.Length > Longest) return false;
        var mixed = (BinaryPrimitives.ReadUInt64LittleEndian(run) * 0x9E3779B97F4A7C15UL ^ BinaryPrimitives.ReadUInt64LittleEndian(run[^8..]) + (uint)run.Length) * 0x9E3779B97F4A7C15UL;
        slot = (int)(mixed >> 64 - Bits);
        return lengths[slot] == run.Length && run.SequenceEqual(runs.AsSpan(slot * Longest, run.Length));
    }

    public void Add(ReadOnlySpan<byte> run, int slot)
    {
        run.CopyTo(runs.AsSpan(slot * Longest));
        lengths[slot] = run.Length;
    }
}
