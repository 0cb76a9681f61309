using Sallyport.Engine.Checkpoints;

namespace Sallyport.Engine.Sessions;

/// <summary>Takes a session off the disk: its large outputs, its checkpoints, its secrets, its transcript. One that runs stays.</summary>
public static class SessionRemoval
{
    /// <summary>Throws <see cref="SessionException"/> when another process works on it.</summary>
    /// <param name="transcript">Its file.</param>
    public static void Remove(string transcript)
    {
        var id = SessionFiles.IdOf(transcript);
        using (Transcript.Claim(transcript))
        {
            // The transcript last: until then it is still listed, and can be deleted again.
            Gone(SessionFiles.OutputsOf(id));
            if (Secrets.SealedLines.IsSealed(transcript)) Gone(SessionFiles.OutputsInMemory(id));
            if (!SessionFiles.IsAgent(transcript)) Gone(SessionFiles.AgentsOf(transcript));
            Gone(CheckpointKeeper.FolderOf(id));
            Gone(Sandboxing.GateShims.FolderOf(id));
            File.Delete(Secrets.VaultFile.PathOf(transcript));
            File.Delete(SentJournal.PathOf(transcript));
            File.Delete(transcript);
        }
        try
        {
            Directory.Delete(Path.GetDirectoryName(transcript)!);
        }
        catch (IOException)
        {
            // Other sessions of the workspace are in it.
        }
    }

    internal static void Gone(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (DirectoryNotFoundException)
        {
            // It never had one.
        }
    }
}
