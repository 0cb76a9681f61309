using System.IO.Compression;
using System.Security.Cryptography;
using Sallyport.Engine.Checkpoints;
using Sallyport.Engine.Tools;

namespace Sallyport.Engine.Flow;

/// <summary>
/// What the workspace's files that act later are to be: as they were when words of others came in, and what a person or a rule let
/// since. Everything else is put back, whoever changed it and by whichever name. Safe for several threads.
/// </summary>
internal sealed class LastingGuard
{
    private const int LargestFile = 4 << 20;
    private const int MostBytes = 64 << 20;

    private readonly Lock gate = new();
    private readonly LastingTree tree;
    private readonly Workspace workspace;
    private readonly Dictionary<string, Kept> kept = new(StringComparer.Ordinal);
    private int room = MostBytes;

    /// <param name="Stamp">When it was last found to be the same.</param>
    /// <param name="IsFresh">It may have changed since without a trace in the stamp.</param>
    /// <param name="Target">Of a link.</param>
    /// <param name="Hash">Of a file's content; empty when it could not be read.</param>
    /// <param name="Packed">The content; null where it is too large.</param>
    /// <param name="Scripts">Of a package.json, all that counts; null for others.</param>
    private sealed record Kept(FileStamp Stamp, bool IsFresh, string? Target, byte[] Hash, byte[]? Packed, string? Scripts)
    {
        public bool IsAs(Kept other) => Scripts is not null && other.Scripts is not null ? Scripts == other.Scripts
            : Stamp.Kind == other.Stamp.Kind && Target == other.Target && Hash.AsSpan().SequenceEqual(other.Hash) && (Stamp.Kind == EntryKind.Link || Stamp.Mode == other.Stamp.Mode);
    }

    private LastingGuard(Workspace workspace) => (this.workspace, tree) = (workspace, new LastingTree(workspace));

    /// <summary>From now on they are to be what they are now.</summary>
    public static LastingGuard Take(Workspace workspace)
    {
        var guard = new LastingGuard(workspace);
        guard.Accept();
        return guard;
    }

    /// <summary>What is there now is how it is to be.</summary>
    public void Accept()
    {
        lock (gate)
        {
            var now = tree.Look();
            foreach (var path in kept.Keys) if (!now.Contains(path)) Keep(path, null);
            foreach (var path in now) if (Differs(path) is { } one) Keep(path, one);
        }
    }

    /// <summary>The same, for these alone.</summary>
    public void Accept(IEnumerable<string> paths)
    {
        lock (gate)
        {
            var now = tree.Look();
            foreach (var path in paths)
                if (RealPath.Of(path) is var real && !now.Contains(real)) Keep(real, null);
                else if (Differs(real) is { } one) Keep(real, one);
        }
    }

    /// <summary>Folders and files that exist, topmost first: what a command should not be able to write.</summary>
    public List<string> Places()
    {
        lock (gate) return tree.Places();
    }

    /// <summary>Undoes what changed since; a sentence's part for each file.</summary>
    public List<string> PutBack(IChangeWitness changes)
    {
        var names = new List<string>();
        lock (gate)
        {
            var now = tree.Look();
            List<string>? gone = null;
            foreach (var path in now)
            {
                if (Differs(path) is not { } one) continue;
                var before = kept.GetValueOrDefault(path);
                if (one.Scripts is { } scripts && (before?.Scripts ?? "") == scripts) Keep(path, one);
                else if (before is not null && before.IsAs(one)) Keep(path, before with { Stamp = one.Stamp, IsFresh = one.IsFresh });
                else names.Add(Restore(path, before, changes));
            }
            foreach (var (path, before) in kept) if (!now.Contains(path)) (gone ??= []).Add(path);
            foreach (var path in gone ?? [])
                if (kept[path].Scripts is not null) Keep(path, null);
                else names.Add(Restore(path, kept[path], changes));
        }
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    private void Keep(string path, Kept? one)
    {
        if (kept.TryGetValue(path, out var before)) room += before.Packed?.Length ?? 0;
        if (one is null)
        {
            kept.Remove(path);
            return;
        }
        if (one.Packed?.Length > room) one = one with { Packed = null };
        room -= one.Packed?.Length ?? 0;
        kept[path] = one;
    }

    // null when the system says that nothing happened to it.
    private Kept? Differs(string path)
    {
        var now = FileStamp.Now();
        var stamp = FileStamp.Of(path);
        if (stamp.Kind is EntryKind.Absent or EntryKind.Folder) return null;
        if (kept.TryGetValue(path, out var before) && !before.IsFresh && before.Stamp == stamp) return null;
        return Read(path, stamp, stamp.IsFresh(now));
    }

    private static Kept Read(string path, FileStamp stamp, bool isFresh)
    {
        try
        {
            if (stamp.Kind == EntryKind.Link) return new Kept(stamp, isFresh, new FileInfo(path).LinkTarget, [], null, null);
            if (stamp.Kind != EntryKind.File) return new Kept(stamp, isFresh, null, [], null, null);
            if (stamp.Size > LargestFile)
            {
                using var large = File.OpenRead(path);
                return new Kept(stamp, isFresh, null, SHA256.HashData(large), null, null);
            }
            var content = File.ReadAllBytes(path);
            return new Kept(stamp, isFresh, null, SHA256.HashData(content), Pack(content), path.EndsWith("/" + LifecycleScripts.FileName, StringComparison.Ordinal) ? LifecycleScripts.Told(content) : null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Kept(stamp, isFresh, null, [], null, null);
        }
    }

    private string Restore(string path, Kept? before, IChangeWitness changes)
    {
        var name = workspace.Show(path);
        try
        {
            if (before is { Stamp.Kind: EntryKind.File, Packed: null }) return $"{name} (too large to be kept: it is NOT as before)";
            changes.BeforeChange(path);
            using var folder = tree.RootOf(path) is { } root ? LinklessFolder.Open(root, Path.GetDirectoryName(path)!, make: before is not null) : null;
            if (folder is null) return $"{name} (cannot be reached: it is NOT as before)";
            var own = Path.GetFileName(path);
            if (before is null) File.Delete(folder.At(own));
            else Write(folder, own, before);
            var stamp = FileStamp.Of(folder.At(own));
            if (before is not null) Keep(path, before with { Stamp = stamp, IsFresh = true });
            return name;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{name} (could not be written, it is NOT as before: {e.Message})";
        }
    }

    // A new file takes its place: what stands there may be a link by now, or known elsewhere by another name.
    private static void Write(LinklessFolder folder, string name, Kept before)
    {
        folder.Clear(name, keepFolder: false);
        var next = folder.At($"{name}.{Path.GetRandomFileName()}");
        if (before.Target is { } target) File.CreateSymbolicLink(next, target);
        else
        {
            using (var file = new FileStream(next, FileMode.CreateNew, FileAccess.Write)) Unpack(before.Packed!, file);
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, (UnixFileMode)before.Stamp.Mode);
            File.SetLastWriteTimeUtc(next, DateTime.UnixEpoch.AddTicks(before.Stamp.Modified / 100));
        }
        LinklessFolder.Rename(next, folder.At(name));
    }

    private static byte[] Pack(byte[] content)
    {
        var packed = new byte[BrotliEncoder.GetMaxCompressedLength(content.Length)];
        return BrotliEncoder.TryCompress(content, packed, out var length, quality: 1, window: 18) ? packed[..length] : throw new IOException("it cannot be packed");
    }

    private static void Unpack(byte[] packed, Stream into)
    {
        using var stream = new BrotliStream(new MemoryStream(packed), CompressionMode.Decompress);
        stream.CopyTo(into);
    }
}
