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

    public bool IsEmpty => drafts.IsEmpty && counts.IsEmpty;

    /// <summary>False when the same is known from further up in the file, or the rule was cut off.</summary>
    public bool Add(Draft draft)
    {
        var key = new Key(draft.Rule.Id, draft.Entry.Path, draft.Fingerprint);
        while (drafts.TryGetValue(key, out var known))
        {
            // The plain sighting is the better witness: it has the exact place.
            if (known.Offset <= draft.Offset || draft.Offset < 0) return false;
            if (drafts.TryUpdate(key, draft, known)) return true;
        }
        if (counts.AddOrUpdate(draft.Rule.Id, 1, static (_, n) => n + 1) > maxARule) return false;
        if (drafts.TryAdd(key, draft)) return true;
        counts.AddOrUpdate(draft.Rule.Id, 0, static (_, n) => n - 1);
        return Add(draft);
    }

    /// <summary>Whether the same was added at this offset or before it.</summary>
    public bool IsKnown(string rule, string path, string fingerprint, long offset) =>
        drafts.TryGetValue(new Key(rule, path, fingerprint), out var known) && known.Offset >= 0 && known.Offset <= offset;

    /// <summary>What was found; a vague finding is left out where a surer one speaks of the same bytes (<see cref="Rule.Vagueness"/>).</summary>
    public IEnumerable<Draft> All => Overlaps.Without(drafts.Values);

    /// <summary>Rules that fired more often than is kept, with how often.</summary>
    public IEnumerable<(string Rule, int Count)> Cut
    {
        get
        {
            foreach (var rule in counts.Keys)
            {
                if (counts[rule] > maxARule) yield return (rule, counts[rule]);
            }
        }
    }

    private sealed record Key(string Rule, string Path, string Fingerprint);
}
