using System.IO.Compression;

namespace Sallyport.Guard.Artifacts.Pdf;

/// <summary>
/// The streams of a PDF, their filters undone, and the text that its pages show (ISO 32000-1, 7.4 filters, 9.4 text).
/// Objects are not resolved: every stream is looked at, also those that no page refers to any more.
/// </summary>
internal sealed class PdfReader : ContainerReader
{
    private const int MaxStream = 32 << 20;

    public override string Kind => "pdf";
    public override bool PrefersSeek => true;
    public override bool ScanOuterToo => true;

    // Readers accept some junk before the header (ISO 32000-1, annex H); a version follows, or it is somebody's source.
    public override bool Recognises(ReadOnlySpan<byte> head)
    {
        var at = head[..Math.Min(head.Length, 1024)].IndexOf("%PDF-"u8);
        return at >= 0 && at + 6 < head.Length && char.IsAsciiDigit((char)head[at + 5]) && head[at + 6] == '.';
    }

    public override void Read(Stream content, MemberSink sink)
    {
        if (!content.CanSeek || content.Length > 256 << 20)
        {
            sink.Unreadable("", "PDFs of this size are not opened");
            return;
        }
        var pdf = new byte[content.Length];
        content.ReadExactly(pdf);
        if (pdf.AsSpan().IndexOf("/Encrypt"u8) >= 0 && pdf.AsSpan().IndexOf("/Filter/Standard"u8) + pdf.AsSpan().IndexOf("/Filter /Standard"u8) > -2)
        {
            sink.Report(ArchiveRules.Encrypted, "", "the PDF is encrypted: its texts cannot be read");
            sink.Unreadable("", "encrypted PDF");
            return;
        }

        var pages = new List<byte[]>();
        var maps = new List<CharacterMap>();
        var number = 0;
        foreach (var stream in Streams(pdf))
        {
            sink.CheckTime();
            number++;
            if (stream.Data is not { } data)
            {
                sink.Unreadable($"(stream {number})", stream.Problem);
                continue;
            }
            if (data.AsSpan().IndexOf("begincmap"u8) >= 0)
            {
                if (maps.Count < 16) maps.Add(CharacterMap.Parse(data));
                continue;
            }
            if (PageText.IsPage(data)) pages.Add(data);
            sink.File(new Member($"(stream {number})") { IsDerived = true }, data);
        }
        // Which font a string is set in would need the whole object graph; with few maps, trying each is simpler and misses nothing.
        var texts = new HashSet<string>(StringComparer.Ordinal);
        foreach (var map in maps.Prepend(CharacterMap.None))
        {
            foreach (var page in pages)
            {
                sink.CheckTime();
                var text = PageText.Of(page, map);
                if (text.Length >= 6 && texts.Add(text)) sink.File(new Member($"(text {texts.Count})") { IsDerived = true }, System.Text.Encoding.UTF8.GetBytes(text));
            }
        }
    }

    private static IEnumerable<(byte[]? Data, string Problem)> Streams(byte[] pdf)
    {
        var at = 0;
        while (true)
        {
            var keyword = pdf.AsSpan(at).IndexOf("stream"u8);
            if (keyword < 0) yield break;
            keyword += at;
            at = keyword + 6;
            if (keyword >= 3 && pdf.AsSpan(keyword - 3, 3).SequenceEqual("end"u8)) continue;
            var start = at;
            if (start < pdf.Length && pdf[start] == '\r') start++;
            if (start < pdf.Length && pdf[start] == '\n') start++;
            if (start == at) continue;
            var length = pdf.AsSpan(start).IndexOf("endstream"u8);
            if (length < 0) length = pdf.Length - start;
            at = start + length;

            var before = pdf.AsSpan(Math.Max(0, keyword - 2048), keyword - Math.Max(0, keyword - 2048));
            var dictionary = before[(before.LastIndexOf(" obj"u8) is var obj and >= 0 ? obj : 0)..].ToArray();
            if (IsImage(dictionary)) continue;
            yield return Unfilter(dictionary, pdf.AsMemory(start, length));
        }
    }

    private static bool IsImage(ReadOnlySpan<byte> dictionary) =>
        dictionary.IndexOf("/DCTDecode"u8) >= 0 || dictionary.IndexOf("/JPXDecode"u8) >= 0 || dictionary.IndexOf("/CCITTFaxDecode"u8) >= 0
        || dictionary.IndexOf("/JBIG2Decode"u8) >= 0 || dictionary.IndexOf("/Subtype/Image"u8) >= 0 || dictionary.IndexOf("/Subtype /Image"u8) >= 0;

    private static (byte[]? Data, string Problem) Unfilter(byte[] dictionary, ReadOnlyMemory<byte> raw)
    {
        var data = raw.ToArray();
        try
        {
            foreach (var filter in Filters(dictionary))
            {
                data = filter switch
                {
                    "FlateDecode" or "Fl" => Inflate(data),
                    "ASCIIHexDecode" or "AHx" => AsciiFilters.Hex(data),
                    "ASCII85Decode" or "A85" => AsciiFilters.Base85(data),
                    "LZWDecode" or "LZW" => LzwFilter.Decode(data, MaxStream),
                    "RunLengthDecode" or "RL" => AsciiFilters.RunLength(data, MaxStream),
                    _ => throw new InvalidDataException($"filter {filter} is not known"),
                };
            }
            return (data, "");
        }
        catch (InvalidDataException e)
        {
            return (null, e.Message);
        }
    }

    /// <summary>Filter names in the order in which they are undone.</summary>
    private static IEnumerable<string> Filters(byte[] dictionary)
    {
        var at = dictionary.AsSpan().IndexOf("/Filter"u8);
        if (at < 0) yield break;
        at += 7;
        var isArray = false;
        while (at < dictionary.Length)
        {
            var c = dictionary[at];
            if (c == '[') isArray = true;
            else if (c == '/')
            {
                var end = at + 1;
                while (end < dictionary.Length && char.IsAsciiLetterOrDigit((char)dictionary[end])) end++;
                yield return System.Text.Encoding.ASCII.GetString(dictionary, at + 1, end - at - 1);
                if (!isArray) yield break;
                at = end;
                continue;
            }
            else if (c is not ((byte)' ' or (byte)'\r' or (byte)'\n' or (byte)'\t')) yield break;
            at++;
        }
    }

    private static byte[] Inflate(byte[] data)
    {
        using var plain = new MemoryStream();
        using var stream = new ZLibStream(new MemoryStream(data), CompressionMode.Decompress);
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = stream.Read(buffer)) > 0)
            {
                plain.Write(buffer, 0, count);
                if (plain.Length > MaxStream) throw new InvalidDataException($"a stream of more than {MaxStream >> 20} MiB");
            }
        }
        catch (InvalidDataException) when (plain.Length > 0 && plain.Length <= MaxStream)
        {
            // Damaged at the end: viewers show what came before, so we look at it too.
        }
        return plain.ToArray();
    }
}
