namespace Sallyport.Tools.Files;

/// <param name="Old">First line of the old text that is replaced, from 0.</param>
/// <param name="OldCount">How many; 0 is a pure insertion before <paramref name="Old"/>.</param>
/// <param name="New">First line of the new text.</param>
/// <param name="NewCount">How many.</param>
internal readonly record struct LineChange(int Old, int OldCount, int New, int NewCount);

/// <summary>
/// What changed between two texts, line by line: Myers' algorithm in linear space. Where two stretches are so different that a
/// smallest answer would take long, lines that occur once in both divide them first, and what is left counts as replaced.
/// The answer is always right, and smallest where that is cheap.
/// </summary>
internal sealed class LineDiff
{
    private const int MostSteps = 1500;

    private readonly int[] a;
    private readonly int[] b;
    private readonly int skipped;
    private readonly List<LineChange> changes = [];
    private int[] forward = [];
    private int[] backward = [];

    private LineDiff(int[] a, int[] b, int skipped) => (this.a, this.b, this.skipped) = (a, b, skipped);

    /// <summary>The changes in order; none for equal texts.</summary>
    public static List<LineChange> Of(in LineTable before, in LineTable after)
    {
        var (head, most) = (0, Math.Min(before.Count, after.Count));
        while (head < most && before[head].SequenceEqual(after[head])) head++;
        var tail = 0;
        while (tail < most - head && before[before.Count - 1 - tail].SequenceEqual(after[after.Count - 1 - tail])) tail++;

        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        var diff = new LineDiff(Number(before), Number(after), head);
        diff.Compare(0, diff.a.Length, 0, diff.b.Length);
        return diff.changes;

        int[] Number(in LineTable lines)
        {
            var result = new int[lines.Count - head - tail];
            for (var i = 0; i < result.Length; i++)
            {
                if (!lookup.TryGetValue(lines[head + i], out var number)) lookup[lines[head + i]] = number = numbers.Count;
                result[i] = number;
            }
            return result;
        }
    }

    private void Compare(int a0, int a1, int b0, int b1)
    {
        while (a0 < a1 && b0 < b1 && a[a0] == b[b0]) (a0, b0) = (a0 + 1, b0 + 1);
        while (a0 < a1 && b0 < b1 && a[a1 - 1] == b[b1 - 1]) (a1, b1) = (a1 - 1, b1 - 1);
        if (a0 == a1 || b0 == b1) Add(a0, a1, b0, b1);
        else if (Middle(a0, a1, b0, b1) is { } split)
        {
            Compare(a0, split.A, b0, split.B);
            Compare(split.A, a1, split.B, b1);
        }
        else if (Anchors(a0, a1, b0, b1) is { Count: > 0 } anchors)
        {
            foreach (var (x, y) in anchors)
            {
                Compare(a0, x, b0, y);
                (a0, b0) = (x + 1, y + 1);
            }
            Compare(a0, a1, b0, b1);
        }
        else Add(a0, a1, b0, b1);
    }

    private void Add(int a0, int a1, int b0, int b1)
    {
        if (a0 == a1 && b0 == b1) return;
        var change = new LineChange(skipped + a0, a1 - a0, skipped + b0, b1 - b0);
        if (changes.Count > 0 && changes[^1] is var last && last.Old + last.OldCount == change.Old && last.New + last.NewCount == change.New)
            changes[^1] = last with { OldCount = last.OldCount + change.OldCount, NewCount = last.NewCount + change.NewCount };
        else changes.Add(change);
    }

    // A point on a shortest path, met from both ends; null when it takes more than MostSteps.
    private (int A, int B)? Middle(int a0, int a1, int b0, int b1)
    {
        var (n, m) = (a1 - a0, b1 - b0);
        var delta = n - m;
        var most = Math.Min((n + m + 1) / 2, MostSteps);
        var size = 2 * most + 3;
        if (forward.Length < size) (forward, backward) = (new int[size], new int[size]);
        var zero = most + 1;
        forward[zero + 1] = 0;
        backward[zero + 1] = 0;
        for (var d = 0; d <= most; d++)
        {
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || (k != d && forward[zero + k - 1] < forward[zero + k + 1]) ? forward[zero + k + 1] : forward[zero + k - 1] + 1;
                var y = x - k;
                while (x < n && y >= 0 && y < m && a[a0 + x] == b[b0 + y]) (x, y) = (x + 1, y + 1);
                forward[zero + k] = x;
                var other = delta - k;
                if ((delta & 1) != 0 && other >= -(d - 1) && other <= d - 1 && x <= n && y <= m && Meets(x, backward[zero + other], other))
                    return Inside(x, y);
            }
            for (var k = -d; k <= d; k += 2)
            {
                var x = k == -d || (k != d && backward[zero + k - 1] < backward[zero + k + 1]) ? backward[zero + k + 1] : backward[zero + k - 1] + 1;
                var y = x - k;
                while (x < n && y >= 0 && y < m && a[a1 - 1 - x] == b[b1 - 1 - y]) (x, y) = (x + 1, y + 1);
                backward[zero + k] = x;
                var other = delta - k;
                if ((delta & 1) == 0 && other >= -d && other <= d && x <= n && y <= m && Meets(x, forward[zero + other], other))
                    return Inside(n - x, m - y);
            }
        }
        return null;

        bool Meets(int x, int far, int diagonal) => x + far >= n && far <= n && far - diagonal <= m;

        // A corner would divide nothing: then there is nothing in common to keep either way.
        (int, int)? Inside(int x, int y) => (x == 0 && y == 0) || (x == n && y == m) ? null : (a0 + x, b0 + y);
    }

    // Lines that occur exactly once on both sides, thinned to the longest run that is in the same order.
    private List<(int A, int B)> Anchors(int a0, int a1, int b0, int b1)
    {
        var places = new Dictionary<int, (int A, int B)>();
        for (var i = a0; i < a1; i++) places[a[i]] = places.ContainsKey(a[i]) ? (-1, -1) : (i, -1);
        for (var j = b0; j < b1; j++)
            if (places.TryGetValue(b[j], out var place) && place.A >= 0) places[b[j]] = place.B < 0 ? (place.A, j) : (-1, -1);

        var tops = new List<int>();
        var pairs = new List<(int A, int B, int Before)>();
        for (var i = a0; i < a1; i++)
        {
            if (!places.TryGetValue(a[i], out var place) || place.A != i || place.B < 0) continue;
            var (low, high) = (0, tops.Count);
            while (low < high)
            {
                var middle = (low + high) / 2;
                if (pairs[tops[middle]].B < place.B) low = middle + 1;
                else high = middle;
            }
            pairs.Add((i, place.B, low == 0 ? -1 : tops[low - 1]));
            if (low == tops.Count) tops.Add(pairs.Count - 1);
            else tops[low] = pairs.Count - 1;
        }
        var run = new List<(int, int)>();
        for (var at = tops.Count == 0 ? -1 : tops[^1]; at >= 0; at = pairs[at].Before) run.Add((pairs[at].A, pairs[at].B));
        run.Reverse();
        return run;
    }
}
