using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace Sallyport.Guard.Artifacts.SourceMaps;

/// <summary>
/// JSON read forward from a stream, byte by byte, so that a string may be longer than any buffer. All bytes that are
/// read are kept for <see cref="Kept"/>, but for strings that the caller takes out. Damage is an <see cref="InvalidDataException"/>.
/// </summary>
internal sealed class JsonBytes(Stream content)
{
    private readonly byte[] buffer = new byte[64 << 10];
    private byte[] kept = new byte[4 << 10];
    private int keptLength;
    private int keepFrom;
    private int at;
    private int length;
    private char highSurrogate;
    private bool isLeftOut;

    /// <summary>What was read and not taken out, in pieces.</summary>
    public ReadOnlyMemory<byte> Kept => kept.AsMemory(0, keptLength);

    /// <summary>Called when <see cref="Kept"/> has grown to <see cref="MaxKept"/>; its end is then repeated in what follows, so that nothing is cut in two.</summary>
    public required Action Full { get; set; }

    private const int MaxKept = 4 << 20;

    /// <summary>The next byte, or -1 at the end.</summary>
    public int Peek() => at < length || Fill() ? buffer[at] : -1;

    public void Skip() => at++;

    public int PeekToken()
    {
        while (true)
        {
            var next = Peek();
            if (next is not (' ' or '\t' or '\r' or '\n')) return next;
            at++;
        }
    }

    public bool TrySkip(char token)
    {
        if (PeekToken() != token) return false;
        at++;
        return true;
    }

    public void Expect(char token)
    {
        if (!TrySkip(token)) throw new InvalidDataException($"'{token}' is missing");
    }

    /// <summary>Moves bytes up to here into <see cref="Kept"/>.</summary>
    public void Keep()
    {
        if (!isLeftOut) Append(buffer.AsSpan(keepFrom, at - keepFrom));
        keepFrom = at;
    }

    /// <summary>From here on nothing is kept, until <see cref="GoOnKeeping"/>.</summary>
    public void StopKeeping()
    {
        Keep();
        isLeftOut = true;
    }

    /// <summary>Keeps again what is read from here on.</summary>
    public void GoOnKeeping()
    {
        isLeftOut = false;
        keepFrom = at;
    }

    /// <summary>All that was not read yet.</summary>
    public Stream Rest()
    {
        Keep();
        var rest = buffer[at..length];
        keepFrom = at = length;
        return new HeadStream(rest, content);
    }

    /// <summary>Skips a string's characters and the closing quote; the opening quote was read.</summary>
    public void SkipString()
    {
        while (true)
        {
            if (Peek() < 0) throw new InvalidDataException("a string does not end");
            var next = buffer.AsSpan(at, length - at).IndexOfAny((byte)'"', (byte)'\\');
            if (next < 0)
            {
                at = length;
                continue;
            }
            at += next + 1;
            if (buffer[at - 1] == '"') return;
            if (Peek() >= 0) at++;
        }
    }

    /// <summary>Skips characters of base64 VLQs; what follows them is the next byte, a string's end if all is well.</summary>
    public void SkipMappings()
    {
        while (Peek() >= 0)
        {
            var next = buffer.AsSpan(at, length - at).IndexOfAnyExcept(Vlq);
            at = next < 0 ? length : at + next;
            if (next >= 0) return;
        }
    }

    private static readonly SearchValues<byte> Vlq = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/,;"u8);

    /// <summary>A short string (after its opening quote), unescaped; what is beyond <paramref name="max"/> bytes is skipped.</summary>
    public string ReadString(int max)
    {
        var bytes = new byte[256];
        var count = 0;
        while (true)
        {
            var read = Unescape(bytes.AsSpan(count), out var ended);
            count += read;
            if (ended) return Encoding.UTF8.GetString(bytes, 0, count);
            if (bytes.Length - count > 7) continue;
            if (bytes.Length >= max)
            {
                SkipString();
                return Encoding.UTF8.GetString(bytes, 0, count);
            }
            Array.Resize(ref bytes, bytes.Length * 2);
        }
    }

    /// <summary>
    /// Unescapes the next characters of a string into <paramref name="target"/> (at least 8 bytes); returns how many
    /// bytes. <paramref name="ended"/> is true once the closing quote was read.
    /// </summary>
    public int Unescape(Span<byte> target, out bool ended)
    {
        var written = 0;
        ended = false;
        while (written + 7 < target.Length)
        {
            if (Peek() < 0) throw new InvalidDataException("a string does not end");
            var span = buffer.AsSpan(at, Math.Min(length - at, target.Length - written - 7));
            var next = span.IndexOfAny((byte)'"', (byte)'\\');
            var plain = next < 0 ? span.Length : next;
            if (plain > 0)
            {
                if (highSurrogate != 0) written += Loose(target[written..]);
                span[..plain].CopyTo(target[written..]);
                written += plain;
                at += plain;
            }
            if (next < 0) continue;
            at++;
            if (span[next] == '"')
            {
                if (highSurrogate != 0) written += Loose(target[written..]);
                ended = true;
                return written;
            }
            written += Escape(target[written..]);
        }
        return written;
    }

    private int Escape(Span<byte> target)
    {
        var kind = Peek();
        if (kind < 0) throw new InvalidDataException("a string does not end");
        at++;
        if (kind == 'u') return Unicode(target);
        var written = highSurrogate != 0 ? Loose(target) : 0;
        target[written] = kind switch { 'n' => (byte)'\n', 't' => (byte)'\t', 'r' => (byte)'\r', 'b' => (byte)'\b', 'f' => (byte)'\f', _ => (byte)kind };
        return written + 1;
    }

    private int Unicode(Span<byte> target)
    {
        Span<byte> digits = stackalloc byte[4];
        for (var i = 0; i < 4; i++)
        {
            var digit = Peek();
            if (digit < 0 || !char.IsAsciiHexDigit((char)digit)) throw new InvalidDataException("an escape is broken");
            digits[i] = (byte)digit;
            at++;
        }
        Utf8Parser.TryParse(digits, out ushort unit, out _, 'x');
        var c = (char)unit;
        var written = 0;
        if (char.IsLowSurrogate(c) && highSurrogate != 0)
        {
            written = new Rune(highSurrogate, c).EncodeToUtf8(target);
            highSurrogate = '\0';
            return written;
        }
        if (highSurrogate != 0) written = Loose(target);
        if (char.IsHighSurrogate(c))
        {
            highSurrogate = c;
            return written;
        }
        var rune = char.IsSurrogate(c) ? Rune.ReplacementChar : new Rune(c);
        return written + rune.EncodeToUtf8(target[written..]);
    }

    private int Loose(Span<byte> target)
    {
        highSurrogate = '\0';
        return Rune.ReplacementChar.EncodeToUtf8(target);
    }

    /// <summary>Skips any value, nested at most <paramref name="depth"/> deep.</summary>
    public void SkipValue(int depth)
    {
        var open = 0;
        do
        {
            var token = PeekToken();
            switch (token)
            {
                case -1:
                    throw new InvalidDataException("the text ends inside a value");
                case '"':
                    at++;
                    SkipString();
                    break;
                case '{' or '[':
                    at++;
                    if (++open > depth) throw new InvalidDataException("nested too deep");
                    break;
                case '}' or ']':
                    if (open == 0) throw new InvalidDataException("a value is missing");
                    at++;
                    open--;
                    break;
                case ',' or ':':
                    if (open == 0) throw new InvalidDataException("a value is missing");
                    at++;
                    break;
                default:
                    SkipWord();
                    break;
            }
        }
        while (open > 0);
    }

    // A number, true, false, null; anything else is damage.
    private void SkipWord()
    {
        var start = true;
        while (Peek() is var c and >= 0 && (char.IsAsciiLetterOrDigit((char)c) || c is '-' or '+' or '.'))
        {
            at++;
            start = false;
        }
        if (start) throw new InvalidDataException("not JSON");
    }

    private bool Fill()
    {
        Keep();
        at = keepFrom = 0;
        length = content.Read(buffer);
        return length > 0;
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (keptLength + bytes.Length > kept.Length) Array.Resize(ref kept, Math.Min(MaxKept + buffer.Length, Math.Max(kept.Length * 2, keptLength + bytes.Length)));
        bytes.CopyTo(kept.AsSpan(keptLength));
        keptLength += bytes.Length;
        if (keptLength < MaxKept) return;
        Full();
        kept.AsSpan(keptLength - Scanning.TextHit.Reach, Scanning.TextHit.Reach).CopyTo(kept);
        keptLength = Scanning.TextHit.Reach;
    }
}
