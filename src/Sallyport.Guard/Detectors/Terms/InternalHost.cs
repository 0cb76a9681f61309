using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Terms;

/// <summary>
/// Addresses whose host is private by its own name, without any policy: <c>https://git.corp.acme.com</c>,
/// <c>http://build.internal</c>. Says something about the network behind, lets nobody in: it never blocks.
/// </summary>
internal sealed class InternalHost : LiteralDetector
{
    private const int MaxHost = 120;

    private static readonly Rule Found = new("term.internal-host", Severity.Low, Blocking.Never, "An address inside a private network",
        "Take it out or write a public address; list hosts that must never leave in the policy's terms.", "https://git.corp.acme.com/…");

    // Names that everybody's machine or cloud has.
    private static readonly string[] Common = ["docker.internal", "containers.internal", "google.internal", "ec2.internal", "compute.internal", "example", "test.", "foo.", "bar.", "your", "my", "lima.internal", "svc.internal", "local.internal"];

    public override IReadOnlyList<Rule> Rules => [Found];

    public override IReadOnlyList<Trigger> Triggers => [new(".corp", true), new(".internal", true), new(".intranet", true), new(".intra.", true)];

    public override void OnHit(in TextHit hit)
    {
        var text = hit.Text;
        // The label must be whole, and the address must be written out.
        if (hit.End < text.Length && IsHostByte(text[hit.End]) && text[hit.End] != '.' && hit.Trigger < 3) return;
        var start = hit.Start;
        while (start > 0 && hit.Start - start < MaxHost && IsHostByte(text[start - 1])) start--;
        if (start < 3 || start == hit.Start || !text[(start - 3)..start].SequenceEqual("://"u8)) return;
        var end = hit.End;
        while (end < text.Length && end - start < MaxHost && IsHostByte(text[end])) end++;
        if (end == text.Length || text[end] is (byte)'$' or (byte)'{' or (byte)'<' or (byte)'%' or (byte)'(' or (byte)'*') return;
        var host = System.Text.Encoding.ASCII.GetString(text[start..end]).ToLowerInvariant().TrimEnd('.');
        foreach (var common in Common)
        {
            if (host.Contains(common, StringComparison.Ordinal)) return;
        }
        if (hit.IsKnown(Found, start, text[start..end])) return;
        hit.Report(Found, start, end - start, "the address of a host inside a private network");
    }

    private static bool IsHostByte(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'-' or (byte)'.' or (byte)'_';

    public override IEnumerable<Sample> Samples =>
    [
        Sample.Hit(Found.Id, "a.js", "fetch('https://git.corp.acme-tools.com/api')\n"),
        Sample.Hit(Found.Id, "a.txt", "see http://build7.acme.internal:8080/job\n"),
        Sample.Hit(Found.Id, "b.txt", "see https://wiki.intranet/page\n"),
        Sample.Miss("a.js", "fetch('http://host.docker.internal:80/'); fetch('http://metadata.google.internal/'); x.internal.y; import 'a.internal'; fetch('https://${x}.corp'); fetch('https://www.corporate.com')\n"),
    ];
}
