namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Brings files back. It goes from the last change of each file backwards for as long as each found what the one before it left:
/// where somebody else wrote in between, or after, their work stays.
/// </summary>
internal sealed class Rewinder
{
    private readonly CheckpointKeeper keeper;
    private readonly List<CheckpointLine> checkpoints = [];
    private readonly Dictionary<string, List<Change>> files = new(StringComparer.Ordinal);

    private sealed class Change(int checkpoint, FileState before)
    {
        public int Checkpoint => checkpoint;

        public FileState Before => before;

        /// <summary>null when we ended before we saw it.</summary>
        public FileState? After { get; set; }
    }

    private sealed record Step(string Path, string Absolute, FileState Target, FileState Present, string? Partly);

    public Rewinder(CheckpointKeeper keeper, List<LogLine> lines)
    {
        this.keeper = keeper;
        foreach (var line in lines)
        {
            if (line is CheckpointLine checkpoint) checkpoints.Add(checkpoint);
            else if (line is BeforeLine before)
            {
                if (!files.TryGetValue(before.Path, out var changes)) files[before.Path] = changes = [];
                changes.Add(new Change(checkpoints.Count - 1, before.State));
            }
            else if (line is AfterLine after && files.TryGetValue(after.Path, out var of) && of.Count > 0 && of[^1].After is null)
            {
                // Opened to be written, and left as it was.
                if (of[^1].Before.IsLike(after.State)) of.RemoveAt(of.Count - 1);
                else of[^1].After = after.State;
            }
            else if (line is MadeLine made)
                foreach (var (path, state) in made.Entries)
                {
                    if (!files.TryGetValue(path, out var all)) files[path] = all = [];
                    all.Add(new Change(checkpoints.Count - 1, FileState.Absent) { After = state });
                }
        }
    }

    public IReadOnlyList<RewoundFile> To(int message, bool dryRun)
    {
        // Numbers are given again after the conversation went back: the last prompt of that number is meant.
        var from = checkpoints.FindLastIndex(c => !c.IsRewind && c.Message == message);
        if (from < 0) from = checkpoints.FindLastIndex(c => !c.IsRewind && c.Message < message) + 1;
        return Rewind(from, message, dryRun);
    }

    public IReadOnlyList<RewoundFile>? Undo(bool dryRun)
    {
        var from = checkpoints.FindLastIndex(c => c.IsRewind);
        return from < 0 ? null : Rewind(from, checkpoints[from].Message, dryRun);
    }

    private List<RewoundFile> Rewind(int from, int message, bool dryRun)
    {
        using var git = new GitBlobs(keeper.Workspace.Root);
        var told = new List<RewoundFile>();
        var steps = new List<Step>();
        foreach (var (path, changes) in files)
        {
            var first = changes.FindIndex(c => c.Checkpoint >= from);
            if (first >= 0) Plan(path, changes, first, git, told, steps);
        }
        if (steps.Count > 0 && !dryRun) keeper.BeginRewind(message);
        // Files go before their folders, folders come before their files.
        steps.Sort(static (a, b) => string.CompareOrdinal(a.Absolute, b.Absolute));
        var failed = new HashSet<Step>();
        foreach (var step in steps) if (!step.Present.IsFolder && !step.Present.IsAbsent && (step.Target.IsAbsent || step.Target.IsFolder)) Do(step, () => File.Delete(step.Absolute));
        for (var i = steps.Count - 1; i >= 0; i--)
        {
            var step = steps[i];
            if (step.Present.IsFolder && !step.Target.IsFolder) Do(step, () => Directory.Delete(step.Absolute, recursive: false));
        }
        foreach (var step in steps) if (step.Target.IsFolder) Do(step, () => MakeFolder(step));
        foreach (var step in steps) if (step.Target.Kind is "file" or "link") Do(step, () => Restore(step, git));
        // When all is in them, from within.
        for (var i = steps.Count - 1; i >= 0; i--) if (steps[i].Target.IsFolder && !dryRun && !failed.Contains(steps[i])) FinishFolder(steps[i]);
        foreach (var step in steps)
        {
            if (failed.Contains(step)) continue;
            // Folders are told only when they stand in the way.
            if (!step.Target.IsFolder && !(step.Target.IsAbsent && step.Present.IsFolder))
                told.Add(new RewoundFile(step.Path, step.Target.IsAbsent ? RewindOutcome.Deleted : RewindOutcome.Restored, step.Partly));
        }
        if (!dryRun) keeper.Settle();
        told.Sort(static (a, b) => string.CompareOrdinal(a.Path, b.Path));
        return told;

        void Do(Step step, Action act)
        {
            if (dryRun || failed.Contains(step)) return;
            try
            {
                if (step.Present.IsFolder && !step.Target.IsFolder && Directory.EnumerateFileSystemEntries(step.Absolute).Any())
                {
                    failed.Add(step);
                    if (!step.Target.IsAbsent) told.Add(new RewoundFile(step.Path, RewindOutcome.Conflict, "a folder with other files stands there"));
                    return;
                }
                keeper.Note(step.Absolute, keeper.Keeper.KeepLeaving(step.Absolute, FileStamp.Of(step.Absolute)));
                act();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                failed.Add(step);
                told.Add(new RewoundFile(step.Path, RewindOutcome.Failed, e.Message));
            }
        }
    }

    private void Plan(string path, List<Change> changes, int first, GitBlobs git, List<RewoundFile> told, List<Step> steps)
    {
        var absolute = keeper.Workspace.Resolve(path);
        var present = keeper.Keeper.Look(absolute, out var gitHash);
        var at = changes.Count - 1;
        var target = changes[at].Before;
        while (at > first && changes[at - 1].After is { } left && IsSame(left, target, absolute, git)) target = changes[--at].Before;
        var partly = at > first ? "only as far as your own change of it" : null;
        if (target.IsUnknown || (target.IsAbsent && changes[^1].After is { IsUnknown: true })) told.Add(new RewoundFile(path, RewindOutcome.NotCovered, target.Missing ?? changes[^1].After!.Missing));
        else if (IsPresent(present, gitHash, absolute, target, git))
        {
            if (!target.IsFolder && !target.IsAbsent) told.Add(new RewoundFile(path, partly is null ? RewindOutcome.Unchanged : RewindOutcome.Conflict, partly is null ? null : "you changed it since"));
        }
        else if (changes[^1].After is not { } last) told.Add(new RewoundFile(path, RewindOutcome.Conflict, "the session ended before it was known what the agent left there"));
        else if (!IsPresent(present, gitHash, absolute, last, git))
        {
            if (!last.IsFolder && !target.IsFolder) told.Add(new RewoundFile(path, RewindOutcome.Conflict, present.IsAbsent ? "you deleted it since" : "you changed it since"));
        }
        else if (keeper.RealPath(absolute) != absolute) told.Add(new RewoundFile(path, RewindOutcome.Conflict, "a folder above it is a link now"));
        else if (target.Kind == "other") told.Add(new RewoundFile(path, RewindOutcome.NotCovered, "it was no plain file"));
        else if (target is { Kind: "file", Content: null }) told.Add(new RewoundFile(path, RewindOutcome.NotCovered, target.Missing));
        else if (target.IsInGit && Bytes(target, absolute, git) is null) told.Add(new RewoundFile(path, RewindOutcome.NotCovered, "git no longer has it"));
        else steps.Add(new Step(path, absolute, target, present, partly));
    }

    // What git and we hold of one file is never larger than what is read whole.
    private byte[]? Bytes(FileState state, string absolute, GitBlobs git) =>
        state.Content is null ? null : state.IsInGit ? git.Read(state.Hash.ToString(), state.Size, absolute) : keeper.Pack.Read(state.Content, state.Size);

    private bool IsSame(FileState a, FileState b, string absolute, GitBlobs git)
    {
        if (a.Kind != b.Kind || a.Mode != b.Mode || a.Size != b.Size || a.Target != b.Target) return false;
        if (a.IsFolder) return !a.IsUnknown || a.Modified == b.Modified;
        if (a.Content is null || b.Content is null) return a.Modified == b.Modified && (a.Modified != 0 || a.Content == b.Content);
        if (a.IsLinked || b.IsLinked) return HashOf(a, absolute, git) is { } hash && hash == HashOf(b, absolute, git);
        if (a.IsInGit == b.IsInGit) return a.Hash.SequenceEqual(b.Hash);
        return Bytes(a, absolute, git) is { } left && Bytes(b, absolute, git) is { } right && left.AsSpan().SequenceEqual(right);
    }

    private string? HashOf(FileState state, string absolute, GitBlobs git) =>
        state.IsLinked ? keeper.Pack.Linked.HashOf(state) : !state.IsInGit ? state.Hash.ToString() : Bytes(state, absolute, git) is { } content ? BlobPack.HashOf(content) : null;

    private bool IsPresent(FileState present, string gitHash, string absolute, FileState state, GitBlobs git)
    {
        if (present.Kind != state.Kind || present.Target != state.Target) return false;
        if (present.Kind != "file") return true;
        if (present.Mode != state.Mode || present.Size != state.Size) return false;
        if (state.Content is null || present.Content is null) return state.Content is null && present.Modified == state.Modified;
        if (state.IsLinked) return present.Hash.SequenceEqual(keeper.Pack.Linked.HashOf(state));
        if (!state.IsInGit) return present.Hash.SequenceEqual(state.Hash);
        return state.Hash.SequenceEqual(gitHash) || (Bytes(state, absolute, git) is { } content && present.Hash.SequenceEqual(BlobPack.HashOf(content)));
    }

    // Open to us until what belongs into it is there.
    private static void MakeFolder(Step step)
    {
        Directory.CreateDirectory(step.Absolute);
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(step.Absolute, (UnixFileMode)step.Target.Mode | UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private static void FinishFolder(Step step)
    {
        try
        {
            if (step.Target.Modified != 0 && !step.Present.IsFolder) Directory.SetLastWriteTimeUtc(step.Absolute, Time(step.Target.Modified));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(step.Absolute, (UnixFileMode)step.Target.Mode);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is there with all that was in it; somebody else has taken it over meanwhile.
        }
    }

    private static DateTime Time(long nanoseconds) => DateTime.UnixEpoch.AddTicks(nanoseconds / 100);

    private void Restore(Step step, GitBlobs git)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(step.Absolute)!);
        if (step.Target.Kind == "link")
        {
            File.Delete(step.Absolute);
            File.CreateSymbolicLink(step.Absolute, step.Target.Target!);
            return;
        }
        // Whole or not at all.
        var fresh = $"{step.Absolute}.{Environment.ProcessId}.rewind";
        try
        {
            using (var file = Sessions.StateFolder.Open(fresh, FileMode.CreateNew)) Write(step, git, file);
            // What changed is new to whoever builds from it; what was gone nobody can have built from meanwhile.
            if (step.Target.Modified != 0 && step.Present.IsAbsent) File.SetLastWriteTimeUtc(fresh, Time(step.Target.Modified));
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(fresh, (UnixFileMode)step.Target.Mode);
            File.Move(fresh, step.Absolute, overwrite: true);
        }
        catch
        {
            File.Delete(fresh);
            throw;
        }
    }

    private void Write(Step step, GitBlobs git, FileStream file)
    {
        var target = step.Target;
        if (target.IsLinked)
        {
            if (!keeper.Pack.Linked.CopyTo(target, file)) throw new IOException("what was kept of it is not what it was any more");
        }
        else if (target.IsInGit) file.Write(Bytes(target, step.Absolute, git) ?? throw new IOException("git no longer has it"));
        else if (!keeper.Pack.CopyTo(target.Content!, target.Size, file)) throw new IOException("the kept content is damaged");
    }
}
