namespace Sallyport.Engine.Swarm;

/// <summary>What an agent is to do, as the model that starts it wrote it.</summary>
/// <param name="CallId">The call.</param>
/// <param name="Prompt">All that the agent is told.</param>
/// <param name="Kind">null for <c>general</c>.</param>
/// <param name="Tools">The only tools that it has; null for those of its kind.</param>
/// <param name="MaxTurns">Model answers that it has.</param>
public sealed record AgentOrder(string CallId, string Prompt, string? Kind, IReadOnlyList<string>? Tools, int? MaxTurns)
{
    private const int LongestTitle = 100;

    public const string UsualKind = "general";

    /// <summary>The first line of a prompt, shortened.</summary>
    public static string TitleOf(string prompt)
    {
        var text = prompt.AsSpan().Trim();
        var end = text.IndexOfAny('\r', '\n');
        if (end >= 0) text = text[..end].TrimEnd();
        if (text.Length <= LongestTitle) return text.ToString();
        // Between words: half of a secret would not be known as one.
        var cut = text[..LongestTitle].LastIndexOf(' ');
        return $"{(cut > 0 ? text[..cut] : [])} …".TrimStart();
    }
}
