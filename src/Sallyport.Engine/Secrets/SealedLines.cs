using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Secrets;

/// <summary>
/// The lines of one file of a session, in their order, on their way in or out. A file is sealed from its first line to its last, or
/// not at all: in a sealed one a line that is not sealed, or cannot be opened, is as good as torn, and one that does not follow the
/// one before it ends the reading.
/// </summary>
internal sealed class SealedLines
{
    private readonly string session, file;
    private SessionSeal? seal;
    private bool isSealed;
    private long next;

    /// <param name="session">Whose file it is.</param>
    /// <param name="file">Which of its files.</param>
    /// <param name="isWhole">Whether reading begins at the first line; from the middle, any number may be the first.</param>
    public SealedLines(string session, string file, bool isWhole = true) => (this.session, this.file, next) = (session, file, isWhole ? 0 : -1);

    /// <summary>For writing.</summary>
    /// <param name="seal">null for lines as they are.</param>
    /// <param name="file">Which of the session's files.</param>
    /// <param name="next">The number of the next line.</param>
    public SealedLines(SessionSeal? seal, string file, long next = 0) : this(seal?.Session ?? "", file) => (this.seal, this.next) = (seal, next);

    /// <summary>The seal that lines were opened with; null when none was.</summary>
    public SessionSeal? Seal => isSealed ? seal : null;

    /// <summary>The number of the line that would come next.</summary>
    public long Next => Math.Max(0, next);

    /// <summary>Whether a file begins as a sealed one does. A file that is empty, or that is not there, does not.</summary>
    public static bool IsSealed(FileStream opened)
    {
        Span<byte> begin = stackalloc byte[SealedLine.Begin.Length];
        return RandomAccess.Read(opened.SafeFileHandle, begin, 0) == begin.Length && begin.SequenceEqual(SealedLine.Begin);
    }

    /// <summary>As above, by its path.</summary>
    public static bool IsSealed(string path)
    {
        if (!File.Exists(path)) return false;
        using var opened = TranscriptLines.Open(path);
        return IsSealed(opened);
    }

    /// <summary>A line for the file, with its end.</summary>
    public byte[] Close(byte[] plain, bool isCompaction = false)
    {
        if (seal is null) return [.. plain, (byte)'\n'];
        return SealedLine.Of(seal, file, isCompaction ? SealedLine.Compaction : SealedLine.Record, next++, plain);
    }

    /// <summary>A line of the file, without its end, as it was written; empty when it cannot be read. Throws <see cref="SessionException"/>.</summary>
    public ReadOnlySpan<byte> Open(ReadOnlySpan<byte> line)
    {
        if (!line.StartsWith(SealedLine.Begin)) return isSealed ? [] : line;
        isSealed = true;
        if (!SealedLine.TryRead(line, out var kind, out var number, out var box)) return [];
        var plain = seal?.Open(box, SealedLine.Bound(file, kind, number)) ?? Tried(box, SealedLine.Bound(file, kind, number));
        if (plain is null) return [];
        if (next >= 0 && number != next) throw new SessionException($"session {session} was changed by somebody: in its {file}, line {number} stands where line {next} belongs");
        next = number + 1;
        return plain;
    }

    private byte[]? Tried(byte[] box, string bound)
    {
        if (seal is not null) return null;
        var any = false;
        foreach (var one in SessionSeal.Known(session))
        {
            any = true;
            if (one.Open(box, bound) is not { } plain) continue;
            seal = one;
            return plain;
        }
        return any ? null : throw new SessionException($"session {session} is encrypted, and its key is not here: neither {Path.Combine(StateFolder.Root(), "vault.key")} nor the keyring has it");
    }
}
