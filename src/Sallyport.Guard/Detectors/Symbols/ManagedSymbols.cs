using System.Buffers.Binary;
using Sallyport.Guard.Detectors.Debug;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Symbols;

/// <summary>
/// .NET symbols: portable PDBs as files, inside assemblies ("MPDB" in the debug directory), and inside executables that
/// hold whole assemblies. Sources embedded in them are handed on as files of their own.
/// </summary>
internal sealed class ManagedSymbols : StreamDetector
{
    private const int MaxImage = 64 << 20;
    private const int MaxInflated = 32 << 20;
    private const int MaxExamples = 5;

    private static readonly Rule Embedded = new("source.embedded-in-symbols", Severity.High, Blocking.WhenClosed, "Source files embedded in .NET symbols",
        "Build with EmbedAllSources=false (and EmbedUntrackedSources=false), or leave the symbols out: DebugType=none, or a .pdb that stays at home.",
        "a DLL whose embedded PDB holds 120 source files");

    private static readonly Rule Generated = new("source.generated-in-symbols", Severity.Low, Blocking.Never, "Compiler-generated files embedded in .NET symbols",
        "Nothing you wrote is in them. EmbedUntrackedSources=false leaves them out.", "AssemblyInfo.cs in a PDB");

    private static readonly Rule PrivateHost = new("debug.source-link-host", Severity.Medium, Blocking.WhenClosed, "Source Link points to a host that is no public forge",
        "Turn Source Link off for this build (EnableSourceLink=false), or point it to the public repository.", "https://git.example.net/raw/* in a PDB");

    private static readonly Rule InternalHost = new("debug.source-link-internal", Severity.High, Blocking.Always, "Source Link points to an internal host",
        "Turn Source Link off for this build: EnableSourceLink=false.", "a host of the policy in a PDB");

    private static readonly Rule Paths = new("debug.document-path", Severity.Medium, Blocking.WhenClosed, "Symbols name the folders of somebody's machine",
        "Build deterministically: ContinuousIntegrationBuild=true, or PathMap.", "/home/NAME/work/src/Program.cs in a PDB");

    private static readonly Rule Symbols = new("debug.portable-pdb", Severity.Low, Blocking.Never, "Symbols of a .NET assembly",
        "Publish symbols as a symbol package, and only when you mean to.", "App.pdb beside App.dll");

    public override IReadOnlyList<Rule> Rules => [Embedded, Generated, PrivateHost, InternalHost, Paths, Symbols];

    public override Inspection? Begin(Entry entry, ReadOnlySpan<byte> head, EntrySink sink)
    {
        if (head.Length < 64) return null;
        return head.StartsWith("BSJB"u8) || head.StartsWith("MPDB"u8) || Executables.IsOne(head) ? new Inspector(sink) : null;
    }

    private sealed class Inspector(EntrySink sink) : Carver("MPDB"u8.ToArray(), "BSJB"u8.ToArray())
    {
        protected override int Peek => 512;

        protected override int Judge(ReadOnlySpan<byte> start)
        {
            if (start.StartsWith("BSJB"u8)) return (int)Math.Min(PortablePdb.LengthOf(start), MaxImage);
            if (start.Length < 64) return 0;
            var size = BinaryPrimitives.ReadInt32LittleEndian(start[4..]);
            if (size < 64) return 0;
            // Three MPDBs of four in an executable are only the constant; the real one begins like metadata.
            if (PortablePdb.Inflate(start[8..].ToArray(), 4, static _ => { }) is not { } first || !first.AsSpan().SequenceEqual("BSJB"u8)) return 0;
            return (int)Math.Min((long)size + size / 1000 + 64, MaxInflated);
        }

        protected override void Take(Capture capture)
        {
            var image = capture.Bytes;
            var isEmbedded = image.Span.StartsWith("MPDB"u8);
            if (isEmbedded)
            {
                var size = BinaryPrimitives.ReadInt32LittleEndian(image.Span[4..]);
                if (PortablePdb.Inflate(image[8..], Math.Min(size, MaxInflated), sink.Run.Budget.SpendDecoding) is not { } inflated) return;
                image = inflated;
            }
            try
            {
                var sources = new Sources();
                var pdb = PortablePdb.Read(image, sink.Run.Budget.SpendDecoding, (path, content) =>
                {
                    sources.Add(path, content);
                    sink.Recovered(PortablePdb.RelativeName(path), content);
                });
                Report(pdb, sources, capture.Start, isEmbedded);
            }
            catch (InvalidDataException)
            {
                sink.Unreadable($".NET symbols at byte {capture.Start} are damaged or larger than {MaxImage >> 20} MiB: what they embed was not examined");
            }
        }

        protected override void Overflow() => sink.Unreadable("more embedded .NET symbols than are followed at once");

        private void Report(PortablePdb pdb, Sources sources, long offset, bool isEmbedded)
        {
            var where = isEmbedded ? "symbols embedded in the assembly" : "symbols";
            if (sources.Written.Files > 0) ReportSources(Embedded, sources.Written, offset, $"embedded in the {where}: an outsider reads them as they were written");
            else if (sources.Generated.Files > 0) ReportSources(Generated, sources.Generated, offset, $"embedded in the {where}, all of them generated");
            if (pdb.Damaged > 0) sink.Unreadable($"{pdb.Damaged} embedded sources could not be unpacked");
            if (pdb.SourceLink is { } map) ReportHosts(map, offset);

            var roots = pdb.Documents.Select(d => PersonalPath.RootOf(d)).OfType<string>().Distinct().Take(MaxExamples).ToArray();
            if (roots.Length > 0)
                sink.ReportAt(Paths, offset, System.Text.Encoding.UTF8.GetBytes(roots[0]), $"the {where} name files under {string.Join(", ", roots)}", ("roots", roots), ("documents", pdb.Documents.Count));
            sink.ReportAt(Symbols, offset, default, $"{where} of {pdb.Documents.Count} source files: names of locals, line numbers, paths", ("documents", pdb.Documents.Count));
        }

        private void ReportSources(Rule rule, Tally tally, long offset, string how) =>
            sink.ReportAt(rule, offset, default, $"{(tally.Files == 1 ? "1 source file" : $"{tally.Files:N0} source files")} ({tally.Lines:N0} {(tally.Lines == 1 ? "line" : "lines")}) {how} ({tally.Examples[0]}{(tally.Files > 1 ? ", …" : "")})",
                ("files", tally.Files), ("lines", tally.Lines), ("bytes", tally.Bytes), ("examples", tally.Examples.ToArray()));

        private void ReportHosts(byte[] map, long offset)
        {
            foreach (var host in SourceLinkMap.Hosts(map) ?? [])
            {
                var rule = SourceLinkMap.IsInternal(host, sink.Policy.Terms) ? InternalHost : SourceLinkMap.IsPublic(host) ? null : PrivateHost;
                if (rule is null) continue;
                sink.ReportAt(rule, offset, System.Text.Encoding.UTF8.GetBytes(host), $"the symbols say that the sources are served by {host}", ("host", host));
            }
        }
    }

    /// <summary>Counts what is handed on, so that no content has to be kept for it.</summary>
    private sealed class Sources
    {
        public Tally Written { get; } = new();
        public Tally Generated { get; } = new();

        public void Add(string path, byte[] content) => (IsGenerated(path) ? Generated : Written).Add(path, content);

        // What the SDK and source generators write: under obj, or named so.
        private static bool IsGenerated(string path)
        {
            var name = path.Replace('\\', '/');
            return name.Contains("/obj/", StringComparison.Ordinal) || name.EndsWith(".g.cs", StringComparison.Ordinal)
                || name.EndsWith(".AssemblyInfo.cs", StringComparison.Ordinal) || name.EndsWith(".AssemblyAttributes.cs", StringComparison.Ordinal);
        }
    }

    private sealed class Tally
    {
        public long Files { get; private set; }
        public long Lines { get; private set; }
        public long Bytes { get; private set; }
        public List<string> Examples { get; } = [];

        public void Add(string path, byte[] content)
        {
            Files++;
            Lines += content.AsSpan().Count((byte)'\n') + (content.Length > 0 && content[^1] != '\n' ? 1 : 0);
            Bytes += content.Length;
            if (Examples.Count < MaxExamples) Examples.Add(PortablePdb.RelativeName(path));
        }
    }

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Miss("Managed.txt", "BSJB is how .NET metadata begins, MPDB how embedded symbols do. "u8.ToArray()),
    ];
}
