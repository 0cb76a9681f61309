using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>
/// The one way in which tools change files: told to the witness before, marked as seen after. A reader sees the old content or
/// the new, never half of one; mode, owner and links stay as they are.
/// </summary>
internal static class FileWriter
{
    /// <summary>Writes a file at its real path; its folders are made.</summary>
    public static void Write(ToolContext context, string real, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        context.Changes.BeforeChange(real);
        Directory.CreateDirectory(Path.GetDirectoryName(real)!);
        Put(real, content, mode);
        context.Seen.Mark(real);
    }

    public static void Delete(ToolContext context, string real)
    {
        context.Changes.BeforeChange(real);
        File.Delete(real);
        context.Seen.Mark(real);
    }

    /// <summary>Writes without telling anyone: for taking back what was written.</summary>
    public static void Put(string real, ReadOnlySpan<byte> content, UnixFileMode? mode = null)
    {
        FileFacts? facts = null;
        var exists = File.Exists(real);
        if (exists)
        {
            // Renaming over a file that may not be written would succeed; the person who protected it meant otherwise.
            using (File.OpenHandle(real, FileMode.Open, FileAccess.Write, FileShare.ReadWrite)) { }
            facts = FileFacts.Of(real);
            if (!OperatingSystem.IsWindows()) mode ??= File.GetUnixFileMode(real);
            if (facts is { Links: > 1 })
            {
                Overwrite(real, content, mode);
                return;
            }
        }

        var beside = Path.Join(Path.GetDirectoryName(real), $".{Path.GetFileName(real.AsSpan())[..Math.Min(40, Path.GetFileName(real.AsSpan()).Length)]}.{Guid.NewGuid():N}.tmp");
        try
        {
            using (var file = File.OpenHandle(beside, FileMode.CreateNew, FileAccess.Write)) RandomAccess.Write(file, content, 0);
            if (mode is { } bits && !OperatingSystem.IsWindows()) File.SetUnixFileMode(beside, bits);
            if (facts is { } was && FileFacts.Of(beside) is { } now && (was.Owner, was.Group) != (now.Owner, now.Group))
            {
                if (!FileFacts.TryGive(beside, was))
                {
                    File.Delete(beside);
                    Overwrite(real, content, mode);
                    return;
                }
                if (mode is { } again && !OperatingSystem.IsWindows()) File.SetUnixFileMode(beside, again);
            }
            File.Move(beside, real, overwrite: true);
        }
        catch (UnauthorizedAccessException) when (exists && !File.Exists(beside))
        {
            // The file may be written, its folder may not.
            Overwrite(real, content, mode);
        }
        catch
        {
            File.Delete(beside);
            throw;
        }
    }

    private static void Overwrite(string real, ReadOnlySpan<byte> content, UnixFileMode? mode)
    {
        using (var file = File.OpenHandle(real, FileMode.Open, FileAccess.Write))
        {
            RandomAccess.Write(file, content, 0);
            RandomAccess.SetLength(file, content.Length);
        }
        if (mode is { } bits && !OperatingSystem.IsWindows()) File.SetUnixFileMode(real, bits);
    }
}
