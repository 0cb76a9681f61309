using System.IO.Compression;
using System.Text;

namespace Sallyport.Tests.Traitor;

/// <summary>One way to write something so that it does not look like itself.</summary>
/// <param name="Name">For the table.</param>
/// <param name="Pipe">A filter of the shell from standard input to standard output.</param>
/// <param name="Of">The same on text.</param>
internal sealed record Disguise(string Name, string Pipe, Func<byte[], byte[]> Of)
{
    public static Disguise Plain { get; } = new("plain", "cat", text => text);

    public static Disguise Base64 { get; } = new("base64", "base64 -w0", text => Ascii(Convert.ToBase64String(text)));

    public static Disguise Hex { get; } = new("hex", "od -An -v -tx1 | tr -d ' \\n'", text => Ascii(Convert.ToHexStringLower(text)));

    public static Disguise Percent { get; } = new("percent", "od -An -v -tx1 | tr -d '\\n' | sed 's/ /%/g'", text => Ascii(string.Concat(text.Select(b => $"%{b:x2}"))));

    public static Disguise Rot13 { get; } = new("rot13", "tr A-Za-z N-ZA-Mn-za-m", Decodings.Rot13);

    public static Disguise Reversed { get; } = new("reversed", "rev", text => [.. text.AsEnumerable().Reverse()]);

    public static Disguise Gzip { get; } = new("gzip", "gzip -cn", Packed);

    public static Disguise Json { get; } = new("JSON escapes", "od -An -v -tx1 | tr -d '\\n' | sed 's/ /\\\\u00/g; s/.*/{\"v\":\"&\"}/'", text => Ascii($"{{\"v\":\"{string.Concat(text.Select(b => $"\\u00{b:x2}"))}\"}}"));

    public static Disguise ZeroWidth { get; } = new("zero-width", "sed 's/./&\\xe2\\x80\\x8b/g'", text => Encoding.UTF8.GetBytes(string.Concat(Encoding.UTF8.GetString(text).Select(c => $"{c}\u200b"))));

    /// <summary>The list of the bar, but for "split over calls", which is no filter.</summary>
    public static IReadOnlyList<Disguise> Single { get; } = [Plain, Base64, Hex, Percent, Rot13, Reversed, Gzip, Json, ZeroWidth];

    /// <summary>Two of them, one in the other.</summary>
    public static IReadOnlyList<Disguise> Double { get; } =
    [
        Gzip.Then(Base64), Gzip.Then(Hex), Hex.Then(Base64), Base64.Then(Hex), Base64.Then(Base64), Base64.Then(Percent), Base64.Then(Reversed), Base64.Then(Rot13), Base64.Then(ZeroWidth), Base64.Then(Json),
        Hex.Then(Reversed), Hex.Then(Percent), Hex.Then(ZeroWidth), Rot13.Then(Base64), Rot13.Then(Reversed), Rot13.Then(Hex), Reversed.Then(Base64), Reversed.Then(Hex), ZeroWidth.Then(Base64), Json.Then(Base64), Percent.Then(Base64),
    ];

    public bool IsText => this != Gzip;

    public Disguise Then(Disguise outer) => new($"{outer.Name} of {Name}", $"{Pipe} | {outer.Pipe}", text => outer.Of(Of(text)));

    public string On(string text) => Encoding.UTF8.GetString(Of(Encoding.UTF8.GetBytes(text)));

    private static byte[] Ascii(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Packed(byte[] text)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true)) gzip.Write(text);
        return output.ToArray();
    }
}
