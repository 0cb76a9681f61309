using System.Text;

namespace Sallyport.Guard.Artifacts.Pdf;

/// <summary>A font's ToUnicode map: which text a two-byte code stands for (ISO 32000-1, 9.10.3).</summary>
internal sealed class CharacterMap
{
    private readonly Dictionary<int, string> texts = [];

    /// <summary>Codes are Latin-1 characters.</summary>
    public static readonly CharacterMap None = new();

    public bool IsEmpty => texts.Count == 0;

    public string? Text(int code) => texts.GetValueOrDefault(code);

    public static CharacterMap Parse(ReadOnlySpan<byte> cmap)
    {
        var map = new CharacterMap();
        var inRange = false;
        var group = new List<byte[]>();
        for (var at = 0; at < cmap.Length; at++)
        {
            if (cmap[at..].StartsWith("beginbfrange"u8)) (inRange, at) = (true, at + 11);
            else if (cmap[at..].StartsWith("beginbfchar"u8)) (inRange, at) = (false, at + 10);
            else if (cmap[at..].StartsWith("endbf"u8)) group.Clear();
            else if (cmap[at] == '<' && cmap[at..].IndexOf((byte)'>') is var end and > 0)
            {
                group.Add(AsciiFilters.Hex(cmap.Slice(at + 1, end)));
                at += end;
                if (group.Count < (inRange ? 3 : 2)) continue;
                map.Add(group, inRange);
                group.Clear();
            }
        }
        return map;
    }

    private void Add(List<byte[]> group, bool inRange)
    {
        var target = Encoding.BigEndianUnicode.GetString(group[^1]);
        if (target.Length == 0 || group[0].Length > 2) return;
        var (first, last) = (Code(group[0]), inRange ? Code(group[1]) : Code(group[0]));
        for (var code = first; code <= last && code - first < 0x10000; code++)
            texts[code] = target[..^1] + (char)(target[^1] + code - first);
    }

    private static int Code(byte[] bytes) => bytes.Aggregate(0, (code, b) => code << 8 | b);
}
