using System.Globalization;

namespace Sallyport.Guard.Artifacts;

/// <summary>What pax extended headers say of the next member, or of all that follow.</summary>
internal sealed class PaxRecords
{
    public string? Path { get; private set; }
    public string? LinkPath { get; private set; }
    public long? Size { get; private set; }

    /// <summary>True when there is more than the usual keys: free text that leaves with the archive.</summary>
    public bool HasOthers { get; private set; }

    /// <summary>Records are "LENGTH KEY=VALUE\n"; throws <see cref="InvalidDataException"/> when they are not.</summary>
    public void Add(ReadOnlySpan<byte> records)
    {
        records = records.TrimEnd((byte)0);
        while (!records.IsEmpty)
        {
            var space = records.IndexOf((byte)' ');
            if (space is < 1 or > 10 || !int.TryParse(records[..space], NumberStyles.None, CultureInfo.InvariantCulture, out var length) || length <= space + 1 || length > records.Length)
                throw new InvalidDataException("a pax header is damaged");
            var record = records[(space + 1)..length].TrimEnd((byte)'\n');
            records = records[length..];
            var equals = record.IndexOf((byte)'=');
            if (equals < 0) throw new InvalidDataException("a pax header is damaged");
            Set(record[..equals], record[(equals + 1)..]);
        }
    }

    private void Set(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.SequenceEqual("path"u8)) Path ??= TarHeader.Text(value);
        else if (key.SequenceEqual("GNU.sparse.name"u8)) Path = TarHeader.Text(value);
        else if (key.SequenceEqual("linkpath"u8)) LinkPath = TarHeader.Text(value);
        else if (key.SequenceEqual("size"u8))
        {
            Size = long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : throw new InvalidDataException("a pax header states an impossible size");
        }
        else if (!IsUsual(key)) HasOthers = true;
    }

    private static bool IsUsual(ReadOnlySpan<byte> key) =>
        key.SequenceEqual("mtime"u8) || key.SequenceEqual("atime"u8) || key.SequenceEqual("ctime"u8) || key.SequenceEqual("uid"u8) || key.SequenceEqual("gid"u8)
        || key.SequenceEqual("charset"u8) || key.SequenceEqual("hdrcharset"u8) || key.StartsWith("GNU.sparse."u8)
        || key.SequenceEqual("SCHILY.dev"u8) || key.SequenceEqual("SCHILY.ino"u8) || key.SequenceEqual("SCHILY.nlink"u8);
}
