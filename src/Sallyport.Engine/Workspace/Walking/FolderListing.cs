using System.IO.Enumeration;
using System.Runtime.InteropServices;
using System.Text;

namespace Sallyport.Engine.Walking;

/// <summary>
/// What is in one folder: plain files and real folders, names as bytes, and links where they are wanted. Devices are left out. Read
/// by the system's own call where there is one, so that no name becomes a string; used again for the next folder.
/// </summary>
internal sealed unsafe partial class FolderListing
{
    private const int Directory = 4;
    private const int Regular = 8;
    private const int Link = 10;
    private const int Unknown = 0;
    private const int OpenFolder = 0x10000 | 0x80000; // O_DIRECTORY | O_CLOEXEC

    private static readonly bool isRaw = OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64;

    private readonly byte[] block = isRaw ? GC.AllocateUninitializedArray<byte>(32 << 10, pinned: true) : [];
    private byte[] names = new byte[4096];
    private Entry[] entries = new Entry[64];
    private int used;

    public readonly record struct Entry(int Start, ushort Length, bool IsFolder, bool IsLink = false);

    /// <summary>Links are listed too, as what they are.</summary>
    public bool WithLinks { get; init; }

    public ReadOnlySpan<Entry> Entries => entries.AsSpan(0, Count);

    public int Count { get; private set; }

    public ReadOnlySpan<byte> Name(in Entry entry) => names.AsSpan(entry.Start, entry.Length);

    /// <summary>False when the folder cannot be read.</summary>
    public bool Read(byte[] folder)
    {
        (Count, used) = (0, 0);
        return isRaw ? ReadRaw(folder) : ReadPortably(Encoding.UTF8.GetString(folder));
    }

    private bool ReadRaw(byte[] folder)
    {
        Span<byte> path = folder.Length < 1000 ? stackalloc byte[folder.Length + 1] : new byte[folder.Length + 1];
        folder.CopyTo(path);
        path[^1] = 0;
        int handle;
        fixed (byte* name = path) handle = open(name, OpenFolder);
        if (handle < 0) return false;
        fixed (byte* start = block)
        {
            int length;
            while ((length = (int)getdents64(handle, start, block.Length)) > 0)
            {
                for (var at = start; at < start + length; at += *(ushort*)(at + 16))
                {
                    int kind = at[18];
                    if (kind is not (Directory or Regular or Unknown) && !(WithLinks && kind == Link)) continue;
                    var name = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(at + 19);
                    if (name.Length <= 2 && name[0] == '.' && (name.Length == 1 || name[1] == '.')) continue;
                    if (kind == Unknown && !TellKind(folder, name, ref kind)) continue;
                    Add(name, kind == Directory, kind == Link);
                }
            }
            _ = close(handle);
            return length == 0;
        }
    }

    // Some file systems do not say what an entry is.
    private bool TellKind(byte[] folder, ReadOnlySpan<byte> name, ref int kind)
    {
        try
        {
            var attributes = File.GetAttributes(Encoding.UTF8.GetString(folder) + "/" + Encoding.UTF8.GetString(name));
            var isLink = attributes.HasFlag(FileAttributes.ReparsePoint);
            kind = isLink ? Link : attributes.HasFlag(FileAttributes.Directory) ? Directory : Regular;
            return (WithLinks || !isLink) && !attributes.HasFlag(FileAttributes.Device);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private bool ReadPortably(string folder)
    {
        try
        {
            using var reader = new PortableReader(this, folder);
            while (reader.MoveNext()) { }
            return true;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void Add(ReadOnlySpan<byte> name, bool isFolder, bool isLink)
    {
        if (used + name.Length > names.Length) Array.Resize(ref names, Math.Max(names.Length * 2, used + name.Length));
        if (Count == entries.Length) Array.Resize(ref entries, Count * 2);
        name.CopyTo(names.AsSpan(used));
        entries[Count++] = new Entry(used, (ushort)name.Length, isFolder, isLink);
        used += name.Length;
    }

    private sealed class PortableReader(FolderListing listing, string folder) : FileSystemEnumerator<bool>(folder, new EnumerationOptions { AttributesToSkip = listing.WithLinks ? FileAttributes.Device : FileAttributes.ReparsePoint | FileAttributes.Device, IgnoreInaccessible = true })
    {
        protected override bool ShouldIncludeEntry(ref FileSystemEntry entry)
        {
            Span<byte> name = stackalloc byte[entry.FileName.Length * 3];
            var isLink = entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
            listing.Add(name[..Encoding.UTF8.GetBytes(entry.FileName, name)], entry.IsDirectory && !isLink, isLink);
            return false;
        }

        protected override bool TransformEntry(ref FileSystemEntry entry) => false;
    }

    [LibraryImport("libc")]
    private static partial int open(byte* path, int flags);

    [LibraryImport("libc")]
    private static partial nint getdents64(int handle, byte* into, nint size);

    [LibraryImport("libc")]
    private static partial int close(int handle);
}
