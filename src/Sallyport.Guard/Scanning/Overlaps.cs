namespace Sallyport.Guard.Scanning;

/// <summary>
/// Secrets are often met twice: as a provider's token and as "something secret-looking that is assigned to a name".
/// The surer finding stays, whichever detectors they come from.
/// </summary>
internal static class Overlaps
{
    public static IEnumerable<Draft> Without(ICollection<Draft> drafts)
    {
        if (!drafts.Any(IsVague)) return drafts;
        var surpassed = new HashSet<Draft>(ReferenceEqualityComparer.Instance);
        foreach (var file in drafts.Where(d => d.Rule.Family == "secret" && d.Place is not null).GroupBy(d => d.Entry.Path, StringComparer.Ordinal))
        {
            foreach (var level in file.Where(IsVague).GroupBy(d => d.Rule.Vagueness))
            {
                var surer = new Surer([.. file.Where(d => d.Rule.Vagueness < level.Key)]);
                surpassed.UnionWith(level.Where(surer.Covers));
            }
        }
        return drafts.Where(d => !surpassed.Contains(d));
    }

    private static bool IsVague(Draft draft) => draft.Rule.Vagueness > 0 && draft.Place is not null;

    private sealed class Surer
    {
        private readonly HashSet<int> matters = [];
        private readonly Dictionary<string, (long[] Starts, long[] FarthestEnds)> places = [];

        public Surer(List<Draft> drafts)
        {
            foreach (var draft in drafts) matters.Add(draft.Matter);
            // What was decoded also stands, encoded, in the file itself.
            var spots = drafts.Select(d => d.Place!.Value).Concat(drafts.Where(d => d.Place!.Value.Space.Length > 0).Select(d => new Place("", d.Offset, d.Offset + 1)));
            foreach (var space in spots.GroupBy(p => p.Space))
            {
                var sorted = space.OrderBy(p => p.Start).ToList();
                var ends = new long[sorted.Count];
                for (var i = 0; i < ends.Length; i++) ends[i] = Math.Max(i == 0 ? 0 : ends[i - 1], sorted[i].End);
                places[space.Key] = ([.. sorted.Select(p => p.Start)], ends);
            }
        }

        public bool Covers(Draft draft)
        {
            if (matters.Contains(draft.Matter)) return true;
            var place = draft.Place!.Value;
            if (!places.TryGetValue(place.Space, out var known)) return false;
            var after = Array.BinarySearch(known.Starts, place.End);
            if (after < 0) after = ~after;
            return after > 0 && known.FarthestEnds[after - 1] > place.Start;
        }
    }
}
