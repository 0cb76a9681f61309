using Sallyport.Guard.Detectors;
using Sallyport.Guard.Scanning;
using Sallyport.Shelves;

namespace Sallyport.Guard.Decoding;

/// <summary>
/// Undoes one way of writing text: base64, escapes, UTF-16, concatenation… What it decodes is looked at by literal
/// detectors and all decoders again, up to <see cref="TextScanner.MaxLayers"/> deep. The three kinds below differ in what
/// wakes them; each is linear in the text's length and costs next to nothing where there is nothing to decode.
/// </summary>
[Shelf]
internal abstract class Decoder
{
    /// <summary>Short name for evidence: <c>base64</c>, <c>percent</c>…</summary>
    public abstract string Name { get; }
}

/// <summary>Woken by a long run of the base64 alphabet; base32 and hex are subsets of it.</summary>
internal abstract class RunDecoder : Decoder
{
    /// <summary>Shorter runs are not looked at.</summary>
    public const int MinRun = 20;

    /// <summary>Lower goes first.</summary>
    public abstract int Order { get; }

    /// <summary>True when it was this decoder's; the others are then not asked.</summary>
    public abstract bool Decode(in EncodedRun run, DecodeSink sink);
}

/// <summary>Sweeps over the whole text by itself, with a vectorised search.</summary>
internal abstract class SweepDecoder : Decoder
{
    /// <summary>True when it looks at decoded bytes that seem to be noise, too, and these may be something to it. Asked for every digest: has to be quick.</summary>
    public virtual bool ReadsNoise(ReadOnlySpan<byte> noise) => false;

    /// <summary>Looks for encoded stretches that begin in [OwnStart, OwnEnd) of the view.</summary>
    public abstract void Sweep(TextView view, ReadOnlySpan<byte> text, DecodeSink sink);
}

/// <summary>Woken by literals, in the same pass as literal detectors.</summary>
internal abstract class LiteralDecoder : Decoder
{
    /// <summary>How often it may come up among the layers of one text. What undoes itself, or makes more of a text than it was, has little to win by going on.</summary>
    public virtual int MaxTimes => TextScanner.MaxLayers;

    /// <summary>What wakes it, given the literals of all detectors (for decoders that look for those in disguise).</summary>
    public abstract IReadOnlyList<Trigger> TriggersFor(IReadOnlyList<Trigger> detectors);

    /// <summary>
    /// Looks at the stretch around a literal. Returns the index up to which the text was dealt with: literals that begin
    /// before it do not wake this decoder again, which keeps it linear.
    /// </summary>
    public abstract int OnHit(TextView view, ReadOnlySpan<byte> text, int at, int trigger, DecodeSink sink);

    /// <summary>One trigger for each of the characters that may come behind a beginning.</summary>
    protected static Trigger[] Each(string beginning, string ends)
    {
        // Over characters, LINQ is compiled at every start.
        var triggers = new Trigger[ends.Length];
        for (var i = 0; i < ends.Length; i++) triggers[i] = new Trigger(beginning + ends[i]);
        return triggers;
    }
}

/// <summary>A run of the base64 alphabet; line wrapping is taken out.</summary>
internal readonly ref struct EncodedRun(int start, int length, ReadOnlySpan<byte> characters, bool goesOn)
{
    public int Start => start;

    /// <summary>Bytes of the text that the run takes up, wrapping included.</summary>
    public int Length => length;

    public ReadOnlySpan<byte> Characters { get; } = characters;

    /// <summary>True when the run began in an earlier piece of the file, so that its alignment is unknown.</summary>
    public bool GoesOn => goesOn;
}

/// <summary>Takes what a decoder makes of a text.</summary>
internal abstract class DecodeSink
{
    /// <summary>Where a decoder writes; whoever begins a stretch clears it.</summary>
    public DecodeBuffer Buffer { get; } = new();

    /// <summary>
    /// The content of <see cref="Buffer"/> stands for the <paramref name="length"/> bytes at <paramref name="start"/>.
    /// Fewer than six bytes are ignored.
    /// </summary>
    public abstract void Emit(int start, int length);

    /// <summary>The content of <see cref="Buffer"/> stands for the whole text, line for line.</summary>
    public abstract void EmitTranscript();

    /// <summary>The same for bytes that make no sense as text: they are looked at as a container or compressed data only.</summary>
    public abstract void EmitNoise(int start, int length);
}
