using System.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.Secrets;

/// <summary>
/// What is said about a credential and what its value must pass besides its pattern. A monotone one has runs such as
/// <c>AAAAAAAA</c> by its format, so that they are no sign of a placeholder.
/// </summary>
internal sealed record CredentialTraits(string Id, string Title, Severity Severity, Blocking Blocking, Func<ReadOnlySpan<byte>, bool>? Check, double Entropy, bool Monotone);

/// <summary>One kind of credential.</summary>
internal abstract class Credential(CredentialTraits traits, SecretPattern pattern, Func<string, string>? seal)
{
    private Rule? rule;

    public string Title => traits.Title;

    public Rule Rule => rule ??= new("secret." + traits.Id, traits.Severity, traits.Blocking, traits.Title,
        traits.Blocking == Blocking.Never
            ? "Such keys are meant for clients; make sure that it is restricted to what its public users need."
            : "Revoke it now: once published it counts as stolen. Then take it out of the file and of the history.",
        $"{traits.Title} in a file");

    /// <summary>Adds the literals that wake <see cref="Find"/>.</summary>
    public abstract void AddTriggers(List<Trigger> list);

    /// <summary>The names that samples give to a made-up value.</summary>
    public abstract string SampleName { get; }

    /// <summary>Whether the value is only known by its name.</summary>
    public abstract bool NeedsName { get; }

    /// <summary>Whether the value carries a checksum or another sign that cannot be made up by chance.</summary>
    public bool IsSealed => seal is not null;

    protected SecretPattern Pattern => pattern;

    /// <summary>Finds the value around a trigger.</summary>
    public abstract bool Find(in TextHit hit, out int start, out int length);

    /// <summary>Checksum, entropy (Shannon, bits per byte), and no placeholder.</summary>
    public virtual bool Accepts(ReadOnlySpan<byte> value) =>
        (traits.Entropy <= 0 || Entropy.Of(value) >= traits.Entropy) && (traits.Check is null || traits.Check(value))
        && (traits.Monotone || !Placeholders.IsPlaceholder(value));

    /// <summary>Whether the whole text is one value, as far as its form tells.</summary>
    public abstract bool Fits(string text);

    /// <summary>A made-up value: drawn until checksum and entropy are content.</summary>
    public string Fake(Random random)
    {
        for (var i = 0; i < 2000; i++)
        {
            var value = pattern.Fake(random);
            if (seal is not null) value = seal(value);
            var bytes = Encoding.ASCII.GetBytes(value);
            if (Accepts(bytes)) return value;
        }
        throw new InvalidOperationException($"{traits.Id}: no value fits pattern, entropy and checksum");
    }
}

internal sealed class TokenCredential(CredentialTraits traits, SecretPattern pattern, string[]? triggers, Func<string, string>? seal, ByteClass boundary, Range back)
    : Credential(traits, pattern, seal)
{
    private ByteClass? after;

    public override void AddTriggers(List<Trigger> list)
    {
        if (triggers is null) list.Add(new Trigger(Pattern.Prefix, Pattern.IgnoreCase));
        else foreach (var trigger in triggers) list.Add(new Trigger(trigger, Pattern.IgnoreCase));
    }

    public override string SampleName => "token";

    public override bool NeedsName => false;

    private ByteClass After => after ??= boundary.Or(Pattern.Tail);

    public override bool Find(in TextHit hit, out int start, out int length)
    {
        length = -1;
        start = hit.Start - back.Start.Value;
        for (var last = hit.Start - back.End.Value; start >= Math.Max(0, last); start--)
        {
            if (start > 0 && boundary.Has(hit.Text[start - 1]) && !IsEscape(hit.Text, start)) continue;
            length = Pattern.Match(hit.Text, start, After);
            if (length > 0) return true;
        }
        return false;
    }

    public override bool Fits(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return Pattern.Match(bytes, 0, After) > 0;
    }

    // "\nghp_…": the n belongs to the escape.
    private static bool IsEscape(ReadOnlySpan<byte> text, int start) =>
        start >= 2 && text[start - 2] == '\\' && text[start - 1] is (byte)'n' or (byte)'t' or (byte)'r';
}

internal sealed class AssignedCredential(CredentialTraits traits, string[] keywords, SecretPattern pattern, bool named, Func<string, string>? seal)
    : Credential(traits, pattern, seal)
{
    private static readonly ByteClass After = ByteClass.Of("[A-Za-z0-9_+/=-]");
    private static readonly string[] SecretWords = ["key", "token", "secret", "pass", "pwd", "auth", "cred", "api", "access", "private", "bearer", "license", "licence"];
    private static readonly string[] HashWords = ["sha1", "sha2", "sha3", "sha5", "sha-", "hash", "digest", "checksum", "integrity", "commit", "md5", "etag", "fingerprint", "revision", "public"];

    /// <summary>Each keyword, and for <c>azure_devops</c> also <c>azure-devops</c> and, as in camel case, <c>azuredevops</c>.</summary>
    public override void AddTriggers(List<Trigger> list)
    {
        foreach (var keyword in keywords)
        {
            list.Add(new Trigger(keyword, IgnoreCase: true));
            if (!keyword.Contains('_', StringComparison.Ordinal)) continue;
            list.Add(new Trigger(keyword.Replace('_', '-'), IgnoreCase: true));
            if (keyword[0] != '_' && keyword[^1] != '_') list.Add(new Trigger(keyword.Replace("_", "", StringComparison.Ordinal), IgnoreCase: true));
        }
    }

    public override string SampleName
    {
        get
        {
            var name = keywords[0].Trim('_', '-', '.').Replace(' ', '_');
            return named || name.Length < 5 ? name + "_api_key" : name + "_token";
        }
    }

    public override bool NeedsName => true;

    public override bool Find(in TextHit hit, out int start, out int length)
    {
        length = -1;
        if (Assignment.TryFindValue(hit.Text, hit.End, out start))
        {
            length = Pattern.Match(hit.Text, start, After);
            if (length > 0) return !IsCode(hit.Text, start + length) && NameFits(Assignment.NameAround(hit.Text, hit.Start, hit.End), named);
        }
        return FindInBlock(hit, out start, out length);
    }

    private bool FindInBlock(in TextHit hit, out int start, out int length)
    {
        start = length = -1;
        if (!Block.TryEnter(hit.Text, hit.End, out var at)) return false;
        var (opened, members) = (at, 0);
        while (Block.TryNext(hit.Text, opened, ref at, ref members, out var nameStart, out var nameEnd))
        {
            if (!Assignment.TryFindValue(hit.Text, nameEnd, out start)) continue;
            length = Pattern.Match(hit.Text, start, After);
            if (length > 0 && !IsCode(hit.Text, start + length) && NameFits(hit.Text[nameStart..nameEnd], named: true)) return true;
        }
        length = -1;
        return false;
    }

    /// <summary>Besides, nobody's key is a word: it has a digit, or changes case too often.</summary>
    public override bool Accepts(ReadOnlySpan<byte> value) => LooksDrawn(value) && base.Accepts(value);

    public override bool Fits(string text)
    {
        var bytes = Encoding.ASCII.GetBytes(text);
        return Pattern.Match(bytes, 0, After) > 0;
    }

    private bool NameFits(ReadOnlySpan<byte> bytes, bool named)
    {
        var name = Encoding.ASCII.GetString(bytes);
        if (named && !Array.Exists(SecretWords, word => name.Contains(word, StringComparison.OrdinalIgnoreCase))) return false;
        foreach (var word in HashWords)
        {
            if (name.Contains(word, StringComparison.OrdinalIgnoreCase) && !Array.Exists(keywords, k => k.Contains(word, StringComparison.Ordinal))) return false;
        }
        return true;
    }

    // A call, an index or a member: an expression that happens to be as long as a key.
    private static bool IsCode(ReadOnlySpan<byte> text, int at) =>
        at < text.Length && (text[at] is (byte)'(' or (byte)'[' || (text[at] == '.' && at + 1 < text.Length && ByteClass.Word.Has(text[at + 1])));

    private static bool LooksDrawn(ReadOnlySpan<byte> value)
    {
        if (value.IndexOfAnyInRange((byte)'0', (byte)'9') >= 0) return true;
        var turns = 0;
        for (var i = 1; i < value.Length; i++)
        {
            if (char.IsAsciiLetterUpper((char)value[i]) != char.IsAsciiLetterUpper((char)value[i - 1])) turns++;
        }
        return turns * 3 > value.Length;
    }
}
