using System.Collections.Concurrent;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// Collects findings from all threads. One secret that is seen both plainly and through a decoder counts once; a rule
/// that fires without end is cut off, and the cut is told.
/// </summary>
internal sealed class DraftList(int maxARule)
{
    private readonly ConcurrentDictionary<Key, Draft> drafts = new();
    private readonly ConcurrentDictionary<string, int> counts = new(StringComparer.Ordinal);

    public void Add(Draft draft)
    {
        var key = new Key(draft.Rule.Id, draft.Entry.Path, draft.Fingerprint);
        // The plain sighting is the better witness: it has the exact place.
        if (drafts.TryGetValue(key, out var known) && (known.Offset <= draft.Offset || draft.Offset < 0)) return;
        if (known is null && counts.AddOrUpdate(draft.Rule.Id, 1, static (_, n) => n + 1) > maxARule) return;
        drafts[key] = draft;
    }

    /// <summary>Whether the same was added at this offset or before it.</summary>
    public bool IsKnown(string rule, string path, string fingerprint, long offset) =>
        drafts.TryGetValue(new Key(rule, path, fingerprint), out var known) && known.Offset >= 0 && known.Offset <= offset;

    /// <summary>What was found; a vague finding is left out where a surer one speaks of the same bytes (<see cref="Rule.Vagueness"/>).</summary>
    public IEnumerable<Draft> All => Overlaps.Without(drafts.Values);

    /// <summary>Rules that fired more often than is kept, with how often.</summary>
    public IEnumerable<(string Rule, int Count)> Cut => counts.Where(c => c.Value > maxARule).Select(c => (c.Key, c.Value));

    private sealed record Key(string Rule, string Path, string Fingerprint);
}
