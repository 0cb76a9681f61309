namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// What a session that was killed had begun to change: what is there now counts as its doing where it was written while the session
/// still lived. Whatever was written later may be a person's and stays unknown.
/// </summary>
internal static class Unfinished
{
    // Files are written between two signs of life, and what was killed may end a write.
    private const long Grace = 1_500_000_000;

    public static List<LogLine> Close(CheckpointKeeper keeper, List<LogLine> lines, long lastSign)
    {
        var open = new Dictionary<string, FileState>(StringComparer.Ordinal);
        foreach (var line in lines)
            if (line is BeforeLine before) open[before.Path] = before.State;
            else if (line is AfterLine after) open.Remove(after.Path);
        var closing = new List<LogLine>();
        foreach (var (shown, before) in open)
        {
            var path = keeper.Workspace.Resolve(shown);
            var stamp = FileStamp.Of(path);
            if (!IsOfItsTime(path, stamp, lastSign)) continue;
            closing.Add(new AfterLine(shown, keeper.Keeper.Left(path, before)));
            if (!before.IsAbsent || stamp.Kind != EntryKind.Folder) continue;
            var made = new List<MadeEntry>();
            Made(keeper, path, lastSign, open, made);
            if (made.Count > 0) closing.Add(new MadeLine(made));
        }
        return closing;
    }

    private static void Made(CheckpointKeeper keeper, string folder, long lastSign, Dictionary<string, FileState> open, List<MadeEntry> made)
    {
        foreach (var path in CheckpointKeeper.Entries(folder))
        {
            var (stamp, shown) = (FileStamp.Of(path), keeper.Workspace.Show(path));
            if (open.ContainsKey(shown) || (stamp.Kind != EntryKind.Folder && !IsOfItsTime(path, stamp, lastSign))) continue;
            made.Add(new MadeEntry(shown, ContentKeeper.Stamped(path, stamp)));
            if (stamp.Kind == EntryKind.Folder) Made(keeper, path, lastSign, open, made);
        }
    }

    private static bool IsOfItsTime(string path, FileStamp stamp, long lastSign)
    {
        // A folder's time is that of what came into it and went, which is looked at by itself.
        if (stamp.Kind == EntryKind.Folder) return true;
        for (var above = path; stamp.Kind == EntryKind.Absent; stamp = FileStamp.Of(above))
            if (Path.GetDirectoryName(above) is not { } parent) return false;
            else above = parent;
        return Math.Max(stamp.Modified, stamp.Changed) <= lastSign + Grace;
    }
}
