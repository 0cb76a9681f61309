using System.Buffers.Binary;
using System.Text;

namespace Sallyport.Engine.Checkpoints;

/// <summary>
/// What git has staged, from its index (versions 2 to 4): a file that is as the index remembers it is in git's store and need
/// not be copied. Whatever cannot be read counts as not there, so its files are copied.
/// </summary>
internal sealed class GitIndex
{
    private readonly Dictionary<string, Entry> entries = new(StringComparer.Ordinal);
    private long written;

    private readonly record struct Entry(uint Seconds, uint Nanoseconds, uint Size, uint Inode, int Mode, string Hash);

    private GitIndex(string root) => Root = root;

    /// <summary>The working tree's folder.</summary>
    public string Root { get; }

    public int Count => entries.Count;

    /// <summary>Where the index of the repository around a folder is; null outside of one.</summary>
    public static (string Root, string Index)? Find(string folder)
    {
        for (string? here = folder; here is not null; here = Path.GetDirectoryName(here))
        {
            var git = Path.Combine(here, ".git");
            if (Directory.Exists(git)) return (here, Path.Combine(git, "index"));
            if (!File.Exists(git)) continue;
            var line = File.ReadAllText(git).Trim();
            return line.StartsWith("gitdir:", StringComparison.Ordinal) ? (here, Path.Combine(Path.GetFullPath(line["gitdir:".Length..].Trim(), here), "index")) : null;
        }
        return null;
    }

    public static GitIndex? Read(string root, string path)
    {
        try
        {
            var index = new GitIndex(root);
            index.written = FileStamp.Of(path).Modified;
            var bytes = File.ReadAllBytes(path);
            return index.Parse(bytes) ? index : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    public bool Has(string absolute) => Name(absolute) is { } name && entries.ContainsKey(name);

    /// <summary>The hash by which git keeps this content; null when the file may differ from it.</summary>
    public string? HashOf(string absolute, in FileStamp stamp)
    {
        if (Name(absolute) is not { } name || !entries.TryGetValue(name, out var entry) || stamp.Kind != EntryKind.File) return null;
        // What was written after the index may have changed in the same tick, as git itself knows.
        if (stamp.Modified >= written || entry.Mode >> 12 != 8 || entry.Size != (uint)stamp.Size || entry.Inode != (uint)stamp.Inode) return null;
        return entry.Seconds == (uint)(stamp.Modified / 1_000_000_000) && entry.Nanoseconds == (uint)(stamp.Modified % 1_000_000_000) ? entry.Hash : null;
    }

    private string? Name(string absolute) =>
        absolute.Length > Root.Length + 1 && absolute.StartsWith(Root, StringComparison.Ordinal) ? absolute[(Root.Length == 1 ? 1 : Root.Length + 1)..] : null;

    private bool Parse(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 12 || !bytes.StartsWith("DIRC"u8)) return false;
        var version = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[8..]);
        if (version is < 2 or > 4 || count < 0) return false;
        var at = 12;
        var name = new byte[4096];
        var length = 0;
        for (var i = 0; i < count; i++)
        {
            var entry = bytes[at..];
            if (entry.Length < 64) return false;
            var flags = BinaryPrimitives.ReadUInt16BigEndian(entry[60..]);
            var start = (flags & 0x4000) != 0 ? 64 : 62;
            if (version == 4)
            {
                var used = start;
                long cut = 0;
                byte one;
                do
                {
                    if (used >= entry.Length) return false;
                    one = entry[used++];
                    cut = used == start + 1 ? one & 0x7f : ((cut + 1) << 7) | (uint)(one & 0x7f);
                }
                while ((one & 0x80) != 0 && cut < int.MaxValue);
                length -= (int)Math.Min(cut, length);
                start = used;
            }
            else length = 0;
            var rest = entry[start..];
            var end = rest.IndexOf((byte)0);
            if (end < 0 || length + end > name.Length) return false;
            rest[..end].CopyTo(name.AsSpan(length));
            length += end;
            at += version == 4 ? start + end + 1 : (start + end + 8) / 8 * 8;
            // Stages above 0 are sides of a conflict.
            if ((flags & 0x3000) != 0) continue;
            entries[Encoding.UTF8.GetString(name, 0, length)] = new Entry(Word(entry, 8), Word(entry, 12), Word(entry, 36), Word(entry, 20), (int)Word(entry, 24), Convert.ToHexStringLower(entry.Slice(40, 20)));
        }
        return true;
    }

    private static uint Word(ReadOnlySpan<byte> entry, int at) => BinaryPrimitives.ReadUInt32BigEndian(entry[at..]);
}
