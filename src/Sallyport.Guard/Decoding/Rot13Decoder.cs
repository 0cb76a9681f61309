using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>rot13, known by the prefixes of tokens in it.</summary>
internal sealed class Rot13Decoder : LiteralDecoder
{
    public override string Name => "rot13";

    public override int MaxTimes => 1;

    public override IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors) =>
        [.. DisguisedLiterals.Of(detectors).Select(l => new Trigger(Turned(l)))];

    private static string Turned(string literal)
    {
        var characters = literal.ToCharArray();
        for (var i = 0; i < characters.Length; i++) characters[i] = (char)Turn((byte)characters[i]);
        return new string(characters);
    }

    public override int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink)
    {
        var isKey = text[at..].StartsWith("-----"u8);
        var start = isKey ? at : Stretch.StartAfter(text, at, Stretch.LineEnds, 128);
        var end = isKey ? Math.Min(text.Length, at + 8192) : Stretch.EndAt(text, at, Stretch.LineEnds, 1024);
        var room = sink.Buffer.Clear().Room(end - start);
        for (var i = start; i < end; i++) room[i - start] = Turn(text[i]);
        sink.Buffer.Advance(end - start);
        sink.Emit(start, end - start);
        return end;
    }

    private static byte Turn(byte b)
    {
        var letter = b | 32;
        return letter is < 'a' or > 'z' ? b : (byte)(letter <= 'm' ? b + 13 : b - 13);
    }
}
