using System.Buffers;

namespace Sallyport.Guard.Decoding;

/// <summary>Hexadecimal digits in a row, also behind a prefix (<c>0x…</c>, <c>key_…</c>).</summary>
internal sealed class HexDecoder : RunDecoder
{
    private const int MinDigits = 24;
    private const int MaxMixed = 512;

    public override string Name => "hex";

    public override int Order => 1;

    public override bool Decode(in EncodedRun run, DecodeSink sink)
    {
        var characters = run.Characters;
        var wrapped = run.Length != characters.Length;
        var at = 0;
        while (characters.Length - at >= MinDigits)
        {
            var length = characters[at..].IndexOfAnyExcept(Stretch.Hexadecimal);
            if (length < 0) length = characters.Length - at;
            if (length >= MinDigits)
            {
                var whole = length == characters.Length;
                for (var skip = 0; skip < (run.GoesOn || (length & 1) == 1 ? 2 : 1); skip++)
                {
                    var digits = characters.Slice(at + skip, (length - skip) & ~1);
                    var room = sink.Buffer.Clear().Room(digits.Length / 2);
                    if (Convert.FromHexString(digits, room, out _, out var written) != OperationStatus.Done) continue;
                    sink.Buffer.Advance(written);
                    var (start, taken) = wrapped ? (run.Start, run.Length) : (run.Start + at, length);
                    if (Texture.IsReadable(sink.Buffer.Written)) sink.Emit(start, taken);
                    else if (skip == 0) sink.EmitNoise(start, taken);
                }
                if (whole) return true;
            }
            at += length + 1;
            if (characters.Length > MaxMixed) break;
        }
        return false;
    }
}
