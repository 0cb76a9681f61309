using System.Globalization;

namespace Sallyport.Guard.Reports;

/// <summary>Numbers and names as reports show them. Names come from strangers: nothing in them reaches a terminal or a parser as it is.</summary>
internal static class Wording
{
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    public static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    public static string Count(long number, string one, string? many = null) => $"{Number(number)} {(number == 1 ? one : many ?? one + "s")}";

    /// <summary>Control characters, line separators, direction marks and lone surrogates made visible.</summary>
    public static string Clean(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (IsUnsafe(text, i)) return string.Concat(text.Select((c, at) => IsUnsafe(text, at) ? c < 256 ? $"\\x{(int)c:x2}" : $"\\u{(int)c:x4}" : c.ToString()));
        }
        return text;
    }

    /// <summary>JSON with what <see cref="Clean"/> makes visible escaped, which means the same to a parser.</summary>
    public static string CleanJson(ReadOnlySpan<byte> utf8)
    {
        var json = System.Text.Encoding.UTF8.GetString(utf8);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] > '\x7e' && IsUnsafe(json, i)) return string.Concat(json.Select((c, at) => c > '\x7e' && IsUnsafe(json, at) ? $"\\u{(int)c:x4}" : c.ToString()));
        }
        return json;
    }

    public static string Place(Finding finding) => finding.Line > 0 ? $"{Clean(finding.Path)}:{finding.Line}:{finding.Column}" : Clean(finding.Path);

    public static string Verdict(TargetReport target)
    {
        var blocking = target.Findings.Count(f => f.IsBlocking);
        return target.Verdict switch
        {
            Guard.Verdict.Blocked => $"{Count(blocking, "finding blocks", "findings block")}{(target.Skipped.Count > 0 ? $", {Count(target.Skipped.Count, "part")} not read" : "")}",
            Guard.Verdict.Incomplete => $"{Count(target.Skipped.Count, "part")} could not be read: not fit to leave",
            _ => target.Findings.Count == 0 ? "nothing found" : $"{Count(target.Findings.Count, "finding")}, none blocks",
        };
    }

    private static bool IsUnsafe(string text, int at)
    {
        var c = text[at];
        if (c is >= ' ' and < '\x7f') return false;
        if (char.IsHighSurrogate(c)) return at + 1 >= text.Length || !char.IsLowSurrogate(text[at + 1]);
        if (char.IsLowSurrogate(c)) return at == 0 || !char.IsHighSurrogate(text[at - 1]);
        return char.IsControl(c) || c is '\u2028' or '\u2029' or '\ufeff' or '\ufffe' or '\uffff' or (>= '\u200b' and <= '\u200f') or (>= '\u202a' and <= '\u202e') or (>= '\u2060' and <= '\u206f');
    }
}
