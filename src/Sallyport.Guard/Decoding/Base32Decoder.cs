using System.Buffers;
using System.Buffers.Binary;

namespace Sallyport.Guard.Decoding;

/// <summary>base32 (RFC 4648, section 6) and base32hex (section 7), upper or lower case, padded or not.</summary>
internal sealed class Base32Decoder : RunDecoder
{
    private const int MinCharacters = 24;

    private static readonly (SearchValues<byte> Set, byte[] Values)[] Alphabets =
    [
        .. new[] { "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "abcdefghijklmnopqrstuvwxyz234567", "0123456789ABCDEFGHIJKLMNOPQRSTUV", "0123456789abcdefghijklmnopqrstuv" }
            .Select(alphabet => (SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(alphabet)), Invert(alphabet))),
    ];

    public override string Name => "base32";

    public override int Order => 2;

    public override bool Decode(in EncodedRun run, DecodeSink sink)
    {
        var characters = run.Characters;
        if (characters.Length < MinCharacters) return false;
        foreach (var (set, values) in Alphabets)
        {
            if (!set.Contains(characters[0]) || characters.ContainsAnyExcept(set)) continue;
            for (var skip = 0; skip < (run.GoesOn ? 8 : 1); skip++)
            {
                Decode(characters[skip..], values, sink.Buffer.Clear());
                if (Texture.IsReadable(sink.Buffer.Written)) sink.Emit(run.Start, run.Length);
                else if (!run.GoesOn) sink.EmitNoise(run.Start, run.Length);
            }
        }
        return false;
    }

    private static void Decode(ReadOnlySpan<byte> characters, byte[] values, DecodeBuffer output)
    {
        var (bits, count) = (0u, 0);
        var room = output.Room(characters.Length);
        var written = 0;
        for (; characters.Length >= 8; characters = characters[8..])
        {
            var forty = 0UL;
            foreach (var c in characters[..8]) forty = forty << 5 | values[c];
            BinaryPrimitives.WriteUInt64BigEndian(room[written..], forty << 24);
            written += 5;
        }
        foreach (var c in characters)
        {
            bits = bits << 5 | values[c];
            count += 5;
            if (count < 8) continue;
            count -= 8;
            room[written++] = (byte)(bits >> count);
        }
        output.Advance(written);
    }

    private static byte[] Invert(string alphabet)
    {
        var values = new byte[256];
        for (var i = 0; i < alphabet.Length; i++) values[alphabet[i]] = (byte)i;
        return values;
    }
}
