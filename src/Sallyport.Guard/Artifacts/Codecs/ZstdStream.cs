using System.Runtime.InteropServices;

namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>One zstd frame (RFC 8878), by the machine's libzstd.</summary>
internal sealed unsafe class ZstdStream : CodecStream
{
    private const int WindowLogMax = 100;
    private const int LargestWindowLog = 27;

    private readonly delegate* unmanaged<nint, Buffer*, Buffer*, nuint> decompress = (delegate* unmanaged<nint, Buffer*, Buffer*, nuint>)NativeCodec.Zstd.Function("ZSTD_decompressStream");
    private readonly delegate* unmanaged<nuint, uint> isError = (delegate* unmanaged<nuint, uint>)NativeCodec.Zstd.Function("ZSTD_isError");
    private readonly delegate* unmanaged<nuint, nint> errorName = (delegate* unmanaged<nuint, nint>)NativeCodec.Zstd.Function("ZSTD_getErrorName");
    private nint context;

    public ZstdStream(ByteSource source) : base(source)
    {
        context = ((delegate* unmanaged<nint>)NativeCodec.Zstd.Function("ZSTD_createDStream"))();
        if (context == 0) throw new InvalidDataException("libzstd has no memory");
        ((delegate* unmanaged<nint, int, int, nuint>)NativeCodec.Zstd.Function("ZSTD_DCtx_setParameter"))(context, WindowLogMax, LargestWindowLog);
    }

    protected override bool Step(ReadOnlySpan<byte> input, Span<byte> output, out int consumed, out int written)
    {
        ObjectDisposedException.ThrowIf(context == 0, this);
        nuint code;
        fixed (byte* next = input)
        fixed (byte* made = output)
        {
            var from = new Buffer { Start = next, Size = (nuint)input.Length };
            var to = new Buffer { Start = made, Size = (nuint)output.Length };
            code = decompress(context, &to, &from);
            (consumed, written) = ((int)from.Position, (int)to.Position);
        }
        if (isError(code) != 0) throw new InvalidDataException($"the zstd data is damaged ({Marshal.PtrToStringUTF8(errorName(code))})");
        return code == 0;
    }

    protected override void Dispose(bool disposing)
    {
        if (context != 0) ((delegate* unmanaged<nint, nuint>)NativeCodec.Zstd.Function("ZSTD_freeDStream"))(context);
        context = 0;
        base.Dispose(disposing);
    }

    ~ZstdStream() => Dispose(false);

    private struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
