using Sallyport.Guard.Decoding;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// The places of secrets in one text, exact to the byte. What was seen through an encoding takes up the whole encoded
/// stretch, unless the same stands there plainly. Not for two threads at once.
/// </summary>
internal sealed class SecretSpans(ReadOnlyMemory<byte> text)
{
    private readonly List<Sighting> sightings = [];

    /// <param name="Rule">What it is.</param>
    /// <param name="Start">First byte.</param>
    /// <param name="End">Just past the last byte.</param>
    /// <param name="Matter">The secret, decoded; empty when it is somewhere in a container.</param>
    /// <param name="Form">How the bytes are to be taken.</param>
    private sealed record Sighting(Rule Rule, int Start, int End, byte[] Matter, SpanForm Form);

    public bool IsEmpty => sightings.Count == 0;

    /// <summary>How often something was seen; the same may be seen twice.</summary>
    public int Count => sightings.Count;

    /// <summary>Found at an offset of the text itself.</summary>
    public void Add(Rule rule, int at, ReadOnlySpan<byte> matter)
    {
        if (!Counts(rule) || matter.IsEmpty || at < 0 || at >= text.Length) return;
        var rest = text.Span[at..];
        // Names are met in any case.
        if (rest.Length >= matter.Length && System.Text.Ascii.EqualsIgnoreCase(rest[..matter.Length], matter) || rest.StartsWith(matter)) sightings.Add(new Sighting(rule, at, at + matter.Length, rest[..matter.Length].ToArray(), SpanForm.Exact));
        else sightings.Add(new Sighting(rule, at, at + Spread(rest, matter), matter.ToArray(), SpanForm.Joined));
    }

    /// <summary>Found in a view of the text.</summary>
    public void Add(TextView view, ReadOnlySpan<byte> seen, Rule rule, int at, ReadOnlySpan<byte> matter)
    {
        if (!view.IsDecoded) Add(rule, (int)view.Offset + at, matter);
        else if (Counts(rule)) sightings.Add(new Sighting(rule, (int)view.Offset, (int)view.Offset + view.Stretch, matter.ToArray(), SpanForm.Encoded));
    }

    /// <summary>Looks into a container that a stretch of the text is when decoded.</summary>
    public void Look(TextView view, (long Start, int Length) stretch, string how, ReadOnlyMemory<byte> content)
    {
        var before = Known(view.Sink.Run).Count();
        view.Sink.Decoded(how, content);
        var now = Known(view.Sink.Run).ToArray();
        if (now.Length > before) sightings.Add(new Sighting(now[^1], (int)stretch.Start, (int)stretch.Start + stretch.Length, [], SpanForm.Encoded));
    }

    /// <summary>The secrets that a run found as findings: those in containers.</summary>
    public static IEnumerable<Rule> Known(ScanRun run) => run.Findings.All.Select(d => d.Rule).Where(Counts);

    /// <summary>In order, without overlaps.</summary>
    public List<SecretSpan> Settle()
    {
        var kept = new List<SecretSpan>();
        foreach (var one in sightings)
        {
            if (one.Form != SpanForm.Encoded) kept.Add(new SecretSpan(one.Rule, one.Start, one.End, one.Form));
            else if (!IsPlainToo(one)) AddEncoded(one, kept);
        }
        kept.Sort(static (a, b) => a.Start != b.Start ? a.Start.CompareTo(b.Start) : b.End.CompareTo(a.End));
        var settled = new List<SecretSpan>();
        foreach (var span in kept)
        {
            var one = Aligned(span);
            if (settled.Count == 0 || settled[^1].End <= one.Start)
            {
                settled.Add(one);
                continue;
            }
            var last = settled[^1];
            var form = last.Start == one.Start && last.End == one.End ? (SpanForm)Math.Min((int)last.Form, (int)one.Form) : last.End - last.Start >= one.End - one.Start ? last.Form : one.Form;
            settled[^1] = new SecretSpan(one.Rule.Vagueness < last.Rule.Vagueness ? one.Rule : last.Rule, last.Start, Math.Max(last.End, one.End), form);
        }
        return settled;
    }

    private static bool Counts(Rule rule) => rule.Id.StartsWith("secret.", StringComparison.Ordinal) ? rule.Blocking != Blocking.Never : rule.Id is "term.word" or "term.host" or "term.email" or "term.ticket" or "term.hashed";

    private bool IsPlainToo(Sighting one) =>
        sightings.Exists(s => s.Form != SpanForm.Encoded && s.Start >= one.Start && s.End <= one.End && s.Matter.AsSpan().SequenceEqual(one.Matter));

    private void AddEncoded(Sighting one, List<SecretSpan> to)
    {
        var (found, at) = (false, one.Start);
        var stretch = text.Span[..one.End];
        while (one.Matter.Length >= 6 && stretch[at..].IndexOf(one.Matter) is >= 0 and var next)
        {
            at += next;
            to.Add(new SecretSpan(one.Rule, at, at + one.Matter.Length, SpanForm.Exact));
            at += one.Matter.Length;
            found = true;
        }
        if (!found) to.Add(new SecretSpan(one.Rule, one.Start, one.End, SpanForm.Encoded));
    }

    // A stretch that is bounded by length may begin or end within a character.
    private SecretSpan Aligned(SecretSpan span)
    {
        var bytes = text.Span;
        var (start, end) = (span.Start, Math.Min(span.End, text.Length));
        while (start > 0 && (bytes[start] & 0xC0) == 0x80) start--;
        while (end < bytes.Length && (bytes[end] & 0xC0) == 0x80) end++;
        return span with { Start = start, End = end };
    }

    // How far a value reaches whose characters stand in the text with other things between them: line breaks, quotes, escapes.
    private static int Spread(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> matter)
    {
        var (at, met) = (0, 0);
        for (; at < rest.Length && met < matter.Length; at++)
        {
            if (rest[at] == matter[met]) met++;
        }
        while (at < rest.Length && (Base64Decoder.IsBase64(rest[at]) || rest[at] == '=')) at++;
        return at;
    }
}

/// <summary>How the bytes of a span make up the secret.</summary>
internal enum SpanForm
{
    /// <summary>They are it.</summary>
    Exact,

    /// <summary>It stands in them in pieces.</summary>
    Joined,

    /// <summary>They are it when decoded.</summary>
    Encoded,
}

/// <summary>Where a secret stands in a text.</summary>
internal readonly record struct SecretSpan(Rule Rule, int Start, int End, SpanForm Form);
