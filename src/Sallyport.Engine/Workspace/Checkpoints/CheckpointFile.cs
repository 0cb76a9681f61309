using System.Text.Json;
using Sallyport.Engine.Secrets;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Checkpoints;

/// <summary>The log of changes on disk. One process writes; everyone may read.</summary>
/// <param name="folder">The session's own.</param>
/// <param name="seal">What its lines are sealed with; null when they are not.</param>
internal sealed class CheckpointFile(string folder, SessionSeal? seal = null) : IDisposable
{
    private const string Name = "checkpoints";

    private SealedLines? sealing;
    private FileStream? file;
    private FileStream? claim;
    private long next;

    /// <summary>When whoever wrote it was last alive, in nanoseconds since 1970; 0 when there is no log.</summary>
    public long LastSign => FileStamp.Of(Log).Modified;

    /// <summary>Says that we are alive.</summary>
    public void Beat()
    {
        if (file is not null) File.SetLastWriteTimeUtc(file.SafeFileHandle, TimeProvider.System.GetUtcNow().UtcDateTime);
    }

    private string Log => Path.Combine(folder, "log.jsonl");

    public void Add(params ReadOnlySpan<LogLine> lines)
    {
        Open();
        using var all = new MemoryStream();
        foreach (var line in lines) all.Write(sealing!.Close(CheckpointJson.Line(line)));
        file!.Write(all.GetBuffer(), 0, (int)all.Length);
    }

    /// <summary>All lines that are whole.</summary>
    public List<LogLine> Read()
    {
        var lines = new List<LogLine>();
        if (!File.Exists(Log)) return lines;
        using var reader = new StreamReader(new FileStream(Log, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        var opening = new SealedLines(Path.GetFileName(folder), Name);
        while (reader.ReadLine() is { } text)
            try
            {
                var plain = opening.Open(System.Text.Encoding.UTF8.GetBytes(text));
                if (plain.Length > 0 && JsonSerializer.Deserialize(plain, CheckpointJson.Default.LogLine) is { } line) lines.Add(line);
            }
            catch (JsonException)
            {
                // Torn by a crash: its change did not happen, or is told by the next line.
            }
        next = opening.Next;
        return lines;
    }

    public void Dispose()
    {
        file?.Dispose();
        claim?.Dispose();
        (file, claim) = (null, null);
    }

    public bool IsOpen => file is not null;

    /// <summary>Takes the log for writing. Fails when another process has it.</summary>
    public void Open()
    {
        if (file is not null) return;
        StateFolder.Make(folder);
        try
        {
            claim = StateFolder.Open(Path.Combine(folder, "lock"), FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (IOException e)
        {
            throw new IOException("another process works on this session; end it first", e);
        }
        if (seal is not null) Read();
        sealing = new SealedLines(seal, Name, next);
        file = StateFolder.Open(Log, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite);
        if (file.Length > 0)
        {
            file.Seek(-1, SeekOrigin.End);
            if (file.ReadByte() != '\n') file.WriteByte((byte)'\n');
        }
    }
}
