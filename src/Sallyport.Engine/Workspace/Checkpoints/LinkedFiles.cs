using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// Large files that only lost their name, kept under one of ours: nothing is copied, and they take no room until the other name is gone. As
/// long as both are there, who writes into the file writes into ours, too: it is made a copy before that, and must be what it was to count.
/// </summary>
internal sealed unsafe partial class LinkedFiles(string folder)
{
    private const string Mark = "linked-";
    private const int SpecialRights = 0xC00, CurrentFolder = -100;

    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);
    private string own = "";
    private int count;
    private long size = -1;

    public static bool Has(string content) => content.StartsWith(Mark, StringComparison.Ordinal);

    /// <summary>How much all of the session have.</summary>
    public long Size
    {
        get
        {
            if (size >= 0) return size;
            size = 0;
            if (Directory.Exists(folder))
                foreach (var one in new DirectoryInfo(folder).EnumerateDirectories(Mark + "*"))
                    foreach (var file in one.EnumerateFiles()) size += file.Length;
            return size;
        }
    }

    /// <summary>Keeps the file that is about to lose this name, and returns what it is called; null where that cannot be.</summary>
    public string? Add(string path, in FileStamp stamp)
    {
        if (stamp.Links != 1 || (stamp.Mode & SpecialRights) != 0 || PlainFile.IsHeld(path) != false) return null;
        var before = Size;
        if (own.Length == 0) Open();
        var content = string.Create(CultureInfo.InvariantCulture, $"{own}/{++count}");
        var kept = PathOf(content);
        fixed (byte* from = FileStamp.Bytes(path))
        fixed (byte* to = FileStamp.Bytes(kept))
            if (linkat(CurrentFolder, from, CurrentFolder, to, 0) != 0) return null;
        var there = FileStamp.Of(kept);
        if (there.Inode == stamp.Inode && there.Links == 2 && there.Size == stamp.Size && there.Modified == stamp.Modified)
        {
            size = before + stamp.Size;
            return content;
        }
        File.Delete(kept);
        return null;
    }

    /// <summary>Makes it a file of our own, where it still has the name it lost: somebody is about to write into that.</summary>
    public void Part(string content, string path)
    {
        var kept = PathOf(content);
        if (FileStamp.Of(kept) is not { Kind: EntryKind.File } mine || FileStamp.Of(path).Inode != mine.Inode) return;
        var copy = kept + ".copy";
        File.Copy(kept, copy);
        File.Move(copy, kept, overwrite: true);
    }

    /// <summary>Nobody needs it any more.</summary>
    public void Drop(string content)
    {
        var kept = PathOf(content);
        if (size >= 0) size -= FileStamp.Of(kept).Size;
        File.Delete(kept);
    }

    /// <summary>SHA-256 of what was kept, in hex; null when it is not what it was.</summary>
    public string? HashOf(FileState state)
    {
        if (hashes.TryGetValue(state.Content!, out var known)) return known;
        try
        {
            using var file = OpenWhole(state);
            return file is null ? null : hashes[state.Content!] = Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>Writes it; false when it is not what it was.</summary>
    public bool CopyTo(FileState state, Stream to)
    {
        using var file = OpenWhole(state);
        file?.CopyTo(to);
        return file is not null && IsWhole(state);
    }

    private FileStream? OpenWhole(FileState state) => IsWhole(state) ? new FileStream(PathOf(state.Content!), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete) : null;

    private bool IsWhole(FileState state)
    {
        var stamp = FileStamp.Of(PathOf(state.Content!));
        return stamp.Kind == EntryKind.File && stamp.Size == state.Size && stamp.Modified == state.Modified;
    }

    // Of its two parts neither leads out of the session's folder.
    private string PathOf(string content) => Path.Combine(folder, Path.GetFileName(Path.GetDirectoryName(content)) ?? "", Path.GetFileName(content));

    // A process of its own folder, as with the packs.
    private void Open()
    {
        StateFolder.Make(folder);
        for (var number = 1; ; number++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"{Mark}{number}");
            if (Path.Exists(Path.Combine(folder, name))) continue;
            StateFolder.Make(Path.Combine(folder, name));
            own = name;
            return;
        }
    }

    [LibraryImport("libc")]
    private static partial int linkat(int fromFolder, byte* from, int toFolder, byte* to, int flags);
}
