using System.Buffers.Binary;
using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Compiled Python: decompilers give back nearly the source, with names, strings and line numbers.</summary>
internal sealed class PythonBytecode : EntryDetector
{
    private static readonly Rule Found = new("source.python-bytecode", Severity.Medium, Blocking.WhenClosed, "Compiled Python that decompiles to source",
        "Leave __pycache__ and .pyc files out; Python makes its own. What must stay closed needs a native compiler (Cython, Nuitka).", "__pycache__/app.cpython-312.pyc");

    // First and last magic number of each minor version, from CPython's own list (Include/internal/pycore_magic_number.h).
    private static readonly (int First, int Last, string Version)[] Versions =
    [
        (3600, 3649, "3.14"), (3550, 3599, "3.13"), (3500, 3549, "3.12"), (3450, 3499, "3.11"), (3430, 3449, "3.10"), (3420, 3429, "3.9"), (3400, 3419, "3.8"), (3390, 3399, "3.7"), (3360, 3389, "3.6"), (3320, 3359, "3.5"),
        (3250, 3319, "3.4"), (3190, 3249, "3.3"), (3160, 3189, "3.2"), (3141, 3159, "3.1"), (3000, 3140, "3.0"), (3650, 3800, "3.15 or later"), (62171, 62220, "2.7"), (62151, 62170, "2.6"), (62071, 62150, "2.5"),
    ];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override void Inspect(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 24 || head[2] != 0x0D || head[3] != 0x0A) return;
        var magic = BinaryPrimitives.ReadUInt16LittleEndian(head);
        foreach (var (first, last, version) in Versions)
        {
            if (magic < first || magic > last) continue;
            // The marshalled code object: 'c', or 'c' with the reference flag.
            var at = magic is >= 3390 and < 10_000 ? 16 : magic is >= 3190 and < 10_000 ? 12 : 8;
            if ((head[at] & 0x7F) != 'c') return;
            var source = SourceOf(head);
            sink.Report(Found, $"Python {version} bytecode{(source is null ? "" : $" of {source}")}: decompilers give back nearly the source", source is null ? [("python", version)] : [("python", version), ("source", source)]);
            return;
        }
    }

    // co_filename: a short string (one length byte) that ends in .py.
    private static string? SourceOf(ReadOnlySpan<byte> head)
    {
        for (var from = 16; head[from..].IndexOf(".py"u8) is >= 0 and var next; from += next + 3)
        {
            var end = from + next + 3;
            for (var start = end - 4; start > 16 && end - start < 200; start--)
            {
                if (head[start - 1] == end - start && (head[start - 2] & 0x7F) is 'z' or 'Z' or 'a' or 'A') return Encoding.UTF8.GetString(head[start..end]);
                if (head[start] < 0x20) break;
            }
        }
        return null;
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "a/__pycache__/x.cpython-312.pyc", [0xCB, 0x0D, 0x0D, 0x0A, .. new byte[12], 0xE3, .. new byte[20], 0xFA, 8, .. "src/x.py"u8, .. new byte[8]]),
        Sample.Hit(Found.Id, "x.bin", [0x03, 0xF3, 0x0D, 0x0A, .. new byte[4], (byte)'c', .. new byte[40]]),
        Sample.Miss("x.bin", [0xCB, 0x0D, 0x0D, 0x0A, .. new byte[40]]),
        Sample.Miss("x.txt", "ab\r\ncdefghijklmnopqrstuvwxyz, lines that end as on Windows\r\n"),
    ];
}
