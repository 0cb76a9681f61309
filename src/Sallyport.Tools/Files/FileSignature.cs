using System.Globalization;

namespace Sallyport.Tools.Files;

/// <summary>What a file is by its first bytes, whatever its name says.</summary>
internal static class FileSignature
{
    /// <summary>The media type of a picture that models can see; null for anything else.</summary>
    public static string? Image(ReadOnlySpan<byte> head) =>
        head.StartsWith<byte>([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) ? "image/png"
        : head.StartsWith<byte>([0xFF, 0xD8, 0xFF]) ? "image/jpeg"
        : head.StartsWith("GIF87a"u8) || head.StartsWith("GIF89a"u8) ? "image/gif"
        : head.Length >= 12 && head.StartsWith("RIFF"u8) && head[8..].StartsWith("WEBP"u8) ? "image/webp"
        : null;

    public static bool IsPdf(ReadOnlySpan<byte> head) => head.StartsWith("%PDF-"u8);

    /// <summary>What kind of binary it is; null for text.</summary>
    public static string? Binary(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xFF, 0xFE, 0, 0])) return "UTF-32 text";
        if (head.StartsWith<byte>([0xFF, 0xFE]) || head.StartsWith<byte>([0xFE, 0xFF])) return null;
        var known =
            head.StartsWith("\u007fELF"u8) ? "ELF program or library"
            : head.StartsWith("PK\u0003\u0004"u8) ? "zip archive (or a format made of one: docx, jar, nupkg, whl)"
            : head.StartsWith<byte>([0x1F, 0x8B]) ? "gzip archive"
            : head.StartsWith<byte>([0x28, 0xB5, 0x2F, 0xFD]) ? "zstd archive"
            : head.StartsWith<byte>([0xFD, 0x37, 0x7A, 0x58, 0x5A]) ? "xz archive"
            : head.StartsWith("7z"u8) && head.Length > 2 && head[2] == 0xBC ? "7z archive"
            : head.StartsWith("SQLite format 3\0"u8) ? "SQLite database"
            : head.StartsWith("\0asm"u8) ? "WebAssembly module"
            : head.StartsWith<byte>([0xCA, 0xFE, 0xBA, 0xBE]) ? "Java class or Mach-O program"
            : head.StartsWith<byte>([0xCF, 0xFA, 0xED, 0xFE]) ? "Mach-O program"
            : head.StartsWith("MZ"u8) && head.Contains((byte)0) ? "Windows program or library"
            : head.Length >= 262 && head[257..].StartsWith("ustar"u8) ? "tar archive"
            : head.StartsWith("BM"u8) && head.Contains((byte)0) ? "BMP image"
            : head.StartsWith("OggS"u8) ? "Ogg media"
            : head.StartsWith("wOF"u8) ? "web font"
            : head.Length >= 8 && head[4..].StartsWith("ftyp"u8) ? "MP4 media (or HEIC, AVIF)"
            : null;
        return known ?? (head.Contains((byte)0) ? "binary file" : null);
    }

    /// <summary>A size as people read it.</summary>
    public static string Size(long bytes) => bytes switch
    {
        1 => "1 byte",
        < 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes} bytes"),
        < 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0:0.#} KB"),
        < 1024L * 1024 * 1024 => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024):0.#} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / (1024.0 * 1024 * 1024):0.#} GB"),
    };
}
