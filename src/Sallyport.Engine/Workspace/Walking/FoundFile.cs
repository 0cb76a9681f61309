using System.Text;

namespace Sallyport.Engine.Walking;

/// <summary>A file that a walk found. Its path becomes a string only when asked for.</summary>
public readonly struct FoundFile
{
    private readonly FoundFiles files;
    private readonly int index;

    internal FoundFile(FoundFiles files, int index) => (this.files, this.index) = (files, index);

    /// <summary>A file that needs no walk.</summary>
    /// <param name="path">Absolute.</param>
    public static FoundFile Of(string path)
    {
        var one = new FoundFiles.Builder(Encoding.UTF8.GetBytes(System.IO.Path.GetDirectoryName(path) ?? "/"));
        one.Add(Encoding.UTF8.GetBytes(System.IO.Path.GetFileName(path)));
        return new FoundFile(one.Build()!, 0);
    }

    /// <summary>The absolute folder, as bytes, without a closing slash.</summary>
    public ReadOnlySpan<byte> Folder => files.Folder;

    public ReadOnlySpan<byte> Name => files.Name(index);

    /// <summary>The absolute path.</summary>
    public string Path => files.Folder is [(byte)'/'] ? "/" + Encoding.UTF8.GetString(Name) : string.Concat(Encoding.UTF8.GetString(files.Folder), "/", Encoding.UTF8.GetString(Name));

    /// <summary>Writes the absolute path with a closing zero, for the system.</summary>
    /// <returns>How many bytes, the zero aside; -1 when there is no room.</returns>
    public int CopyPath(Span<byte> into)
    {
        var folder = files.Folder.Length == 1 ? 0 : files.Folder.Length;
        var name = Name;
        var length = folder + 1 + name.Length;
        if (length >= into.Length) return -1;
        files.Folder.AsSpan(0, folder).CopyTo(into);
        into[folder] = (byte)'/';
        name.CopyTo(into[(folder + 1)..]);
        into[length] = 0;
        return length;
    }

    /// <summary>Compares by path, byte by byte.</summary>
    public static int Compare(FoundFile a, FoundFile b)
    {
        if (ReferenceEquals(a.files.Folder, b.files.Folder)) return a.Name.SequenceCompareTo(b.Name);
        Span<byte> left = stackalloc byte[4200], right = stackalloc byte[4200];
        var (l, r) = (a.CopyPath(left), b.CopyPath(right));
        return l < 0 || r < 0 ? string.CompareOrdinal(a.Path, b.Path) : left[..l].SequenceCompareTo(right[..r]);
    }
}

/// <summary>Files of one folder, their names in one piece of memory.</summary>
internal sealed class FoundFiles
{
    private readonly byte[] names;
    private readonly int[] ends;

    private FoundFiles(byte[] folder, byte[] names, int[] ends, int from, int to) => (Folder, this.names, this.ends, From, To) = (folder, names, ends, from, to);

    public byte[] Folder { get; }

    public int From { get; }

    public int To { get; }

    public int Count => ends.Length;

    public ReadOnlySpan<byte> Name(int index)
    {
        var start = index == 0 ? 0 : ends[index - 1];
        return names.AsSpan(start, ends[index] - start);
    }

    public FoundFiles Slice(int from, int to) => new(Folder, names, ends, from, to);

    internal struct Builder(byte[] folder)
    {
        private byte[]? names;
        private int[]? ends;
        private int used;
        private int count;

        public void Add(ReadOnlySpan<byte> name)
        {
            names ??= new byte[512];
            ends ??= new int[32];
            if (used + name.Length > names.Length) Array.Resize(ref names, Math.Max(names.Length * 2, used + name.Length));
            if (count == ends.Length) Array.Resize(ref ends, count * 2);
            name.CopyTo(names.AsSpan(used));
            ends[count++] = used += name.Length;
        }

        public readonly FoundFiles? Build() => count == 0 ? null : new FoundFiles(folder, names!, ends.AsSpan(0, count).ToArray(), 0, count);
    }
}
