using System.Globalization;
using System.Text.Json;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard;

/// <summary>Makes a policy of its JSON. Gathers every error with its place, so that one round of mending is enough.</summary>
internal sealed class PolicyReader(byte[] json, string file)
{
    /// <summary>The keys of each object, "" for the root; the published schema says the same.</summary>
    public static readonly (string Object, string[] Keys)[] Known =
    [
        ("", ["$schema", "profile", "rules", "terms", "allow", "manifest", "drift", "limits", "inlineAllowances", "waivers", "key"]),
        ("rule", ["enabled", "severity", "blocking"]),
        ("terms", ["plain", "hashed", "hosts", "emailDomains", "tickets"]),
        ("allow", ["path", "rules", "reason"]),
        ("manifest", ["registries", "names"]),
        ("drift", ["growth", "newFileBytes", "baseline"]),
        ("limits", ["bytes", "entries", "ratio", "depth", "seconds"]),
        ("waiver", ["fingerprint", "reason", "owner", "until"]),
    ];

    public static readonly string[] Severities = ["critical", "high", "medium", "low", "note"];
    public static readonly string[] Blockings = ["always", "closed", "never"];

    private readonly List<(int At, string Message)> problems = [];

    /// <summary>Throws <see cref="GuardException"/> with a line for each error.</summary>
    public Policy Read()
    {
        PlacedJson root;
        try
        {
            root = PlacedJson.Parse(json);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            var (line, column) = e is JsonException j ? ((j.LineNumber ?? 0) + 1, (j.BytePositionInLine ?? 0) + 1) : (1, 1);
            var said = e.Message.Split(" LineNumber:")[0].Split(" Path:")[0];
            throw new GuardException($"{file}:{line}:{column}: not JSON: {said}");
        }
        var policy = Root(root);
        if (problems.Count == 0) return policy;
        throw new GuardException(string.Join('\n', problems.OrderBy(p => p.At).Select(p =>
        {
            var (line, column) = PlacedJson.Place(json, p.At);
            return $"{file}:{line}:{column}: {p.Message}";
        })));
    }

    private Policy Root(PlacedJson root)
    {
        if (!Object(root, "", "the policy")) return Policy.Default;
        var policy = new Policy
        {
            Source = file,
            Profile = root["profile"] is { } p && Choice(p, "profile", ["open", "closed"]) is { } profile ? profile == "open" ? Profile.Open : Profile.Closed : null,
            Rules = Rules(root["rules"]),
            Terms = Terms(root["terms"]),
            Allow = [.. Objects(root["allow"], "allow", "allow").Select(Allow)],
            Manifest = Part(root["manifest"], "manifest") is { } m ? new ManifestPolicy { Registries = Strings(m["registries"], "registries"), Names = Strings(m["names"], "names") } : new(),
            Drift = Drift(Part(root["drift"], "drift")),
            Limits = Limits(Part(root["limits"], "limits")),
            InlineAllowances = Flag(root["inlineAllowances"], "inlineAllowances") ?? true,
            Waivers = [.. Objects(root["waivers"], "waivers", "waiver").Select(Waiver).OfType<Waiver>()],
            Key = Key(root["key"]),
        };
        if (policy.Terms.Hashed.Count > 0 && policy.Key is null && root["key"] is null)
            Problem(root["terms"]!["hashed"]!, "hashed terms need the \"key\" that they were made with; it belongs beside \"terms\"");
        foreach (var twice in policy.Waivers.GroupBy(w => w.Fingerprint).Where(g => g.Count() > 1))
            Problem(root["waivers"]!, $"the fingerprint {twice.Key} is waived more than once; keep one");
        return policy;
    }

    private Dictionary<string, RuleSetting> Rules(PlacedJson? node)
    {
        var settings = new Dictionary<string, RuleSetting>(StringComparer.Ordinal);
        if (node is null || !Expect(node, JsonTokenType.StartObject, "rules", "an object of rule ids")) return settings;
        NoKeyTwice(node);
        foreach (var (name, at, value) in node.Members)
        {
            KnownRule(name, at);
            if (value.Kind == JsonTokenType.String)
            {
                settings[name] = Choice(value, "a rule's setting", ["off", "on", .. Severities]) switch
                {
                    "off" => new RuleSetting(Enabled: false),
                    "on" or null => new RuleSetting(),
                    var severity => new RuleSetting(Severity: Enum.Parse<Severity>(severity, ignoreCase: true)),
                };
                continue;
            }
            if (!Object(value, "rule", "a rule's setting")) continue;
            settings[name] = new RuleSetting(
                Flag(value["enabled"], "enabled") ?? true,
                value["severity"] is { } s && Choice(s, "severity", Severities) is { } word ? Enum.Parse<Severity>(word, ignoreCase: true) : null,
                value["blocking"] is { } b ? Choice(b, "blocking", Blockings) switch { "always" => Blocking.Always, "closed" => Blocking.WhenClosed, "never" => Blocking.Never, _ => null } : null);
        }
        return settings;
    }

    private TermPolicy Terms(PlacedJson? node)
    {
        if (Part(node, "terms") is not { } terms) return new TermPolicy();
        return new TermPolicy
        {
            Plain = Strings(terms["plain"], "plain"),
            Hashed = [.. Items(terms["hashed"], "hashed").Select(Hashed).OfType<HashedTerm>()],
            Hosts = Strings(terms["hosts"], "hosts"),
            EmailDomains = Strings(terms["emailDomains"], "emailDomains"),
            Tickets = Strings(terms["tickets"], "tickets"),
        };
    }

    private HashedTerm? Hashed(PlacedJson node)
    {
        var parts = node.Text.Split(':');
        if (parts is [{ Length: 32 } digest, var length] && digest.All(char.IsAsciiHexDigitLower) && int.TryParse(length, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes is > 0 and <= 256)
            return new HashedTerm(digest, bytes);
        Problem(node, "a hashed term is 32 hexadecimal digits, a colon and a length; let \"sally gate term add\" write it");
        return null;
    }

    private AllowedPath Allow(PlacedJson node)
    {
        var path = Required(node, "path") ?? "**";
        if (node["path"] is { } at && PathGlob.Parse(path, out var problem) is null) Problem(at, problem);
        foreach (var rule in Items(node["rules"], "rules")) KnownRule(rule.Text, rule.Start);
        return new AllowedPath(path, Strings(node["rules"], "rules", again: true), node["reason"] is { } r && Expect(r, JsonTokenType.String, "reason", "a text") ? r.Text : null);
    }

    private DriftPolicy Drift(PlacedJson? node)
    {
        var drift = new DriftPolicy();
        if (node is null) return drift;
        if (node["growth"] is { } growth)
        {
            if (growth.Kind == JsonTokenType.Number && double.TryParse(growth.Text, CultureInfo.InvariantCulture, out var factor) && factor is >= 1 and <= 1e6) drift = drift with { Growth = factor };
            else Problem(growth, "growth is a factor of 1 or more: 1.5 lets the package grow by half");
        }
        if (Whole(node["newFileBytes"], "newFileBytes", 1) is { } bytes) drift = drift with { NewFileBytes = bytes };
        if (node["baseline"] is { } b && Expect(b, JsonTokenType.String, "baseline", "the path of a file")) drift = drift with { Baseline = b.Text };
        return drift;
    }

    private Limits Limits(PlacedJson? node)
    {
        var limits = new Limits();
        if (node is null) return limits;
        if (Whole(node["bytes"], "bytes", 1) is { } bytes) limits = limits with { Bytes = bytes };
        if (Whole(node["entries"], "entries", 1) is { } entries) limits = limits with { Entries = entries };
        if (Whole(node["ratio"], "ratio", 1) is { } ratio) limits = limits with { Ratio = ratio };
        if (Whole(node["depth"], "depth", 1, 64) is { } depth) limits = limits with { Depth = (int)depth };
        if (Whole(node["seconds"], "seconds", 1, 86_400) is { } seconds) limits = limits with { Time = TimeSpan.FromSeconds(seconds) };
        return limits;
    }

    private Waiver? Waiver(PlacedJson node)
    {
        var (fingerprint, reason, owner, until) = (Required(node, "fingerprint"), Required(node, "reason"), Required(node, "owner"), Required(node, "until"));
        if (fingerprint is null || reason is null || owner is null || until is null) return null;
        if (!IsFingerprint(fingerprint)) Problem(node["fingerprint"]!, "a fingerprint is 16 hexadecimal digits in lower case, as reports show it");
        if (TryDate(until, out var day)) return new Waiver(fingerprint, reason, owner, day);
        Problem(node["until"]!, $"\"{until}\" is not a date; write it as 2027-01-31");
        return null;
    }

    private ReadOnlyMemory<byte>? Key(PlacedJson? node)
    {
        if (node is null) return null;
        if (node.Kind == JsonTokenType.String && node.Text.Length is >= 32 and <= 256 && node.Text.Length % 2 == 0 && node.Text.All(char.IsAsciiHexDigit)) return Convert.FromHexString(node.Text);
        Problem(node, "the key is 32 to 256 hexadecimal digits; \"sally gate term add\" makes one");
        return null;
    }

    public static bool IsFingerprint(string text) => text.Length == 16 && text.All(char.IsAsciiHexDigitLower);

    public static bool TryDate(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day);

    private void KnownRule(string id, int at)
    {
        var rules = Catalogue.All.Rules.ToList();
        if (rules.Any(r => RulePattern.Covers(id, r)) || Family(id)) return;
        string[] names = [.. rules.Select(r => r.Id), .. rules.Select(r => r.Family + ".*").Distinct()];
        problems.Add((at, $"no rule \"{id}\"; {Hint(id, names) ?? "\"sally gate rules\" lists them"}"));
    }

    // Families are part of the contract, also where this build has no rule of one.
    private static bool Family(string id) => id is "source-map.*" or "source.*" or "debug.*" or "secret.*" or "term.*" or "weights.*" or "stray.*" or "manifest.*" or "drift.*" or "archive.*";

    private PlacedJson? Part(PlacedJson? node, string name) => node is not null && Object(node, name, name) ? node : null;

    private bool Object(PlacedJson node, string kind, string what)
    {
        if (!Expect(node, JsonTokenType.StartObject, what, "an object")) return false;
        NoKeyTwice(node);
        var keys = Known.First(k => k.Object == kind).Keys;
        foreach (var (name, at, _) in node.Members)
        {
            if (!keys.Contains(name)) problems.Add((at, $"unknown key \"{name}\"; {Hint(name, keys) ?? "there are " + string.Join(", ", keys)}"));
        }
        return true;
    }

    private void NoKeyTwice(PlacedJson node)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, at, _) in node.Members)
        {
            if (!seen.Add(name)) problems.Add((at, $"\"{name}\" stands here a second time; only one of them can hold"));
        }
    }

    private IEnumerable<PlacedJson> Objects(PlacedJson? node, string name, string kind) =>
        node is not null && Expect(node, JsonTokenType.StartArray, name, "a list") ? node.Items.Where(i => Object(i, kind, $"an entry of {name}")) : [];

    private List<PlacedJson> Items(PlacedJson? node, string name)
    {
        if (node is null || !Expect(node, JsonTokenType.StartArray, name, "a list of texts")) return [];
        return [.. node.Items.Where(i => Expect(i, JsonTokenType.String, $"an entry of {name}", "a text") && NotEmpty(i, name))];
    }

    private List<string> Strings(PlacedJson? node, string name, bool again = false) =>
        again ? node is { Kind: JsonTokenType.StartArray } ? [.. node.Items.Select(i => i.Text).Where(t => t.Length > 0)] : [] : [.. Items(node, name).Select(i => i.Text)];

    private bool NotEmpty(PlacedJson node, string name)
    {
        if (node.Text.Trim().Length > 0) return true;
        Problem(node, $"an empty text in {name}; take it out");
        return false;
    }

    private string? Required(PlacedJson node, string name)
    {
        if (node[name] is not { } value)
        {
            Problem(node, $"\"{name}\" is missing here");
            return null;
        }
        return Expect(value, JsonTokenType.String, name, "a text") && NotEmpty(value, name) ? value.Text : null;
    }

    private bool? Flag(PlacedJson? node, string name)
    {
        if (node is null) return null;
        if (node.Kind is JsonTokenType.True or JsonTokenType.False) return node.Kind == JsonTokenType.True;
        Problem(node, $"{name} is true or false");
        return null;
    }

    private long? Whole(PlacedJson? node, string name, long least, long most = long.MaxValue)
    {
        if (node is null) return null;
        if (node.Kind == JsonTokenType.Number && long.TryParse(node.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most) return number;
        Problem(node, most == long.MaxValue ? $"{name} is a whole number of {least} or more" : $"{name} is a whole number from {least} to {most}");
        return null;
    }

    private string? Choice(PlacedJson node, string name, string[] words)
    {
        if (node.Kind == JsonTokenType.String && words.Contains(node.Text)) return node.Text;
        var hint = node.Kind == JsonTokenType.String ? Hint(node.Text, words) : null;
        Problem(node, $"{name} is one of {string.Join(", ", words)}{(hint is null ? "" : "; " + hint)}");
        return null;
    }

    private bool Expect(PlacedJson node, JsonTokenType kind, string name, string what)
    {
        if (node.Kind == kind) return true;
        Problem(node, $"{name} must be {what}");
        return false;
    }

    private static string? Hint(string written, IEnumerable<string> words) => NearestWord.Of(written, words) is { } word ? $"did you mean \"{word}\"?" : null;

    private void Problem(PlacedJson at, string message)
    {
        if (!problems.Contains((at.Start, message))) problems.Add((at.Start, message));
    }
}
