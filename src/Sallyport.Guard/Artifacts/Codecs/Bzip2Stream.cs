using System.Runtime.InteropServices;

namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>One bzip2 stream, by the machine's libbz2.</summary>
internal sealed unsafe class Bzip2Stream : CodecStream
{
    private readonly delegate* unmanaged<State*, int> decompress = (delegate* unmanaged<State*, int>)NativeCodec.Bzip2.Function("BZ2_bzDecompress");
    private State* state;

    public Bzip2Stream(ByteSource source) : base(source)
    {
        var init = (delegate* unmanaged<State*, int, int, int>)NativeCodec.Bzip2.Function("BZ2_bzDecompressInit");
        state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        if (init(state, 0, 0) == 0) return;
        NativeMemory.Free(state);
        state = null;
        throw new InvalidDataException("libbz2 cannot be started");
    }

    protected override bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(state is null, this);
        int code;
        fixed (byte* next = input)
        fixed (byte* made = output)
        {
            state->NextIn = next;
            state->AvailIn = (uint)input.Length;
            state->NextOut = made;
            state->AvailOut = (uint)output.Length;
            code = decompress(state);
        }
        consumed = input.Length - (int)state->AvailIn;
        written = output.Length - (int)state->AvailOut;
        return code switch
        {
            4 => true,
            0 => false,
            _ => throw new InvalidDataException("the bzip2 data is damaged"),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (state is not null)
        {
            ((delegate* unmanaged<State*, int>)NativeCodec.Bzip2.Function("BZ2_bzDecompressEnd"))(state);
            NativeMemory.Free(state);
            state = null;
        }
        base.Dispose(disposing);
    }

    ~Bzip2Stream() => Dispose(false);

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* NextIn;
        public uint AvailIn, TotalInLow, TotalInHigh;
        public byte* NextOut;
        public uint AvailOut, TotalOutLow, TotalOutHigh;
        public void* Inside, Allocate, Free, Opaque;
    }
}
