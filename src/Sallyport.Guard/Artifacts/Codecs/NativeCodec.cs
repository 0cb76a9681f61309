using System.Runtime.InteropServices;

namespace Sallyport.Guard.Artifacts.Codecs;

/// <summary>
/// A compression library of the machine, found by its usual names on Linux, macOS and Windows. What needs one that is
/// absent counts as unread, and the report says what to install.
/// </summary>
internal sealed class NativeCodec(string format, string package, string[] names)
{
    private readonly Lazy<nint> handle = new(() => Load(names));

    public static NativeCodec Zstd { get; } = new("zstd", "libzstd", ["libzstd.so.1", "libzstd.1.dylib", "libzstd.dll", "zstd.dll", "/opt/homebrew/lib/libzstd.1.dylib", "/usr/local/lib/libzstd.1.dylib"]);
    public static NativeCodec Bzip2 { get; } = new("bzip2", "libbz2", ["libbz2.so.1.0", "libbz2.so.1", "libbz2.1.0.dylib", "libbz2.dylib", "libbz2.dll", "bz2.dll"]);
    public static NativeCodec Lzma { get; } = new("xz", "liblzma", ["liblzma.so.5", "liblzma.5.dylib", "liblzma.dylib", "liblzma.dll", "lzma.dll", "/opt/homebrew/lib/liblzma.5.dylib", "/usr/local/lib/liblzma.5.dylib"]);

    public bool IsPresent => handle.Value != 0;

    /// <summary>A function of the library. Throws <see cref="InvalidDataException"/> when there is no library.</summary>
    public nint Function(string name) =>
        handle.Value != 0 && NativeLibrary.TryGetExport(handle.Value, name, out var address) ? address
        : throw new InvalidDataException($"{format} data needs {package}, which this machine lacks: install it and check again");

    private static nint Load(string[] names)
    {
        foreach (var name in names)
        {
            if (NativeLibrary.TryLoad(name, out var found)) return found;
        }
        return 0;
    }
}
