using System.Text.Json;

namespace Sallyport.Engine.Schema;

/// <summary>What is wrong with a text that should be JSON, in one line: the parser's sentence without what only a programmer wants.</summary>
public static class JsonWords
{
    /// <summary>With the place, where it is known.</summary>
    public static string Of(JsonException e) =>
        e.LineNumber is { } line && e.BytePositionInLine is { } at && !IsEmpty(e) ? $"line {line + 1}, byte {at + 1}: {Sentence(e)}" : Sentence(e);

    /// <summary>Without the place.</summary>
    public static string Sentence(JsonException e)
    {
        if (IsEmpty(e)) return "there is nothing in it";
        var message = e.Message;
        foreach (var tail in (ReadOnlySpan<string>)[" LineNumber:", " Path:"])
            if (message.IndexOf(tail, StringComparison.Ordinal) is >= 0 and var end) message = message[..end];
        // It may quote the text as far as it goes, line ends and all.
        return SchemaWords.Flat(message.TrimEnd('.', ' '));
    }

    private static bool IsEmpty(JsonException e) => e.Message.StartsWith("The input does not contain any JSON tokens", StringComparison.Ordinal);
}
