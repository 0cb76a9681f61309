using System.Buffers.Text;
using Sallyport.Guard.Scanning;

namespace Sallyport.Guard.Decoding;

/// <summary>base64 and its URL-safe variant, on one line.</summary>
internal sealed class Base64Decoder : Decoder
{
    private const int MinRun = 20;

    public override string Name => "base64";

    public override void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink)
    {
        foreach (var (start, length) in Runs.Of(text, view.OwnStart, view.OwnEnd, ByteClassTable.Base64, MinRun))
        {
            var run = text.Slice(start, length);
            var buffer = new byte[Base64.GetMaxDecodedFromUtf8Length(length) + 3];
            var usable = run.TrimEnd((byte)'=');
            if (usable.Length % 4 == 1) usable = usable[..^1];
            Span<byte> padded = new byte[(usable.Length + 3) / 4 * 4];
            padded.Fill((byte)'=');
            usable.CopyTo(padded);
            padded.Replace((byte)'-', (byte)'+');
            padded.Replace((byte)'_', (byte)'/');
            if (Base64.DecodeFromUtf8(padded, buffer, out _, out var written) == System.Buffers.OperationStatus.Done) sink.Emit(start, length, buffer.AsSpan(0, written));
        }
    }
}
