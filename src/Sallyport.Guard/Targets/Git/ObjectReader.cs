using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Sallyport.Guard.Targets.Git;

/// <summary>Reads objects out of one long <c>git cat-file --batch</c>; blobs pass by as streams of any size.</summary>
internal sealed class ObjectReader : IDisposable
{
    private readonly Process git;
    private readonly BufferedStream output;
    private readonly Task<string> errors;

    public ObjectReader(GitProgram program)
    {
        git = program.Start("cat-file", "--batch");
        output = new BufferedStream(git.StandardOutput.BaseStream, 1 << 16);
        errors = git.StandardError.ReadToEndAsync();
    }

    /// <summary>Gives the object's size (bytes) and content to <paramref name="use"/>. False when the repository lacks it.</summary>
    public bool Read(string id, Action<long, Stream> use)
    {
        git.StandardInput.BaseStream.Write(Encoding.ASCII.GetBytes(id + "\n"));
        git.StandardInput.BaseStream.Flush();
        var parts = Line().Split(' ');
        if (parts.Length != 3 || !long.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out var size)) return false;
        var content = new ObjectStream(output, size);
        use(size, content);
        content.Drain();
        if (output.ReadByte() != '\n') throw new GuardException("git cat-file: its output cannot be understood");
        return true;
    }

    /// <summary>Makes a pending read fail; for cancellation.</summary>
    public void Stop() => GitProgram.Stop(git);

    public void Dispose()
    {
        Stop();
        git.WaitForExit();
        errors.GetAwaiter().GetResult();
        output.Dispose();
        git.Dispose();
    }

    private string Line()
    {
        var line = new StringBuilder();
        while (output.ReadByte() is >= 0 and not '\n' and var next)
        {
            if (line.Append((char)next).Length > 512) break;
        }
        return line.Length > 0 ? line.ToString() : throw new GuardException($"git cat-file: ended early ({git.HasExited})");
    }

    private sealed class ObjectStream(Stream inner, long size) : Stream
    {
        private readonly long size = size;
        private long left = size;

        public override bool CanRead => true;
        public override bool CanSeek => false;
        public override bool CanWrite => false;
        public override long Length => size;
        public override long Position { get => size - left; set => throw new NotSupportedException("forward only"); }

        public override int Read(Span<byte> buffer)
        {
            if (left == 0 || buffer.IsEmpty) return 0;
            var read = inner.Read(buffer[..(int)Math.Min(buffer.Length, left)]);
            if (read == 0) throw new EndOfStreamException("git cat-file ended early");
            left -= read;
            return read;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public void Drain()
        {
            Span<byte> rest = stackalloc byte[8192];
            while (Read(rest) > 0) continue;
        }

        public override void Flush() { }
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException("forward only");
        public override void SetLength(long value) => throw new NotSupportedException("read only");
        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException("read only");
    }
}
