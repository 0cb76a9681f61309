using System.Runtime.InteropServices;

namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>
/// Deflate, zlib or one gzip member, by the zlib that ships inside the .NET runtime. The runtime's own streams are no use
/// here: they take a cut-off stream for a whole one and do not tell where it ended.
/// </summary>
internal sealed unsafe partial class InflateStream : CodecStream
{
    private const string Library = "libSystem.IO.Compression.Native";
    private readonly State* state;
    private bool open;

    public InflateStream(ByteSource source, Format format) : base(source)
    {
        state = (State*)NativeMemory.AllocZeroed((nuint)sizeof(State));
        if (Init(state, (int)format) != 0)
        {
            NativeMemory.Free(state);
            throw new InvalidDataException("zlib cannot be started");
        }
        open = true;
    }

    /// <summary>The values are zlib's window bits.</summary>
    internal enum Format
    {
        Deflate = -15,
        Zlib = 15,
        Gzip = 31,
    }

    /// <summary>True when the bytes inflate without a fault, to their end mark or as far as they go.</summary>
    public static bool Inflates(ReadOnlySpan<byte> head, Format format)
    {
        // A few kilobytes of output are proof enough.
        Span<byte> output = stackalloc byte[8192];
        return Try(head[..Math.Min(head.Length, 4096)], format, output, out var isSound) > 0 && isSound;
    }

    /// <summary>
    /// Inflates as much as fits, without an exception for what is no such data: guesses are wrong far more often than right.
    /// Returns the bytes made; <paramref name="isSound"/> tells whether no fault was met on the way.
    /// </summary>
    public static int Try(ReadOnlySpan<byte> packed, Format format, Span<byte> output, out bool isSound)
    {
        State state = default;
        isSound = false;
        if (Init(&state, (int)format) != 0) return 0;
        fixed (byte* next = packed)
        fixed (byte* made = output)
        {
            state.NextIn = next;
            state.AvailIn = (uint)packed.Length;
            state.NextOut = made;
            state.AvailOut = (uint)output.Length;
            var code = Inflate(&state, 0);
            End(&state);
            isSound = code is 0 or 1 or -5;
        }
        return output.Length - (int)state.AvailOut;
    }

    protected override bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(!open, this);
        int code;
        fixed (byte* next = input)
        fixed (byte* made = output)
        {
            // zlib wants a pointer even for no input.
            byte none;
            state->NextIn = input.IsEmpty ? &none : next;
            state->AvailIn = (uint)input.Length;
            state->NextOut = made;
            state->AvailOut = (uint)output.Length;
            code = Inflate(state, 0);
        }
        consumed = input.Length - (int)state->AvailIn;
        written = output.Length - (int)state->AvailOut;
        return code switch
        {
            1 => true,
            0 or -5 => false, // Z_BUF_ERROR: no progress was possible
            2 => throw new InvalidDataException("the compressed data needs a dictionary that is not in it"),
            _ => throw new InvalidDataException("the compressed data is damaged"),
        };
    }

    protected override void Dispose(bool disposing)
    {
        if (open)
        {
            open = false;
            End(state);
            NativeMemory.Free(state);
        }
        base.Dispose(disposing);
    }

    ~InflateStream() => Dispose(false);

    [StructLayout(LayoutKind.Sequential)]
    private struct State
    {
        public byte* NextIn;
        public byte* NextOut;
        public byte* Message;
        public void* Inside;
        public uint AvailIn;
        public uint AvailOut;
    }

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateInit2_")]
    private static partial int Init(State* state, int windowBits);

    [LibraryImport(Library, EntryPoint = "CompressionNative_Inflate")]
    private static partial int Inflate(State* state, int flush);

    [LibraryImport(Library, EntryPoint = "CompressionNative_InflateEnd")]
    private static partial int End(State* state);
}
