using System.Runtime.InteropServices;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>Decompresses single zstd frames that say their size, by the machine's libzstd.</summary>
internal static unsafe class ZstdFrame
{
    private const int MaxBytes = 16 << 20;

    private static readonly string[] Names = OperatingSystem.IsWindows() ? ["libzstd.dll", "zstd.dll"] : OperatingSystem.IsMacOS() ? ["libzstd.1.dylib", "libzstd.dylib", "/opt/homebrew/lib/libzstd.dylib"] : ["libzstd.so.1", "libzstd.so"];

    private static readonly Lazy<(nint Size, nint Decompress, nint IsError)> Library = new(Load);

    /// <summary>False when libzstd is not on this machine: nothing can then be said about frames.</summary>
    public static bool IsAvailable => Library.Value.Decompress != 0;

    /// <summary>Null when the frame is damaged, larger than 16 MiB or does not say its size.</summary>
    public static byte[]? Decompress(ReadOnlySpan<byte> frame)
    {
        var (size, decompress, isError) = Library.Value;
        if (decompress == 0) return null;
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

    private static (nint, nint, nint) Load()
    {
        foreach (var name in Names)
        {
            if (NativeLibrary.TryLoad(name, out var library))
                return (NativeLibrary.GetExport(library, "ZSTD_getFrameContentSize"), NativeLibrary.GetExport(library, "ZSTD_decompress"), NativeLibrary.GetExport(library, "ZSTD_isError"));
        }
        return default;
    }
}
