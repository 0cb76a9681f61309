using Sallyport.Engine.Sessions;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Keeps what every file was before the agent changed it, by any tool, shell lines included, so that it can be brought back.
/// Says nothing and writes nothing until something changes. Where commands cannot be watched, the tree is compared before and after
/// them; then ignored files, large ones, and what a background job changes after its start are not covered.
/// </summary>
public sealed unsafe partial class CheckpointKeeper : IChangeWitness, IDisposable
{
    private const string TooMuch = "where commands cannot be watched, a folder of dependencies is too much to keep";

    private readonly Workspace workspace;
    private readonly TimeProvider clock;
    private readonly CheckpointFile log;
    private readonly Lock gate = new();
    private readonly Dictionary<string, FileState> open = new(StringComparer.Ordinal);
    private readonly HashSet<string> byTool = new(StringComparer.Ordinal);
    private readonly List<CommandSpan> running = [];
    private CheckpointLine? begun;
    private TreeSnapshot? tree;
    private bool tooLarge;
    private bool? watches;
    private (string Root, string Index)? repository;
    private FileStamp indexStamp;
    private GitIndex? index;

    /// <param name="workspace">Whose files are watched.</param>
    /// <param name="folder">The session's own, under <see cref="FolderOf"/>; made when something changes.</param>
    /// <param name="clock">Tells when.</param>
    /// <param name="seal">What the session is sealed with; null when it is not.</param>
    public CheckpointKeeper(Workspace workspace, string folder, TimeProvider clock, Secrets.SessionSeal? seal = null)
    {
        (this.workspace, this.clock) = (workspace, clock);
        log = new CheckpointFile(folder, seal);
        Pack = new BlobPack(folder, seal);
        Keeper = new ContentKeeper(Pack);
    }

    internal BlobPack Pack { get; }

    internal ContentKeeper Keeper { get; }

    internal Workspace Workspace => workspace;

    /// <summary>Where the checkpoints of a session are.</summary>
    public static string FolderOf(string session) => Path.Combine(StateFolder.Root(), "checkpoints", session);

    /// <summary>A prompt begins: changes from here on follow from it.</summary>
    /// <param name="message">The number of its message.</param>
    /// <param name="text">What the person wrote; its beginning is kept.</param>
    public void Begin(int message, string text) => Begin(message, text, isRewind: false);

    /// <summary>The prompts from which changes followed, and rewinds, oldest first.</summary>
    public IReadOnlyList<Checkpoint> List() => Checkpoint.From(log.Read());

    /// <summary>Brings the files back to what they were before a prompt; the rewind is recorded, so that it can be undone.</summary>
    /// <param name="message">The number of the prompt's message.</param>
    /// <param name="dryRun">Only tell what would be done.</param>
    public IReadOnlyList<RewoundFile> Rewind(int message, bool dryRun) => new Rewinder(this, Lines()).To(message, dryRun);

    /// <summary>Undoes the last rewind. null when there is none.</summary>
    public IReadOnlyList<RewoundFile>? UndoRewind(bool dryRun) => new Rewinder(this, Lines()).Undo(dryRun);

    public void BeforeChange(string absolute)
    {
        lock (gate)
        {
            var path = RealPath(absolute);
            if (Path.GetDirectoryName(path) is { } parent) NoteMissingFolders(parent);
            var stamp = FileStamp.Of(path);
            Note(path, Keeper.KeepChanging(path, stamp));
            // Writing through a link changes what it leads to.
            if (stamp.Kind == EntryKind.Link && File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName is { } target)
                Note(target, Keeper.KeepChanging(target, FileStamp.Of(target)));
        }
    }

    public void Settle()
    {
        lock (gate)
        {
            if (byTool.Count == 0) return;
            var lines = new List<LogLine>(byTool.Count);
            foreach (var path in byTool)
                if (open.Remove(path, out var before))
                {
                    var after = Keeper.Left(path, before);
                    lines.Add(new AfterLine(workspace.Show(path), after));
                    Release(before, after);
                    foreach (var span in watched) span.Forget(path);
                }
            byTool.Clear();
            if (lines.Count > 0) Write([.. lines]);
        }
    }

    public ValueTask<CommandSpan> BeforeCommand(CancellationToken cancellation)
    {
        lock (gate)
        {
            Settle();
            var span = new CommandSpan();
            if (!tooLarge)
            {
                tree ??= new TreeSnapshot(workspace.Root);
                // While another command runs, what is different now is its doing; otherwise it is somebody else's.
                if (running.Count > 0) Record(tree);
                else Accept(tree);
                if (tree.IsTooLarge) (tree, tooLarge) = (null, true);
            }
            running.Add(span);
            if (running.Count > 1) foreach (var one in running) one.WasShared = true;
            return new(span);
        }
    }

    public ValueTask<CommandSpan> BeforeStart(CancellationToken cancellation)
    {
        lock (gate)
        {
            if (!(watches ??= Watches())) return BeforeCommand(cancellation);
            Settle();
            return new(Watch(isService: false));
        }
    }

    public CommandSpan? Service()
    {
        lock (gate) return (watches ??= Watches()) ? Watch(isService: true) : null;
    }

    public ValueTask<IReadOnlyList<string>> AfterCommand(CommandSpan span, CancellationToken cancellation)
    {
        // Its last processes go a moment after it.
        if (span.Watched is { IsService: false } command) command.HasEnded(3);
        lock (gate)
        {
            if (span.Watched is { } under)
            {
                Settle(under, Settling.Command);
                Forget(under);
                return new(under.Take());
            }
            if (tree is not null && running.Contains(span)) Record(tree);
            running.Remove(span);
        }
        return new(span.Changed);
    }

    private void Accept(TreeSnapshot now)
    {
        ReadIndex(now);
        var budget = ContentKeeper.LargestSnapshot;
        foreach (var change in now.Refresh()) if (change.File is { } file) Keep(file, ref budget);
        Pack.Flush();
    }

    // Writes down what is different since the last look: done by the commands that run.
    private void Record(TreeSnapshot now)
    {
        ReadIndex(now);
        var budget = ContentKeeper.LargestSnapshot;
        var lines = new List<LogLine>();
        foreach (var change in now.Refresh())
        {
            var before = change.Folder < 0 ? new FileState("folder", change.Mode) : change.Before ?? FileState.Absent;
            var after = change.File is { } file ? Keep(file, ref budget) : change.Folder > 0 ? new FileState("folder", change.Mode) : FileState.Absent;
            if (IsSame(before, after))
            {
                // Known before is kept, so that one content has one name.
                if (change.File is { } same) same.State = before;
                continue;
            }
            // A command under a watch is at it.
            if (open.ContainsKey(change.Path)) continue;
            var path = workspace.Show(change.Path);
            lines.Add(new BeforeLine(path, before));
            lines.Add(new AfterLine(path, after));
            if (change.Folder != 0) continue;
            foreach (var one in running)
            {
                if (!one.Changed.Contains(path)) one.Changed.Add(path);
                if (before.IsUnknown || after.IsUnknown) one.Trouble ??= $"{path}: {TooMuch}";
            }
        }
        if (lines.Count > 0) Write([.. lines]);
        else Pack.Flush();
    }

    public void Dispose()
    {
        WaitForServices();
        lock (gate)
        {
            if (IsClosed) return;
            Settle();
            SettleWatched(Settling.End);
            IsClosed = true;
            LeaveRunning();
            Pack.Dispose();
            log.Dispose();
        }
    }

    /// <summary>What follows is a rewind. Fails when another process works on the session.</summary>
    internal void BeginRewind(int message)
    {
        if (!log.IsOpen) Take();
        Begin(message, "", isRewind: true);
    }

    private void Begin(int message, string text, bool isRewind)
    {
        lock (gate)
        {
            Settle();
            var still = new List<(WatchedSpan Span, string Path)>();
            SettleWatched(Settling.Prompt, still);
            const int Longest = 200;
            begun = new CheckpointLine(message, text.Length <= Longest ? text : text[..Longest], clock.GetUtcNow(), isRewind);
            // What a job goes on writing is from here on a change of this prompt.
            foreach (var (span, path) in still) if (span.Touched.Paths.TryAdd(path, Environment.TickCount64)) Open(span, path, FileStamp.Of(path));
            foreach (var (span, _) in still) span.Rested();
        }
    }

    /// <summary>Takes part as a change of ours, with what was there.</summary>
    internal void Note(string path, FileState before)
    {
        lock (gate)
        {
            byTool.Add(path);
            if (open.TryAdd(path, before)) Write(new BeforeLine(workspace.Show(path), before));
            else Part(path);
        }
    }

    private FileState Keep(TreeFile file, ref long budget)
    {
        var now = FileStamp.Now();
        if (file.IsWhole) file.State = new FileState("folder", file.Stamp.Mode, Missing: TooMuch, Modified: file.Stamp.Changed);
        else file.State = Keeper.Keep(file.Path, file.Stamp, index, ref budget);
        file.IsFresh = file.Stamp.IsFresh(now);
        return file.State;
    }

    private bool IsSame(FileState a, FileState b)
    {
        if (a.Kind != b.Kind || a.Mode != b.Mode || a.Size != b.Size || a.Target != b.Target) return false;
        if (a.IsFolder) return !a.IsUnknown || a.Modified == b.Modified;
        if (a.Content is null || b.Content is null) return a.Modified == b.Modified && (a.Modified != 0 || a.Content == b.Content);
        if (a.IsLinked) return b.Hash.SequenceEqual(b.IsLinked ? a.Hash : Pack.Linked.HashOf(a));
        if (a.IsInGit == b.IsInGit) return a.Hash.SequenceEqual(b.Hash);
        var (git, kept) = a.IsInGit ? (a, b) : (b, a);
        return Pack.Read(kept.Content!, kept.Size) is { } content && git.Hash.SequenceEqual(ContentKeeper.GitHash(content));
    }

    private void ReadIndex(TreeSnapshot into)
    {
        repository ??= GitIndex.Find(workspace.Root);
        if (repository is not { } found) return;
        var stamp = FileStamp.Of(found.Index);
        if (stamp == indexStamp && index is not null) return;
        (indexStamp, index) = (stamp, GitIndex.Read(found.Root, found.Index));
        into.Index = index;
    }

    private void Write(params ReadOnlySpan<LogLine> lines)
    {
        Pack.Flush();
        if (!log.IsOpen) Take();
        if (begun is { } first) log.Add([first, .. lines]);
        else log.Add(lines);
        begun = null;
    }

    // What a process that was killed had begun is closed before anything of ours follows.
    private void Take()
    {
        var lastSign = log.LastSign;
        log.Open();
        if (lastSign == 0) return;
        foreach (var line in Unfinished.Close(this, log.Read(), lastSign))
        {
            log.Add(line);
            if (line is AfterLine { State: { IsLinked: true, Content: { } same } }) Pack.Linked.Drop(same);
        }
    }

    private List<LogLine> Lines()
    {
        lock (gate)
        {
            if (!IsClosed) SettleWatched(Settling.End);
            var lines = log.Read();
            if (!log.IsOpen && lines.Count > 0) lines.AddRange(Unfinished.Close(this, lines, log.LastSign));
            return lines;
        }
    }

    private void NoteMissingFolders(string folder)
    {
        if (FileStamp.Of(folder).Kind != EntryKind.Absent) return;
        if (Path.GetDirectoryName(folder) is { } parent) NoteMissingFolders(parent);
        Note(folder, FileState.Absent);
    }

    /// <summary>The path without links below the workspace: a rewind goes only where there are none.</summary>
    internal string RealPath(string absolute) =>
        Path.GetDirectoryName(absolute) is { } parent ? Path.Combine(RealFolder(parent), Path.GetFileName(absolute)) : absolute;

    private string RealFolder(string folder)
    {
        if (folder == workspace.Root || Path.GetDirectoryName(folder) is not { } parent) return folder;
        var here = Path.Combine(RealFolder(parent), Path.GetFileName(folder));
        if (FileStamp.Of(here).Kind != EntryKind.Link) return here;
        return Directory.ResolveLinkTarget(here, returnFinalTarget: true)?.FullName ?? here;
    }
}
