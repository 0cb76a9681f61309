using Sallyport.Guard.Packing;
using Sallyport.Guard.Scanning;
using Sallyport.Guard.Targets;

namespace Sallyport.Guard;

/// <summary>Turns what a run found into a report: profile, package-wide detectors, policy, verdict.</summary>
internal static class Judgement
{
    public static TargetReport Of(string target, TargetInfo info, ScanRun run, CheckRequest request, Baseline? last)
    {
        var manifest = Manifest(run);
        var kind = info.Kind ?? Artifacts.PackageKind.Of(run);
        var (profile, reason) = request.Profile is { } asked ? (asked, "as asked") : request.Policy.Profile is { } set ? (set, "as the policy says") : info.Profile is { } given ? given : Licences.ProfileOf(manifest);
        var facts = new PackageFacts
        {
            Target = target,
            Kind = kind,
            Manifest = manifest,
            Profile = profile,
            Files = run.Tally.Files,
            Bytes = run.Tally.EntryBytes,
            Kept = run.Tally.Kept,
            Baseline = last ?? (kind == "text" || kind.StartsWith("git", StringComparison.Ordinal) ? null : BaselineFile.Find(request, manifest?.Name)),
            Policy = request.Policy,
        };
        foreach (var detector in Catalogue.All.Packages)
        {
            try
            {
                detector.Inspect(facts, new PackageSink(run, facts));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                run.Skip("", $"{detector.GetType().Name} failed: {e.GetType().Name}");
            }
        }

        var today = DateOnly.FromDateTime(request.Clock.GetUtcNow().UtcDateTime);
        var remarks = new List<string>(info.Remarks);
        // Where source is the point, as in a repository, source is not worth a word.
        var sourceIsMeant = info.Profile?.Profile == Profile.Open && profile == Profile.Open;
        var findings = run.Findings.All
            .Where(draft => !(sourceIsMeant && draft.Rule is { Family: "source", Blocking: Blocking.WhenClosed }))
            .Select(draft => Judge(draft, request.Policy, profile, today, remarks))
            .OfType<Finding>()
            .OrderByDescending(f => f.IsBlocking).ThenByDescending(f => f.Severity).ThenBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Line).ThenBy(f => f.Rule.Id, StringComparer.Ordinal)
            .ToList();
        foreach (var (rule, count) in run.Findings.Cut) remarks.Add($"{rule} was met {count} times; not all are listed");
        var skipped = run.Skipped.Distinct().OrderBy(s => s.Path, StringComparer.Ordinal).ToList();
        return new TargetReport
        {
            Target = target,
            Kind = kind,
            Name = manifest?.Name,
            Version = manifest?.Version,
            Sha256 = info.Sha256,
            Profile = profile,
            ProfileReason = reason,
            Entries = run.Tally.EntryCount,
            Bytes = run.Tally.EntryBytes,
            Verdict = findings.Any(f => f.IsBlocking) ? Verdict.Blocked : skipped.Count > 0 ? Verdict.Incomplete : Verdict.Clean,
            ScannedBytes = run.Tally.ScannedBytes,
            Skipped = skipped,
            Findings = findings,
            Files = [.. run.Tally.Files.OrderBy(f => f.Path, StringComparer.Ordinal).Select(f => new EntrySize(f.Path, f.Size))],
            Remarks = [.. remarks.Distinct()],
        };
    }

    // The order in which files were read depends on threads; the choice must not.
    public static PackageManifest? Manifest(ScanRun run)
    {
        PackageManifest? chosen = null;
        var candidates = new List<Candidate>();
        foreach (var file in run.Tally.Files)
        {
            if (file.Origin != Origin.Packed || !run.Tally.Kept.ContainsKey(file.Path)) continue;
            foreach (var reader in Catalogue.All.Manifests)
            {
                if (reader.IsManifest(file)) candidates.Add(new Candidate(reader, file));
            }
        }
        foreach (var (reader, file) in candidates.OrderBy(c => c.Reader.Rank).ThenBy(c => c.File.InPackage.Length).ThenBy(c => c.File.Path, StringComparer.Ordinal).Take(20))
        {
            if (reader.Read(file, run.Tally.Kept[file.Path]) is not { } manifest) continue;
            if (chosen is null) chosen = manifest;
            else if (chosen.Ecosystem == manifest.Ecosystem && (chosen.Name ?? manifest.Name) == (manifest.Name ?? chosen.Name))
                chosen = chosen with { Name = chosen.Name ?? manifest.Name, Version = chosen.Version ?? manifest.Version, License = chosen.License ?? manifest.License, IsPrivate = chosen.IsPrivate || manifest.IsPrivate };
        }
        return chosen;
    }

    private static Finding? Judge(Draft draft, Policy policy, Profile profile, DateOnly today, List<string> remarks)
    {
        var setting = Setting(policy, draft.Rule);
        if (setting is { Enabled: false }) return null;
        var blocking = (setting?.Blocking ?? draft.Rule.Blocking) switch
        {
            Blocking.Always => true,
            Blocking.WhenClosed => profile == Profile.Closed,
            _ => false,
        };
        var isOpenNote = draft.Rule.Blocking == Blocking.WhenClosed && profile == Profile.Open;
        var (waivedBy, waiverNote) = Pardon.Of(draft, policy, today, remarks);
        var (line, column) = draft.Lines.Find(draft.Offset);
        return new Finding
        {
            Rule = draft.Rule,
            Severity = setting?.Severity ?? (isOpenNote ? Severity.Note : draft.Rule.Severity),
            Path = draft.Entry.Path,
            Line = line,
            Column = column,
            Message = draft.Message,
            Advice = draft.Rule.Advice,
            Fingerprint = draft.Fingerprint,
            IsBlocking = blocking && waivedBy is null,
            IsWaived = waivedBy is not null,
            Evidence = Evidence(draft, waivedBy ?? waiverNote),
        };
    }

    private static RuleSetting? Setting(Policy policy, Rule rule) =>
        policy.Rules.TryGetValue(rule.Id, out var exact) ? exact
        : policy.Rules.TryGetValue(rule.Family + ".*", out var family) ? family : null;

    private static Dictionary<string, object> Evidence(Draft draft, (string Name, string Value)? pardon)
    {
        var evidence = new Dictionary<string, object>(StringComparer.Ordinal);
        foreach (var (name, value) in draft.Evidence) evidence[name] = value is int number ? (long)number : value;
        if (draft.Entry.AdmittedBy is { } line) evidence["admittedBy"] = line;
        if (pardon is { } p) evidence[p.Name] = p.Value;
        if (draft.Entry.Ghost is { } ghost) evidence["ghost"] = ghost;
        return evidence;
    }

    private sealed record Candidate(ManifestReader Reader, Entry File);
}
