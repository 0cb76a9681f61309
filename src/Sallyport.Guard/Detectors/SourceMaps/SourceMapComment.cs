using System.Buffers.Text;
using System.Text;
using Sallyport.Guard.Artifacts.SourceMaps;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Detectors.SourceMaps;

/// <summary>
/// Comments and headers that name a source map, or hold one. A link counts only where it is a comment, not in a string
/// of a bundler or editor; a data: URL counts wherever it really holds a map.
/// </summary>
internal sealed class SourceMapComment : LiteralDetector
{
    private const int Header = 1;

    public override IReadOnlyList<Rule> Rules => SourceMapRules.All;

    public override IReadOnlyList<Trigger> Triggers => ["sourceMappingURL=", new Trigger("sourcemap:", IgnoreCase: true)];

    public override void OnHit(in TextHit hit)
    {
        var value = hit.Text[hit.End..];
        if (hit.Trigger == Header)
        {
            if (!hit.View.IsDecoded && MapComments.IsHeader(hit.Text, hit.Start)) Link(hit, MapComments.Address(value), isHeader: true);
        }
        else if (value.StartsWith("data:"u8)) Data(hit, value);
        else if (!hit.View.IsDecoded && MapComments.IsComment(hit.Text, hit.Start)) Link(hit, MapComments.Address(value), isHeader: false);
    }

    private static void Link(in TextHit hit, ReadOnlySpan<byte> address, bool isHeader)
    {
        if (address.Length is < 3 or > 2000) return;
        var url = Encoding.UTF8.GetString(address);
        if (RemoteStorage.Is(url))
            hit.Report(SourceMapRules.Remote, hit.End, address.Length, $"points outsiders to a source map at {RemoteStorage.Shown(url)}", ("addresses", new[] { RemoteStorage.Shown(url) }));
        else if (!isHeader && !RemoteStorage.IsWeb(url))
            hit.View.Sink.ReportForFolder(SourceMapRules.Link, "comments in files here name the source maps beside them"); // one for each file would drown the rest
        else if (RemoteStorage.IsWeb(url) || url.EndsWith(".map", StringComparison.Ordinal))
            hit.Report(SourceMapRules.Link, hit.End, address.Length, $"names the source map {RemoteStorage.Shown(url)}");
    }

    // base64 on one line is met by the base64 decoder wherever it stands; here is what no decoder sees as one piece.
    private static void Data(in TextHit hit, ReadOnlySpan<byte> value)
    {
        var comma = value[..Math.Min(value.Length, 300)].IndexOf((byte)',');
        if (comma < 0) return;
        var isBase64 = Encoding.ASCII.GetString(value[..comma]).EndsWith(";base64", StringComparison.OrdinalIgnoreCase);
        var payload = value[(comma + 1)..];
        if (!hit.View.IsDecoded && hit.View.Sink.IsCollected(hit.View.Offset + hit.End + comma + 1)) return;
        if (isBase64)
        {
            if (MapComments.WrappedBase64(payload) is not { } encoded) return;
            var map = new byte[Base64.GetMaxDecodedFromUtf8Length(encoded.Length)];
            if (Base64.DecodeFromUtf8(encoded, map, out _, out var written) == System.Buffers.OperationStatus.Done) Hand(hit, "base64", map.AsMemory(0, written));
        }
        else if (payload.Length > 0 && payload[0] is (byte)'%' or (byte)'{') Hand(hit, "percent", MapComments.Percent(payload));
    }

    private static void Hand(in TextHit hit, string how, ReadOnlyMemory<byte> map)
    {
        if (!MapHead.MayBeMap(map.Span)) return;
        hit.View.Sink.Run.Budget.SpendDecoding(map.Length);
        hit.View.Sink.Decoded(how, map);
    }

    public override IEnumerable<Sample> Samples => SourceMapSamples.All();
}
