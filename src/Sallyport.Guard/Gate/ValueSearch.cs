using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Finds where values of eight bytes and more may stand, and asks at one place in four only: wherever such a value begins, five of
/// its bytes stand behind one of those places. What is passed over holds none. Serves several threads once it is closed.
/// </summary>
internal sealed class ValueSearch
{
    /// <summary>Bytes of the shortest value that it can look for.</summary>
    public const int Shortest = 8;

    /// <summary>From one place that is asked to the next.</summary>
    public const int Step = 4;

    private const int Gram = Shortest - Step + 1, Others = 64 - 8 * Gram;
    private const int LeastBits = 16, MostBits = 21, HeadShift = 4;

    private Entry[] entries = new Entry[64];
    private ulong[] filter = [];
    private int[] heads = [];
    private int count = 1, bits;

    /// <summary>Five bytes of a value.</summary>
    internal struct Entry
    {
        /// <summary>The bytes.</summary>
        public ulong Bytes;

        /// <summary>Whose they are.</summary>
        public int Id;

        /// <summary>How far behind the value's beginning they stand.</summary>
        public int Offset;

        /// <summary>Another one with the same hash; 0 for none.</summary>
        public int Next;
    }

    public bool IsEmpty => count == 1;

    /// <summary>Takes a value of <see cref="Shortest"/> bytes at the least; the same again is taken once.</summary>
    public void Add(ReadOnlySpan<byte> value, int id)
    {
        for (var offset = 0; offset < Step; offset++)
        {
            if (count == entries.Length) Array.Resize(ref entries, 2 * count);
            entries[count++] = new Entry { Bytes = BinaryPrimitives.ReadUInt64LittleEndian(value) >> 8 * offset << Others, Id = id, Offset = offset };
        }
    }

    /// <summary>Makes it ready to look; nothing comes in any more.</summary>
    public void Close()
    {
        bits = Math.Clamp(BitOperations.Log2((uint)count * 16) + 1, LeastBits, MostBits);
        filter = new ulong[1 << bits - 6];
        heads = new int[1 << bits - HeadShift];
        for (var i = 1; i < count; i++)
        {
            ref var entry = ref entries[i];
            var slot = (int)(Hash(entry.Bytes) >> 64 - bits);
            ref var head = ref heads[slot >> HeadShift];
            if (IsLinked(entry, head)) continue;
            filter[slot >> 6] |= 1UL << (slot & 63);
            (entry.Next, head) = (head, i);
        }
    }

    /// <summary>The first place from <paramref name="at"/> on, by steps of four, where something may stand; -1 for none.</summary>
    public int Next(ReadOnlySpan<byte> text, int at)
    {
        ref var first = ref MemoryMarshal.GetReference(text);
        ref var table = ref MemoryMarshal.GetArrayDataReference(filter);
        var away = 64 - bits;
        for (var last = text.Length - sizeof(ulong); at <= last; at += Step)
        {
            var slot = (int)(Hash(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref first, at)) << Others) >> away);
            if ((Unsafe.Add(ref table, slot >> 6) >> slot & 1) != 0) return at;
        }
        for (; at + Gram <= text.Length; at += Step)
        {
            var slot = (int)(Hash(BytesAt(text, at)) >> away);
            if ((filter[slot >> 6] >> slot & 1) != 0) return at;
        }
        return -1;
    }

    /// <summary>What may stand at such a place: entries from this one on, by <see cref="Entry.Next"/>, some of them by their hash only.</summary>
    public int At(ReadOnlySpan<byte> text, int at, out ulong bytes)
    {
        bytes = BytesAt(text, at);
        return heads[Hash(bytes) >> 64 - bits + HeadShift];
    }

    public ref readonly Entry this[int entry] => ref entries[entry];

    private bool IsLinked(in Entry entry, int head)
    {
        for (var i = head; i != 0; i = entries[i].Next)
            if (entries[i].Bytes == entry.Bytes && entries[i].Id == entry.Id && entries[i].Offset == entry.Offset) return true;
        return false;
    }

    private static ulong BytesAt(ReadOnlySpan<byte> text, int at)
    {
        var bytes = 0UL;
        for (var i = 0; i < Gram; i++) bytes |= (ulong)text[at + i] << 8 * i;
        return bytes << Others;
    }

    private static ulong Hash(ulong bytes) => bytes * 0x9E3779B97F4A7C15UL;
}
