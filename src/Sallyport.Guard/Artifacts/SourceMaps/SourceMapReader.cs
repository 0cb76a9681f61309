namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>
/// Source maps (ECMA-426), whatever their file is called: each source becomes a member under its own name, the rest is
/// scanned as the file's own text. Streams: no map is ever held whole. A damaged map counts for what is still in it.
/// </summary>
internal sealed class SourceMapReader : ContainerReader
{
    public override string Kind => "source-map";

    public override bool IsOneFile => true;

    public override bool Recognises(ReadOnlySpan<byte> head) => MapHead.MayBeMap(head);

    public override void Read(Stream content, MemberSink sink)
    {
        var json = new JsonBytes(content) { Full = () => { } };
        var linesBefore = 0;
        json.Full = () =>
        {
            sink.File(new Member("") { IsOwnText = true, LinesBefore = linesBefore }, json.Kept);
            linesBefore += json.Kept.Span[..^Scanning.TextHit.Reach].Count((byte)'\n');
        };
        var facts = new MapFacts();
        try
        {
            while (json.Peek() is not ('{' or -1)) json.Skip();
            new MapScan(json, facts, sink).Map(depth: 0);
        }
        catch (InvalidDataException)
        {
            facts.IsDamaged = true;
        }
        var isMore = json.PeekToken() >= 0;
        json.Keep();
        if (json.Kept.Length > 0) sink.File(new Member("") { IsOwnText = true, LinesBefore = linesBefore }, json.Kept);
        MapReport.Write(facts, sink);
        if (isMore) sink.File(new Member("(behind the map)") { IsDerived = true }, json.Rest());
    }
}
