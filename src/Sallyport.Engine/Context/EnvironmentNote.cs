using Sallyport.Engine.Sessions;

namespace Sallyport.Engine.Context;

/// <summary>
/// Tells the model of a session that goes on elsewhere or on another day. Its system prompt stays as it was, since it heads the
/// cached prefix; so the change is said where the conversation goes on.
/// </summary>
public static class EnvironmentNote
{
    private const string Beginning = "[The session goes on. Instead of what was said of it before, this holds now:]\n";

    /// <summary>The note; null when the model knows it already.</summary>
    /// <param name="past">What came before.</param>
    /// <param name="now">See <see cref="SystemPrompt.Environment"/>.</param>
    public static string? Of(TranscriptState past, string now)
    {
        var known = past.Header.Environment;
        foreach (var message in past.Messages)
            foreach (var part in message.Parts)
                if (message.Role == Role.User && part is TextPart { Text: var text } && text.StartsWith(Beginning, StringComparison.Ordinal)) known = text[Beginning.Length..];
        return known == now ? null : Beginning + now;
    }
}
