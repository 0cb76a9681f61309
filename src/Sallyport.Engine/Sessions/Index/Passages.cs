namespace Sallyport.Engine.Sessions;

/// <summary>The parts of a transcript that a search looks through: what people and models said, calls, and both ends of results.</summary>
internal static class Passages
{
    private const int LongestText = 32_000;
    private const int LongestCall = 4_000;
    private const int ResultHead = 1_500;
    private const int ResultTail = 500;

    public static IEnumerable<(int Number, string Kind, string Text)> Of(TranscriptLine line)
    {
        if (line is CompactionLine compaction)
        {
            foreach (var message in compaction.Messages)
                if (Cut(message.Text, LongestText) is { Length: > 0 } summary) yield return (compaction.Next, "summary", summary);
            yield break;
        }
        if (line is not MessageLine m) yield break;
        if (m.Origin != "note" && Cut(m.Message.Text, LongestText) is { Length: > 0 } said) yield return (m.Number, m.Message.Role == Role.User ? "prompt" : "answer", said);
        foreach (var part in m.Message.Parts)
        {
            if (part is ToolCallPart call) yield return (m.Number, "call", $"{call.Name} {Cut(Plain(call.Arguments), LongestCall)}");
            else if (part is ToolResultPart { Text.Length: > 0 } result) yield return (m.Number, "result", Ends(result.Text));
        }
    }

    // Escapes would glue themselves to words: "\nfoo" is not "nfoo".
    private static string Plain(string json) => json.Contains('\\', StringComparison.Ordinal) ? json.Replace("\\n", "\n", StringComparison.Ordinal).Replace("\\t", "\t", StringComparison.Ordinal).Replace("\\\"", "\"", StringComparison.Ordinal) : json;

    // Most of what is in the index would be output. Errors stand at its end.
    private static string Ends(string text) => text.Length <= ResultHead + ResultTail ? text : $"{Cut(text, ResultHead)} … {text[^ResultTail..]}";

    private static string Cut(string text, int longest)
    {
        if (text.Length <= longest) return text;
        return text[..(char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)];
    }
}
