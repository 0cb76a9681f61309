namespace Sallyport.Engine;

/// <summary>Tokens of one request or of many. The four never overlap: their sum is what passed.</summary>
/// <param name="InputTokens">Input that was neither read from nor written to a cache.</param>
/// <param name="OutputTokens">Output, thinking included.</param>
/// <param name="CacheReadTokens">Input read from the provider's cache.</param>
/// <param name="CacheWriteTokens">Input written to the provider's cache.</param>
public sealed record Usage(long InputTokens, long OutputTokens, long CacheReadTokens, long CacheWriteTokens)
{
    public static Usage None { get; } = new(0, 0, 0, 0);

    public static Usage operator +(Usage a, Usage b) =>
        new(a.InputTokens + b.InputTokens, a.OutputTokens + b.OutputTokens, a.CacheReadTokens + b.CacheReadTokens, a.CacheWriteTokens + b.CacheWriteTokens);

    public static Usage operator -(Usage a, Usage b) =>
        new(a.InputTokens - b.InputTokens, a.OutputTokens - b.OutputTokens, a.CacheReadTokens - b.CacheReadTokens, a.CacheWriteTokens - b.CacheWriteTokens);

    /// <summary>How full the context was: all input, and the output that becomes input next.</summary>
    public long Context() => InputTokens + CacheReadTokens + CacheWriteTokens + OutputTokens;

    public long Total() => Context();
}
