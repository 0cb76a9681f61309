using System.Security.Cryptography;
using Sallyport.Guard.Gate;

namespace Sallyport.Audit;

/// <summary>Tells of every body that goes out to a model: where to, how much, and the digest of the very bytes.</summary>
internal sealed class DepartureHandler(HttpMessageInvoker inner, Action<Departure> tell) : HttpMessageHandler
{
    /// <summary>A web request: what its server learns is in method, address and body. Without a target it is all in the body.</summary>
    public static Departure Of(Destination destination, string? target, ReadOnlySpan<byte> body)
    {
        if (target is null) return new Departure(destination) { Bytes = body.Length, Sha256 = Convert.ToHexStringLower(SHA256.HashData(body)) };
        byte[] all = [.. System.Text.Encoding.UTF8.GetBytes(target + "\n"), .. body];
        return new Departure(destination) { Bytes = all.Length - 1, Sha256 = Convert.ToHexStringLower(SHA256.HashData(all)) };
    }

    // A body that is in memory is told of at once, and then nothing of this stands in the way of the answer.
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (request.Content is not { } content) return inner.SendAsync(request, cancellationToken);
        var told = Tell(content, request.RequestUri!.Authority, cancellationToken);
        return told.IsCompletedSuccessfully ? inner.SendAsync(request, cancellationToken) : SendAfter(told, request, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAfter(Task told, HttpRequestMessage request, CancellationToken cancellation)
    {
        await told.ConfigureAwait(false);
        return await inner.SendAsync(request, cancellation).ConfigureAwait(false);
    }

    private async Task Tell(HttpContent content, string authority, CancellationToken cancellation)
    {
        using var digest = new DigestStream();
        await content.CopyToAsync(digest, cancellation).ConfigureAwait(false);
        tell(new Departure(new Destination("model", authority)) { Bytes = digest.Length, Sha256 = digest.Finish() });
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Takes bytes and keeps only their digest.</summary>
    private sealed class DigestStream : Stream
    {
        private readonly IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private long length;

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => length;

        public override long Position { get => length; set => throw new NotSupportedException(); }

        public string Finish() => Convert.ToHexStringLower(hash.GetHashAndReset());

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            hash.AppendData(buffer);
            length += buffer.Length;
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) hash.Dispose();
            base.Dispose(disposing);
        }
    }
}
