using Sallyport.Engine;
using Sallyport.Engine.Tools;

namespace Sallyport.Tools.Files;

/// <summary>What must hold before a file is changed, in words for the model when it does not.</summary>
internal static class FileStart
{
    /// <summary>Why nothing can be written at a place; null when it can.</summary>
    public static string? Refusal(Place place) =>
        Directory.Exists(place.Real) ? $"{place.Shown} is a folder, not a file."
        : place.Special is { } special ? $"{place.Shown} is {special}, not a file."
        : null;

    public static string ChangedSince(Place place) => $"{place.Shown} changed on disk since you last saw it. Read it again, then decide; nothing was written.";

    /// <summary>An existing file for editing. <paramref name="problem"/> says why not when it returns null.</summary>
    public static TextFile? Open(Place place, ToolContext context, out byte[] bytes, out string problem)
    {
        (bytes, problem) = ([], "");
        if (Refusal(place) is { } refusal) problem = refusal;
        else if (!File.Exists(place.Real)) problem = NearestNames.NotFound(place, context.Workspace);
        else if (context.Seen.Check(place.Real) == SeenState.Changed) problem = ChangedSince(place);
        else if (new FileInfo(place.Real).Length is var length and > TextFile.Largest) problem = $"{place.Shown} has {FileSignature.Size(length)}; files up to {FileSignature.Size(TextFile.Largest)} can be edited. Use a program such as sed through bash.";
        else
        {
            bytes = File.ReadAllBytes(place.Real);
            return TextFile.Parse(bytes);
        }
        return null;
    }

    /// <summary>The bytes of an edited file. <paramref name="problem"/> says which character its encoding lacks when it returns null.</summary>
    public static byte[]? Encode(Place place, TextFile file, out string problem)
    {
        problem = "";
        if (file.ToBytes(out var missing) is { } bytes) return bytes;
        problem = $"{place.Shown} is {TextCodec.Name(file.Encoding)}, which has no {missing} (U+{missing.Value:X4}). Use another character, or write the whole file, which makes it UTF-8; nothing was written.";
        return null;
    }
}
