using System.Globalization;
using System.IO.Enumeration;
using System.Runtime.InteropServices;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Watching;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Commands under a watch: nothing is looked at before they run, and each file is kept when they first open it to write. What they
/// left is written down when they end; of those that go on, whenever they are quiet, at each prompt, and at the end of the session.
/// </summary>
public sealed unsafe partial class CheckpointKeeper
{
    private const int MostSettled = 8;
    private const long BeatEvery = 1000;

    private readonly List<WatchedSpan> watched = [];
    private (string Real, string Named)[]? roots;
    private long beaten;

    /// <summary>Whether commands are watched; otherwise the tree is compared before and after. Asked once, before the first command.</summary>
    public Func<bool> Watches { get; init; } = static () => false;

    /// <summary>How our own program is started, to answer those whom commands left running; empty where it cannot be.</summary>
    public IReadOnlyList<string> Self { get; init; } = [];

    internal Lock Gate => gate;

    internal bool IsClosed { get; private set; }

    internal static IEnumerable<string> Entries(string folder)
    {
        var all = new List<string>();
        try
        {
            foreach (var path in new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.FileName is ".git" or ".hg" or ".svn" ? "" : entry.ToFullPath(),
                         new EnumerationOptions { AttributesToSkip = 0, ReturnSpecialDirectories = false })) if (path.Length > 0) all.Add(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It went away, or is not ours to read.
        }
        return all;
    }

    /// <summary>How a folder of the workspace is named, by its place without links; null when it is none of them.</summary>
    internal string? RootNamed(string real)
    {
        if (roots is null)
        {
            roots = new (string, string)[workspace.Roots.Count];
            for (var i = 0; i < roots.Length; i++)
            {
                var there = Engine.RealPath.Of(workspace.Roots[i]);
                roots[i] = (there, i == 0 ? workspace.Root : there);
            }
        }
        foreach (var root in roots) if (root.Real == real) return root.Named;
        return null;
    }

    /// <summary>A command is about to change this for the first time.</summary>
    /// <param name="leaves">It only loses its name: its content stays as it is.</param>
    internal void Open(WatchedSpan span, string path, in FileStamp stamp, bool leaves = false)
    {
        if (!open.ContainsKey(path)) Open(span, path, leaves ? Keeper.KeepLeaving(path, stamp) : Keeper.KeepChanging(path, stamp));
        else if (!leaves) Part(path);
    }

    // It never lost its name, or is as if it had not.
    private void Release(FileState before, FileState after)
    {
        if (before.IsLinked && before.IsLike(after)) Pack.Linked.Drop(before.Content!);
    }

    /// <summary>Somebody is about to write into what may only be kept by its name.</summary>
    internal void Part(string path)
    {
        if (open.TryGetValue(path, out var before) && before.IsLinked) Pack.Linked.Part(before.Content!, path);
    }

    internal void Open(WatchedSpan span, string path, FileState before)
    {
        if (before.Missing is { } why && before.Kind == "file") span.Failed(new IOException($"{workspace.Show(path)}: {why}"));
        if (open.TryAdd(path, before)) Write(new BeforeLine(workspace.Show(path), before));
    }

    /// <summary>Says from time to time that we live: after a sudden end, what is older than that is known to be the agent's.</summary>
    internal void Beat()
    {
        var now = Environment.TickCount64;
        if (now - beaten < BeatEvery || !log.IsOpen) return;
        beaten = now;
        log.Beat();
    }

    internal void Idle(WatchedSpan span)
    {
        lock (gate)
        {
            if (IsClosed) return;
            Settle(span, Settling.Quiet);
            Beat();
        }
    }

    internal void Ended(WatchedSpan span)
    {
        lock (gate)
        {
            if (IsClosed) return;
            Settle(span, Settling.End);
            Forget(span);
        }
    }

    private CommandSpan Watch(bool isService)
    {
        var under = new WatchedSpan(this, isService);
        watched.Add(under);
        return new CommandSpan { Watched = under };
    }

    // A service may be started again.
    private void Forget(WatchedSpan span)
    {
        if (!span.IsService && span.HasEnded(0)) watched.Remove(span);
    }

    // They have just been ended, and nobody is to be left to answer them.
    private void WaitForServices()
    {
        List<WatchedSpan> services;
        lock (gate) services = IsClosed ? [] : watched.FindAll(static span => span.IsService);
        foreach (var one in services) one.HasEnded(50);
    }

    private enum Settling { Quiet, Command, Prompt, End }

    /// <returns>What somebody still writes, and what it is now: the changes of it that follow are the next prompt's.</returns>
    private List<string> Settle(WatchedSpan span, Settling at)
    {
        var (touched, still, stays) = (span.Touched, new List<string>(), new List<KeyValuePair<string, long>>());
        if (touched.IsEmpty) return still;
        if (at is Settling.Command && span.HasEnded(0)) at = Settling.End;
        var lines = new List<LogLine>(touched.Paths.Count);
        foreach (var one in touched.Paths)
        {
            var path = one.Key;
            // A tool of ours settled it.
            if (!open.TryGetValue(path, out var before)) continue;
            var shared = false;
            foreach (var other in watched) shared |= other != span && other.Touched.Paths.ContainsKey(path);
            var goesOn = (at != Settling.End || shared) && GoesOn(touched, path, one.Value, at);
            if (goesOn && at == Settling.Quiet)
            {
                stays.Add(one);
                continue;
            }
            var after = Keeper.Left(path, before);
            var shown = workspace.Show(path);
            var isChanged = !IsSame(before, after) && !after.IsFolder && !before.IsFolder;
            if (isChanged) span.Tell(shown);
            if (goesOn && at == Settling.Command) stays.Add(one);
            if (goesOn && at != Settling.Prompt) continue;
            if (goesOn) still.Add(path);
            lines.Add(new AfterLine(shown, after));
            open.Remove(path);
            span.Settled(shown);
            Release(before, after);
            if (shared) foreach (var other in watched) if (other != span && other.Touched.Paths.Remove(path))
            {
                other.Forget();
                if (isChanged) other.Tell(shown);
            }
        }
        // What comes into a folder of its own goes on being its own.
        var (roots, arrived, made) = (new List<string>(touched.Roots), new List<string>(touched.Arrived), new List<string>(touched.Made));
        var madeStays = at == Settling.Quiet;
        if (!madeStays)
        {
            foreach (var root in arrived) Arrived(root, touched);
            var entries = new List<MadeEntry>();
            foreach (var path in touched.Made)
            {
                var stamp = FileStamp.Of(path);
                if (stamp.Kind == EntryKind.Absent || open.ContainsKey(path) || touched.Paths.ContainsKey(path)) continue;
                if (at != Settling.End && stamp.Kind == EntryKind.File && PlainFile.IsHeld(path) == true)
                {
                    if (at == Settling.Prompt) still.Add(path);
                    else
                    {
                        stays.Add(new(path, Environment.TickCount64));
                        Open(span, path, FileState.Absent);
                        span.Tell(workspace.Show(path));
                        continue;
                    }
                }
                var shown = workspace.Show(path);
                entries.Add(new MadeEntry(shown, ContentKeeper.Stamped(path, stamp)));
                if (stamp.Kind != EntryKind.Folder) span.Tell(shown);
            }
            if (entries.Count > 0) lines.Add(new MadeLine(entries));
            touched.Roots.Clear();
            touched.Arrived.Clear();
            touched.Made.Clear();
        }
        if (lines.Count > 0) Write([.. lines]);
        touched.Paths.Clear();
        touched.Removed.Clear();
        foreach (var one in stays) touched.Paths.Add(one.Key, one.Value);
        if (at != Settling.Quiet) touched.Times.Clear();
        if (at is Settling.Prompt or Settling.End) touched.Settled.Clear();
        span.Rested();
        return still;
    }

    /// <summary>What was removed a while ago is settled while the command goes on removing, so that it is not all held until the end.</summary>
    internal void SettleRemoved(WatchedSpan span)
    {
        var (touched, now, lines) = (span.Touched, Environment.TickCount64, new List<LogLine>());
        if (touched.Paths.TryGetValue(touched.Removed.Peek(), out var oldest) && now - oldest < 2 * WatchedSpan.Quiet) return;
        while (touched.Removed.TryPeek(out var path))
        {
            if (touched.Paths.TryGetValue(path, out var since) && open.TryGetValue(path, out var before))
            {
                if (now - since < WatchedSpan.Quiet) break;
                var shared = false;
                foreach (var other in watched) shared |= other != span && other.Touched.Paths.ContainsKey(path);
                if (!shared && FileStamp.Of(path).Kind == EntryKind.Absent)
                {
                    var shown = workspace.Show(path);
                    lines.Add(new AfterLine(shown, FileState.Absent));
                    if (!before.IsFolder) span.Tell(shown);
                    open.Remove(path);
                    touched.Paths.Remove(path);
                }
            }
            touched.Removed.Dequeue();
        }
        if (lines.Count == 0) return;
        Write([.. lines]);
        span.Forget();
    }

    // Whether what opened it may still write it. A short silence settles what is small; what is written again and again only so often.
    private static bool GoesOn(Touched touched, string path, long since, Settling at)
    {
        const long Small = 1 << 20;
        // The call that we let go on may not have come to its end yet.
        if (at != Settling.Quiet && Environment.TickCount64 - since < WatchedSpan.Quiet) return true;
        var stamp = FileStamp.Of(path);
        if (stamp.Kind != EntryKind.File) return at == Settling.Quiet && touched.Roots.Contains(path);
        if (at == Settling.Quiet)
        {
            ref var times = ref CollectionsMarshal.GetValueRefOrAddDefault(touched.Settled, path, out _);
            if (stamp.Size > Small || ++times > MostSettled) return true;
        }
        return PlainFile.IsHeld(path) == true;
    }

    // A folder that came whole, with all that is in it.
    private static void Arrived(string folder, Touched touched)
    {
        if (FileStamp.Of(folder).Kind != EntryKind.Folder) return;
        foreach (var path in Entries(folder))
        {
            touched.Made.Add(path);
            Arrived(path, touched);
        }
    }

    private void LeaveRunning()
    {
        var handles = new List<int>();
        foreach (var span in watched) if (!span.HasEnded(0)) span.Open(handles);
        if (handles.Count > 0) Answerer.Start(Self, handles);
    }

    private void SettleWatched(Settling at, List<(WatchedSpan Span, string Path)>? still = null)
    {
        foreach (var span in watched)
            foreach (var path in Settle(span, at)) still?.Add((span, path));
    }
}
