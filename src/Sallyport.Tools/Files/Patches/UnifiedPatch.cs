using System.Globalization;
using System.Text;

namespace Sallyport.Tools.Files.Patches;

/// <summary>
/// Unified diffs, plain or with git's extended headers (https://git-scm.com/docs/diff-format). Wrong line counts in a hunk's
/// header are forgiven: models miscount, and the lines say what is meant.
/// </summary>
internal static class UnifiedPatch
{
    public static List<FilePatch> Parse(PatchLines lines)
    {
        var files = new List<FilePatch>();
        while (lines.More)
        {
            if (Is(lines.Peek, "diff --git ")) files.Add(Git(lines));
            else if (IsHeader(lines)) files.Add(Plain(lines, lines.Number, null));
            else if (Is(lines.Peek, "@@ ")) throw lines.Error("a hunk without `--- a/path` and `+++ b/path` before it.");
            else lines.Next();
        }
        return files;
    }

    /// <summary>The old line number of <c>@@ -12,3 +12,4 @@</c>; null when it is none of these.</summary>
    public static int? StartOf(string line) => Header(line)?.Start;

    private static FilePatch Git(PatchLines lines)
    {
        var number = lines.Number;
        var names = GitNames(lines.Next().TrimEnd()["diff --git ".Length..]);
        string? from = null, to = null;
        var (added, deleted, copy) = (false, false, false);
        bool? executable = null;
        for (; lines.More && !Is(lines.Peek, "diff --git ") && !IsHeader(lines) && !Is(lines.Peek, "@@ "); lines.Next())
        {
            var line = lines.Peek.TrimEnd();
            if (Is(line, "new file mode ")) (added, executable) = (true, line.EndsWith("755", StringComparison.Ordinal) ? true : null);
            else if (Is(line, "deleted file mode ")) deleted = true;
            else if (Is(line, "new mode ")) executable = line.EndsWith("755", StringComparison.Ordinal);
            else if (Is(line, "rename from ")) from = Unquote(line["rename from ".Length..]);
            else if (Is(line, "rename to ")) to = Unquote(line["rename to ".Length..]);
            else if (Is(line, "copy from ")) (from, copy) = (Unquote(line["copy from ".Length..]), true);
            else if (Is(line, "copy to ")) to = Unquote(line["copy to ".Length..]);
            else if (Is(line, "GIT binary patch") || Is(line, "Binary files ")) throw lines.Error("binary changes cannot be applied; copy the file with bash.");
        }
        FilePatch file;
        if (lines.More && IsHeader(lines)) file = Plain(lines, number, from);
        else
        {
            var path = from ?? names ?? throw PatchLines.At(number, "the file's name cannot be told from this line.");
            file = new FilePatch(added ? PatchKind.Add : deleted ? PatchKind.Delete : PatchKind.Update, path, number);
            if (added) file.Hunks.Add(new PatchHunk(number));
        }
        if (from is not null && to is not null) (file.MoveTo, file.IsCopy) = (to, copy);
        file.Executable = executable;
        return file;
    }

    private static FilePatch Plain(PatchLines lines, int number, string? known)
    {
        var (old, now) = (Name(lines.Next(), 4), Name(lines.Next(), 4));
        var kind = old is null ? PatchKind.Add : now is null ? PatchKind.Delete : PatchKind.Update;
        if (old is null && now is null) throw PatchLines.At(number, "both names are /dev/null.");
        var (a, b) = Strip(old, now);
        var file = new FilePatch(kind, known ?? (kind == PatchKind.Add ? b! : a!), number);
        if (known is null && kind == PatchKind.Update && a != b)
        {
            // Without git's word for a rename, names that differ are a backup's: the new one is meant.
            file = new FilePatch(kind, b!, number);
        }
        while (lines.More && Header(lines.Peek) is { } header) file.Hunks.Add(Hunk(lines, header));
        if (lines.More && Is(lines.Peek, "@@")) throw lines.Error("a hunk starts with `@@ -line,count +line,count @@`.");
        if (file.Hunks.Count == 0) throw PatchLines.At(number, "no hunk follows these names.");
        return file;
    }

    private static PatchHunk Hunk(PatchLines lines, (int Start, int Old, int New) header)
    {
        var hunk = new PatchHunk(lines.Number) { Start = header.Start };
        lines.Next();
        var (old, now) = (header.Old, header.New);
        while (lines.More)
        {
            var line = lines.Peek;
            if (Is(line, "\\ "))
            {
                if (hunk.Lines.Count == 0) throw lines.Error("this belongs after a line.");
                if (hunk.Lines[^1].Sign != '+') hunk.OldLacksBreak = true;
                if (hunk.Lines[^1].Sign != '-') hunk.NewLacksBreak = true;
                lines.Next();
                continue;
            }
            var counted = old > 0 || now > 0;
            if (Is(line, "diff --git ") || (Is(line, "@@ ") && Header(line) is not null)) break;
            if (!counted && (IsHeader(lines) || line.Length == 0 || line[0] is not (' ' or '+' or '-') || line == "-- ")) break;
            var sign = line.Length == 0 || line == "\r" ? ' ' : line[0];
            if (sign is not (' ' or '+' or '-')) throw lines.Error($"every line of a hunk starts with a space, + or -, found `{(line.Length > 80 ? line[..80] : line)}`.");
            if (sign != '+') old--;
            if (sign != '-') now--;
            hunk.Lines.Add(new PatchLine(sign, line.Length == 0 ? "" : line[1..]));
            lines.Next();
        }
        return hunk;
    }

    private static (int Start, int Old, int New)? Header(string line)
    {
        if (!Is(line, "@@ -")) return null;
        var end = line.IndexOf(" @@", 3, StringComparison.Ordinal);
        var plus = line.IndexOf(" +", StringComparison.Ordinal);
        if (end < 0 || plus < 0 || plus > end) return null;
        return Pair(line.AsSpan(4, plus - 4)) is { } old && Pair(line.AsSpan(plus + 2, end - plus - 2)) is { } now ? (old.Start, old.Count, now.Count) : null;

        static (int Start, int Count)? Pair(ReadOnlySpan<char> text)
        {
            var comma = text.IndexOf(',');
            var count = 1;
            if (comma >= 0 && !int.TryParse(text[(comma + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out count)) return null;
            return int.TryParse(comma < 0 ? text : text[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out var start) ? (start, count) : null;
        }
    }

    private static bool Is(string line, string start) => line.StartsWith(start, StringComparison.Ordinal);

    private static bool IsHeader(PatchLines lines) => Is(lines.Peek, "--- ") && Is(lines.After, "+++ ");

    // A time may follow, after a tab; null for /dev/null.
    private static string? Name(string line, int start)
    {
        var name = line[start..].TrimEnd('\r');
        name = name.StartsWith('"') ? Unquote(name) : name.Split('\t')[0].TrimEnd();
        return name == "/dev/null" ? null : name;
    }

    // git writes a/ and b/ (or i/, w/, c/, o/) before names; --no-prefix and plain diff do not.
    private static (string? Old, string? New) Strip(string? old, string? now)
    {
        static bool Marked(string name) => name.Length > 2 && name[1] == '/' && "abciwo".Contains(name[0]);
        var both = (old is null || Marked(old)) && (now is null || Marked(now)) && (old is null || now is null || old[0] != now[0]);
        return both ? (old?[2..], now?[2..]) : (old, now);
    }

    // "a/x b/x": the two names are the same but for their prefix.
    private static string? GitNames(string names)
    {
        if (names.StartsWith('"') && names.IndexOf("\" \"", StringComparison.Ordinal) is var quoted and > 0) return Unquote(names[..(quoted + 1)])[2..];
        var middle = names.Length / 2;
        if (names.Length % 2 == 0 || names[middle] != ' ') return null;
        var (old, now) = (names[..middle], names[(middle + 1)..]);
        return old == now ? old : old.Length > 2 && old[2..] == now[2..] ? old[2..] : null;
    }

    // C-style quoting, bytes in octal.
    private static string Unquote(string name)
    {
        if (name.Length < 2 || name[0] != '"' || name.LastIndexOf('"') is not (> 0 and var end)) return name;
        var bytes = new List<byte>(name.Length);
        for (var i = 1; i < end; i++)
        {
            if (name[i] != '\\')
            {
                var length = char.IsHighSurrogate(name[i]) && i + 1 < end ? 2 : 1;
                bytes.AddRange(Encoding.UTF8.GetBytes(name, i, length));
                i += length - 1;
            }
            else if (i + 3 <= end && name[i + 1] is >= '0' and <= '7')
            {
                bytes.Add((byte)((name[i + 1] - '0') * 64 + (name[i + 2] - '0') * 8 + (name[i + 3] - '0')));
                i += 3;
            }
            else bytes.Add((byte)(name[++i] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'a' => '\a', 'b' => '\b', 'f' => '\f', 'v' => '\v', var other => other }));
        }
        return Encoding.UTF8.GetString([.. bytes]);
    }
}
