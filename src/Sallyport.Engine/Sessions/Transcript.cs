using System.Text.Json;
using Sallyport.Engine.Secrets;

namespace Sallyport.Engine.Sessions;

/// <summary>
/// Appends to a session's file. A line is one write, so that a process that is killed loses at most the line it was writing;
/// the next writer begins after a torn one. One process writes at a time.
/// </summary>
public sealed class Transcript : IDisposable
{
    private readonly FileStream file;
    private readonly FileStream hold;
    private readonly TimeProvider clock;
    private readonly SealedLines lines;
    private readonly Lock gate = new();

    private Transcript(string path, FileStream hold, FileStream file, TimeProvider clock, SessionSeal? seal, long next)
    {
        (Path, this.hold, this.file, this.clock, Seal) = (path, hold, file, clock, seal);
        lines = new SealedLines(seal, "transcript", next);
    }

    public string Path { get; }

    /// <summary>What its lines are sealed with; null when they are not.</summary>
    public SessionSeal? Seal { get; }

    /// <summary>Makes the file.</summary>
    /// <param name="path">Where.</param>
    /// <param name="clock">Tells when a line is written.</param>
    /// <param name="seal">What its lines are sealed with; null leaves them as they are.</param>
    public static Transcript Create(string path, TimeProvider clock, SessionSeal? seal = null)
    {
        StateFolder.Make(System.IO.Path.GetDirectoryName(path)!);
        var hold = Hold(path);
        try
        {
            return new Transcript(path, hold, StateFolder.Open(path, FileMode.CreateNew), clock, seal, 0);
        }
        catch (IOException)
        {
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Opens for appending. Throws <see cref="SessionException"/> when another process writes it.</summary>
    public static Transcript Append(string path, TimeProvider clock)
    {
        var hold = Hold(path);
        FileStream? file = null;
        try
        {
            file = StateFolder.Open(path, FileMode.Open, FileAccess.ReadWrite);
            if (file.Length > 0)
            {
                file.Seek(-1, SeekOrigin.End);
                var torn = file.ReadByte() != '\n';
                file.Seek(0, SeekOrigin.End);
                if (torn) file.WriteByte((byte)'\n');
            }
            var (seal, next) = TranscriptLines.End(file);
            return new Transcript(path, hold, file, clock, seal, next);
        }
        catch
        {
            file?.Dispose();
            hold.Dispose();
            throw;
        }
    }

    /// <summary>Keeps every process from writing to a session until it is disposed. Throws <see cref="SessionException"/> when one does.</summary>
    internal static IDisposable Claim(string path) => new Claimed(Hold(path));

    // Readers must not be kept out, so the lock is a file of its own; the system drops it when the process dies.
    private static FileStream Hold(string path)
    {
        var name = System.IO.Path.ChangeExtension(path, ".lock");
        while (true)
        {
            try
            {
                var hold = StateFolder.Open(name, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
                if (File.Exists(name)) return hold;
                // Whoever had it took it away after we had opened it: that one would keep nobody out.
                hold.Dispose();
            }
            catch (IOException e) when (e is not DirectoryNotFoundException)
            {
                throw new SessionException($"session {System.IO.Path.GetFileNameWithoutExtension(path)} is in use by another process; --fork it to go on beside it", e);
            }
        }
    }

    private sealed class Claimed(FileStream hold) : IDisposable
    {
        public void Dispose()
        {
            File.Delete(hold.Name);
            hold.Dispose();
        }
    }

    public void Add(TranscriptLine line)
    {
        var bytes = JsonSerializer.SerializeToUtf8Bytes(line with { At = clock.GetUtcNow() }, TranscriptJson.Default.TranscriptLine);
        lock (gate) file.Write(lines.Close(bytes, line is CompactionLine));
    }

    public void Dispose()
    {
        file.Dispose();
        File.Delete(hold.Name);
        hold.Dispose();
    }
}

/// <summary>A session cannot be found, read or opened. The message is for the person.</summary>
public sealed class SessionException(string message, Exception? inner = null) : Exception(message, inner);
