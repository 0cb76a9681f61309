using Sallyport.Guard.Scanning;
using Sallyport.Shelves;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Undoes one way of writing text: base64, escapes, UTF-16, concatenation… It sweeps over a text, and hands on what it
/// decodes; literal detectors and all decoders then look at that, up to <see cref="TextScanner.MaxLayers"/> deep.
/// A sweep must be linear in the text's length and fast where there is nothing to decode (vectorised search).
/// </summary>
[Shelf]
internal abstract class Decoder
{
    /// <summary>Short name for evidence: <c>base64</c>, <c>percent</c>…</summary>
    public abstract string Name { get; }

    /// <summary>Looks for encoded stretches that begin in [OwnStart, OwnEnd) of the view.</summary>
    public abstract void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink);
}

/// <summary>Takes what a decoder makes of a text.</summary>
internal abstract class DecodeSink
{
    /// <summary>
    /// <paramref name="decoded"/> stands for the <paramref name="length"/> bytes at <paramref name="start"/>. Its bytes
    /// are copied when they must outlive the call. Fewer than six bytes are ignored.
    /// </summary>
    public abstract void Emit(int start, int length, ReadOnlySpan<byte> decoded);
}
