using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Files.Patches;

/// <summary>
/// Finds the place of each hunk in a file and makes the change. Lines must be there exactly, or but for whitespace at their
/// ends, indentation or typography, said in the notes; where a hunk fits more than one place and nothing decides, it fits none.
/// </summary>
internal sealed class HunkPlacer(TextFile file, string shown, List<string> notes)
{
    private delegate ReadOnlySpan<char> Part(ReadOnlySpan<char> line);

    private readonly LineTable lines = new(file.Text);
    private LineTable? folded;
    private int cursor;
    private int shift;

    /// <exception cref="FormatException">For the model: which hunk does not fit, and what is there.</exception>
    public TextFile Apply(IReadOnlyList<PatchHunk> hunks)
    {
        var placed = new List<Splice>(hunks.Count);
        foreach (var hunk in hunks)
        {
            var wanted = new StringBuilder();
            foreach (var line in hunk.Lines) if (line.Sign != '+') wanted.Append(line.Text.TrimEnd('\r')).Append('\n');
            var old = new LineTable(wanted.ToString());
            var (at, indentation) = old.Count == 0 ? (Insertion(hunk), null) : Locate(hunk, old);
            placed.Add(Rebuild(hunk, at, old.Count, indentation));
            cursor = at + old.Count;
            if (hunk.Start is { } start) shift = at - (old.Count == 0 ? start : start - 1);
        }
        placed.Sort(static (a, b) => a.Start.CompareTo(b.Start));
        for (var i = 1; i < placed.Count; i++)
            if (placed[i].Start < placed[i - 1].Start + placed[i - 1].Length) throw new FormatException($"Two hunks of the patch change the same lines of {shown}. Make them one.");
        return file.Replace(placed);
    }

    private int Insertion(PatchHunk hunk)
    {
        if (hunk.Anchors.Count > 0) return Anchored(hunk) + 1;
        return hunk.Start is { } start && !hunk.AtEnd ? Math.Clamp(start + shift, 0, lines.Count) : lines.Count;
    }

    private (int At, Indentation? Indentation) Locate(PatchHunk hunk, in LineTable old)
    {
        var from = hunk.Anchors.Count > 0 ? Anchored(hunk) : cursor;
        for (var pass = 0; pass < 4; pass++)
        {
            Part part = pass switch { 0 => static s => s, 1 => static s => s.TrimEnd(), _ => static s => s.Trim() };
            var (here, there) = pass < 3 ? (lines, old) : (folded ??= new LineTable(Typography.Fold(file.Text)), new LineTable(Typography.Fold(Joined(old))));
            var places = Places(here, there, part, hunk.AtEnd || hunk.OldLacksBreak);
            if (places.Count == 0) continue;
            var at = Choose(hunk, places, from, exact: pass == 0);
            if (at is not { } chosen) throw Ambiguous(hunk, places, from);
            if (pass == 0) return (chosen, null);
            var indentation = Indentation.Learn(lines, chosen, old);
            if (indentation is null) continue;
            notes.Add(string.Create(CultureInfo.InvariantCulture, $"{shown}: the hunk on patch line {hunk.Line} matched after ignoring {pass switch { 1 => "trailing whitespace", 2 => "indentation (new lines were indented to fit)", _ => "typographic quotes, dashes or spaces" }}."));
            return (chosen, pass == 1 ? null : indentation);
        }
        var near = NearestLines.Show(file.Text, Joined(old));
        throw PatchLines.At(hunk.Line, $"the lines of this hunk are not in {shown}.{(near is null ? " Read the file again." : $" The most similar lines are:\n{near}")}");
    }

    private static List<int> Places(in LineTable here, in LineTable old, Part part, bool atEnd)
    {
        var places = new List<int>();
        for (var i = atEnd ? Math.Max(0, here.Count - old.Count) : 0; i + old.Count <= here.Count; i++)
        {
            var k = 0;
            while (k < old.Count && part(here.Bare(i + k)).SequenceEqual(part(old.Bare(k)))) k++;
            if (k == old.Count) places.Add(i);
        }
        return places;
    }

    // With a line number, the nearest; with an anchor, the first after it; else there must be one only.
    private int? Choose(PatchHunk hunk, List<int> places, int from, bool exact)
    {
        if (hunk.Start is { } start && exact)
        {
            var (best, distance) = (-1, int.MaxValue);
            foreach (var place in places)
                if (Math.Abs(place - (start - 1 + shift)) is var away && away < distance && (place >= cursor || places.Count == 1)) (best, distance) = (place, away);
            return best < 0 ? null : best;
        }
        var after = places.FindIndex(p => p >= from);
        if (after < 0) return places.Count == 1 && hunk.Anchors.Count == 0 ? places[0] : null;
        return after == places.Count - 1 || hunk.Anchors.Count > 0 ? places[after] : null;
    }

    private FormatException Ambiguous(PatchHunk hunk, List<int> places, int from)
    {
        if (places.TrueForAll(p => p < from)) return PatchLines.At(hunk.Line, $"the lines of this hunk come before the hunk (or the @@ line) above it in {shown}. Put hunks in the order of the file.");
        var named = string.Join(", ", places.GetRange(0, Math.Min(10, places.Count)).ConvertAll(static p => (p + 1).ToString(CultureInfo.InvariantCulture)));
        return PatchLines.At(hunk.Line, $"this hunk fits {places.Count} places in {shown}, at lines {named}. Add lines around it, or an `@@` line that names the function or class it is in.");
    }

    private int Anchored(PatchHunk hunk)
    {
        var at = cursor;
        foreach (var anchor in hunk.Anchors)
        {
            var found = Find(at, anchor);
            if (found < 0) found = Find(0, anchor);
            at = found >= 0 ? found : throw PatchLines.At(hunk.Line, $"there is no line `{anchor}` in {shown}.{(NearestLines.Show(file.Text, anchor) is { } near ? $" The most similar lines are:\n{near}" : "")}");
        }
        return at;

        int Find(int from, string anchor)
        {
            for (var i = from; i < lines.Count; i++) if (lines.Bare(i).Trim().SequenceEqual(anchor)) return i;
            for (var i = from; i < lines.Count; i++) if (lines.Bare(i).Contains(anchor, StringComparison.Ordinal)) return i;
            return -1;
        }
    }

    private Splice Rebuild(PatchHunk hunk, int at, int count, Indentation? indentation)
    {
        var result = new StringBuilder();
        var (line, written) = (at, 0);
        foreach (var (sign, text) in hunk.Lines)
        {
            if (sign == '+')
            {
                if (indentation is null) result.Append(text.AsSpan().TrimEnd('\r'));
                else result.Append(indentation.Apply(text.AsSpan().TrimEnd('\r')));
            }
            else
            {
                if (sign == ' ') result.Append(lines.Bare(line));
                line++;
            }
            if (sign == '-') continue;
            result.Append('\n');
            written++;
        }
        var (start, end) = (lines.Start(at), lines.Start(at + count));
        var lacks = file.Text.Length > 0 && file.Text[^1] != '\n';
        if (at + count == lines.Count)
        {
            // The end of the file: a missing line break stays missing, unless the patch speaks of it.
            if (count == 0 && lacks) result.Insert(0, '\n');
            if (written > 0 && (hunk.NewLacksBreak || (lacks && !hunk.OldLacksBreak))) result.Length--;
        }
        return new Splice(start, end - start, result.ToString());
    }

    private static string Joined(in LineTable lines)
    {
        var text = new StringBuilder();
        for (var i = 0; i < lines.Count; i++) text.Append(lines[i]);
        return text.ToString();
    }
}
