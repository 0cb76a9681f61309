using System.Collections.Frozen;

namespace Sallyport.Guard.Scanning;

/// <summary>Names the kind of a file by its first bytes, or else by its extension.</summary>
internal static class FileKinds
{
    // Kinds of file in which source, symbols, archives, databases or weights travel.
    private static readonly FrozenSet<string> Telling = new[]
    {
        "archive", "executable", "wasm", "symbols", "database", "weights", "source-map", "bytecode", "pickle",
        ".ts", ".tsx", ".mts", ".cts", ".jsx", ".coffee", ".vue", ".svelte", ".cs", ".fs", ".vb", ".razor", ".cshtml", ".go", ".rs", ".py", ".pyx", ".ipynb", ".java", ".kt", ".scala", ".groovy", ".clj",
        ".swift", ".m", ".mm", ".c", ".cc", ".cpp", ".cxx", ".h", ".hpp", ".rb", ".php", ".pl", ".lua", ".ex", ".exs", ".erl", ".hs", ".ml", ".jl", ".zig", ".nim", ".dart", ".sql", ".proto", ".scss", ".sass", ".less",
        ".map", ".pdb", ".mdb", ".dbg", ".sym", ".dwp", ".dwarf", ".a", ".lib", ".o", ".obj",
        ".db", ".sqlite", ".sqlite3", ".accdb", ".dump", ".bak", ".parquet", ".rdb",
        ".onnx", ".pt", ".pth", ".ckpt", ".safetensors", ".gguf", ".ggml", ".tflite", ".h5", ".pb", ".npy", ".npz", ".pkl", ".joblib", ".mlmodel",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>True when a first file of this kind in a package deserves to be looked at.</summary>
    public static bool IsTelling(string kind) => Telling.Contains(kind);

    /// <summary>A word for what content shows, else the lower-case extension with its dot, else "".</summary>
    public static string Of(ReadOnlySpan<byte> head, string name)
    {
        var extension = Path.GetExtension(name).ToLowerInvariant();
        if (head.Length >= 8 && ByContent(head, extension) is { } kind) return kind;
        return extension is ".ts" or ".mts" or ".cts" && Path.GetExtension(Path.GetFileNameWithoutExtension(name)) == ".d" ? ".d.ts" : extension;
    }

    private static string? ByContent(ReadOnlySpan<byte> head, string extension)
    {
        switch (head[0])
        {
            case 0x1F when head[1] == 0x8B:
            case (byte)'P' when head is [_, (byte)'K', 3 or 5, 4 or 6, ..]:
            case 0x28 when head is [_, 0xB5, 0x2F, 0xFD, ..]:
            case 0xFD when head[1..].StartsWith("7zXZ"u8):
            case (byte)'B' when head.StartsWith("BZh"u8) && head[3] is >= (byte)'1' and <= (byte)'9':
            case (byte)'7' when head is [_, (byte)'z', 0xBC, 0xAF, ..]:
            case (byte)'R' when head.StartsWith("Rar!"u8):
            case (byte)'!' when head.StartsWith("!<arch>"u8):
                return "archive";
            case 0x7F when head[1..].StartsWith("ELF"u8):
            case (byte)'M' when head[1] == 'Z' && head.Length > 64:
            case 0xCF or 0xCE when head[1] == 0xFA && head[2] == 0xED && head[3] == 0xFE:
                return "executable";
            case 0 when head[1..].StartsWith("asm"u8): return "wasm";
            case (byte)'B' when head.StartsWith("BSJB"u8): return "symbols";
            case (byte)'M' when head.StartsWith("Microsoft C/C++ MSF"u8): return "symbols";
            case (byte)'S' when head.StartsWith("SQLite format 3"u8): return "database";
            case (byte)'G' when head.StartsWith("GGUF"u8): return "weights";
            case 0x89 when head[1..].StartsWith("HDF"u8): return "weights";
            case 0x93 when head[1..].StartsWith("NUMPY"u8): return "weights";
            case 0x80 when head[1] is >= 2 and <= 5 && extension != ".woff": return "pickle";
            case (byte)'{' when head[..Math.Min(head.Length, 256)].IndexOf("\"version\""u8) > 0 && (extension == ".map" || head.IndexOf("\"mappings\""u8) > 0 || head.IndexOf("\"sourcesContent\""u8) > 0):
                return "source-map";
        }
        if (head[7] == 0 && head.Length > 10 && head[8] == '{' && head[9] == '"') return "weights";
        if (head is [_, 0x0D, 0x0D, 0x0A, ..]) return "bytecode";
        return head.Length >= 262 && head[257..].StartsWith("ustar"u8) ? "archive" : null;
    }
}
