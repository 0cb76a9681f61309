using System.Text;
using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Turns;

/// <summary>Keeps one result from filling the context: what is too long goes to a file, and its head and tail stay.</summary>
internal static class OutputLimit
{
    /// <summary>Characters that one result may have.</summary>
    public const int Characters = 64_000;

    private const int Shown = 24_000;

    public static string Apply(string text, string callId, string folder)
    {
        if (text.Length <= Characters) return text;
        var where = Keep(text, callId, folder);
        var head = Cut(text, Shown, fromEnd: false);
        var tail = Cut(text, Shown / 2, fromEnd: true);
        return $"{head}\n\n[… {text.Length - head.Length - tail.Length} characters left out; {where} …]\n\n{tail}";
    }

    private static string Keep(string text, string callId, string folder)
    {
        try
        {
            StateFolder.Make(folder);
            var name = string.Concat(callId.Where(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_').Take(80));
            var path = Path.Combine(folder, $"{name}.txt");
            using var file = StateFolder.Open(path, FileMode.Create);
            file.Write(Encoding.UTF8.GetBytes(text));
            return $"all of it is in {path}, for read and grep";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"it could not be kept in a file ({e.Message})";
        }
    }

    // At a line end where one is near, and never within a surrogate pair.
    private static string Cut(string text, int length, bool fromEnd)
    {
        if (fromEnd)
        {
            var at = text.Length - length;
            var line = text.IndexOf('\n', at, length);
            if (line >= 0 && line < at + length / 2) at = line + 1;
            return char.IsLowSurrogate(text[at]) ? text[(at + 1)..] : text[at..];
        }
        var end = text.LastIndexOf('\n', length);
        if (end < length / 2) end = length;
        return char.IsHighSurrogate(text[end - 1]) ? text[..(end - 1)] : text[..end];
    }
}
