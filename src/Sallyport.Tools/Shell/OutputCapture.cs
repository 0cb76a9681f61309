using System.Globalization;
using System.Text;
using Sallyport.Guard.Gate;

namespace Sallyport.Tools.Shell;

/// <summary>
/// Keeps the head and the tail of a command's output, and the whole in a file once it is more than both. Memory does not grow with
/// the output. Not for two threads at once; its owner locks.
/// </summary>
internal sealed class OutputCapture(string folder, long fileLimit = OutputCapture.FileLimit) : IDisposable
{
    public const int HeadSize = 15 * 1024, TailSize = 15 * 1024;
    public const long FileLimit = 256L << 20;
    private const int BufferSize = OutputWriter.PieceSize;

    // How far a cut may move to fall between two lines.
    private const int LineReach = 2048;

    // How far back a piece may end so that a word, or a key of many lines, stands in the next one as a whole.
    private const int LongestWord = 4096, LongestKey = 32 * 1024;

    private byte[] head = new byte[1024];
    private byte[]? tail;
    private int headLength, tailAt, tailLength;
    private OutputWriter? file;
    private byte[]? buffer;
    private int buffered;
    private long window, lines, before, stored;
    private bool given;

    /// <summary>All that came.</summary>
    public long Total { get; private set; }

    /// <summary>How much of it is in the file, which begins where the model had not looked yet.</summary>
    public long Stored => file?.Stored ?? stored;

    /// <summary>The file with the whole output; null while head and tail are the whole.</summary>
    public string? Path { get; private set; }

    /// <summary>Whose secrets do not stand in the file; null to look at nothing.</summary>
    public SecretVault? Vault { get; init; }

    /// <summary>Sees what comes, to show it.</summary>
    public ProgressFeed? Feed { get; set; }

    public void Add(ReadOnlySpan<byte> output)
    {
        if (output.IsEmpty) return;
        Feed?.Add(output);
        if (file is null && !given && window + output.Length > HeadSize + TailSize) OpenFile();
        if (file is not null) Store(output);
        Total += output.Length;
        window += output.Length;
        lines += output.Count((byte)'\n');
        if (headLength < HeadSize)
        {
            var part = output[..Math.Min(output.Length, HeadSize - headLength)];
            if (headLength + part.Length > head.Length) Array.Resize(ref head, Math.Min(HeadSize, Math.Max(head.Length * 4, headLength + part.Length)));
            part.CopyTo(head.AsSpan(headLength));
            headLength += part.Length;
            output = output[part.Length..];
        }
        if (!output.IsEmpty) Turn(output);
    }

    /// <summary>What came since the last time, with its middle left out when it is long; empty when nothing came.</summary>
    public string Take()
    {
        FlushFile(whole: Vault is null);
        file?.Finish();
        if (file is { HasFailed: true }) GiveUp();
        var text = Compose();
        (headLength, tailAt, tailLength, window, lines) = (0, 0, 0, 0, 0);
        return text;
    }

    public void Dispose()
    {
        FlushFile();
        GiveUp();
    }

    private void Turn(ReadOnlySpan<byte> output)
    {
        tail ??= new byte[TailSize];
        if (output.Length > TailSize) output = output[^TailSize..];
        var part = output[..Math.Min(output.Length, TailSize - tailAt)];
        part.CopyTo(tail.AsSpan(tailAt));
        output[part.Length..].CopyTo(tail);
        tailAt = (tailAt + output.Length) % TailSize;
        tailLength = Math.Min(TailSize, tailLength + output.Length);
    }

    private byte[] Tail()
    {
        var all = new byte[tailLength];
        if (tailLength == 0) return all;
        var start = tailLength < TailSize ? 0 : tailAt;
        tail.AsSpan(start, tailLength - start).CopyTo(all);
        tail.AsSpan(0, start).CopyTo(all.AsSpan(tailLength - start));
        return all;
    }

    private string Compose()
    {
        ReadOnlySpan<byte> first = head.AsSpan(0, headLength), last = Tail();
        if (window <= HeadSize + TailSize)
        {
            var all = new byte[first.Length + last.Length];
            first.CopyTo(all);
            last.CopyTo(all.AsSpan(first.Length));
            return Text(all);
        }
        var cut = first.LastIndexOf((byte)'\n') + 1;
        if (cut >= first.Length - LineReach && cut > 0) first = first[..cut];
        else while (first.Length > 0 && (first[^1] & 0x80) != 0) first = first[..^1];
        cut = last.IndexOf((byte)'\n') + 1;
        if (cut > 0 && cut <= LineReach) last = last[cut..];
        else while (last.Length > 0 && (last[0] & 0xC0) == 0x80) last = last[1..];
        var left = window - first.Length - last.Length;
        var feeds = lines - first.Count((byte)'\n') - last.Count((byte)'\n');
        return $"{Text(first).TrimEnd('\n')}\n[... {Size(left)} ({feeds.ToString("N0", CultureInfo.InvariantCulture)} lines) left out here. {Where()}]\n{Text(last)}";
    }

    private string Where() => Path is null ? "The whole output could not be written to a file."
        : Stored < Total - before ? $"The first {Size(Stored)} of the output are in {Path}: use grep or read on it."
        : before > 0 ? $"All that came after the first {Size(before)} is in {Path}: use grep or read on it."
        : $"The whole output is in {Path}: use grep or read on it.";

    internal static string Size(long bytes) => bytes < 10_000 ? $"{bytes} bytes"
        : bytes < 1_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{bytes / 1000.0:0} KB")
        : string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB");

    /// <summary>Invalid UTF-8 replaced, control characters that mean nothing in a text left out.</summary>
    internal static string Text(ReadOnlySpan<byte> bytes)
    {
        var text = Encoding.UTF8.GetString(bytes);
        if (!text.AsSpan().ContainsAnyInRange('\0', '\b') && !text.AsSpan().ContainsAnyInRange('\v', '\u001f') && !text.Contains('\u007f')) return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text) if (c is >= ' ' and not '\u007f' or '\n' or '\t') clean.Append(c);
        return clean.ToString();
    }

    private void OpenFile()
    {
        try
        {
            (Path, var handle) = OutputFile.Create(folder, "output", ".txt");
            file = new OutputWriter(handle, Vault);
            buffer = new byte[BufferSize];
            before = Total - headLength - tailLength;
            Store(head.AsSpan(0, headLength));
            Store(Tail());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            GiveUp();
        }
    }

    private void Store(ReadOnlySpan<byte> output)
    {
        var room = fileLimit - stored - buffered;
        if (output.Length > room) output = output[..(int)room];
        while (!output.IsEmpty && file is not null)
        {
            var part = output[..Math.Min(output.Length, BufferSize - buffered)];
            part.CopyTo(buffer.AsSpan(buffered));
            buffered += part.Length;
            output = output[part.Length..];
            if (buffered == BufferSize) FlushFile(whole: Vault is null);
        }
    }

    private void FlushFile(bool whole = true)
    {
        if (buffered == 0 || file is null) return;
        var ready = whole ? buffered : PieceEnd(buffer.AsSpan(0, buffered));
        if (ready == 0) return;
        file.Add(buffer.AsSpan(0, ready));
        stored += ready;
        buffered -= ready;
        buffer.AsSpan(ready, buffered).CopyTo(buffer);
        // A full disk: the command goes on, and the note says how much was kept.
        if (file.HasFailed) GiveUp();
    }

    /// <summary>
    /// How much can be looked at by itself: up to the end of a line, and not half of a key of many lines. A line that is too long for that
    /// is cut between two of its words or values; 0 when there is more to come first.
    /// </summary>
    private static int PieceEnd(ReadOnlySpan<byte> output)
    {
        var end = output.LastIndexOf((byte)'\n') + 1;
        if (end == 0)
        {
            if (output.Length < BufferSize) return 0;
            end = output.LastIndexOfAny(" \t,;{}"u8) + 1;
            return end > BufferSize - LongestWord ? end : output.Length;
        }
        var key = output[..end].LastIndexOf("-----BEGIN "u8);
        if (key < 0 || end - key > LongestKey || output[key..end].IndexOf("-----END "u8) >= 0) return end;
        var line = output[..key].LastIndexOf((byte)'\n') + 1;
        return line > 0 || output.Length < BufferSize ? line : end;
    }

    private void GiveUp()
    {
        file?.Dispose();
        stored = file?.Stored ?? stored;
        (file, buffered, given) = (null, 0, true);
    }
}
