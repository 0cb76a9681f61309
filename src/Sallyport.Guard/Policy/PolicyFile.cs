namespace Sallyport.Guard;

/// <summary>Finds and reads <c>sallyport.json</c>.</summary>
public static class PolicyFile
{
    /// <summary>The file's name.</summary>
    public const string Name = "sallyport.json";

    /// <summary>
    /// The policy that holds for a folder: the nearest file from there up to the repository's root (the folder with
    /// <c>.git</c>), or null. Outside a repository only the folder itself counts: what stands above it is not the team's.
    /// </summary>
    /// <param name="folder">An existing folder.</param>
    public static string? Find(string folder)
    {
        var asked = new DirectoryInfo(folder);
        var nearest = (string?)null;
        for (var at = asked; at is not null; at = at.Parent)
        {
            var path = Path.Combine(at.FullName, Name);
            if (nearest is null && File.Exists(path)) nearest = path;
            if (Path.Exists(Path.Combine(at.FullName, ".git"))) return nearest;
        }
        var own = Path.Combine(asked.FullName, Name);
        return File.Exists(own) ? own : null;
    }

    /// <summary>
    /// Reads a policy. Throws <see cref="GuardException"/> when it cannot be read; the message has one line for each
    /// error, with file, line and column (bytes, from 1), and what to do.
    /// </summary>
    /// <param name="path">The file.</param>
    public static Policy Read(string path)
    {
        try
        {
            if (new FileInfo(path).Length > 16 << 20) throw new GuardException($"{path}: larger than 16 MiB; that is no policy");
            return Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new GuardException($"{path}: cannot be read ({e.Message})", e);
        }
    }

    /// <summary>Reads a policy from memory; see <see cref="Read"/>.</summary>
    /// <param name="json">UTF-8 JSON; comments and trailing commas are allowed.</param>
    /// <param name="name">What messages call it.</param>
    public static Policy Parse(byte[] json, string name = Name) => new PolicyReader(json, name).Read();

    /// <summary>The published JSON Schema of the file.</summary>
    public static string Schema() => Resources.Read("sallyport.schema.json");
}
