using System.Text;

namespace Sallyport.Tools.Files;

/// <param name="Splices">Each place, with what comes there; in order.</param>
/// <param name="How">What had to be overlooked to find them; null when nothing had.</param>
internal sealed record Found(List<Splice> Splices, string? How);

/// <summary>
/// Finds the text that an edit names: exactly, or else overlooking one more difference at a time, from the most harmless on.
/// The first way that finds anything counts. What is the same in old and new stays as the file has it.
/// </summary>
internal static class TextSearch
{
    public static Found? Find(TextFile file, string old, string replacement)
    {
        var (o, n) = (TextFile.Plain(old), TextFile.Plain(replacement));
        if (Exact(file.Text, o, n) is { } exact)
            return new Found(exact, o.Contains('\n') && file.Crlf != old.Contains("\r\n", StringComparison.Ordinal) && !file.IsMixed ? file.Crlf ? "line endings (the file's CRLF was kept)" : "line endings (the file's LF was kept)" : null);

        var lines = new LineTable(file.Text);
        if (ByLines(lines, o, n, static s => s.TrimEnd(), indented: false) is { } trailing) return new Found(trailing, "trailing whitespace");
        if (ByLines(lines, o, n, static s => s.Trim(), indented: true) is { } indented) return new Found(indented, "indentation (new lines were indented to fit)");

        var (foldedText, foldedOld) = (Typography.Fold(file.Text), Typography.Fold(o));
        if (!ReferenceEquals(foldedText, file.Text) || !ReferenceEquals(foldedOld, o))
        {
            if (Folded(file.Text, foldedText, o, foldedOld, n) is { } folded) return new Found(folded, "typographic quotes, dashes or spaces");
            if (ByLines(lines, foldedOld, n, static s => s.Trim(), indented: true, new LineTable(foldedText), o) is { } both)
                return new Found(both, "typographic quotes, dashes or spaces, and whitespace at the ends of lines");
        }
        if (Unescape(o) is { } unescaped && Again(file, lines, unescaped, Unescape(n) ?? n) is { } escaped) return new Found(escaped, "escaped line breaks (\\n was taken as a line break)");
        if (WithoutNumbers(o) is { } bare && Again(file, lines, bare, WithoutNumbers(n) ?? n) is { } numbered) return new Found(numbered, "line numbers (they are not part of the file)");
        return null;
    }

    private static List<Splice>? Again(TextFile file, in LineTable lines, string old, string replacement) =>
        Exact(file.Text, old, replacement)
        ?? ByLines(lines, old, replacement, static s => s.TrimEnd(), indented: false)
        ?? ByLines(lines, old, replacement, static s => s.Trim(), indented: true);

    private static List<Splice>? Exact(string text, string old, string replacement)
    {
        List<Splice>? found = null;
        for (var at = text.IndexOf(old, StringComparison.Ordinal); at >= 0; at = text.IndexOf(old, at + old.Length, StringComparison.Ordinal))
            (found ??= []).Add(new Splice(at, old.Length, replacement));
        return found;
    }

    private static List<Splice>? Folded(string text, string foldedText, string old, string foldedOld, string replacement)
    {
        var places = Exact(foldedText, foldedOld, replacement);
        if (places is null) return null;
        // The ends that old and new have in common stay as the file has them.
        var head = old.AsSpan().CommonPrefixLength(replacement);
        var tail = 0;
        while (tail < Math.Min(old.Length, replacement.Length) - head && old[^(tail + 1)] == replacement[^(tail + 1)]) tail++;
        for (var i = 0; i < places.Count; i++)
            places[i] = new Splice(places[i].Start + head, places[i].Length - head - tail, replacement[head..^tail]);
        return places.TrueForAll(p => p.Start + p.Length <= text.Length) ? places : null;
    }

    private delegate ReadOnlySpan<char> Part(ReadOnlySpan<char> line);

    private static List<Splice>? ByLines(in LineTable file, string old, string replacement, Part part, bool indented, LineTable? comparable = null, string? oldAsWritten = null)
    {
        if (old.AsSpan().IsWhiteSpace()) return null;
        var wholeLines = old[^1] == '\n';
        var wanted = new LineTable(old);
        var compared = comparable ?? file;
        var first = 0;
        while (wanted.Bare(first).IsWhiteSpace()) first++;
        List<Splice>? found = null;
        for (var i = 0; i + wanted.Count <= file.Count; i++)
        {
            if (!part(compared.Bare(i + first)).SequenceEqual(part(wanted.Bare(first)))) continue;
            var same = true;
            for (var k = 0; k < wanted.Count && same; k++) same = part(compared.Bare(i + k)).SequenceEqual(part(wanted.Bare(k)));
            if (!same) continue;
            var indentation = indented ? Indentation.Learn(file, i, wanted) : null;
            if (indented && indentation is null) continue;
            var start = file.Start(i);
            var end = wholeLines ? file.Start(i + wanted.Count) : file.Start(i + wanted.Count - 1) + file.Bare(i + wanted.Count - 1).Length;
            var with = Rewrite(file, i, oldAsWritten ?? old, replacement, indentation);
            if (wholeLines && file[i + wanted.Count - 1][^1] != '\n' && with.EndsWith('\n')) with = with[..^1];
            (found ??= []).Add(new Splice(start, end - start, with));
            i += wanted.Count - 1;
        }
        return found;
    }

    // Lines that old and new share are the file's own; the others are the model's, indented to fit.
    private static string Rewrite(in LineTable file, int first, string old, string replacement, Indentation? indentation)
    {
        if (replacement.Length == 0) return "";
        var before = new LineTable(old.EndsWith('\n') ? old : old + "\n");
        var after = new LineTable(replacement.EndsWith('\n') ? replacement : replacement + "\n");
        var text = new StringBuilder();
        var (from, to) = (0, 0);
        foreach (var change in LineDiff.Of(before, after))
        {
            for (; from < change.Old; from++, to++) text.Append(file.Bare(first + from)).Append('\n');
            for (; to < change.New + change.NewCount; to++)
            {
                if (indentation is null) text.Append(after.Bare(to));
                else text.Append(indentation.Apply(after.Bare(to)));
                text.Append('\n');
            }
            from += change.OldCount;
        }
        for (; from < before.Count; from++) text.Append(file.Bare(first + from)).Append('\n');
        if (!replacement.EndsWith('\n')) text.Length--;
        return text.ToString();
    }

    private static string? Unescape(string text)
    {
        if (!text.Contains('\\')) return null;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var next = text[i] == '\\' && i + 1 < text.Length ? text[i + 1] switch { 'n' => '\n', 't' => '\t', '"' => '"', '\'' => '\'', '\\' => '\\', 'r' => '\r', _ => '\0' } : '\0';
            if (next != '\0') i++;
            result.Append(next == '\0' ? text[i] : next);
        }
        return result.Length == text.Length ? null : TextFile.Plain(result.ToString());
    }

    private static string? WithoutNumbers(string text)
    {
        var lines = new LineTable(text);
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            var bar = line.IndexOf('|');
            if (bar < 1 || line[..bar].TrimStart(' ').ContainsAnyExceptInRange('0', '9') || line[..bar].IsWhiteSpace()) return null;
            result.Append(line[(bar + 1)..]);
        }
        return result.Length == 0 ? null : result.ToString();
    }
}
