using Sallyport.Guard.Artifacts;

namespace Sallyport.Guard.Scanning;

/// <summary>Takes what detectors find in one file. Safe for several threads.</summary>
internal sealed class EntrySink(ScanRun run, Entry entry, LineIndex lines)
{
    private readonly Lock gate = new();
    private HashSet<string>? stretches;
    private Dictionary<string, int>? numbers;
    private List<long>? collected;

    public Entry Entry => entry;
    public Policy Policy => run.Policy;
    public ScanRun Run => run;

    /// <summary>Takes the places of secrets instead of findings, where text is looked at on its way out; null in a check.</summary>
    public SecretSpans? Spans { get; init; }

    /// <summary>A finding about the file as a whole.</summary>
    public void Report(Rule rule, string message, params (string Name, object Value)[] evidence) =>
        run.Findings.Add(new Draft(rule, entry, lines, -1, message, run.Fingerprints.Of(rule.Id, entry.InPackage, default), evidence));

    /// <summary>
    /// A finding that many files of one folder or container share: told once, about the container or else the folder.
    /// </summary>
    public void ReportForFolder(Rule rule, string message, params (string Name, object Value)[] evidence)
    {
        var container = entry.Path.LastIndexOf("!/", StringComparison.Ordinal);
        var path = container >= 0 ? entry.Path[..container] : entry.Path[..Math.Max(0, entry.Path.LastIndexOf('/'))];
        var name = container >= 0 ? path : entry.InPackage[..Math.Max(0, entry.InPackage.LastIndexOf('/'))];
        if (path.Length == 0) path = ".";
        var folder = new Entry { Path = path, InPackage = name, Origin = entry.Origin, AdmittedBy = entry.AdmittedBy, Ghost = entry.Ghost };
        run.Findings.Add(new Draft(rule, folder, lines, -1, message, run.Fingerprints.Of(rule.Id, name, default), evidence));
    }

    /// <summary>A finding at a byte offset. <paramref name="matter"/> is what was found; only its keyed digest is kept.</summary>
    public bool ReportAt(Rule rule, long offset, ReadOnlySpan<byte> matter, string message, params (string Name, object Value)[] evidence) =>
        ReportAt(rule, offset, new Place("", offset, offset + matter.Length), matter, message, evidence);

    /// <summary>As above, for matter that stands somewhere else than its length at the offset says. False when the same is known already.</summary>
    public bool ReportAt(Rule rule, long offset, Place place, ReadOnlySpan<byte> matter, string message, params (string Name, object Value)[] evidence)
    {
        if (Spans is not null)
        {
            Spans.Add(rule, (int)offset, matter);
            return true;
        }
        var hash = new HashCode();
        hash.AddBytes(matter);
        return run.Findings.Add(new Draft(rule, entry, lines, offset, message, run.Fingerprints.Of(rule.Id, entry.InPackage, matter), evidence)
        {
            Place = place,
            Matter = hash.ToHashCode(),
        });
    }

    /// <summary>Whether the same was reported at this offset or before it.</summary>
    public bool IsKnown(Rule rule, long offset, ReadOnlySpan<byte> matter) =>
        run.Findings.IsKnown(rule.Id, entry.Path, run.Fingerprints.Of(rule.Id, entry.InPackage, matter), offset);

    /// <summary>Remembers on which line an offset stands; see <see cref="LineIndex.Mark"/>.</summary>
    public void MarkLine(long piece, ReadOnlySpan<byte> text, int index, long offset) => lines.Mark(piece, text, index, offset);

    /// <summary>Part of the file could not be examined: the verdict becomes "incomplete".</summary>
    public void Unreadable(string reason) => run.Skip(entry.Path, reason);

    /// <summary>
    /// Something inside the file that is worth reading like a file of its own (an inline map, a decoded archive).
    /// It is read before the call returns; containers in it are opened within the depth budget.
    /// </summary>
    public void Derived(string name, ReadOnlyMemory<byte> content) => run.VisitDerived(entry, name, content, recoveredAs: null);

    /// <summary>
    /// A stretch of this file's text that holds a file when decoded; read like <see cref="Derived"/>, each content once.
    /// </summary>
    /// <param name="how">What undid it: <c>base64</c>.</param>
    /// <param name="content">The file.</param>
    public void Decoded(string how, ReadOnlyMemory<byte> content)
    {
        int number;
        lock (gate)
        {
            if (!(stretches ??= new(StringComparer.Ordinal)).Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(content.Span)))) return;
            numbers ??= new(StringComparer.Ordinal);
            numbers[how] = number = numbers.GetValueOrDefault(how) + 1;
        }
        run.VisitDerived(entry, number == 1 ? $"({how})" : $"({how} {number})", content, recoveredAs: null, stretch: $"({how})");
    }

    /// <summary>Says that somebody collects, over several pieces, the encoded stretch that begins at an offset of the file.</summary>
    public void Collects(long offset)
    {
        lock (gate) (collected ??= []).Add(offset);
    }

    /// <summary>Whether the stretch at this offset is collected by somebody.</summary>
    public bool IsCollected(long offset)
    {
        lock (gate) return collected?.Contains(offset) ?? false;
    }

    /// <summary>A source file that anybody can take out of this one; read like <see cref="Derived"/>, and written out by <c>gate recover</c>.</summary>
    /// <param name="name">For paths in findings: <c>lib.pdb!/src/Parser.cs</c>.</param>
    /// <param name="content">The file.</param>
    /// <param name="recoveredAs">The path to write it under; null: its name. Need not be safe.</param>
    public void Recovered(string name, ReadOnlyMemory<byte> content, string? recoveredAs = null) => run.VisitDerived(entry, name, content, recoveredAs ?? name);
}

/// <summary>A finding before the policy has spoken.</summary>
internal sealed record Draft(
    Rule Rule, Entry Entry, LineIndex Lines, long Offset, string Message, string Fingerprint, (string Name, object Value)[] Evidence)
{
    /// <summary>The bytes it is about; null when it is about the file.</summary>
    public Place? Place { get; init; }

    /// <summary>Hash of the found text, random per process: only tells whether two findings in one run are about the same.</summary>
    public int Matter { get; init; }
}

/// <summary>A range of bytes in a file, or in what decoders made of a part of it.</summary>
/// <param name="Space">"" for the file's own bytes, else the decoders and where their input begins.</param>
/// <param name="Start">First byte.</param>
/// <param name="End">Just past the last byte.</param>
internal readonly record struct Place(string Space, long Start, long End);
