using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>Text written backwards, known by the prefixes of tokens written backwards.</summary>
internal sealed class ReversedDecoder : LiteralDecoder
{
    public override string Name => "reversed";

    public override int MaxTimes => 1;

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) =>
        [.. DisguisedLiterals.Of(detectors).Select(l => new Trigger(Backwards(l)))];

    private static string Backwards(string literal)
    {
        var characters = literal.ToCharArray();
        Array.Reverse(characters);
        return new string(characters);
    }

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var (start, end) = Stretch.TokenAround(text, at);
        if (text[at..].StartsWith(" NIGEB"u8)) (start, end) = (Math.Max(0, at - 8192), Math.Min(text.Length, at + 16));
        var room = sink.Buffer.Clear().Room(end - start)[..(end - start)];
        text[start..end].CopyTo(room);
        room.Reverse();
        sink.Buffer.Advance(room.Length);
        sink.Emit(start, end - start);
        return Math.Max(end, at + 1);
    }
}
