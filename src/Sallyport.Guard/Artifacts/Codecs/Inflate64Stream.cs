namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>
/// Deflate64 (zip method 9): deflate with a 64 KiB window and longer matches. Windows makes it for files over 2 GB; plain
/// and unhurried, bit by bit.
/// </summary>
internal sealed class Inflate64Stream(ByteSource source) : ForwardStream
{
    private const int Window = 1 << 16;

    private static readonly int[] LengthBase = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 3];
    private static readonly int[] LengthBits = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 16];
    private static readonly int[] DistanceBase = [1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097, 6145, 8193, 12289, 16385, 24577, 32769, 49153];
    private static readonly int[] CodeOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

    private readonly byte[] window = new byte[Window];
    private long made;
    private uint bits;
    private int bitCount;
    private bool isLast;
    private Block block;
    private int left;
    private int distance;
    private Codes? lengths;
    private Codes? distances;

    private enum Block
    {
        None,
        Stored,
        Coded,
        Done,
    }

    public override int Read(Span<byte> buffer)
    {
        var count = 0;
        while (count < buffer.Length && block != Block.Done)
        {
            if (left > 0)
            {
                var value = block == Block.Stored ? Byte() : window[(made - distance) & (Window - 1)];
                window[made++ & (Window - 1)] = value;
                buffer[count++] = value;
                left--;
                if (left == 0 && block == Block.Stored) block = Block.None;
            }
            else if (block == Block.Coded) count += Symbol(buffer[count..]);
            else if (isLast) block = Block.Done;
            else Begin();
        }
        return count;
    }

    private void Begin()
    {
        isLast = Bits(1) == 1;
        switch (Bits(2))
        {
            case 0:
                (bits, bitCount) = (0, 0);
                left = Byte() | Byte() << 8;
                if ((Byte() | Byte() << 8) != (~left & 0xFFFF)) throw Damaged();
                block = left > 0 ? Block.Stored : Block.None;
                break;
            case 1:
                var plain = new int[288];
                for (var i = 0; i < 288; i++) plain[i] = i < 144 ? 8 : i < 256 ? 9 : i < 280 ? 7 : 8;
                lengths = new Codes(plain);
                distances = new Codes([.. Enumerable.Repeat(5, 32)]);
                block = Block.Coded;
                break;
            case 2:
                Tables();
                block = Block.Coded;
                break;
            default:
                throw Damaged();
        }
    }

    private void Tables()
    {
        var (literalCount, distanceCount, codeCount) = (257 + Bits(5), 1 + Bits(5), 4 + Bits(4));
        var order = new int[19];
        for (var i = 0; i < codeCount; i++) order[CodeOrder[i]] = Bits(3);
        var codes = new Codes(order);
        var all = new int[literalCount + distanceCount];
        for (var i = 0; i < all.Length;)
        {
            var symbol = Decode(codes);
            if (symbol < 16)
            {
                all[i++] = symbol;
                continue;
            }
            if (symbol == 16 && i == 0) throw Damaged();
            var (value, repeat) = symbol switch { 16 => (all[i - 1], 3 + Bits(2)), 17 => (0, 3 + Bits(3)), _ => (0, 11 + Bits(7)) };
            if (i + repeat > all.Length) throw Damaged();
            all.AsSpan(i, repeat).Fill(value);
            i += repeat;
        }
        lengths = new Codes(all[..literalCount]);
        distances = new Codes(all[literalCount..]);
    }

    /// <summary>A literal goes straight into the buffer; a match is left for the loop.</summary>
    private int Symbol(Span<byte> buffer)
    {
        var symbol = Decode(lengths!);
        if (symbol < 256)
        {
            window[made++ & (Window - 1)] = buffer[0] = (byte)symbol;
            return 1;
        }
        if (symbol == 256)
        {
            block = Block.None;
            return 0;
        }
        symbol -= 257;
        if (symbol >= LengthBase.Length) throw Damaged();
        left = LengthBase[symbol] + Bits(LengthBits[symbol]);
        var code = Decode(distances!);
        distance = DistanceBase[code] + (code < 4 ? 0 : Bits(code / 2 - 1));
        if (distance > made) throw Damaged();
        return 0;
    }

    private int Decode(Codes codes)
    {
        var (code, first, index) = (0, 0, 0);
        for (var length = 1; length < 16; length++)
        {
            code |= Bits(1);
            var count = codes.Counts[length];
            if (code - count < first) return codes.Symbols[index + (code - first)];
            index += count;
            first = (first + count) << 1;
            code <<= 1;
        }
        throw Damaged();
    }

    private int Bits(int count)
    {
        while (bitCount < count)
        {
            bits |= (uint)Byte() << bitCount;
            bitCount += 8;
        }
        var value = bits & ((1u << count) - 1);
        bits >>= count;
        bitCount -= count;
        return (int)value;
    }

    private byte Byte()
    {
        var available = source.Available;
        if (available.IsEmpty) throw new EndOfStreamException("the compressed data is cut off");
        var value = available[0];
        source.Advance(1);
        return value;
    }

    private static InvalidDataException Damaged() => new("the compressed data is damaged");

    /// <summary>Canonical Huffman codes: how many of each length, and the symbols in order.</summary>
    private sealed class Codes
    {
        public readonly int[] Counts = new int[16];
        public readonly int[] Symbols;

        public Codes(int[] lengths)
        {
            foreach (var length in lengths) Counts[length]++;
            Counts[0] = 0;
            var (left, offsets) = (1, new int[17]);
            for (var length = 1; length < 16; length++)
            {
                left = (left << 1) - Counts[length];
                if (left < 0) throw Damaged();
                offsets[length + 1] = offsets[length] + Counts[length];
            }
            Symbols = new int[lengths.Length];
            for (var symbol = 0; symbol < lengths.Length; symbol++)
            {
                if (lengths[symbol] != 0) Symbols[offsets[lengths[symbol]]++] = symbol;
            }
        }
    }
}
