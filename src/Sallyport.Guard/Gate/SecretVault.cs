using System.Runtime.CompilerServices;
using System.Text;
using Sallyport.Guard.Decoding;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Gate;

/// <summary>
/// Keeps the secrets of one session apart from its text. <see cref="Close(string)"/> puts a placeholder such as
/// <c>⟦secret:aws-access-key:1⟧</c> where a secret stands, <see cref="Open"/> puts the value back, byte for byte. One value has one
/// placeholder for good. Internal names of a policy go the same way while <see cref="HidesNames"/>. Safe for several threads.
/// </summary>
public sealed class SecretVault
{
    private const int ShortText = 256;

    private static readonly object Clean = new();

    private readonly Lock gate = new();
    private readonly Dictionary<string, SecretEntry> byValue = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SecretEntry> byPlaceholder = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly ConditionalWeakTable<string, object> clean = [];
    private readonly ConditionalWeakTable<string, string> changed = [];
    private readonly HashSet<string> shortClean = new(StringComparer.Ordinal);
    private readonly Lazy<SecretFinder> finder;
    private readonly string[] inside;
    private KnownSecrets? known, knownNames;
    private volatile string[]? plainValues;
    private bool isStale;

    /// <summary>A vault that knows nothing yet.</summary>
    /// <param name="policy">Whose internal names are kept; null has none. Nothing else of it counts: what a team lets into its packages lets nothing out here.</param>
    public SecretVault(Policy? policy = null)
    {
        finder = new Lazy<SecretFinder>(() => new SecretFinder(policy?.Terms, policy?.Key));
        inside = policy is null ? [] : [.. policy.Terms.Hosts.Concat(policy.Terms.EmailDomains).Select(h => h.Trim('.', '@')).Where(h => h.Length > 0)];
        HasNames = policy is not null && (policy.Terms.Plain.Count > 0 || policy.Terms.Hashed.Count > 0 || policy.Terms.Hosts.Count > 0 || policy.Terms.EmailDomains.Count > 0 || policy.Terms.Tickets.Count > 0);
        HidesNames = HasNames;
    }

    /// <summary>Whether the policy lists internal names.</summary>
    public bool HasNames { get; }

    /// <summary>
    /// Whether internal names get placeholders, as secrets do; at first, they do. Where they do not, they stand open, and only what
    /// is bound for elsewhere than a model is held to them: <see cref="CloseNames"/>. Set before anything is closed.
    /// </summary>
    public bool HidesNames { get; set => field = value && HasNames; }

    /// <summary>Called, outside of locks, when a value got its placeholder: the moment to write them down.</summary>
    public Action? Issued { get; set; }

    /// <summary>Begins to build what looking needs, on a thread of its own.</summary>
    public void Prepare() => new Thread(() =>
    {
        try
        {
            _ = finder.Value;
            _ = Close("password = nothing to find here");
        }
        catch (Exception)
        {
            // Whoever closes a text asks for the same, and is told.
        }
    }) { IsBackground = true, Name = "prepare gate" }.Start();

    /// <summary>The values that have a placeholder which may stand in a text.</summary>
    public IReadOnlyList<SecretEntry> Entries
    {
        get { lock (gate) return [.. byPlaceholder.Values.Where(e => e.IsIssued)]; }
    }

    /// <summary>Takes back what <see cref="Entries"/> gave: a session is resumed.</summary>
    public void Restore(IEnumerable<SecretEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        lock (gate)
        {
            foreach (var entry in entries)
            {
                if (!byPlaceholder.TryAdd(entry.Placeholder, entry)) continue;
                byValue[entry.Value] = entry;
                var series = entry.Placeholder[..entry.Placeholder.LastIndexOf(':')];
                var number = int.Parse(entry.Placeholder[(series.Length + 1)..^1], System.Globalization.CultureInfo.InvariantCulture);
                numbers[series] = Math.Max(numbers.GetValueOrDefault(series), number);
            }
            isStale = true;
        }
    }

    /// <summary>Keeps the values of variables whose names say that they are secret, so that they are known wherever they are printed.</summary>
    public void LearnEnvironment(IEnumerable<KeyValuePair<string, string>> variables)
    {
        ArgumentNullException.ThrowIfNull(variables);
        lock (gate)
        {
            foreach (var (name, value) in variables)
            {
                if (EnvironmentSecrets.IsSecret(name, value) && !byValue.ContainsKey(value)) Enter(value, "secret", EnvironmentSecrets.Kind(name), isIssued: false);
            }
        }
    }

    /// <summary>Keeps a value that is known to be secret, so that it is known wherever it is printed.</summary>
    /// <param name="kind">What its placeholder says of it.</param>
    /// <param name="value">The secret.</param>
    public void LearnValue(string kind, string value)
    {
        ArgumentNullException.ThrowIfNull(kind);
        ArgumentException.ThrowIfNullOrEmpty(value);
        lock (gate) if (!byValue.ContainsKey(value)) Enter(value, "secret", EnvironmentSecrets.Kind(kind), isIssued: false);
    }

    /// <summary>
    /// Looks at a whole file of which a part will be shown, so that secrets are known that the part alone does not tell: lines
    /// from the middle of a key. Throws <see cref="GuardException"/> when it cannot be looked at to its end.
    /// </summary>
    public void Learn(string path, ReadOnlyMemory<byte> content)
    {
        Keep(content.Span, finder.Value.Find(content, Known(HidesNames), HidesNames, path));
    }

    /// <summary>
    /// The text with placeholders for its secrets; the same object when it has none. Throws <see cref="GuardException"/> when it
    /// cannot be looked at to its end.
    /// </summary>
    public string Close(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (IsKnownClean(text)) return text;
        if (changed.TryGetValue(text, out var before)) return before;
        var closed = Close(Encoding.UTF8.GetBytes(text)) is { } bytes ? Encoding.UTF8.GetString(bytes) : text;
        MarkClean(closed);
        // What a session said before its names had to be hidden is closed anew for each request.
        if (closed.Length > ShortText && !ReferenceEquals(closed, text)) changed.AddOrUpdate(text, closed);
        return closed;
    }

    /// <summary>As <see cref="Close(string)"/>, with internal names hidden in any case: for what goes elsewhere than to a model.</summary>
    public string CloseNames(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (HidesNames || !HasNames) return Close(text);
        return Close(Encoding.UTF8.GetBytes(text), names: true) is { } bytes ? Encoding.UTF8.GetString(bytes) : text;
    }

    /// <summary>Whether a host is one that the policy lists as internal, or below one.</summary>
    internal bool IsInside(string host) =>
        Array.Exists(inside, h => host.EndsWith(h, StringComparison.OrdinalIgnoreCase) && (host.Length == h.Length || host[^(h.Length + 1)] == '.'));

    /// <summary>The bytes with placeholders for secrets; null when there are none.</summary>
    public byte[]? Close(ReadOnlyMemory<byte> text) => Close(text, HidesNames);

    /// <summary>
    /// Whether the bytes have nothing to put a placeholder for, as far as is known by now. Nothing is kept of them, so that parts of a text
    /// can be looked at side by side. Throws <see cref="GuardException"/> when they cannot be looked at to their end.
    /// </summary>
    /// <param name="text">UTF-8, or nearly.</param>
    public bool IsClean(ReadOnlyMemory<byte> text) => finder.Value.Find(text, Known(HidesNames), HidesNames).Count == 0;

    /// <summary>How many values are kept, with or without a placeholder yet. Once there are more, what was clean before may hold one of them.</summary>
    public int Count
    {
        get { lock (gate) return byValue.Count; }
    }

    private byte[]? Close(ReadOnlyMemory<byte> text, bool names)
    {
        var spans = finder.Value.Find(text, Known(names), names);
        if (spans.Count == 0) return null;
        // What its surroundings gave away once may stand elsewhere without them.
        if (Keep(text.Span, spans)) spans = finder.Value.Find(text, Known(names), names);
        var output = new List<byte>(text.Length + 64);
        var bytes = text.Span;
        var (done, any, issued) = (0, false, false);
        lock (gate)
        {
            foreach (var span in spans)
            {
                foreach (var (start, end) in Pieces(bytes, span))
                {
                    if (start < done) continue;
                    output.AddRange(bytes[done..start]);
                    var (entry, isNew) = EntryOf(Encoding.UTF8.GetString(bytes[start..end]), span, issue: true);
                    issued |= isNew;
                    output.AddRange(Encoding.UTF8.GetBytes(entry.Placeholder));
                    done = end;
                    any = true;
                }
            }
        }
        if (!any) return null;
        if (issued) Issued?.Invoke();
        output.AddRange(bytes[done..]);
        return [.. output];
    }

    /// <summary>The text with the values of its placeholders; the same object when it has none that are known here.</summary>
    public string Open(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var at = text.IndexOf(Placeholder.Open);
        if (at < 0) return text;
        var (opened, done) = ((StringBuilder?)null, 0);
        for (; at >= 0; at = text.IndexOf(Placeholder.Open, at + 1))
        {
            if (Find(text, at) is not { } entry) continue;
            (opened ??= new StringBuilder()).Append(text, done, at - done).Append(entry.Value);
            done = at + entry.Placeholder.Length;
        }
        return opened is null ? text : opened.Append(text, done, text.Length - done).ToString();
    }

    /// <summary>The placeholders in a text that stand for a value kept here.</summary>
    public IReadOnlyList<string> PlaceholdersIn(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        List<string>? found = null;
        for (var at = text.IndexOf(Placeholder.Open); at >= 0; at = text.IndexOf(Placeholder.Open, at + 1))
            if (Find(text, at) is { } entry) (found ??= []).Add(entry.Placeholder);
        return found ?? [];
    }

    /// <summary>Whether a file that is no text (a picture) holds a secret in any part that can be read.</summary>
    public bool Holds(ReadOnlyMemory<byte> file) => finder.Value.Holds(file, Known(HidesNames), HidesNames);

    /// <summary>
    /// A picture without its metadata, the same object when it has none. null when it must not be kept or sent: it is no whole PNG, JPEG,
    /// GIF or WebP, or a secret stands in what is left.
    /// </summary>
    /// <param name="data">The file in base64; what was found clean is not looked at again.</param>
    public string? ClosePicture(string data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (IsKnownClean(data)) return data;
        var file = new byte[data.Length / 4 * 3 + 3];
        if (!Convert.TryFromBase64String(data, file, out var length)) return null;
        var bare = ImageMetadata.Strip(file.AsSpan(0, length));
        if (bare.Length == 0 || Holds(bare)) return null;
        if (!file.AsSpan(0, length).SequenceEqual(bare)) data = Convert.ToBase64String(bare);
        MarkClean(data);
        return data;
    }

    /// <summary>
    /// Whether a word, blanks apart, can be shown before what follows it is known: nothing that comes behind can make it a part of a
    /// secret.
    /// </summary>
    public bool IsPlain(ReadOnlySpan<char> word)
    {
        if (HidesNames || !PlainWords.IsPlain(word)) return false;
        foreach (var value in PlainValues())
            if (value.AsSpan().Contains(word, StringComparison.Ordinal) || word.Contains(value, StringComparison.Ordinal)) return false;
        return true;
    }

    // Known values that look like words, and those of several: what is in them waits.
    private string[] PlainValues()
    {
        if (plainValues is { } ready && !isStale) return ready;
        lock (gate)
        {
            List<string>? found = null;
            foreach (var value in byValue.Keys)
            {
                if (value.Length > 256 || !(value.AsSpan().ContainsAny(' ', '\t', '\n') || PlainWords.IsPlain(value))) continue;
                (found ??= []).Add(value);
                found.Add(string.Concat(value.Reverse()));
                found.Add(string.Concat(value.Select(c => char.IsAsciiLetter(c) ? (char)((c | 32) <= 'm' ? c + 13 : c - 13) : c)));
            }
            return plainValues = found is null ? [] : [.. found];
        }
    }

    private SecretEntry? Find(string text, int at)
    {
        var end = text.IndexOf(Placeholder.Shut, at);
        if (end < 0 || end - at > Placeholder.Longest) return null;
        lock (gate) return byPlaceholder.GetValueOrDefault(text[at..(end + 1)]);
    }

    private KnownSecrets? Known(bool names)
    {
        lock (gate)
        {
            if (isStale) (isStale, known, knownNames, plainValues) = (false, null, null, null);
            if (byValue.Count == 0) return null;
            if (names && HasNames) return knownNames ??= new KnownSecrets(byValue.Values.Select(e => (e.Value, e.Rule, e.IsWrapped)));
            return known ??= new KnownSecrets(byValue.Values.Where(e => !e.IsName).Select(e => (e.Value, e.Rule, e.IsWrapped)));
        }
    }

    // True when any of it was not known.
    private bool Keep(ReadOnlySpan<byte> text, List<SecretSpan> spans)
    {
        var any = false;
        lock (gate)
        {
            var before = byValue.Count;
            foreach (var span in spans)
                foreach (var (start, end) in Pieces(text, span)) EntryOf(Encoding.UTF8.GetString(text[start..end]), span, issue: false);
            any = byValue.Count > before;
        }
        return any;
    }

    private (SecretEntry Entry, bool IsNew) EntryOf(string value, SecretSpan span, bool issue)
    {
        if (byValue.TryGetValue(value, out var entry))
        {
            if (!issue || entry.IsIssued) return (entry, false);
            entry.IsIssued = true;
            return (entry, true);
        }
        var isName = span.Rule.Family == "term";
        entry = Enter(value, isName ? "name" : "secret", isName ? "" : span.Rule.Id["secret.".Length..], issue);
        entry.IsWrapped = span.Form == SpanForm.Encoded;
        return (entry, true);
    }

    private SecretEntry Enter(string value, string family, string kind, bool isIssued)
    {
        var series = kind.Length == 0 ? $"{Placeholder.Open}{family}" : $"{Placeholder.Open}{family}:{kind}";
        var number = numbers[series] = numbers.GetValueOrDefault(series) + 1;
        var entry = new SecretEntry($"{series}:{number}{Placeholder.Shut}", value) { IsIssued = isIssued };
        byValue[value] = byPlaceholder[entry.Placeholder] = entry;
        isStale = true;
        return entry;
    }

    private bool IsKnownClean(string text)
    {
        if (text.Length < 4 || clean.TryGetValue(text, out _)) return true;
        if (text.Length > ShortText) return false;
        lock (shortClean) return shortClean.Contains(text);
    }

    private void MarkClean(string text)
    {
        if (text.Length > ShortText)
        {
            clean.AddOrUpdate(text, Clean);
            return;
        }
        lock (shortClean)
        {
            if (shortClean.Count > 4096) shortClean.Clear();
            shortClean.Add(text);
        }
    }

    /// <summary>The stretches that a span is replaced by placeholders in: line by line, and never a placeholder that stands there already.</summary>
    private static List<(int Start, int End)> Pieces(ReadOnlySpan<byte> text, SecretSpan span)
    {
        var pieces = new List<(int, int)>();
        var at = span.Start;
        var whole = text[at..span.End];
        var isMixed = whole.IndexOf(Placeholder.OpenBytes) >= 0;
        // Short lines (a list of numbers) would say nothing each.
        if (!isMixed && span.Form == SpanForm.Encoded && whole.Length < 16 * (1 + whole.Count((byte)'\n'))) return [(span.Start, span.End)];
        while (at < span.End)
        {
            var rest = text[at..span.End];
            if (rest.StartsWith(Placeholder.OpenBytes) && rest.IndexOf(Placeholder.ShutBytes) is > 0 and < Placeholder.Longest and var shut)
            {
                at += shut + 3;
                continue;
            }
            var length = span.Form == SpanForm.Joined ? JoinedPiece(rest, ref at) : LinePiece(rest, ref at);
            // What is left beside a placeholder are quotes and prefixes.
            if (length > 0 && (length >= 6 || !isMixed)) pieces.Add((at, at + length));
            at += Math.Max(1, length);
        }
        return pieces;
    }

    // Up to the end of the line, without the white space around it.
    private static int LinePiece(ReadOnlySpan<byte> rest, ref int at)
    {
        var skip = rest.IndexOfAnyExcept(" \t\r\n"u8);
        if (skip < 0) return 0;
        at += skip;
        rest = rest[skip..];
        var end = rest.IndexOfAny((byte)'\n', (byte)'\r');
        if (end >= 0) rest = rest[..end];
        var next = rest.IndexOf(Placeholder.OpenBytes);
        if (next > 0) rest = rest[..next];
        return rest.TrimEnd(" \t"u8).Length;
    }

    // A run of base64; an escaped line break is none of it.
    private static int JoinedPiece(ReadOnlySpan<byte> rest, ref int at)
    {
        var skip = 0;
        while (skip < rest.Length && !IsBody(rest[skip])) skip += rest[skip] == '\\' && skip + 1 < rest.Length && rest[skip + 1] is (byte)'n' or (byte)'r' or (byte)'t' ? 2 : 1;
        at += Math.Min(skip, rest.Length);
        var end = skip;
        while (end < rest.Length && IsBody(rest[end])) end++;
        return Math.Max(0, end - skip);
    }

    private static bool IsBody(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/' or (byte)'=';
}

/// <summary>A value that is kept apart, and what stands for it.</summary>
/// <param name="Placeholder">Such as <c>⟦secret:aws-access-key:1⟧</c>.</param>
/// <param name="Value">The secret itself.</param>
public sealed record SecretEntry(string Placeholder, string Value)
{
    private Rule? rule;

    /// <summary>Whether its placeholder may stand in a text already.</summary>
    public bool IsIssued { get; set; } = true;

    /// <summary>Whether the value is not the secret itself but a stretch of text that holds it when decoded.</summary>
    public bool IsWrapped { get; set; }

    /// <summary>The kind without family and number: <c>aws-access-key</c>; <c>name</c> for internal names.</summary>
    public string Kind => Placeholder.StartsWith("⟦secret:", StringComparison.Ordinal) ? Placeholder[8..Placeholder.LastIndexOf(':')] : "name";

    internal bool IsName => Placeholder.StartsWith("⟦name:", StringComparison.Ordinal);

    internal Rule Rule => rule ??= new Rule(IsName ? "term.word" : "secret." + Kind, Severity.High, Blocking.Always, "", "", "");

    /// <summary>The placeholder only: whatever prints an entry must not print its value.</summary>
    public override string ToString() => Placeholder;
}

/// <summary>How placeholders are written.</summary>
internal static class Placeholder
{
    public const char Open = '⟦';
    public const char Shut = '⟧';
    public const int Longest = 96;

    public static ReadOnlySpan<byte> OpenBytes => "⟦"u8;
    public static ReadOnlySpan<byte> ShutBytes => "⟧"u8;
}
