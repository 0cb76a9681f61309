using System.Text;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>Writes changes as unified hunks with three lines of context, which <c>git apply</c> and <c>patch</c> understand.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const int MostCharacters = 100_000;

    /// <summary>For a screen; the patch is cut at whole hunks when it is very long, the counts are not.</summary>
    public static FileDiff Of(string path, string before, string after, string change)
    {
        var (patch, added, removed) = Write(before, after, MostCharacters);
        return new FileDiff(path, TextCodec.Displayable(patch), added, removed, change);
    }

    public static (string Patch, int Added, int Removed) Write(string before, string after, int mostCharacters = int.MaxValue)
    {
        var (a, b) = (new LineTable(before), new LineTable(after));
        var changes = LineDiff.Of(a, b);
        var (added, removed) = (0, 0);
        foreach (var change in changes) (added, removed) = (added + change.NewCount, removed + change.OldCount);
        var patch = new StringBuilder();
        for (var first = 0; first < changes.Count && patch.Length < mostCharacters;)
        {
            var last = first;
            while (last + 1 < changes.Count && changes[last + 1].Old - (changes[last].Old + changes[last].OldCount) <= 2 * Context) last++;
            var whole = patch.Length;
            Hunk(patch, a, b, changes, first, last);
            if (patch.Length > mostCharacters)
            {
                patch.Length = whole;
                break;
            }
            first = last + 1;
        }
        return (patch.ToString(), added, removed);
    }

    private static void Hunk(StringBuilder patch, in LineTable a, in LineTable b, List<LineChange> changes, int first, int last)
    {
        var head = Math.Min(Context, changes[first].Old);
        var (oldStart, newStart) = (changes[first].Old - head, changes[first].New - head);
        var oldLast = changes[last].Old + changes[last].OldCount;
        var tail = Math.Min(Context, a.Count - oldLast);
        var oldCount = oldLast + tail - oldStart;
        var newCount = changes[last].New + changes[last].NewCount + tail - newStart;
        patch.Append("@@ -");
        Range(patch, oldStart, oldCount);
        patch.Append(" +");
        Range(patch, newStart, newCount);
        patch.Append(" @@\n");

        var at = oldStart;
        for (var i = first; i <= last; i++)
        {
            for (; at < changes[i].Old; at++) Line(patch, ' ', a[at]);
            for (; at < changes[i].Old + changes[i].OldCount; at++) Line(patch, '-', a[at]);
            for (var j = changes[i].New; j < changes[i].New + changes[i].NewCount; j++) Line(patch, '+', b[j]);
        }
        for (; at < oldStart + oldCount; at++) Line(patch, ' ', a[at]);
    }

    // A range of no lines is named by the line before it.
    private static void Range(StringBuilder patch, int start, int count)
    {
        patch.Append(count == 0 ? start : start + 1);
        if (count != 1) patch.Append(',').Append(count);
    }

    private static void Line(StringBuilder patch, char sign, ReadOnlySpan<char> line)
    {
        patch.Append(sign).Append(line);
        if (line.Length == 0 || line[^1] != '\n') patch.Append("\n\\ No newline at end of file\n");
    }
}
