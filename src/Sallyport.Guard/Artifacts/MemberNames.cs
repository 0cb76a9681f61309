namespace Sallyport.Guard.Artifacts;

/// <summary>What a member's name may and may not say.</summary>
internal static class MemberNames
{
    /// <summary>True when unpacking by this name could write outside the target folder, on any operating system.</summary>
    public static bool LeadsOut(string name) =>
        name.StartsWith('/') || name.StartsWith('\\') || name is [_, ':', ..] && char.IsAsciiLetter(name[0])
        || name.Contains('\0') || Climbs(name);

    /// <summary>True when the target, seen from the link's folder, lies outside the container.</summary>
    public static bool LinkLeadsOut(string name, string target)
    {
        if (target.StartsWith('/') || target.StartsWith('\\') || target is [_, ':', ..]) return true;
        var folder = name.LastIndexOf('/') is var slash and >= 0 ? name[..slash] : "";
        return Climbs(folder + "/" + target);
    }

    /// <summary>The same number for names that a file system which folds case takes for one.</summary>
    public static (ulong Exact, ulong Folded) Hashes(string name)
    {
        if (name.StartsWith("./", StringComparison.Ordinal)) name = name[2..];
        return (Hash(name, fold: false), Hash(name, fold: true));
    }

    // 64 bits, keyed per process: nobody can prepare names that collide.
    private static ulong Hash(string name, bool fold)
    {
        var hash = Seed;
        foreach (var c in name) hash = (System.Numerics.BitOperations.RotateLeft(hash, 23) ^ (fold ? char.ToLowerInvariant(c) : c)) * 0x9E3779B97F4A7C15;
        return hash ^ hash >> 29;
    }

    private static readonly ulong Seed = System.Buffers.Binary.BinaryPrimitives.ReadUInt64LittleEndian(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    /// <summary>The name with control characters made visible and backslashes turned, for paths in reports.</summary>
    public static string Readable(string name)
    {
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        if (name.Contains('\\')) name = name.Replace('\\', '/');
        return name.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 ? name
            : string.Concat(name.Select(c => c < ' ' ? $"\\x{(int)c:x2}" : c.ToString()));
    }

    /// <summary>Takes off the one folder that npm (<c>package/</c>), sdists and crates (<c>name-1.0/</c>) wrap everything in.</summary>
    public static string WithoutWrapper(string name)
    {
        var slash = name.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0) return name;
        var folder = name.AsSpan(0, slash);
        var dash = folder.LastIndexOf('-');
        return folder.SequenceEqual("package") || (dash > 0 && dash + 1 < folder.Length && char.IsAsciiDigit(folder[dash + 1]) && folder.Contains('.') && !folder.EndsWith(".dist-info") && !folder.EndsWith(".data"))
            ? name[(slash + 1)..] : name;
    }

    /// <summary>The path with <c>.</c> and <c>..</c> worked out.</summary>
    public static string WithoutDots(string path)
    {
        var parts = new List<string>();
        foreach (var part in path.Split('/'))
        {
            if (part is "" or ".") continue;
            if (part is not "..") parts.Add(part);
            else if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
        }
        return string.Join('/', parts);
    }

    private static bool Climbs(string path)
    {
        var level = 0;
        foreach (var part in path.AsSpan().SplitAny('/', '\\'))
        {
            var name = path.AsSpan()[part];
            if (name is "" or ".") continue;
            level += name is ".." ? -1 : 1;
            if (level < 0) return true;
        }
        return false;
    }
}
