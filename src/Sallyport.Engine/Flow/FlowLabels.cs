namespace Sallyport.Engine.Flow;

/// <summary>
/// What a session has read, as far as it matters for what may leave: kinds of secrets, the company's own, and who else's words.
/// A small value; united with another it only grows, and it stays small however much is read.
/// </summary>
public sealed record FlowLabels
{
    private const int MostSources = 24;
    private const int MostKinds = 48;
    private const int MostCounted = 99;

    public static FlowLabels None { get; } = new();

    /// <summary>Kinds of the secrets that got a placeholder, as <c>github-pat</c>; never their values.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary><c>term</c>: a name of the policy. <c>source</c>: files of a project that is closed.</summary>
    public IReadOnlyList<string> Internal { get; init; } = [];

    /// <summary>Where words of others came from, the first ones in order.</summary>
    public IReadOnlyList<UntrustedSource> Untrusted { get; init; } = [];

    /// <summary>How many further sources there were.</summary>
    public int More { get; init; }

    public bool IsUntrusted => Untrusted.Count > 0;

    public bool IsEmpty => Secrets.Count == 0 && Internal.Count == 0 && Untrusted.Count == 0;

    public static FlowLabels From(UntrustedSource source) => new() { Untrusted = [source] };

    /// <summary>Both; this very object when the other brings nothing new.</summary>
    public FlowLabels With(FlowLabels other)
    {
        if (other.IsEmpty || ReferenceEquals(this, other)) return this;
        if (IsEmpty) return other;
        var (secrets, kinds) = (Join(Secrets, other.Secrets), Join(Internal, other.Internal));
        List<UntrustedSource>? sources = null;
        var more = Math.Max(More, other.More);
        foreach (var source in other.Untrusted)
        {
            if (Has(sources ?? Untrusted, source)) continue;
            if ((sources ?? Untrusted).Count < MostSources) (sources ??= [.. Untrusted]).Add(source);
            else if (more < MostCounted) more++;
        }
        return ReferenceEquals(secrets, Secrets) && ReferenceEquals(kinds, Internal) && sources is null && more == More ? this
            : new FlowLabels { Secrets = secrets, Internal = kinds, Untrusted = sources ?? Untrusted, More = more };
    }

    /// <summary>Short words for the ledger: <c>secret:github-pat</c>, <c>internal:source</c>, <c>untrusted:web</c>.</summary>
    public IReadOnlyList<string> Words()
    {
        if (IsEmpty) return [];
        var words = new List<string>();
        foreach (var kind in Secrets) words.Add("secret:" + kind);
        foreach (var kind in Internal) words.Add("internal:" + kind);
        foreach (var source in Untrusted) if (!words.Contains("untrusted:" + source.Kind)) words.Add("untrusted:" + source.Kind);
        return words;
    }

    /// <summary>Why words of others are in the session, for a person: "after https://… was read in this session".</summary>
    public string Because()
    {
        var others = Untrusted.Count - 1 + More;
        return $"{Untrusted[0].After()} in this session{(others == 0 ? "" : others == 1 ? " (and 1 other source)" : $" (and {others} other sources)")}";
    }

    private static bool Has(IReadOnlyList<UntrustedSource> sources, UntrustedSource one)
    {
        for (var i = 0; i < sources.Count; i++) if (sources[i].Kind == one.Kind && sources[i].Name == one.Name) return true;
        return false;
    }

    private static IReadOnlyList<string> Join(IReadOnlyList<string> one, IReadOnlyList<string> other)
    {
        List<string>? joined = null;
        foreach (var text in other)
            if (!(joined ?? one).Contains(text) && (joined ?? one).Count < MostKinds) (joined ??= [.. one]).Add(text);
        return joined ?? one;
    }
}

/// <summary>Whose words came in.</summary>
/// <param name="Kind">web, host, command, file, dependency, mcp or input.</param>
/// <param name="Name">The address, host, path, command or server.</param>
/// <param name="At">When.</param>
public sealed record UntrustedSource(string Kind, string Name, DateTimeOffset? At = null)
{
    private const int Longest = 300;

    public static UntrustedSource Of(string kind, string name, TimeProvider? clock = null) =>
        new(kind, name.Length <= Longest ? name : name[..(char.IsHighSurrogate(name[Longest - 1]) ? Longest - 1 : Longest)] + "…", (clock ?? TimeProvider.System).GetUtcNow());

    internal string After() => Kind switch
    {
        "host" => $"after a command talked to {Name}",
        "command" => $"after \"{Name}\" brought in words of others",
        "file" => $"after {Name}, from outside of the workspace, was read",
        "dependency" => $"after {Name}, which others wrote, was read",
        "mcp" => $"after the MCP server {Name} answered",
        "input" => $"after text that was piped in was read",
        _ => $"after {Name} was read",
    };
}
