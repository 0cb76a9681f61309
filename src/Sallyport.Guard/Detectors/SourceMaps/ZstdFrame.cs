using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Decompresses single zstd frames that say their size, by the machine's libzstd.</summary>
internal static unsafe class ZstdFrame
{
    private const int MaxBytes = 16 << 20;

    /// <summary>False when libzstd is not on this machine: nothing can then be said about frames.</summary>
    public static bool IsAvailable => NativeCodec.Zstd.IsPresent;

    /// <summary>Null when the frame is damaged, larger than 16 MiB or does not say its size.</summary>
    public static byte[]? Decompress(ReadOnlySpan<byte> frame)
    {
        if (!IsAvailable) return null;
        var size = NativeCodec.Zstd.Function("ZSTD_getFrameContentSize");
        var decompress = NativeCodec.Zstd.Function("ZSTD_decompress");
        var isError = NativeCodec.Zstd.Function("ZSTD_isError");
        fixed (byte* from = frame)
        {
            // The two largest values mean "unknown" and "no frame".
            var length = ((delegate* unmanaged<byte*, nuint, ulong>)size)(from, (nuint)frame.Length);
            if (length > MaxBytes) return null;
            var content = new byte[(int)length];
            fixed (byte* to = content.Length == 0 ? new byte[1] : content)
            {
                var made = ((delegate* unmanaged<byte*, nuint, byte*, nuint, nuint>)decompress)(to, (nuint)content.Length, from, (nuint)frame.Length);
                return ((delegate* unmanaged<nuint, uint>)isError)(made) != 0 || made != (nuint)content.Length ? null : content;
            }
        }
    }
}
