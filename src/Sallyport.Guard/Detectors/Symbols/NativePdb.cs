using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>Windows symbol files (MSF 7.00): names, types and paths of a native program, and now and then its sources.</summary>
internal sealed class NativePdb : StreamDetector
{
    private static readonly Rule Found = new("debug.windows-pdb", Severity.Medium, Blocking.WhenClosed, "Windows symbols",
        "Leave .pdb files out; give them to a symbol server, or strip them with /PDBSTRIPPED.", "app.pdb beside app.exe");

    private static readonly Rule Injected = new("source.injected-in-symbols", Severity.High, Blocking.WhenClosed, "Sources inside Windows symbols",
        "Link without /SOURCELINK and injected sources, or leave the .pdb out.", "/src/files/… streams in a .pdb");

    private static readonly string[] NotSource = [".natvis", ".natjmc", ".natstepfilter"];

    public override IReadOnlyList<Rule> Rules => [Found, Injected];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink) =>
        head.StartsWith("Microsoft C/C++ MSF 7.00\r\n\u001aDS\0"u8) || head.StartsWith("Microsoft C/C++ program database 2.00"u8) ? new Inspector(sink) : null;

    private sealed class Inspector(EntrySink sink) : Carver("/src"u8.ToArray())
    {
        private readonly SortedSet<string> names = new(StringComparer.Ordinal);

        protected override int Peek => 280;

        protected override int Judge(ReadOnlySpan<byte> start) => start.StartsWith("/src/files/"u8) ? Peek : 0;

        protected override void Take(Capture capture)
        {
            var name = capture.Bytes.Span[11..];
            var end = name.IndexOf((byte)0);
            if (end is < 1 or > 260 || names.Count > 100) return;
            var text = System.Text.Encoding.UTF8.GetString(name[..end]);
            if (!NotSource.Any(n => text.EndsWith(n, StringComparison.OrdinalIgnoreCase))) names.Add(text);
        }

        protected override void Overflow() { }

        public override void End()
        {
            base.End();
            sink.Report(Found, "Windows symbols: names of functions, types and variables, paths and lines of the sources");
            if (names.Count > 0) sink.Report(Injected, $"{names.Count} source files are stored in the symbols ({names.Min})", ("files", names.Count), ("examples", names.Take(5).ToArray()));
        }
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "app.pdb", [.. "Microsoft C/C++ MSF 7.00\r\n\u001aDS\0\0\0"u8, .. new byte[200]]),
        Sample.Hit(Injected.Id, "app.bin", [.. "Microsoft C/C++ MSF 7.00\r\n\u001aDS\0\0\0"u8, .. new byte[200], .. "/LinkInfo\0/src/files/c:\\work\\app\\main.cpp\0"u8, .. new byte[300]]),
        Sample.Miss("a.txt", "Microsoft C/C++ MSF 7.00 is how a Windows PDB begins"),
    ];
}
