namespace Sallyport.Engine.Sandboxing.Windows;

/// <summary>
/// Access lists in the text form of Windows (SDDL), changed as text: what is set and what is taken away again can be read, and
/// tested anywhere. Entries of others stay as they are, in their order.
/// </summary>
internal static class AclText
{
    /// <summary>Read, write, run, make, delete; not the deleting of what forbids it itself, nor rights and owner.</summary>
    public const uint Modify = 0x1301bf;

    /// <summary>Read and run.</summary>
    public const uint Read = 0x1200a9;

    /// <summary>With an entry for one more, that all below takes over.</summary>
    public static string Grant(string acl, string sid, uint rights)
    {
        var (flags, entries) = Parse(acl);
        entries.RemoveAll(entry => Sid(entry) == sid && !IsInherited(entry));
        // Own entries that forbid, own ones that allow, then those of the folders above: the order that Windows keeps.
        var at = entries.FindIndex(static entry => IsInherited(entry) || !entry.StartsWith("(D;", StringComparison.Ordinal));
        entries.Insert(at < 0 ? entries.Count : at, $"(A;OICI;0x{rights:x};;;{sid})");
        return Text(flags, entries);
    }

    /// <summary>Without what was there for one.</summary>
    public static string Without(string acl, string sid)
    {
        var (flags, entries) = Parse(acl);
        entries.RemoveAll(entry => Sid(entry) == sid);
        return Text(flags, entries);
    }

    /// <summary>Cut off from the folders above, for one alone with these rights or none; for all others the same as now.</summary>
    public static string Closed(string acl, string sid, uint? rights)
    {
        var (_, entries) = Parse(acl);
        entries.RemoveAll(entry => Sid(entry) == sid);
        for (var i = 0; i < entries.Count; i++) entries[i] = Own(entries[i]);
        if (rights is { } some) entries.Add($"(A;OICI;0x{some:x};;;{sid})");
        return Text("P", entries);
    }

    public static bool IsProtected(string acl) => Parse(acl).Flags.Contains('P', StringComparison.Ordinal);

    private static string Text(string flags, List<string> entries) => $"D:{flags}{string.Concat(entries)}";

    private static (string Flags, List<string> Entries) Parse(string acl)
    {
        if (!acl.StartsWith("D:", StringComparison.Ordinal) || acl.StartsWith("D:NO_ACCESS_CONTROL", StringComparison.Ordinal)) throw new IOException("it has no access list");
        var entries = new List<string>();
        var start = acl.IndexOf('(', StringComparison.Ordinal);
        var flags = start < 0 ? acl[2..] : acl[2..start];
        while (start >= 0 && start < acl.Length)
        {
            // A condition has parentheses and quoted text of its own.
            var (depth, isQuoted, at) = (0, false, start);
            for (; at < acl.Length; at++)
            {
                if (acl[at] == '"') isQuoted = !isQuoted;
                else if (!isQuoted && acl[at] == '(') depth++;
                else if (!isQuoted && acl[at] == ')' && --depth == 0) break;
            }
            if (at == acl.Length) throw new IOException("its access list cannot be read");
            entries.Add(acl[start..(at + 1)]);
            start = at + 1;
        }
        return (flags, entries);
    }

    private static string? Sid(string entry) => entry[1..^1].Split(';') is { Length: >= 6 } fields ? fields[5] : null;

    private static bool IsInherited(string entry)
    {
        var flags = entry.Split(';')[1];
        for (var i = 0; i + 1 < flags.Length; i += 2) if (flags.AsSpan(i, 2).SequenceEqual("ID")) return true;
        return false;
    }

    private static string Own(string entry)
    {
        if (!IsInherited(entry)) return entry;
        var fields = entry.Split(';');
        for (var i = 0; i + 1 < fields[1].Length; i += 2)
            if (fields[1].AsSpan(i, 2).SequenceEqual("ID"))
            {
                fields[1] = fields[1].Remove(i, 2);
                break;
            }
        return string.Join(';', fields);
    }
}
