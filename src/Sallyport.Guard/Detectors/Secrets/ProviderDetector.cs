using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// Credentials of one provider, described as data. Two shapes: a <see cref="Token"/> is known by its own prefix; an
/// <see cref="Assigned"/> value is only known by the provider's name next to it. Samples are made up from the patterns.
/// </summary>
internal abstract class ProviderDetector : LiteralDetector
{
    private Credential[]? credentials;
    private (Trigger Trigger, Credential Credential)[]? plugs;

    /// <summary>The provider's credentials; asked for once.</summary>
    protected abstract IEnumerable<Credential> Describe();

    public Credential[] Credentials => credentials ??= [.. Describe()];

    public override IReadOnlyList<Rule> Rules => [.. Credentials.Select(c => c.Rule).DistinctBy(r => r.Id)];

    public override IReadOnlyList<Trigger> Triggers => [.. Plugs.Select(p => p.Trigger)];

    private (Trigger Trigger, Credential Credential)[] Plugs => plugs ??= [.. Credentials.SelectMany(c => c.Triggers.Select(t => (t, c)))];

    public override void OnHit(in TextHit hit)
    {
        var credential = Plugs[hit.Trigger].Credential;
        if (!credential.Find(hit, out var start, out var length)) return;
        var value = hit.Text.Slice(start, length);
        if (!credential.Accepts(value) || Placeholders.IsPlaceholder(value)) return;
        hit.Report(credential.Rule, start, length, $"{credential.Title} ({length} characters)");
    }

    public override IEnumerable<Sample> Samples
    {
        get
        {
            foreach (var credential in Credentials)
            {
                var random = new Random(credential.Rule.Id.Length * 7919);
                for (var i = 0; i < 3; i++) yield return Sample.Hit(credential.Rule.Id, "config.txt", credential.Fake(random));
            }
        }
    }

    /// <summary>
    /// A value that carries its own prefix. The byte before and after it must not belong to
    /// <paramref name="boundary"/> (default: letters, digits and underscore).
    /// </summary>
    protected static Credential Token(string id, string title, string pattern, Severity severity = Severity.Critical,
        Func<ReadOnlySpan<byte>, bool>? check = null, double entropy = 0, Func<string, string>? seal = null, ByteClass? boundary = null, string[]? triggers = null) =>
        new TokenCredential(id, title, severity, new SecretPattern(pattern), triggers, check, entropy, seal, boundary ?? ByteClass.Word);

    /// <summary>
    /// A value that is assigned to a name which contains one of the keywords: <c>ADAFRUIT_IO_KEY = "…"</c>,
    /// <c>"adafruit": "…"</c>, <c>--adafruit-key …</c>.
    /// </summary>
    protected static Credential Assigned(string id, string title, string[] keywords, string pattern, Severity severity = Severity.High,
        double entropy = 2.5, Func<ReadOnlySpan<byte>, bool>? check = null, bool ignoreCase = false) =>
        new AssignedCredential(id, title, severity, keywords, new SecretPattern(pattern, ignoreCase), check, entropy);
}

/// <summary>One kind of credential.</summary>
internal abstract class Credential(string id, string title, Severity severity, Func<ReadOnlySpan<byte>, bool>? check, double entropy)
{
    public string Title => title;

    public Rule Rule { get; } = new("secret." + id, severity, Blocking.Always, title,
        "Revoke it now: once published it counts as stolen. Then take it out of the file and of the history.", $"{title} in a file");

    public abstract IEnumerable<Trigger> Triggers { get; }

    /// <summary>Finds the value around a trigger.</summary>
    public abstract bool Find(in TextHit hit, out int start, out int length);

    /// <summary>A line of text that holds a made-up value.</summary>
    public abstract string Fake(Random random);

    /// <summary>Checksum and entropy (Shannon, bits per byte).</summary>
    public bool Accepts(ReadOnlySpan<byte> value) => (entropy <= 0 || Entropy.Of(value) >= entropy) && (check is null || check(value));

    /// <summary>Draws until checksum and entropy are content.</summary>
    protected string Draw(SecretPattern pattern, Random random, Func<string, string>? seal)
    {
        for (var i = 0; i < 2000; i++)
        {
            var value = pattern.Fake(random);
            if (seal is not null) value = seal(value);
            var bytes = Encoding.ASCII.GetBytes(value);
            if (Accepts(bytes) && !Placeholders.IsPlaceholder(bytes)) return value;
        }
        throw new InvalidOperationException($"{id}: no value fits pattern, entropy and checksum");
    }
}

internal sealed class TokenCredential(string id, string title, Severity severity, SecretPattern pattern, string[]? triggers,
    Func<ReadOnlySpan<byte>, bool>? check, double entropy, Func<string, string>? seal, ByteClass boundary) : Credential(id, title, severity, check, entropy)
{
    public override IEnumerable<Trigger> Triggers => triggers is null ? [new Trigger(pattern.Prefix, pattern.IgnoreCase)] : triggers.Select(t => new Trigger(t, pattern.IgnoreCase));

    public override bool Find(in TextHit hit, out int start, out int length)
    {
        start = hit.Start;
        length = -1;
        if (start > 0 && boundary.Has(hit.Text[start - 1]) && !IsEscape(hit.Text, start)) return false;
        length = pattern.Match(hit.Text, start, boundary);
        return length > 0;
    }

    public override string Fake(Random random) => $"value: \"{Draw(pattern, random, seal)}\"\n";

    // "\nghp_…": the n belongs to the escape.
    private static bool IsEscape(ReadOnlySpan<byte> text, int start) =>
        start >= 2 && text[start - 2] == '\\' && text[start - 1] is (byte)'n' or (byte)'t' or (byte)'r';
}

internal sealed class AssignedCredential(string id, string title, Severity severity, string[] keywords, SecretPattern pattern,
    Func<ReadOnlySpan<byte>, bool>? check, double entropy) : Credential(id, title, severity, check, entropy)
{
    public override IEnumerable<Trigger> Triggers => keywords.Select(k => new Trigger(k, IgnoreCase: true));

    public override bool Find(in TextHit hit, out int start, out int length)
    {
        length = -1;
        if (!Assignment.TryFindValue(hit.Text, hit.End, out start)) return false;
        length = pattern.Match(hit.Text, start, ByteClass.WordOrDash);
        return length > 0;
    }

    public override string Fake(Random random) => $"{keywords[0].Replace(' ', '_')}_key = \"{Draw(pattern, random, null)}\"\n";
}
