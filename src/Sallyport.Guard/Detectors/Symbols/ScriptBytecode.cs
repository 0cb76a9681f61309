using System.Buffers.Binary;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>JavaScript compiled by an engine, and Java classes with names of locals: harder to read than source, not closed.</summary>
internal sealed class ScriptBytecode : EntryDetector
{
    private static readonly Rule Script = new("debug.script-bytecode", Severity.Low, Blocking.Never, "JavaScript as an engine's bytecode",
        "It holds every string and most names of the source; treat it as readable.", "main.jsc, index.android.bundle");

    private static readonly Rule Java = new("debug.java-locals", Severity.Low, Blocking.Never, "Java classes with the names of local variables",
        "Compile with -g:none or let ProGuard or R8 take the tables out.", "LocalVariableTable in App.class");

    public override IReadOnlyList<Rule> Rules => [Script, Java];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 64) return;
        if (BinaryPrimitives.ReadUInt64LittleEndian(head) == 0x1F1903C103BC1FC6) sink.Report(Script, "Hermes bytecode: its strings and names can be read", ("engine", "Hermes"));
        else if (head[2] == 0xDE && head[3] == 0xC0 && entry.Extension is ".jsc" or ".bytecode") sink.Report(Script, "V8 code cache: its strings and names can be read", ("engine", "V8"));
        else if (BinaryPrimitives.ReadUInt32BigEndian(head) == 0xCAFEBABE && head[6] == 0 && head[7] is >= 45 and < 100 && head.IndexOf("LocalVariableTable"u8) >= 0) sink.ReportForFolder(Java, "classes here keep the names of local variables");
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Script.Id, "index.android.bundle", [0xC6, 0x1F, 0xBC, 0x03, 0xC1, 0x03, 0x19, 0x1F, .. new byte[80]]),
        Sample.Hit(Script.Id, "main.jsc", [0x5D, 0x06, 0xDE, 0xC0, .. new byte[80]]),
        Sample.Hit(Java.Id, "A.class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 65, 0, 20, .. new byte[40], 1, 0, 18, .. "LocalVariableTable"u8, .. new byte[20]]),
        Sample.Miss("A.class", [0xCA, 0xFE, 0xBA, 0xBE, 0, 0, 0, 65, 0, 20, .. new byte[60]]),
    ];
}
