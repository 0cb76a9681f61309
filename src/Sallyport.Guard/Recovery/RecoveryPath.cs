using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Recovery;

/// <summary>
/// Makes a relative path that is safe to write on any system out of whatever name a source had: a path on somebody's
/// machine, a URL of a bundler, a name that climbs.
/// </summary>
internal static class RecoveryPath
{
    private const int MaxPart = 120;
    private const int MaxPath = 900;
    private const int MaxParts = 40;

    private static readonly string[] Devices = ["con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"];

    public static string Of(string name)
    {
        var parts = new List<string>();
        foreach (var raw in WithoutScheme(name).Split('/', '\\'))
        {
            var part = Safe(raw);
            if (part.Length > 0) parts.Add(part);
        }
        if (parts.Count == 0) return "unnamed";
        if (parts.Count > MaxParts) parts.RemoveRange(0, parts.Count - MaxParts);
        var path = string.Join('/', parts);
        return path.Length <= MaxPath ? path : Digest(path) + "/" + parts[^1];
    }

    /// <summary><c>src/main.ts</c> as <c>src/main~2.ts</c>.</summary>
    public static string Numbered(string path, int number)
    {
        var dot = path.LastIndexOf('.');
        return dot > path.LastIndexOf('/') + 1 ? $"{path[..dot]}~{number}{path[dot..]}" : $"{path}~{number}";
    }

    /// <summary><c>webpack://app/./src/x.ts</c> as <c>app/./src/x.ts</c>; <c>C:\work\x.cs</c> as <c>C/work/x.cs</c>.</summary>
    public static string WithoutScheme(string name)
    {
        var scheme = name.IndexOf("://", StringComparison.Ordinal);
        if (scheme is > 0 and < 24 && name.AsSpan(0, scheme).IndexOfAny('/', '\\') < 0) name = name[(scheme + 3)..];
        return name is [_, ':', ..] && char.IsAsciiLetter(name[0]) ? name[0] + "/" + name[2..] : name;
    }

    private static string Safe(string part)
    {
        part = part.Trim();
        if (part is "" or "." or "..") return "";
        var safe = new StringBuilder(Math.Min(part.Length, MaxPart));
        foreach (var c in part)
        {
            if (c < ' ' || c is '<' or '>' or ':' or '"' or '|' or '?' or '*' or '\x7f' || char.IsSurrogate(c)) safe.Append('_');
            else safe.Append(c);
            if (safe.Length > MaxPart) break;
        }
        // Windows drops dots and spaces at the end, and some names are devices there whatever their extension.
        var name = safe.ToString().TrimEnd('.', ' ');
        if (name.Length == 0) return "_";
        var stem = name.Split('.')[0];
        if (Devices.Contains(stem, StringComparer.OrdinalIgnoreCase)) name = "_" + name;
        return name.Length <= MaxPart ? name : Shortened(part, name);
    }

    private static string Shortened(string part, string name)
    {
        var extension = Path.GetExtension(part) is { Length: <= 10 } e && e.All(c => char.IsAsciiLetterOrDigit(c) || c == '.') ? e : "";
        return name[..80] + "~" + Digest(part) + extension;
    }

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 4));
}
