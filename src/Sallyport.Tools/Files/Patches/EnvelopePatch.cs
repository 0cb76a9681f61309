namespace Sallyport.Tools.Files.Patches;

/// <summary>The envelope form: sections that begin with <c>***</c>, hunks that are found by their lines and <c>@@</c> anchors.</summary>
internal static class EnvelopePatch
{
    private const string Begin = "*** Begin Patch", End = "*** End Patch", Add = "*** Add File:", Update = "*** Update File:", Delete = "*** Delete File:", Move = "*** Move to:", EndOfFile = "*** End of File";

    public static bool IsStart(string line) => line.AsSpan().Trim() is Begin || line.StartsWith(Add, StringComparison.Ordinal) || line.StartsWith(Update, StringComparison.Ordinal) || line.StartsWith(Delete, StringComparison.Ordinal);

    public static List<FilePatch> Parse(PatchLines lines)
    {
        var files = new List<FilePatch>();
        while (lines.More && lines.Peek.AsSpan().Trim() is not End)
        {
            var number = lines.Number;
            var line = lines.Next().TrimEnd();
            if (line.Length == 0 || line.Trim() == Begin) continue;
            if (After(line, Add) is { } added) files.Add(Added(lines, new FilePatch(PatchKind.Add, Named(added, number), number)));
            else if (After(line, Delete) is { } deleted) files.Add(new FilePatch(PatchKind.Delete, Named(deleted, number), number));
            else if (After(line, Update) is { } updated) files.Add(Updated(lines, new FilePatch(PatchKind.Update, Named(updated, number), number)));
            else throw PatchLines.At(number, $"expected `{Add} path`, `{Update} path`, `{Delete} path` or `{End}`, found `{Cut(line)}`.");
        }
        return files;
    }

    private static FilePatch Added(PatchLines lines, FilePatch file)
    {
        var hunk = new PatchHunk(lines.Number);
        file.Hunks.Add(hunk);
        var blank = 0;
        for (; lines.More && !lines.Peek.StartsWith("***", StringComparison.Ordinal); lines.Next())
        {
            if (lines.Peek.AsSpan().Trim().IsEmpty)
            {
                blank++;
                continue;
            }
            if (lines.Peek[0] != '+') throw lines.Error($"every line of an added file starts with +, found `{Cut(lines.Peek)}`.");
            for (; blank > 0; blank--) hunk.Lines.Add(new PatchLine('+', ""));
            hunk.Lines.Add(new PatchLine('+', lines.Peek[1..]));
        }
        return file;
    }

    private static FilePatch Updated(PatchLines lines, FilePatch file)
    {
        if (lines.More && After(lines.Peek.TrimEnd(), Move) is { } target)
        {
            file.MoveTo = Named(target, lines.Number);
            lines.Next();
        }
        PatchHunk? hunk = null;
        while (lines.More)
        {
            var line = lines.Peek;
            if (line.TrimEnd() == EndOfFile && hunk is not null) hunk.AtEnd = true;
            else if (line.StartsWith("***", StringComparison.Ordinal)) break;
            else if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                if (hunk is null || hunk.Lines.Count > 0) file.Hunks.Add(hunk = new PatchHunk(lines.Number) { Start = UnifiedPatch.StartOf(line) });
                var anchor = hunk.Start is null ? line.TrimStart('@').Trim() : "";
                if (anchor.EndsWith("@@", StringComparison.Ordinal)) anchor = anchor[..^2].TrimEnd();
                if (anchor.Length > 0) hunk.Anchors.Add(anchor);
            }
            else if (line.Length == 0 || line[0] is ' ' or '+' or '-' || line == "\r")
            {
                if (hunk is null || hunk.AtEnd) file.Hunks.Add(hunk = new PatchHunk(lines.Number));
                hunk.Lines.Add(line.Length == 0 || line == "\r" ? new PatchLine(' ', "") : new PatchLine(line[0], line[1..]));
            }
            else throw lines.Error($"every line of a hunk starts with a space, + or -, found `{Cut(line)}`.");
            lines.Next();
        }
        foreach (var each in file.Hunks)
        {
            // Empty lines before the next section are the patch's own.
            while (each.Lines.Count > 0 && each.Lines[^1] is { Sign: ' ', Text: "" } && !each.AtEnd) each.Lines.RemoveAt(each.Lines.Count - 1);
            if (each.Lines.Count == 0) throw PatchLines.At(each.Line, "this hunk has no lines.");
        }
        return file.Hunks.Count > 0 || file.MoveTo is not null ? file : throw PatchLines.At(file.Line, $"nothing is changed in {file.Path}.");
    }

    private static string? After(string line, string start) => line.StartsWith(start, StringComparison.Ordinal) ? line[start.Length..].Trim() : null;

    private static string Named(string path, int line) => path.Length > 0 ? path : throw PatchLines.At(line, "the path is missing.");

    private static string Cut(string line) => line.Length <= 80 ? line : line[..80] + "...";
}
