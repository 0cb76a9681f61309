using Sallyport.Guard.Artifacts.Codecs;

namespace Sallyport.Guard.Artifacts;

/// <summary>
/// A format that wraps one nameless stream. Transparent: what is in it keeps its path. Several streams in a row count as
/// one, as the formats' own programs see them; bytes behind the last are read too.
/// </summary>
internal abstract class CompressionReader : ContainerReader
{
    public sealed override bool IsTransparent => true;

    /// <summary>The stream that begins here, or null when none does.</summary>
    protected abstract CodecStream? Next(ByteSource source, MemberSink sink);

    public sealed override void Read(Stream content, MemberSink sink)
    {
        using var source = new ByteSource(content);
        using (var plain = new Joined(this, source, sink))
        {
            sink.File(new Member(""), plain);
            plain.Drain();
        }
        source.SkipZeros();
        if (!source.AtEnd) sink.File(new Member("(after the end)") { IsDerived = true }, source);
    }

    private sealed class Joined(CompressionReader reader, ByteSource source, MemberSink sink) : ForwardStream
    {
        private CodecStream? current;
        private bool ended;

        public override int Read(Span<byte> buffer)
        {
            while (!ended && !buffer.IsEmpty)
            {
                if (current is null)
                {
                    sink.CheckTime();
                    current = reader.Next(source, sink);
                    ended = current is null;
                    continue;
                }
                var read = current.Read(buffer);
                if (read > 0) return read;
                current.Dispose();
                current = null;
            }
            return 0;
        }

        protected override void Dispose(bool disposing)
        {
            current?.Dispose();
            base.Dispose(disposing);
        }
    }
}
