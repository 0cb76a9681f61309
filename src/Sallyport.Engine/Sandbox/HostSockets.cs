namespace Sallyport.Engine.Sandboxing;

/// <summary>
/// The sockets in the file system on which programs of this machine answer now. An empty network does not close them, nor does a
/// file system that cannot be written: who listens there (a container engine, an editor, an agent) would act outside for a command.
/// </summary>
internal static class HostSockets
{
    private const string Table = "/proc/net/unix";

    /// <summary>Absolute paths, each once; none where the system does not tell.</summary>
    public static List<string> Here()
    {
        var paths = new List<string>();
        try
        {
            // Num RefCount Protocol Flags Type St Inode Path; names in the abstract space begin with @ and belong to a network.
            foreach (var line in File.ReadLines(Table))
            {
                var at = line.IndexOf(" /", StringComparison.Ordinal);
                if (at < 0) continue;
                var path = line[(at + 1)..];
                if (!paths.Contains(path) && File.Exists(path)) paths.Add(path);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Not Linux, or hidden from us.
        }
        return paths;
    }
}
