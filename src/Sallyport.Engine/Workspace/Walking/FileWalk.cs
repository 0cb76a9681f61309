using System.Text;
using Sallyport.Engine.Ignore;

namespace Sallyport.Engine.Walking;

/// <summary>What a walk sees.</summary>
public sealed record WalkOptions
{
    /// <summary>Which ignore files are obeyed. <c>.sallyignore</c> always is.</summary>
    public IgnoreKinds Ignore { get; init; } = IgnoreKinds.All;

    /// <summary>Names that begin with a dot, too. <c>.git</c> never.</summary>
    public bool Hidden { get; init; }

    /// <summary>Globs that files must match (or, with <c>!</c>, must not). They narrow: they bring back nothing that is ignored.</summary>
    public PathFilter? Filter { get; init; }

    /// <summary>Names that files must match besides.</summary>
    public PathFilter? Kinds { get; init; }

    /// <summary>How many threads at most; the machine's cores when null.</summary>
    public int? Threads { get; init; }

    internal GitExcludes Excludes { get; init; } = GitExcludes.OfThisProcess;
}

/// <summary>Takes the files that a walk finds. One visitor a thread.</summary>
public abstract class FileVisitor
{
    /// <returns>False ends the walk.</returns>
    public abstract bool Visit(FoundFile file);
}

/// <summary>
/// Walks a folder on several threads and hands every plain file that is not ignored to a visitor, in no order. Links are not
/// followed; what cannot be read is passed over.
/// </summary>
public sealed class FileWalk
{
    private const int BatchSize = 64;

    private readonly WalkOptions options;
    private readonly Stack<object> work = new();
    private readonly CancellationToken cancellation;
    private int busy;
    private readonly bool seesHidden;
    private bool ended;

    private FileWalk(WalkOptions options, CancellationToken cancellation)
    {
        (this.options, this.cancellation) = (options, cancellation);
        seesHidden = options.Hidden || options.Filter is { NamesHidden: true };
    }

    /// <param name="folder">Absolute.</param>
    /// <param name="options">What is seen.</param>
    /// <param name="visitor">Makes a visitor; called on the thread that will use it.</param>
    /// <param name="cancellation">Ends the walk with an exception.</param>
    public static void Run(string folder, WalkOptions options, Func<FileVisitor> visitor, CancellationToken cancellation)
    {
        var walk = new FileWalk(options, cancellation);
        var root = Encoding.UTF8.GetBytes(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)).Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\'));
        var scope = ScopeAbove(root, options);
        if (IsHardIgnored(scope, root)) return;
        walk.work.Push(new Folder(root, scope));
        var helpers = new Task[Math.Max(0, Math.Min(options.Threads ?? Environment.ProcessorCount, 12) - 1)];
        for (var i = 0; i < helpers.Length; i++) helpers[i] = Task.Run(() => walk.Work(visitor), CancellationToken.None);
        try
        {
            walk.Work(visitor);
        }
        finally
        {
            walk.End();
            Task.WaitAll(helpers, CancellationToken.None);
        }
        cancellation.ThrowIfCancellationRequested();
    }

    private void Work(Func<FileVisitor> make)
    {
        FileVisitor? visitor = null;
        FolderListing? listing = null;
        try
        {
            while (Take() is { } job)
            {
                visitor ??= make();
                if (job is FoundFiles batch) Visit(batch, batch.From, batch.To, visitor);
                else Enter((Folder)job, listing ??= new FolderListing(), visitor);
                lock (work) if (--busy == 0 && work.Count == 0) Monitor.PulseAll(work);
            }
        }
        catch
        {
            End();
            throw;
        }
    }

    private object? Take()
    {
        lock (work)
        {
            while (!ended)
            {
                if (work.TryPop(out var job))
                {
                    busy++;
                    return job;
                }
                if (busy == 0) break;
                Monitor.Wait(work);
            }
            return null;
        }
    }

    private void End()
    {
        lock (work)
        {
            ended = true;
            Monitor.PulseAll(work);
        }
    }

    private void Enter(Folder folder, FolderListing listing, FileVisitor visitor)
    {
        if (cancellation.IsCancellationRequested) End();
        if (ended || !listing.Read(folder.Path)) return;
        var marks = Marks(listing);
        var scope = marks == IgnoreMarks.None ? folder.Scope : folder.Scope.Enter(folder.Path, marks, options.Ignore, options.Excludes);
        var start = folder.Path.Length + (folder.Path is [(byte)'/'] ? 0 : 1);
        Span<byte> path = stackalloc byte[start + 256];
        folder.Path.CopyTo(path);
        path[start - 1] = (byte)'/';

        var kept = new FoundFiles.Builder(folder.Path);
        List<Folder>? folders = null;
        foreach (ref readonly var entry in listing.Entries)
        {
            var name = listing.Name(entry);
            if (name.Length > 255 || name.SequenceEqual(".git"u8)) continue;
            name.CopyTo(path[start..]);
            var full = path[..(start + name.Length)];
            if (!IsWanted(scope, full, start, entry.IsFolder)) continue;
            if (entry.IsFolder) (folders ??= []).Add(new Folder(full.ToArray(), scope));
            else kept.Add(name);
        }
        var found = kept.Build();
        if (folders is not null || found is { Count: > BatchSize }) Share(folders, found);
        if (found is not null) Visit(found, 0, Math.Min(found.Count, BatchSize), visitor);
    }

    // Folders, and all but the first files, are there for whoever is free.
    private void Share(List<Folder>? folders, FoundFiles? found)
    {
        lock (work)
        {
            if (folders is not null) for (var i = folders.Count - 1; i >= 0; i--) work.Push(folders[i]);
            if (found is not null) for (var from = BatchSize; from < found.Count; from += BatchSize) work.Push(found.Slice(from, Math.Min(found.Count, from + BatchSize)));
            Monitor.PulseAll(work);
        }
    }

    private void Visit(FoundFiles files, int from, int to, FileVisitor visitor)
    {
        for (var i = from; i < to; i++)
        {
            if (cancellation.IsCancellationRequested || !visitor.Visit(new FoundFile(files, i))) End();
            if (ended) return;
        }
    }

    private bool IsWanted(IgnoreScope scope, ReadOnlySpan<byte> path, int nameStart, bool isFolder)
    {
        // A glob narrows: what is ignored stays unseen, whatever it asks for.
        var asked = options.Filter?.Match(path, nameStart, isFolder) ?? Verdict.None;
        if (asked == Verdict.Ignored || (!isFolder && !IsOfKind(path, nameStart))) return false;
        var verdict = scope.IsEmpty ? Verdict.None : scope.Match(path, nameStart, isFolder);
        if (verdict == Verdict.Ignored) return false;
        return verdict == Verdict.Kept || path[nameStart] != '.' || seesHidden;
    }

    private bool IsOfKind(ReadOnlySpan<byte> path, int nameStart) =>
        options.Kinds is null || options.Kinds.Match(path, nameStart, isFolder: false) == Verdict.Kept;

    internal static IgnoreMarks Marks(FolderListing listing)
    {
        var marks = IgnoreMarks.None;
        foreach (ref readonly var entry in listing.Entries)
        {
            var name = listing.Name(entry);
            if (name[0] != '.' || name.Length is < 4 or > 12) continue;
            if (name.SequenceEqual(".git"u8)) marks |= IgnoreMarks.Repository;
            else if (entry.IsFolder) continue;
            else if (name.SequenceEqual(".gitignore"u8)) marks |= IgnoreMarks.Git;
            else if (name.SequenceEqual(".ignore"u8)) marks |= IgnoreMarks.Plain;
            else if (name.SequenceEqual(".sallyignore"u8)) marks |= IgnoreMarks.Sally;
        }
        return marks;
    }

    // Ignore files of the folders above, from the repository's root (or the file system's) down.
    internal static IgnoreScope ScopeAbove(byte[] root, WalkOptions options)
    {
        var above = new Stack<(byte[] Folder, IgnoreMarks Marks)>();
        var folder = Encoding.UTF8.GetString(root);
        for (var repository = IsRepository(folder); !repository && Path.GetDirectoryName(folder) is { } parent; folder = parent)
        {
            repository = IsRepository(parent);
            var marks = repository ? IgnoreMarks.Repository : IgnoreMarks.None;
            if (File.Exists(Path.Combine(parent, ".gitignore"))) marks |= IgnoreMarks.Git;
            if (File.Exists(Path.Combine(parent, ".ignore"))) marks |= IgnoreMarks.Plain;
            if (File.Exists(Path.Combine(parent, ".sallyignore"))) marks |= IgnoreMarks.Sally;
            if (marks != IgnoreMarks.None) above.Push((Encoding.UTF8.GetBytes(parent.Replace('\\', OperatingSystem.IsWindows() ? '/' : '\\')), marks));
        }
        var scope = IgnoreScope.Empty;
        foreach (var (path, marks) in above) scope = scope.Enter(path, marks, options.Ignore, options.Excludes);
        return scope;
    }

    // What .sallyignore names stays unseen, also for a walk that begins inside of it.
    private static bool IsHardIgnored(IgnoreScope scope, byte[] root)
    {
        for (var start = 1; scope.Sally is not null && start < root.Length;)
        {
            var end = root.AsSpan(start).IndexOf((byte)'/');
            end = end < 0 ? root.Length : start + end;
            if (IgnoreLayer.Match(scope.Sally, root.AsSpan(0, end), start, isFolder: true) == Verdict.Ignored) return true;
            start = end + 1;
        }
        return false;
    }

    private static bool IsRepository(string folder) => Path.Exists(Path.Combine(folder, ".git"));

    private sealed record Folder(byte[] Path, IgnoreScope Scope);
}
