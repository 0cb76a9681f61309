using Microsoft.Win32.SafeHandles;

namespace Sallyport.Guard.Audit;

/// <summary>The files of a ledger's folder. All are for the owner's eyes only.</summary>
internal sealed class LedgerFiles(string folder)
{
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public string Folder { get; } = folder;

    /// <summary>The entries, one a line.</summary>
    public string Log => Path.Combine(Folder, "log.jsonl");

    public string State => Path.Combine(Folder, "state");

    public string Lock => Path.Combine(Folder, "lock");

    public string Key => Path.Combine(Folder, "key");

    /// <summary>The last checkpoint, under the name that other tools expect.</summary>
    public string Checkpoint => Path.Combine(Folder, "checkpoint");

    /// <summary>Every checkpoint, one after another.</summary>
    public string Checkpoints => Path.Combine(Folder, "checkpoints");

    /// <summary>Where a witness keeps the checkpoints of this ledger.</summary>
    public static string Witnessed(string witness, VerifierKey key) => Path.Combine(witness, $"sallyport-ledger-{key.IdText}.checkpoints");

    public void Make()
    {
        OwnerFolder.Make(Folder);
        if (!File.Exists(Lock)) Open(Lock).Dispose();
    }

    /// <summary>For reading and writing, made when it is not there; other processes have it open too.</summary>
    public static FileStream Open(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite | FileShare.Delete, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerFile;
        return new FileStream(path, options);
    }

    public static SafeFileHandle OpenToRead(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Writes a file whole or not at all.</summary>
    public static void Replace(string path, string text)
    {
        var next = $"{path}.{Environment.ProcessId}.next";
        using (var file = Open(next))
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.UTF8.GetBytes(text));
            file.Flush(flushToDisk: true);
        }
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Adds a note to a file of notes; what a dying process left unended is ended first, so that it harms only itself.</summary>
    public static void AddNote(string path, string note)
    {
        using var file = Open(path);
        var end = file.Length;
        var cut = end > 0 && file.Seek(-1, SeekOrigin.End) >= 0 && file.ReadByte() != '\n';
        file.Seek(0, SeekOrigin.End);
        file.Write(System.Text.Encoding.UTF8.GetBytes((cut ? "\n" : "") + note));
        file.Flush(flushToDisk: true);
    }
}
