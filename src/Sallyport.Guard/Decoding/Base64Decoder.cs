using System.Buffers;
using System.Buffers.Text;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// base64 and its URL-safe variant, padded or not. A run that makes no sense from its beginning is tried at the other
/// three alignments too: a path, a prefix or the piece before may stand in front of it.
/// </summary>
internal sealed class Base64Decoder : RunDecoder
{
    private const int MaxRealigned = 4096;

    private static readonly SearchValues<byte> Digits = SearchValues.Create("0123456789+"u8);

    public override string Name => "base64";

    public override int Order => 3;

    public static bool IsBase64(byte b) => char.IsAsciiLetterOrDigit((char)b) || b is (byte)'+' or (byte)'/' or (byte)'-' or (byte)'_';

    public override bool Decode(in EncodedRun run, DecodeSink sink)
    {
        var characters = run.Characters;
        // Names and paths; base64 of this length without a digit is one in a few thousand.
        if (characters.Length < 64 && !characters.ContainsAny(Digits)) return false;
        var (met, plain) = (false, false);
        var alignments = run.GoesOn || characters.Length <= MaxRealigned ? 4 : 1;
        for (var skip = 0; skip < alignments && characters.Length - skip >= MinRun; skip++)
        {
            if (!Decode(characters[skip..], sink.Buffer.Clear()) || !Texture.IsReadable(sink.Buffer.Written)) continue;
            plain |= skip == 0;
            var isText = skip == 0 && Texture.IsText(sink.Buffer.Written);
            sink.Emit(run.Start, run.Length);
            met = true;
            if (isText && !run.GoesOn) return true;
        }
        if (plain || characters.Length < 32) return met;
        // Unreadable from its beginning: an archive or compressed text, perhaps.
        if (Decode(characters, sink.Buffer.Clear())) sink.EmitNoise(run.Start, run.Length);
        return met;
    }

    /// <summary>What is left over at the end (one to three characters) is decoded as far as it goes.</summary>
    private static bool Decode(ReadOnlySpan<byte> characters, DecodeBuffer output)
    {
        var (units, left) = (characters.Length / 4, characters.Length % 4);
        var size = (units + (left > 1 ? 1 : 0)) * 4;
        var room = output.Room(size)[..size];
        characters[..Math.Min(characters.Length, size)].CopyTo(room);
        if (size > characters.Length) room[characters.Length..].Fill((byte)'A');
        room.Replace((byte)'-', (byte)'+');
        room.Replace((byte)'_', (byte)'/');
        if (Base64.DecodeFromUtf8InPlace(room, out var written) != OperationStatus.Done) return false;
        output.Advance(left > 1 ? written - (4 - left) : written);
        return true;
    }
}
