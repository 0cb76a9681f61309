namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Tells executables and libraries by their first bytes.</summary>
internal static class Executables
{
    public static bool IsPe(ReadOnlySpan<byte> head) => head.Length >= 64 && head.StartsWith("MZ"u8);

    public static bool IsElf(ReadOnlySpan<byte> head) => head.Length >= 52 && head.StartsWith("\u007fELF"u8);

    /// <summary>One architecture, either byte order.</summary>
    public static bool IsMachO(ReadOnlySpan<byte> head) => head.Length >= 28
        && (head.StartsWith((ReadOnlySpan<byte>)[0xCF, 0xFA, 0xED, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xCE, 0xFA, 0xED, 0xFE])
            || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFA, 0xCF]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xED, 0xFA, 0xCE]));

    /// <summary>Several architectures in one file. Java classes begin alike; their third number is 45 or more.</summary>
    public static bool IsFatMachO(ReadOnlySpan<byte> head) => head.Length >= 28 && head.StartsWith((ReadOnlySpan<byte>)[0xCA, 0xFE, 0xBA, 0xBE]) && head[4] == 0 && head[5] == 0 && head[6] == 0 && head[7] is > 0 and < 30;

    public static bool IsOne(ReadOnlySpan<byte> head) => IsPe(head) || IsElf(head) || IsMachO(head) || IsFatMachO(head);
}
