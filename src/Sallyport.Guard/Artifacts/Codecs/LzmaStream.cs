using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Sallyport.Guard.Artifacts.Zip;

namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>One xz stream, or LZMA with its old 13-byte header, by the machine's liblzma.</summary>
internal sealed unsafe class LzmaStream : CodecStream
{
    private const ulong MaxMemory = 160 << 20;
    private const int StateBytes = 256;

    private readonly delegate* unmanaged<State*, int, int> code = (delegate* unmanaged<State*, int, int>)NativeCodec.Lzma.Function("lzma_code");
    private State* state;

    public LzmaStream(ByteSource source, bool isAlone = false) : base(source)
    {
        var start = NativeCodec.Lzma.Function(isAlone ? "lzma_alone_decoder" : "lzma_stream_decoder");
        state = (State*)NativeMemory.AllocZeroed(StateBytes);
        var result = isAlone ? ((delegate* unmanaged<State*, ulong, int>)start)(state, MaxMemory) : ((delegate* unmanaged<State*, ulong, uint, int>)start)(state, MaxMemory, 0);
        if (result == 0) return;
        NativeMemory.Free(state);
        state = null;
        throw new InvalidDataException("liblzma cannot be started");
    }

    /// <summary>A zip member of method 14 (APPNOTE 5.8.8): version, length of properties, properties, raw LZMA.</summary>
    public static LzmaStream InZip(ByteSource packed, ZipRecord record)
    {
        var head = packed.Take(9);
        if (ZipRecord.U16(head, 2) != 5) throw new InvalidDataException("the LZMA properties are damaged");
        Span<byte> alone = stackalloc byte[13];
        head[4..9].CopyTo(alone);
        // Flag bit 1: an end mark closes the data instead of the size.
        BinaryPrimitives.WriteInt64LittleEndian(alone[5..], (record.Flags & 2) != 0 ? -1 : record.Size);
        var stream = new LzmaStream(packed, isAlone: true);
        // The header makes no output, but liblzma does not look at it without room for some.
        Span<byte> room = stackalloc byte[1];
        stream.Step(alone, room, out var consumed, out _);
        return consumed == alone.Length ? stream : throw new InvalidDataException("the LZMA properties are damaged");
    }

    protected override bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(state is null, this);
        int result;
        fixed (byte* next = input)
        fixed (byte* made = output)
        {
            state->NextIn = next;
            state->AvailIn = (nuint)input.Length;
            state->NextOut = made;
            state->AvailOut = (nuint)output.Length;
            result = code(state, 0);
        }
        consumed = input.Length - (int)state->AvailIn;
        written = output.Length - (int)state->AvailOut;
        return result switch
        {
            1 => true,
            0 or 10 => false, // LZMA_BUF_ERROR: no progress was possible
            6 => throw new InvalidDataException($"needs more than {MaxMemory >> 20} MiB of memory to unpack"),
            _ => throw new InvalidDataException("the xz data is damaged"),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (state is not null)
        {
            ((delegate* unmanaged<State*, void>)NativeCodec.Lzma.Function("lzma_end"))(state);
            NativeMemory.Free(state);
            state = null;
        }
        base.Dispose(disposing);
    }

    ~LzmaStream() => Dispose(false);

    // The library's own struct is 136 bytes; what follows these fields is its business.
    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* NextIn;
        public nuint AvailIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailOut;
        public ulong TotalOut;
    }
}
