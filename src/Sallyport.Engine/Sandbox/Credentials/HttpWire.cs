using System.Globalization;
using System.Text;

namespace Sallyport.Engine.Sandboxing;

/// <summary>One side of an HTTP/1.1 connection: heads and bodies as they come, in pieces, with no more in memory than a buffer.</summary>
internal sealed class HttpWire(Stream stream)
{
    private const int LongestHead = 64 * 1024, LongestLine = 256;

    private readonly byte[] buffer = new byte[LongestHead];
    private int start, end;
    private BodyForm form;
    private long left;

    /// <summary>The next head with its empty line; null when the other side has ended, or it is too long.</summary>
    public async ValueTask<byte[]?> Head(CancellationToken cancellation)
    {
        while (true)
        {
            var at = buffer.AsSpan(start, end - start).IndexOf("\r\n\r\n"u8);
            if (at >= 0)
            {
                var head = buffer[start..(start + at + 4)];
                start += at + 4;
                return head;
            }
            if (!await More(cancellation).ConfigureAwait(false)) return null;
        }
    }

    /// <summary>A body begins.</summary>
    public void Begin(BodyForm of, long length) => (form, left) = (of, of == BodyForm.Sized ? length : 0);

    /// <summary>What comes next of the body, without its framing; 0 when it is whole. Throws where it breaks off.</summary>
    public async ValueTask<int> Read(Memory<byte> into, CancellationToken cancellation)
    {
        if (form == BodyForm.Chunked && left == 0 && !await Chunk(cancellation).ConfigureAwait(false)) form = BodyForm.None;
        if (form == BodyForm.None || (form == BodyForm.Sized && left == 0)) return 0;
        if (start == end && !await More(cancellation).ConfigureAwait(false)) return form == BodyForm.Rest ? 0 : throw new IOException("the message breaks off");
        var length = Math.Min(into.Length, end - start);
        if (form != BodyForm.Rest) length = (int)Math.Min(length, left);
        buffer.AsMemory(start, length).CopyTo(into);
        start += length;
        if (form == BodyForm.Rest) return length;
        left -= length;
        if (left == 0 && form == BodyForm.Chunked && await Line(cancellation).ConfigureAwait(false) is not "") throw new IOException("a chunk does not end where it says");
        return length;
    }

    public async ValueTask Write(ReadOnlyMemory<byte> bytes, CancellationToken cancellation) => await stream.WriteAsync(bytes, cancellation).ConfigureAwait(false);

    /// <summary>A piece of a body that goes out in chunks or as it is.</summary>
    public async ValueTask WritePiece(ReadOnlyMemory<byte> piece, bool chunked, CancellationToken cancellation)
    {
        if (piece.IsEmpty) return;
        if (!chunked)
        {
            await Write(piece, cancellation).ConfigureAwait(false);
            return;
        }
        byte[] framed = [.. Encoding.ASCII.GetBytes(piece.Length.ToString("x", CultureInfo.InvariantCulture)), (byte)'\r', (byte)'\n', .. piece.Span, (byte)'\r', (byte)'\n'];
        await Write(framed, cancellation).ConfigureAwait(false);
    }

    public ValueTask WriteEnd(bool chunked, CancellationToken cancellation) => chunked ? Write("0\r\n\r\n"u8.ToArray(), cancellation) : ValueTask.CompletedTask;

    // False behind the last one.
    private async ValueTask<bool> Chunk(CancellationToken cancellation)
    {
        var line = await Line(cancellation).ConfigureAwait(false);
        var size = line.Split(';')[0].Trim();
        if (size.Length is 0 or > 15 || !long.TryParse(size, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out left)) throw new IOException("a chunk without a size");
        if (left > 0) return true;
        // What may stand behind the body is left out.
        while (await Line(cancellation).ConfigureAwait(false) is not "") continue;
        return false;
    }

    private async ValueTask<string> Line(CancellationToken cancellation)
    {
        while (true)
        {
            var at = buffer.AsSpan(start, end - start).IndexOf("\r\n"u8);
            if (at >= 0)
            {
                var line = Encoding.Latin1.GetString(buffer, start, at);
                start += at + 2;
                return line;
            }
            if (end - start > LongestLine || !await More(cancellation).ConfigureAwait(false)) throw new IOException("the message breaks off");
        }
    }

    private async ValueTask<bool> More(CancellationToken cancellation)
    {
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }
        if (end == buffer.Length) return false;
        var got = await stream.ReadAsync(buffer.AsMemory(end), cancellation).ConfigureAwait(false);
        end += got;
        return got > 0;
    }
}
