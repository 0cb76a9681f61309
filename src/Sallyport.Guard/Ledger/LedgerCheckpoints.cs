using System.Text;

namespace Sallyport.Guard.Audit;

/// <summary>The checkpoints that were made of a ledger.</summary>
internal static class LedgerCheckpoints
{
    /// <summary>The last one; null when there is none that can be read.</summary>
    public static Checkpoint? Last(LedgerFiles files) => File.Exists(files.Checkpoint) ? Checkpoint.Parse(File.ReadAllText(files.Checkpoint)) : null;

    /// <summary>All in a file, and how many notes in it are none.</summary>
    public static (List<Checkpoint> Read, int Unreadable) In(string file) => File.Exists(file) ? Checkpoint.ParseAll(File.ReadAllText(file, Encoding.UTF8)) : ([], 0);
}
