using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Stray;

/// <summary>Memory of a program, written to a file: whatever it knew, keys included.</summary>
internal sealed class MemoryDump : EntryDetector
{
    private static readonly Rule Found = new("stray.memory-dump", Severity.High, Blocking.Always, "A core, heap or crash dump",
        "Delete it and keep dumps out of the folder that is packed; replace the secrets the program had in memory.", "core.1234 or heap.hprof in a package");

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 20) return;
        var what = head[0] switch
        {
            0x7F when IsElfCore(head) => "a core dump",
            (byte)'M' when head.StartsWith("MDMP"u8) => "a Windows minidump",
            (byte)'P' when head.StartsWith("PAGEDU64"u8) || head.StartsWith("PAGEDUMP"u8) => "a Windows crash dump",
            (byte)'J' when head.StartsWith("JAVA PROFILE "u8) => "a Java heap dump",
            (byte)'{' when IsHeapSnapshot(head) => "a V8 heap snapshot",
            _ => null,
        };
        if (what is not null) sink.Report(Found, $"{entry.Name} is {what}: it holds what the program had in memory");
    }

    // e_type 4 is ET_CORE.
    private static bool IsElfCore(ReadOnlySpan<byte> head) =>
        head[1..].StartsWith("ELF"u8) && head[5] is 1 or 2 && (head[5] == 1 ? head[16] == 4 && head[17] == 0 : head[16] == 0 && head[17] == 4);

    private static bool IsHeapSnapshot(ReadOnlySpan<byte> head)
    {
        var start = head[..Math.Min(head.Length, 512)];
        return start.IndexOf("\"snapshot\""u8) is >= 0 and < 16 && start.IndexOf("\"node_fields\""u8) > 0;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "core.4711", [0x7F, .. "ELF"u8, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 62, 0, 1, 0, 0, 0]),
        Sample.Hit(Found.Id, "app.dmp", [.. "MDMP"u8, 0x93, 0xA7, 0, 0, 9, 0, 0, 0, 32, 0, 0, 0, 0, 0, 0, 0]),
        Sample.Hit(Found.Id, "heap.bin", "JAVA PROFILE 1.0.2\0\0\0\0\u0008"),
        Sample.Hit(Found.Id, "x.heapsnapshot", "{\"snapshot\":{\"meta\":{\"node_fields\":[\"type\",\"name\"]}}}"),
        Sample.Miss("core.js", "export const core = 1;\n"),
        Sample.Miss("snapshot.json", "{\"snapshot\":{\"a\":1,\"b\":2,\"c\":3}}"),
    ];
}
