namespace Sallyport.Tools.Files.Patches;

/// <summary>Reads a patch in either form: the envelope (<c>*** Begin Patch</c>) or a unified diff, git's or plain.</summary>
internal static class Patch
{
    /// <exception cref="FormatException">For the model: which line is wrong, and how.</exception>
    public static List<FilePatch> Parse(string text)
    {
        var lines = text.Split('\n');
        // Carriage returns on every line come from the way here; on some, they are content.
        var all = lines.Length > 1;
        for (var i = 0; i < lines.Length - 1 && all; i++) all = lines[i].EndsWith('\r');
        if (all) for (var i = 0; i < lines.Length; i++) lines[i] = lines[i].TrimEnd('\r');
        if (lines.Length > 0 && lines[^1].Length == 0) Array.Resize(ref lines, lines.Length - 1);

        var reader = new PatchLines(lines);
        for (var i = 0; i < lines.Length; i++)
        {
            if (EnvelopePatch.IsStart(lines[i]))
            {
                while (reader.Number <= i) reader.Next();
                return Checked(EnvelopePatch.Parse(reader));
            }
            if (lines[i].StartsWith("diff --git ", StringComparison.Ordinal) || (lines[i].StartsWith("--- ", StringComparison.Ordinal) && i + 1 < lines.Length && lines[i + 1].StartsWith("+++ ", StringComparison.Ordinal)))
                return Checked(UnifiedPatch.Parse(reader));
        }
        throw new FormatException("This is not a patch. Start with `*** Begin Patch` and `*** Update File: path` (or Add File, Delete File), or give a unified diff with `--- a/path` and `+++ b/path`.");
    }

    private static List<FilePatch> Checked(List<FilePatch> files) => files.Count > 0 ? files : throw new FormatException("The patch names no file.");
}
