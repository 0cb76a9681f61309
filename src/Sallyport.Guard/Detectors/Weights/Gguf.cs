using System.Buffers.Binary;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Weights;

/// <summary>GGUF versions 1 to 3, either byte order, and the formats that came before it (ggml, ggmf, ggjt, ggla).</summary>
internal sealed class Gguf : WeightsDetector
{
    private static readonly Rule Found = WeightsRule("gguf", "Model weights (GGUF)", "a language model for llama.cpp");
    private static readonly Rule Older = WeightsRule("ggml", "Model weights (GGML)", "a model for llama.cpp or whisper.cpp");

    public override IReadOnlyList<Rule> Rules => [Found, Older];

    protected override bool Recognises(Entry entry, ReadOnlySpan<byte> head) =>
        head.StartsWith("GGUF"u8) || IsOlder(head);

    protected override Model? Read(Entry entry, ReadOnlySpan<byte> header, long fileBytes)
    {
        if (!header.StartsWith("GGUF"u8)) return new Model(Older, "GGML");
        if (header.Length < 16) return null;
        var little = BinaryPrimitives.ReadUInt32LittleEndian(header[4..]);
        var isBig = little > 0xFFFF;
        var version = isBig ? BinaryPrimitives.ReadUInt32BigEndian(header[4..]) : little;
        if (version is 0 or > 16) return null;
        var tensors = version == 1 ? U32(header[8..], isBig) : (long)Math.Min(U64(header[8..], isBig), long.MaxValue);
        return new Model(Found, $"GGUF v{version}")
        {
            Tensors = tensors is >= 0 and < 10_000_000 ? tensors : null,
            Name = Text(header, "general.name"u8) ?? Text(header, "general.architecture"u8),
        };
    }

    // key, u32 type 8 (string), u64 length, bytes
    private static string? Text(ReadOnlySpan<byte> header, ReadOnlySpan<byte> key)
    {
        var at = header.IndexOf(key);
        if (at < 0 || at + key.Length + 12 > header.Length) return null;
        var value = header[(at + key.Length)..];
        if (BinaryPrimitives.ReadUInt32LittleEndian(value) != 8) return null;
        var length = BinaryPrimitives.ReadUInt64LittleEndian(value[4..]);
        return Model.CleanName(value[12..][..(int)Math.Min(length, (ulong)(value.Length - 12))]);
    }

    // A 32-bit magic in little-endian order, then a version (not for ggml) and small hyper-parameters.
    private static bool IsOlder(ReadOnlySpan<byte> head)
    {
        if (head.Length < 32) return false;
        if (head.StartsWith("lmgg"u8)) return BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) is > 0 and < 1_000_000 && BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) is > 0 and < 1_000_000;
        return (head.StartsWith("fmgg"u8) || head.StartsWith("tjgg"u8) || head.StartsWith("algg"u8)) && BinaryPrimitives.ReadUInt32LittleEndian(head[4..]) is > 0 and < 16;
    }

    private static uint U32(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static ulong U64(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadUInt64BigEndian(bytes) : BinaryPrimitives.ReadUInt64LittleEndian(bytes);

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "cache.dat", [.. "GGUF"u8, 3, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 20, 0, 0, 0, 0, 0, 0, 0, .. "general.architecture"u8, 8, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, .. "llama"u8]),
        Sample.Hit(Older.Id, "x.bin", [.. "lmgg"u8, 0x99, 0xCA, 0, 0, 0, 2, 0, 0, .. new byte[40]]),
        Sample.Miss("x.md", "GGUF is a format of llama.cpp"),
    ];
}
