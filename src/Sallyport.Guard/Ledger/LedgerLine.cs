using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Sallyport.Guard.Audit;

/// <summary>
/// The bytes of a line: <c>{"seq":N,"time":"…","prev":"…","kind":…,"data":{…},"mac":"…"}</c>. The front has a fixed form, so that
/// a million lines are judged without a JSON parser; <c>prev</c> is the leaf hash of the line before, <c>mac</c> is over all bytes
/// before it.
/// </summary>
internal static class LedgerLine
{
    /// <summary>Longer lines are nobody's entry.</summary>
    public const int Longest = 1 << 20;

    private const int TimeLength = 27;
    private const int MarkSize = 16;
    private const int TailLength = 8 + (2 * MarkSize) + 2;

    private static ReadOnlySpan<byte> Start => "{\"seq\":"u8;

    private static ReadOnlySpan<byte> TimeName => ",\"time\":\""u8;

    private static ReadOnlySpan<byte> PreviousName => "\",\"prev\":\""u8;

    private static ReadOnlySpan<byte> KindName => "\",\"kind\":\""u8;

    private static ReadOnlySpan<byte> MarkName => ",\"mac\":\""u8;

    /// <summary>A line with its line feed.</summary>
    public static byte[] Write(long sequence, DateTimeOffset time, ReadOnlySpan<byte> previous, ReadOnlySpan<byte> members, ReadOnlySpan<byte> key)
    {
        // Formats of dates are compiled at every start, those of numbers are not.
        var at = time.UtcDateTime;
        var when = string.Create(CultureInfo.InvariantCulture, $"{at.Year:D4}-{at.Month:D2}-{at.Day:D2}T{at.Hour:D2}:{at.Minute:D2}:{at.Second:D2}.{at.Ticks % TimeSpan.TicksPerSecond / TimeSpan.TicksPerMicrosecond:D6}");
        var front = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"seq\":{sequence},\"time\":\"{when}Z\",\"prev\":\"{Convert.ToHexStringLower(previous)}\","));
        var line = new byte[front.Length + members.Length + TailLength + 1];
        front.CopyTo(line, 0);
        members.CopyTo(line.AsSpan(front.Length));
        var tail = front.Length + members.Length;
        Span<byte> mark = stackalloc byte[32];
        HMACSHA256.HashData(key, line.AsSpan(0, tail), mark);
        MarkName.CopyTo(line.AsSpan(tail));
        Encoding.ASCII.GetBytes(Convert.ToHexStringLower(mark[..MarkSize]), line.AsSpan(tail + MarkName.Length));
        "\"}\n"u8.CopyTo(line.AsSpan(line.Length - 3));
        return line;
    }

    /// <summary>Sequence number and the hash that the line names as the one before; false when it does not look like a line.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out long sequence, Span<byte> previous)
    {
        sequence = -1;
        if (line.Length < TailLength || !line.StartsWith(Start) || line[^1] != '}') return false;
        if (!Utf8Parser.TryParse(line[Start.Length..], out sequence, out var digits) || sequence < 0) return false;
        var rest = line[(Start.Length + digits)..];
        if (rest.Length < TimeName.Length + TimeLength + PreviousName.Length + 64 + KindName.Length || !rest.StartsWith(TimeName)) return false;
        rest = rest[(TimeName.Length + TimeLength)..];
        if (!rest.StartsWith(PreviousName) || !rest[(PreviousName.Length + 64)..].StartsWith(KindName)) return false;
        return Convert.FromHexString(rest.Slice(PreviousName.Length, 64), previous, out _, out _) == System.Buffers.OperationStatus.Done;
    }

    /// <summary>Whether the line is one that who has the key wrote.</summary>
    public static bool IsMarked(ReadOnlySpan<byte> line, IncrementalHash mac)
    {
        if (line.Length < TailLength) return false;
        var tail = line[^TailLength..];
        Span<byte> mark = stackalloc byte[32];
        Span<byte> claimed = stackalloc byte[MarkSize];
        if (!tail.StartsWith(MarkName) || !tail.EndsWith("\"}"u8)) return false;
        if (Convert.FromHexString(tail.Slice(MarkName.Length, 2 * MarkSize), claimed, out _, out _) != System.Buffers.OperationStatus.Done) return false;
        // Only one spelling of the mark counts: a line has no second form.
        if (tail.Slice(MarkName.Length, 2 * MarkSize).ContainsAnyInRange((byte)'A', (byte)'F')) return false;
        mac.AppendData(line[..^TailLength]);
        mac.GetHashAndReset(mark);
        return mark[..MarkSize].SequenceEqual(claimed);
    }
}
