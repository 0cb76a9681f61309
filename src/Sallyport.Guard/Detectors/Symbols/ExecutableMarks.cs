using System.Buffers.Binary;
using System.Text;
using Sallyport.Guard.Detectors.Debug;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// What build tools leave in executables: where the symbols were written (CodeView), a script that Node.js runs (SEA,
/// nexe), a frozen Python program.
/// </summary>
internal sealed class ExecutableMarks : StreamDetector
{
    private const uint SeaMagic = 0x0143DA20;
    private const int MaxScript = 64 << 20;

    private static readonly Rule PdbPath = new("debug.pdb-path", Severity.Low, Blocking.Never, "An executable names the folder its symbols were built in",
        "Build with PathMap (C#: ContinuousIntegrationBuild=true), or /PDBALTPATH:%_PDB% for the linker.", "D:\\work\\app\\obj\\Release\\app.pdb in app.dll");

    private static readonly Rule Sea = new("source.node-sea", Severity.High, Blocking.WhenClosed, "JavaScript inside a Node.js executable",
        "Minify the script before it is built in, and keep its source map out; what is built in can be read.", "a single executable application with its main script");

    private static readonly Rule Nexe = new("source.node-bundle", Severity.Medium, Blocking.WhenClosed, "JavaScript appended to a Node.js executable",
        "Minify the script before it is built in; what is appended can be read.", "an executable made by nexe or pkg");

    private static readonly Rule Frozen = new("source.python-frozen", Severity.Medium, Blocking.WhenClosed, "A frozen Python program",
        "Its bytecode decompiles to nearly the source. Compile with Nuitka or Cython what must stay closed.", "an executable made by PyInstaller");

    public override IReadOnlyList<Rule> Rules => [PdbPath, Sea, Nexe, Frozen];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) =>
        head.Length >= 64 && Executables.IsOne(head) || head.Length > 24 && BinaryPrimitives.ReadUInt32LittleEndian(head) == SeaMagic ? new Inspector(sink) : null;

    private sealed class Inspector(EntrySink sink) : Carver("RSDS"u8.ToArray(), "MEI\u000c"u8.ToArray(), "<nex"u8.ToArray(), "VIRT"u8.ToArray(), [0x20, 0xDA, 0x43, 0x01])
    {
        protected override int Peek => 384;

        protected override int Judge(ReadOnlySpan<byte> start)
        {
            switch (start[0])
            {
                case (byte)'R':
                    if (PathOf(start).Length > 4) return Peek;
                    return 0;
                case (byte)'M':
                    return start.Length >= 24 && start.StartsWith("MEI\u000c\u000b\n\u000b\u000e"u8) && BinaryPrimitives.ReadUInt32BigEndian(start[20..]) is > 200 and < 400 ? Peek : 0;
                case (byte)'<':
                    return start.StartsWith("<nexe~~sentinel>"u8) && start.Length >= 32 && !start[16..32].ContainsAnyInRange((byte)'a', (byte)'z') ? Peek : 0;
                case (byte)'V':
                    return start.StartsWith("VIRTUAL_FILESYSTEM, DEFAULT_ENTRYPOINT"u8) ? Peek : 0;
                default:
                    return ScriptOf(start, out var at, out var length) ? (int)Math.Min(at + length, MaxScript) : 0;
            }
        }

        protected override void Take(Capture capture)
        {
            var bytes = capture.Bytes.Span;
            switch (bytes[0])
            {
                case (byte)'R':
                    ReportPath(PathOf(bytes), capture.Start);
                    break;
                case (byte)'M':
                    var version = BinaryPrimitives.ReadUInt32BigEndian(bytes[20..]);
                    sink.ReportAt(Frozen, capture.Start, default, $"a Python {version / 100}.{version % 100} program packed by PyInstaller: its bytecode decompiles to nearly the source", ("python", $"{version / 100}.{version % 100}"));
                    break;
                case (byte)'<':
                    sink.ReportAt(Nexe, capture.Start, default, "JavaScript appended by nexe: it can be read as it is");
                    break;
                case (byte)'V':
                    sink.ReportAt(Nexe, capture.Start, default, "JavaScript packed by pkg: what is not compiled can be read, the rest decompiles");
                    break;
                default:
                    if (!ScriptOf(bytes, out var at, out var length)) return;
                    var script = capture.Bytes[(int)Math.Min(at, bytes.Length)..];
                    if (script.IsEmpty) return;
                    if (script.Length < length) sink.Unreadable($"the script at byte {capture.Start} is cut off or larger than {MaxScript >> 20} MiB");
                    var lines = script.Span.Count((byte)'\n') + 1;
                    sink.ReportAt(Sea, capture.Start, default, $"a script of {lines} lines is built into this Node.js executable: it can be read as it is", ("bytes", script.Length), ("lines", lines));
                    sink.Recovered("sea-main.js", script);
                    break;
            }
        }

        protected override void Overflow() => sink.Unreadable("more embedded scripts than are followed at once");

        private void ReportPath(ReadOnlySpan<byte> path, long offset)
        {
            var text = Encoding.UTF8.GetString(path);
            var isAbsolute = text.Length > 3 && (text[1] == ':' && text[2] is '\\' or '/' || text[0] == '/' && !text.StartsWith("/_", StringComparison.Ordinal));
            if (!isAbsolute || IsService(text) || PersonalPath.RootOf(text) is not null) return; // the last is debug.build-path's
            sink.ReportAt(PdbPath, offset, path, $"its symbols were written to {(text.Length > 120 ? text[..120] + "…" : text)}");
        }

        // Hosted build services use the same folders for everybody.
        private static bool IsService(string path) =>
            path.StartsWith("D:\\a\\", StringComparison.OrdinalIgnoreCase) || path.StartsWith("/home/vsts/", StringComparison.Ordinal) || path.StartsWith("/__w/", StringComparison.Ordinal)
            || path.StartsWith("/Users/runner/", StringComparison.Ordinal) || path.StartsWith("/home/runner/", StringComparison.Ordinal) || path.StartsWith("C:\\projects\\", StringComparison.OrdinalIgnoreCase);

        // RSDS, GUID, age, path, NUL.
        private static ReadOnlySpan<byte> PathOf(ReadOnlySpan<byte> record)
        {
            if (record.Length < 30) return default;
            var path = record[24..];
            var end = path.IndexOf((byte)0);
            if (end < 5) return default;
            path = path[..end];
            return path.EndsWith(".pdb"u8) && path.IndexOfAnyInRange((byte)0, (byte)0x1F) < 0 ? path : default;
        }

        // node_sea.cc: magic, flags, [one byte since v24.x], path, script; each with a 64-bit length.
        private static bool ScriptOf(ReadOnlySpan<byte> blob, out long at, out long length)
        {
            (at, length) = (0, 0);
            if (blob.Length < 24 || BinaryPrimitives.ReadUInt32LittleEndian(blob) != SeaMagic || BinaryPrimitives.ReadUInt32LittleEndian(blob[4..]) > 0xFF) return false;
            for (var skip = 8; skip <= 9; skip++)
            {
                var path = BinaryPrimitives.ReadUInt64LittleEndian(blob[skip..]);
                if (path is 0 or > 4096) continue;
                at = skip + 8 + (long)path + 8;
                if (at > blob.Length) continue;
                length = BinaryPrimitives.ReadInt64LittleEndian(blob[(int)(at - 8)..]);
                if (length is > 0 and < 1L << 32) return true;
            }
            return false;
        }
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            byte[] pe = [.. "MZ"u8, .. new byte[100]];
            byte[] guid = new byte[20];
            yield return Sample.Hit(PdbPath.Id, "a.dll", [.. pe, .. "RSDS"u8, .. guid, .. "E:\\projects\\falcon\\obj\\Release\\falcon.pdb\0"u8]);
            yield return Sample.Miss("a.dll", [.. pe, .. "RSDS"u8, .. guid, .. "falcon.pdb\0"u8]);
            yield return Sample.Miss("a.dll", [.. pe, .. "RSDS"u8, .. guid, .. "/_/artifacts/obj/falcon.pdb\0"u8]);
            yield return Sample.Hit(Frozen.Id, "a.exe", [.. pe, .. "MEI\u000c\u000b\n\u000b\u000e"u8, 0, 1, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 1, 0x37, .. "libpython3.11.so"u8, .. new byte[48]]);
            yield return Sample.Hit(Nexe.Id, "a.exe", [.. pe, .. "<nexe~~sentinel>"u8, .. new byte[16]]);
            yield return Sample.Hit(Nexe.Id, "a.exe", [.. pe, .. "(function (REQUIRE_COMMON, VIRTUAL_FILESYSTEM, DEFAULT_ENTRYPOINT, SYMLINKS"u8, .. new byte[16]]);
            yield return Sample.Hit(Sea.Id, "a.exe", [.. pe, 0x20, 0xDA, 0x43, 1, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, .. "main.js"u8, 13, 0, 0, 0, 0, 0, 0, 0, .. "run('hello');"u8]);
        }
    }
}
