using System.Buffers.Binary;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Debug information and symbol tables left in native programs and libraries: ELF, Mach-O (also dSYM), MinGW's PE.</summary>
internal sealed class DebugSections : StreamDetector
{
    // Section names stand right before the section headers in what most linkers write.
    private const int NamesBefore = 64 * 1024;
    private const int MaxSections = 8192;

    private static readonly Rule Dwarf = new("debug.dwarf", Severity.Medium, Blocking.WhenClosed, "Debug information in a native program",
        "Strip it: strip -g, -s for the linker, or dsymutil and keep the .dSYM at home.", ".debug_info in a shared library");

    private static readonly Rule Table = new("debug.symbol-table", Severity.Low, Blocking.Never, "Symbols of a native program",
        "Strip what need not be seen: strip, -s for the linker, -ldflags=-s for Go.", ".symtab in an executable");

    public override IReadOnlyList<Rule> Rules => [Dwarf, Table];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 64) return null;
        if (Executables.IsElf(head)) return Elf(head, sink);
        if (Executables.IsPe(head)) return Pe(head, sink);
        if (Executables.IsMachO(head))
        {
            MachO(head, sink);
            return null;
        }
        if (!Executables.IsFatMachO(head)) return null;
        var slice = BinaryPrimitives.ReadUInt32BigEndian(head[16..]);
        return new RegionInspection(slice, 64 * 1024, region => MachO(region, sink));
    }

    private static Inspection? Elf(ReadOnlySpan<byte> head, EntrySink sink)
    {
        var (wide, big) = (head[4] == 2, head[5] == 2);
        var table = wide ? U64(head[40..], big) : U32(head[32..], big);
        var at = wide ? 58 : 46;
        var (size, count, names) = (U16(head[at..], big), U16(head[(at + 2)..], big), U16(head[(at + 4)..], big));
        if (table <= 0 || table > 1L << 40 || count is 0 || count > MaxSections || size < (wide ? 64 : 40) || size > 256) return null;
        var start = Math.Max(0, table - NamesBefore);
        return new RegionInspection(start, (int)(table - start) + size * count, region =>
        {
            var sections = region[(int)Math.Min(region.Length, table - start)..];
            var text = Names(region, sections, names * size, start, wide, big);
            var (debugBytes, hasInfo, isGo, hasSymbols) = (0L, false, false, false);
            for (var i = 0; i < count && (i + 1) * size <= sections.Length; i++)
            {
                var section = sections.Slice(i * size, size);
                if (U32(section[4..], big) == 2) hasSymbols = true;
                var name = U32(section, big) is var n && n < text.Length ? text[(int)n..] : default;
                if (name.StartsWith(".go.buildinfo"u8)) isGo = true;
                if (!name.StartsWith(".debug_"u8) && !name.StartsWith(".zdebug_"u8)) continue;
                debugBytes += wide ? U64(section[32..], big) : U32(section[20..], big);
                hasInfo |= name[1..].IndexOf("debug_info"u8) is 0 or 1 || name[1..].IndexOf("debug_line"u8) is 0 or 1;
            }
            Report(sink, "ELF", hasInfo && !isGo, hasSymbols || hasInfo, debugBytes);
        });
    }

    private static ReadOnlySpan<byte> Names(ReadOnlySpan<byte> region, ReadOnlySpan<byte> sections, int at, long start, bool wide, bool big)
    {
        if (at + (wide ? 64 : 40) > sections.Length) return default;
        var section = sections[at..];
        var offset = wide ? U64(section[24..], big) : U32(section[16..], big);
        var size = wide ? U64(section[32..], big) : U32(section[20..], big);
        if (offset < start || offset - start > region.Length || size < 0) return default;
        var names = region[(int)(offset - start)..];
        return names[..(int)Math.Min(size, names.Length)];
    }

    private static Inspection? Pe(ReadOnlySpan<byte> head, EntrySink sink)
    {
        var at = BinaryPrimitives.ReadInt32LittleEndian(head[60..]);
        if (at < 64 || at > head.Length - 24 || !head[at..].StartsWith("PE\0\0"u8)) return null;
        var (sections, symbols, count, optional) = (U16(head[(at + 6)..], false), U32(head[(at + 12)..], false), U32(head[(at + 16)..], false), U16(head[(at + 20)..], false));
        // Only the GNU tools leave a COFF symbol table in an image; its string table holds the long section names.
        if (symbols == 0 || count > 50_000_000) return null;
        var first = at + 24 + optional;
        var debugNames = new List<(uint Name, long Size)>();
        for (var i = 0; i < Math.Min(sections, (ushort)96) && first + (i + 1) * 40 <= head.Length; i++)
        {
            var section = head.Slice(first + i * 40, 40);
            if (section[0] == '/' && System.Buffers.Text.Utf8Parser.TryParse(section[1..8], out uint name, out _)) debugNames.Add((name, U32(section[16..], false)));
        }
        var hasTable = count > 0;
        return new RegionInspection(symbols + count * 18, 4096, region =>
        {
            var (bytes, hasInfo) = (0L, false);
            foreach (var (name, size) in debugNames)
            {
                if (name >= region.Length || !region[(int)name..].StartsWith(".debug_"u8)) continue;
                bytes += size;
                hasInfo |= region[(int)name..].StartsWith(".debug_info"u8) || region[(int)name..].StartsWith(".debug_line"u8);
            }
            Report(sink, "PE", hasInfo, hasTable, bytes);
        });
    }

    private static void MachO(ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (!Executables.IsMachO(head)) return;
        var big = head[0] == 0xFE;
        var wide = (big ? head[3] : head[0]) == 0xCF;
        var (isSymbolFile, commands) = (U32(head[12..], big) == 10, U32(head[16..], big));
        var rest = head[(wide ? 32 : 28)..];
        var (bytes, hasInfo) = (0L, false);
        for (var i = 0; i < Math.Min(commands, 2000) && rest.Length >= 24; i++)
        {
            var (command, size) = (U32(rest, big), U32(rest[4..], big));
            if (command is 0x19 or 0x1 && rest[8..].StartsWith("__DWARF\0"u8))
            {
                hasInfo = true;
                if (command == 0x19 && rest.Length >= 56) bytes += U64(rest[48..], big);
            }
            if (size < 8 || size > rest.Length) break;
            rest = rest[(int)size..];
        }
        Report(sink, isSymbolFile ? "Mach-O dSYM" : "Mach-O", hasInfo || isSymbolFile, false, bytes);
    }

    private static void Report(EntrySink sink, string format, bool hasInfo, bool hasTable, long bytes)
    {
        if (hasInfo) sink.Report(Dwarf, $"{format} with debug information{(bytes > 0 ? $" ({Math.Max(1, bytes >> 10):N0} KiB)" : "")}: names of functions, types and variables, source paths and lines", ("format", format), ("bytes", bytes));
        else if (hasTable) sink.Report(Table, $"{format} with its symbol table: the names of its functions", ("format", format));
    }

    private static ushort U16(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt16LittleEndian(bytes);

    private static long U32(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static long U64(ReadOnlySpan<byte> bytes, bool big) => big ? BinaryPrimitives.ReadInt64BigEndian(bytes) : BinaryPrimitives.ReadInt64LittleEndian(bytes);

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var dsym = new byte[200];
            byte[] start = [0xCF, 0xFA, 0xED, 0xFE, 7, 0, 0, 1, 3, 0, 0, 0, 10, 0, 0, 0, 1, 0, 0, 0, 72, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x19, 0, 0, 0, 72, 0, 0, 0, .. "__DWARF"u8];
            start.CopyTo(dsym, 0);
            yield return Sample.Hit(Dwarf.Id, "app.dSYM/Contents/Resources/DWARF/app", dsym);
            dsym[12] = 2;
            "__TEXT\0"u8.CopyTo(dsym.AsSpan(40));
            yield return Sample.Miss("app", dsym);
        }
    }
}
