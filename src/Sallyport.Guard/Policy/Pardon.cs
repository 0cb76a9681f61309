using Sallyport.Guard.Scanning;

namespace Sallyport.Guard;

/// <summary>
/// Whether somebody accepted a finding: by waiver, by allowed path, or by a comment beside it. What is accepted stays in
/// the report, with the reason; what no longer is accepted, or never counted, is said.
/// </summary>
internal static class Pardon
{
    public static ((string Name, string Value)? Pardoned, (string Name, string Value)? Note) Of(Draft draft, Policy policy, DateOnly today, List<string> remarks)
    {
        (string, string)? note = null;
        if (policy.Waivers.FirstOrDefault(w => w.Fingerprint == draft.Fingerprint) is { } waiver)
        {
            if (today <= waiver.Until) return (("waivedBy", $"{waiver.Owner} until {waiver.Until:yyyy-MM-dd}: {waiver.Reason}"), null);
            note = ("waiverExpired", $"{waiver.Until:yyyy-MM-dd}");
            remarks.Add($"the waiver for {draft.Fingerprint} ({waiver.Owner}: {waiver.Reason}) expired on {waiver.Until:yyyy-MM-dd}: the finding counts again");
        }
        foreach (var allowed in policy.Allow)
        {
            if (Covers(allowed, draft)) return (("waivedBy", $"allowed path {allowed.Path}{(allowed.Reason is { } reason ? $": {reason}" : "")}"), null);
        }
        if (policy.InlineAllowances && draft.Entry.Origin != Origin.Derived && draft.Lines.AllowanceAt(draft.Offset) is { } comment && comment.Covers(draft.Rule))
        {
            if (comment.Reason.Length > 0) return (("waivedBy", $"comment beside it: {comment.Reason}"), null);
            remarks.Add($"{draft.Entry.Path}: a sally:allow comment gives no reason and does not count; write \"sally:allow {draft.Rule.Id} -- why\"");
        }
        return (null, note);
    }

    /// <summary>Waivers that met no finding in any target: they are left over, or guard something that has moved.</summary>
    public static IEnumerable<string> Unused(Policy policy, IReadOnlyList<TargetReport> reports)
    {
        if (policy.Waivers.Count == 0) return [];
        var met = reports.SelectMany(r => r.Findings).Select(f => f.Fingerprint).ToHashSet(StringComparer.Ordinal);
        return policy.Waivers.Where(w => !met.Contains(w.Fingerprint)).Select(w => $"the waiver for {w.Fingerprint} ({w.Owner}: {w.Reason}) matches nothing here; take it out if the finding is gone");
    }

    private static bool Covers(AllowedPath allowed, Draft draft)
    {
        if (allowed.Rules.Count == 0 ? draft.Rule.Family == "secret" : !allowed.Rules.Any(r => RulePattern.Covers(r, draft.Rule))) return false;
        var glob = PathGlob.Parse(allowed.Path, out _);
        return glob is not null && (glob.Matches(draft.Entry.InPackage) || glob.Matches(draft.Entry.Path) || glob.Matches(InsideTarget(draft.Entry.Path)));
    }

    private static string InsideTarget(string path)
    {
        var join = path.IndexOf("!/", StringComparison.Ordinal);
        return join < 0 ? path : path[(join + 2)..];
    }
}
