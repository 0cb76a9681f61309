using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Custom sections of WebAssembly modules: DWARF, function names, links to a source map or to debug files.</summary>
internal sealed class WasmSections : StreamDetector
{
    private static readonly Rule Dwarf = new("debug.wasm-dwarf", Severity.Medium, Blocking.WhenClosed, "Debug information in a WebAssembly module",
        "Build without -g, or strip: wasm-strip, wasm-opt --strip-debug, wasm-tools strip.", ".debug_info in app.wasm");

    private static readonly Rule Names = new("debug.wasm-names", Severity.Low, Blocking.Never, "Function names in a WebAssembly module",
        "Strip them if they should not be seen: wasm-strip, wasm-opt --strip-producers --strip-debug.", "the name section of app.wasm");

    private static readonly Rule MapLink = new("source-map.wasm-link", Severity.Medium, Blocking.WhenClosed, "A WebAssembly module points to its source map",
        "Build without source maps, or take the section out; anyone can fetch what it points to.", "sourceMappingURL in app.wasm");

    private static readonly Rule External = new("debug.wasm-external", Severity.Low, Blocking.Never, "A WebAssembly module points to a debug file",
        "Take the external_debug_info section out.", "external_debug_info in app.wasm");

    public override IReadOnlyList<Rule> Rules => [Dwarf, Names, MapLink, External];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) =>
        head.Length > 8 && head.StartsWith("\0asm\u0001\0\0\0"u8) ? new Inspector(sink) : null;

    private sealed class Inspector(EntrySink sink) : Inspection
    {
        // Id, size, name length, name, and for links the URL's beginning.
        private readonly byte[] section = new byte[512];
        private int kept;
        private long skip = 8;
        private long debugBytes;
        private bool broken;

        public override void Feed(ReadOnlySpan<byte> piece)
        {
            while (!piece.IsEmpty && !broken)
            {
                if (skip > 0)
                {
                    var count = (int)Math.Min(skip, piece.Length);
                    skip -= count;
                    piece = piece[count..];
                    continue;
                }
                var taken = Math.Min(section.Length - kept, piece.Length);
                piece[..taken].CopyTo(section.AsSpan(kept));
                var before = kept;
                kept += taken;
                if (kept < section.Length && !IsEnough())
                {
                    piece = piece[taken..];
                    continue;
                }
                var size = Section(section.AsSpan(0, kept));
                if (size <= 0)
                {
                    broken = true;
                    return;
                }
                // The section may be shorter than what was kept: give the rest back.
                var used = (int)Math.Min(size, kept) - before;
                skip = size - Math.Min(size, kept);
                kept = 0;
                piece = piece[Math.Max(0, used)..];
            }
        }

        public override void End()
        {
            while (kept > 0 && !broken)
            {
                var size = Section(section.AsSpan(0, kept));
                if (size <= 0 || size >= kept) break;
                section.AsSpan((int)size, kept - (int)size).CopyTo(section);
                kept -= (int)size;
            }
            if (debugBytes > 0) sink.Report(Dwarf, $"a WebAssembly module with {Math.Max(1, debugBytes >> 10):N0} KiB of debug information: names, types, source paths and lines", ("bytes", debugBytes));
        }

        private bool IsEnough() => Varint(section.AsSpan(0, kept), 1, out var size, out var at) && kept >= at + size;

        /// <summary>Looks at one section; its whole length, or 0 when it is none.</summary>
        private long Section(ReadOnlySpan<byte> bytes)
        {
            if (bytes[0] > 13 || !Varint(bytes, 1, out var size, out var at)) return 0;
            if (bytes[0] == 0 && Varint(bytes, at, out var nameLength, out var start) && nameLength <= (uint)(bytes.Length - start)) Custom(bytes.Slice(start, (int)nameLength), bytes[(start + (int)nameLength)..], size);
            return at + size;
        }

        private void Custom(ReadOnlySpan<byte> name, ReadOnlySpan<byte> content, long size)
        {
            if (name.StartsWith(".debug_"u8)) debugBytes += size;
            else if (name.SequenceEqual("name"u8) && size > 16) sink.Report(Names, "a WebAssembly module with the names of its functions", ("bytes", size));
            else if (name.SequenceEqual("sourceMappingURL"u8)) sink.Report(MapLink, $"points to its source map: {Text(content)}", ("url", Text(content)));
            else if (name.SequenceEqual("external_debug_info"u8)) sink.Report(External, $"points to a debug file: {Text(content)}");
        }

        private static string Text(ReadOnlySpan<byte> content)
        {
            if (!Varint(content, 0, out var length, out var at)) return "";
            var text = content[at..];
            return Encoding.UTF8.GetString(text[..(int)Math.Min(Math.Min(length, text.Length), 200)]);
        }

        private static bool Varint(ReadOnlySpan<byte> bytes, int at, out long value, out int after)
        {
            (value, after) = (0, at);
            for (var shift = 0; after < bytes.Length && shift < 35; shift += 7)
            {
                var next = bytes[after++];
                value |= (long)(next & 0x7F) << shift;
                if (next < 0x80) return true;
            }
            return false;
        }
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            var code = Module(10, new byte[600]);
            yield return Sample.Hit(Dwarf.Id, "a.wasm", [.. "\0asm\u0001\0\0\0"u8, .. code, .. Custom(".debug_info", new byte[2000]), .. Custom(".debug_line", new byte[40])]);
            yield return Sample.Hit(Names.Id, "a.wasm", [.. "\0asm\u0001\0\0\0"u8, .. code, .. Custom("name", new byte[40])]);
            yield return Sample.Hit(MapLink.Id, "a.wasm", [.. "\0asm\u0001\0\0\0"u8, .. Custom("sourceMappingURL", [10, .. "a.wasm.map"u8])]);
            yield return Sample.Hit(External.Id, "a.bin", [.. "\0asm\u0001\0\0\0"u8, .. Custom("external_debug_info", [9, .. "a.dbg.wsm"u8])]);
            yield return Sample.Miss("a.wasm", [.. "\0asm\u0001\0\0\0"u8, .. code, .. Custom("producers", new byte[40])]);
        }
    }

    private static byte[] Custom(string name, byte[] content) => Module(0, [(byte)name.Length, .. Encoding.ASCII.GetBytes(name), .. content]);

    private static byte[] Module(byte id, byte[] content) => [id, (byte)(content.Length & 0x7F | 0x80), (byte)(content.Length >> 7), .. content];
}
