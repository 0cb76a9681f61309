using System.Buffers;
using System.Net;
using System.Net.Http.Headers;

namespace Sallyport.Providers.Wire;

/// <summary>
/// A request's bytes, written once into pooled pieces and sent from there: a long history costs no large array and no copy.
/// </summary>
internal sealed class RequestBody : HttpContent, IBufferWriter<byte>
{
    private const int First = 32 * 1024;
    private const int Largest = 1024 * 1024;

    private readonly List<Piece> _pieces = [];
    private Piece? _last;
    private long _length;

    public RequestBody() => Headers.ContentType = new MediaTypeHeaderValue("application/json");

    public long Length => _length;

    public void Advance(int count)
    {
        _last!.Used += count;
        _length += count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _last!.Bytes.AsMemory(_last.Used);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        Reserve(sizeHint);
        return _last!.Bytes.AsSpan(_last.Used);
    }

    /// <summary>All bytes in one array.</summary>
    public byte[] ToArray()
    {
        var all = new byte[_length];
        var at = 0;
        foreach (var piece in _pieces)
        {
            piece.Bytes.AsSpan(0, piece.Used).CopyTo(all.AsSpan(at));
            at += piece.Used;
        }
        return all;
    }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        foreach (var piece in _pieces) await stream.WriteAsync(piece.Bytes.AsMemory(0, piece.Used), cancellationToken).ConfigureAwait(false);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _length;
        return true;
    }

    protected override void Dispose(bool disposing)
    {
        foreach (var piece in _pieces) ArrayPool<byte>.Shared.Return(piece.Bytes);
        _pieces.Clear();
        _last = null;
        base.Dispose(disposing);
    }

    private void Reserve(int sizeHint)
    {
        if (_last is not null && _last.Bytes.Length - _last.Used >= Math.Max(sizeHint, 1)) return;
        // Each piece doubles the last: few enough of them that the pool keeps them all for the next request.
        var size = _last is null ? First : Math.Min(_last.Bytes.Length * 2, Largest);
        _last = new Piece(ArrayPool<byte>.Shared.Rent(Math.Max(sizeHint, size)));
        _pieces.Add(_last);
    }

    private sealed class Piece(byte[] bytes)
    {
        public byte[] Bytes { get; } = bytes;

        public int Used { get; set; }
    }
}
