using Sallyport.Guard.Decoding;

namespace Sallyport.Guard.Scanning;

/// <summary>
/// A stretch of bytes that literal detectors and decoders look at: a file, a piece of a large file with its
/// surroundings, or what a decoder made of a part of it.
/// </summary>
internal sealed class TextView
{
    public required ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>Hits that begin in [OwnStart, OwnEnd) are this view's; what stands around it belongs to its neighbours.</summary>
    public required int OwnStart { get; init; }

    public required int OwnEnd { get; init; }

    /// <summary>Byte offset of Text[0] in the file; for decoded views, of the encoded stretch.</summary>
    public required long Offset { get; init; }

    public required EntrySink Sink { get; init; }

    /// <summary>For decoded views, how many bytes of the file the outermost encoded stretch takes up.</summary>
    public int Stretch { get; init; }

    /// <summary>What the text was seen through, outermost first: <c>base64</c>, <c>utf-16le</c>… Empty for the file's own bytes.</summary>
    public string[] Layers { get; init; } = [];

    /// <summary>For decoded views, the text with the file's lines that holds the encoded stretch; null for the file's own bytes.</summary>
    public TextView? Plain { get; init; }

    /// <summary>True for a decoded view that is all of the file in another character set: its lines are the file's lines.</summary>
    public bool IsTranscript { get; init; }

    /// <summary>What <see cref="LineIndex"/> knows the text by.</summary>
    public long LinesKey => IsTranscript ? -1 - Offset : Offset;

    public Entry Entry => Sink.Entry;

    public bool IsDecoded => Plain is not null;
}

/// <summary>A literal of a detector, found in a text.</summary>
internal readonly ref struct TextHit(TextView view, ReadOnlySpan<byte> text, int start, int length, int trigger)
{
    /// <summary>How far a detector may look to either side of a hit, in bytes. Pieces of large files overlap by this.</summary>
    public const int Reach = 32 * 1024;

    public TextView View => view;

    /// <summary>The whole view; indexes below are into it.</summary>
    public ReadOnlySpan<byte> Text { get; } = text;

    public int Start => start;
    public int End => start + length;

    /// <summary>Index into the detector's <see cref="Detectors.LiteralDetector.Triggers"/>.</summary>
    public int Trigger => trigger;

    public Entry Entry => view.Entry;
    public Policy Policy => view.Sink.Policy;

    /// <summary>Reports the bytes [<paramref name="at"/>, at + <paramref name="count"/>) of <see cref="Text"/>; only their keyed digest is kept.</summary>
    public void Report(Rule rule, int at, int count, string message, params (string Name, object Value)[] evidence) =>
        TextScanner.Report(view, Text, rule, at, Text.Slice(at, count), message, evidence);

    /// <summary>
    /// Whether the same was already reported further up in this file. For rules that are met many times in one file:
    /// asking costs less than reporting again.
    /// </summary>
    public bool IsKnown(Rule rule, int at, ReadOnlySpan<byte> matter) =>
        view.Sink.IsKnown(rule, view.IsDecoded && !view.IsTranscript ? view.Offset : view.Offset + at, matter);

    /// <summary>Reports a value that does not stand in the text as it is (unescaped, joined), at a place of the text.</summary>
    public void ReportValue(Rule rule, int at, ReadOnlySpan<byte> value, string message, params (string Name, object Value)[] evidence) =>
        TextScanner.Report(view, Text, rule, at, value, message, evidence);
}
