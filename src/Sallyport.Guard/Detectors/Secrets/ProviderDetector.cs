using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// Credentials of one provider, described as data. Two shapes: a <see cref="Token"/> is known by its own form; an
/// <see cref="Assigned"/> value is only known by the provider's name next to it. Samples are made up from the patterns.
/// </summary>
internal abstract class ProviderDetector : LiteralDetector
{
    /// <summary>A UUID, for patterns.</summary>
    protected const string Uuid = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

    private Credential[]? credentials;
    private Trigger[]? triggers;
    private Credential[] byTrigger = [];

    /// <summary>The provider's credentials; asked for once.</summary>
    protected abstract Credential[] Describe();

    public Credential[] Credentials => credentials ??= Describe();

    public override IReadOnlyList<Rule> Rules => [.. Credentials.Select(c => c.Rule).DistinctBy(r => r.Id)];

    /// <summary>Asked for at every start of the program, unlike the rest: nothing else is made or parsed here.</summary>
    public override IReadOnlyList<Trigger> Triggers
    {
        get
        {
            if (triggers is not null) return triggers;
            var list = new List<Trigger>(8);
            var owners = new List<Credential>(8);
            foreach (var credential in Credentials)
            {
                credential.AddTriggers(list);
                while (owners.Count < list.Count) owners.Add(credential);
            }
            byTrigger = [.. owners];
            return triggers = [.. list];
        }
    }

    public override void OnHit(in TextHit hit)
    {
        var credential = byTrigger[hit.Trigger];
        if (!credential.Find(hit, out var start, out var length)) return;
        var value = hit.Text.Slice(start, length);
        if (!credential.Accepts(value)) return;
        hit.Report(credential.Rule, start, length, $"{credential.Title} ({length} characters)");
    }

    public override IEnumerable<Sample> Samples => Credentials.SelectMany(c => CredentialSamples.Of(c, Credentials));

    /// <summary>
    /// A value that carries its own mark. The byte before and after it must not belong to <paramref name="boundary"/>
    /// (default: letters, digits and underscore) nor, after it, to the alphabet that it ends in. The mark is what the
    /// pattern begins with, or one of <paramref name="triggers"/>, <paramref name="back"/> bytes into the value.
    /// </summary>
    protected static Credential Token(string id, string title, string pattern, Severity severity = Severity.Critical,
        Func<ReadOnlySpan<byte>, bool>? check = null, double entropy = 0, Func<string, string>? seal = null, ByteClass? boundary = null, string[]? triggers = null,
        Range? back = null, Blocking blocking = Blocking.Always, bool monotone = false) =>
        new TokenCredential(new(id, title, severity, blocking, check, entropy, monotone), new SecretPattern(pattern), triggers, seal, boundary ?? ByteClass.Word, back ?? 0..0);

    /// <summary>
    /// A value that is assigned to a name which contains one of the keywords: <c>ADAFRUIT_IO_KEY = "…"</c>,
    /// <c>"adafruit": "…"</c>, <c>--adafruit-key …</c>. With <paramref name="named"/> the name must also speak of a key,
    /// token or secret: for keywords that are ordinary words and for values that look like an id.
    /// </summary>
    protected static Credential Assigned(string id, string title, string[] keywords, string pattern, Severity severity = Severity.High,
        double entropy = 2.5, Func<ReadOnlySpan<byte>, bool>? check = null, bool ignoreCase = false, bool named = false, Func<string, string>? seal = null,
        Blocking blocking = Blocking.Always, bool monotone = false) =>
        new AssignedCredential(new(id, title, severity, blocking, check, entropy, monotone), keywords, new SecretPattern(pattern, ignoreCase), named, seal);
}
