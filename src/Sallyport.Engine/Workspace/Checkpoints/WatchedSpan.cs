using System.Runtime.InteropServices;
using System.Text;
using Sallyport.Engine.Sandboxing;
using Sallyport.Engine.Tools;
using Sallyport.Engine.Watching;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// One command, and whatever it starts, under a watch: before it changes a file of the workspace for the first time, what the file
/// is gets kept. What it makes in a folder that it made is only remembered by name: there was nothing before.
/// </summary>
/// <param name="keeper">Keeps what it changes.</param>
/// <param name="isService">It goes on beside all commands, and may be started more than once.</param>
internal sealed partial class WatchedSpan(CheckpointKeeper keeper, bool isService) : IListening
{
    internal const int Quiet = 500;
    private const int Rest = 1000, MostRemoved = 1024;

    private readonly byte[] bytes = new byte[4096], start = new byte[4096];
    private readonly char[] text = new char[8200], other = new char[8200];
    // The paths that programs open, as they write them, and what each is to us; null for what is not ours.
    private readonly Dictionary<string, string?> opened = new(StringComparer.Ordinal);
    private readonly List<Listener> listeners = [];
    private readonly List<string> changed = [];
    private readonly HashSet<string> told = new(StringComparer.Ordinal), taken = new(StringComparer.Ordinal);
    private int patience = -1;

    /// <summary>What it has touched and nobody has looked at since, by the workspace's names.</summary>
    internal Touched Touched { get; } = new();

    public bool IsService => isService;

    /// <summary>What is different for it since the last call, relative to the workspace.</summary>
    public IReadOnlyList<string> Take()
    {
        string[] all = [.. changed];
        // What is not settled yet will be told once more then.
        foreach (var path in Touched.Paths.Keys)
            if (keeper.Workspace.Show(path) is var shown && told.Contains(shown)) taken.Add(shown);
        told.Clear();
        changed.Clear();
        return all;
    }

    /// <summary>Why something could not be kept; null when all was.</summary>
    public string? Trouble { get; private set; }

    public int Patience => Volatile.Read(ref patience);

    /// <summary>The same start, under the watch.</summary>
    public Launch Over(Launch launch) => launch with { Within = ConfinedSpawn.Watched(launch.Within, Listen) };

    /// <summary>Whether everyone whom it started has ended, waiting a little.</summary>
    public bool HasEnded(int milliseconds)
    {
        foreach (var listener in listeners) if (!listener.HasEnded(milliseconds)) return false;
        return true;
    }

    /// <summary>The listeners under which somebody goes on.</summary>
    public void Open(List<int> handles)
    {
        foreach (var listener in listeners) if (listener.Handle is >= 0 and var handle) handles.Add(handle);
    }

    public void Failed(Exception why) => Trouble ??= why.Message;

    public void Ended() => keeper.Ended(this);

    public void Idle() => keeper.Idle(this);

    internal void Tell(string shown)
    {
        if (!taken.Contains(shown) && told.Add(shown)) changed.Add(shown);
    }

    internal void Settled(string shown) => taken.Remove(shown);

    /// <summary>What was kept of a path is settled: its next change is another one.</summary>
    internal void Forget(string? named = null)
    {
        if (named is not null) Touched.Paths.Remove(named);
        places.Clear();
        opened.Clear();
    }

    /// <summary>All was settled that could be.</summary>
    internal void Rested()
    {
        Forget();
        Volatile.Write(ref patience, Touched.IsEmpty ? -1 : Rest);
    }

    private Listener Listen()
    {
        var listener = new Listener(this);
        lock (keeper.Gate) listeners.Add(listener);
        return listener;
    }

    public unsafe void Before(in WatchedCall call, in Notice notice, int handle)
    {
        lock (keeper.Gate)
        {
            if (keeper.IsClosed) return;
            var process = (int)notice.Process;
            var (creates, exclusive) = (call.Kind == TouchKind.Create, false);
            if (call.Kind is TouchKind.Open or TouchKind.OpenWith)
            {
                var flags = notice.Arguments[call.Flags];
                if (call.Kind == TouchKind.OpenWith && !Target.Bytes(process, flags, MemoryMarshal.AsBytes(new Span<ulong>(ref flags)))) return;
                if ((flags & WatchedCalls.Writing) == 0) return;
                (creates, exclusive) = ((flags & WatchedCalls.Creates) != 0, (flags & (WatchedCalls.Creates | WatchedCalls.Exclusive)) == (WatchedCalls.Creates | WatchedCalls.Exclusive));
            }
            var path = call.Path < 0 ? Handle(process, (int)notice.Arguments[0], text) : Absolute(process, call.Folder < 0 ? null : (int)notice.Arguments[call.Folder], notice.Arguments[call.Path], text);
            if (path.IsEmpty) return;
            var opens = call.Kind is TouchKind.Open or TouchKind.OpenWith or TouchKind.Create;
            if (opens && opened.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(path, out var known))
            {
                if (known is not null) Touched.Has(known);
                return;
            }
            var to = call.NewPath < 0 ? [] : Absolute(process, call.NewFolder < 0 ? null : (int)notice.Arguments[call.NewFolder], notice.Arguments[call.NewPath], other);
            if (!Listener.Waits(handle, notice.Id)) return;
            switch (call.Kind)
            {
                case TouchKind.Remove: Remove(path); break;
                case TouchKind.Move: Move(path, to, exchanges: call.Flags >= 0 && (notice.Arguments[call.Flags] & WatchedCalls.Exchanges) != 0); break;
                case TouchKind.Make: Make(path, isFolder: false); break;
                case TouchKind.MakeFolder: Make(path, isFolder: true); break;
                default:
                    var named = Write(path, creates, follows: !exclusive, depth: 0);
                    if (opens) opened[path.ToString()] = named;
                    break;
            }
            if (!Touched.IsEmpty) Volatile.Write(ref patience, Quiet);
            keeper.Beat();
        }
    }

    private ReadOnlySpan<char> Handle(int process, int handle, char[] into)
    {
        var length = handle < 0 ? -1 : Target.Place(process, handle, bytes);
        return length < 0 ? [] : into.AsSpan(0, Encoding.UTF8.GetChars(bytes.AsSpan(0, length), into));
    }

    // The path as the program wrote it, from its own folder; empty when it cannot be read.
    private ReadOnlySpan<char> Absolute(int process, int? folder, ulong address, char[] into)
    {
        const int WorkingFolder = -100;
        var length = Target.Text(process, address, bytes);
        if (length < 0 && Target.WasRefused) Trouble ??= "a program lets nobody look at what it opens";
        if (length <= 0) return [];
        var at = 0;
        if (bytes[0] != '/')
        {
            var from = folder is null or WorkingFolder ? -1 : folder.Value;
            if (folder is < 0 and not WorkingFolder) return [];
            var got = Target.Place(process, from, start);
            if (got < 0) return [];
            at = Encoding.UTF8.GetChars(start.AsSpan(0, got), into);
            if (into[at - 1] != '/') into[at++] = '/';
        }
        at += Encoding.UTF8.GetChars(bytes.AsSpan(0, length), into.AsSpan(at));
        while (at > 1 && into[at - 1] == '/') at--;
        return into.AsSpan(0, at);
    }

    /// <returns>What the path is to us; null when it is not ours.</returns>
    private string? Write(ReadOnlySpan<char> path, bool creates, bool follows, int depth)
    {
        if (Find(path, out var place) is not { } name) return null;
        var named = place.Name(name);
        if (Touched.Has(named))
        {
            keeper.Part(named);
            return named;
        }
        var stamp = FileStamp.Of(named);
        // A link leads to where it leads, from wherever it stands.
        if (stamp.Kind == EntryKind.Link && follows) return depth == 0 ? Write(RealPath.Of(place.Join(name)), creates, follows: false, depth: 1) : null;
        if (!place.IsInside) return null;
        if (place.IsBorn) Born(named, stamp, creates);
        else if (stamp.Kind == EntryKind.File || (stamp.Kind == EntryKind.Absent && creates)) Note(named, stamp);
        return named;
    }

    private void Remove(ReadOnlySpan<char> path)
    {
        if (Find(path, out var place) is not { } name || !place.IsInside || place.IsBorn) return;
        var named = place.Name(name);
        if (Touched.Has(named)) return;
        var stamp = FileStamp.Of(named);
        if (stamp.Kind == EntryKind.Link) Forget();
        if (stamp.Kind == EntryKind.Absent) return;
        if (stamp.Kind == EntryKind.Folder && Touched.Times.TryGetValue(named, out var time)) stamp = stamp with { Modified = time };
        Note(named, stamp, leaves: true);
        Touched.Removed.Enqueue(named);
        if (Touched.Removed.Count >= MostRemoved) keeper.SettleRemoved(this);
    }

    private void Move(ReadOnlySpan<char> path, ReadOnlySpan<char> to, bool exchanges)
    {
        if (to.IsEmpty) return;
        var stamp = default(FileStamp);
        if (Find(path, out var place) is { } name && place.IsInside)
        {
            var named = place.Name(name);
            stamp = FileStamp.Of(named);
            if (place.IsBorn) Touched.Made.Add(named);
            else if (stamp.Kind == EntryKind.Absent) return;
            else if (stamp.Kind == EntryKind.Folder) NoteTree(named, stamp);
            else Note(named, stamp);
        }
        if (Find(to, out var into) is { } newName && into.IsInside)
        {
            var named = into.Name(newName);
            var there = FileStamp.Of(named);
            if (into.IsBorn) Touched.Made.Add(named);
            else if (there.Kind == EntryKind.Folder) NoteTree(named, there);
            else if (!Touched.Has(named)) Note(named, there, leaves: !exchanges);
            // A folder that comes whole, perhaps from where we cannot see it.
            if (there.Kind is EntryKind.Absent or EntryKind.Folder && stamp.Kind is not (EntryKind.File or EntryKind.Link))
            {
                Touched.Roots.Add(named);
                Touched.Arrived.Add(named);
            }
        }
        if (stamp.Kind != EntryKind.File) Forget();
        else opened.Clear();
    }

    private void Make(ReadOnlySpan<char> path, bool isFolder)
    {
        if (Find(path, out var place) is not { } name || !place.IsInside) return;
        var named = place.Name(name);
        var stamp = FileStamp.Of(named);
        if (stamp.Kind != EntryKind.Absent) return;
        if (place.IsBorn) Born(named, stamp, creates: true);
        else if (!Touched.Has(named))
        {
            Note(named, stamp);
            if (isFolder) Touched.Roots.Add(named);
        }
        // It may be a link that stands where a folder was.
        if (places.ContainsKey(place.Join(name))) places.Clear();
        opened.Clear();
    }

    private void Born(string named, in FileStamp stamp, bool creates)
    {
        if (stamp.Kind != EntryKind.Absent || creates) Touched.Made.Add(named);
    }

    // Of what only loses this name the content stays as it is, so that it need not be copied.
    private void Note(string named, in FileStamp stamp, bool leaves = false)
    {
        if (Touched.Paths.TryAdd(named, Environment.TickCount64)) keeper.Open(this, named, stamp, leaves);
    }

    private void NoteTree(string named, in FileStamp stamp)
    {
        if (IsKeptByOthers(Path.GetFileName(named))) return;
        Note(named, stamp);
        foreach (var path in CheckpointKeeper.Entries(named))
        {
            var inner = FileStamp.Of(path);
            if (inner.Kind == EntryKind.Folder) NoteTree(path, inner);
            else if (inner.Kind != EntryKind.Absent) Note(path, inner);
        }
    }
}
