using Sallyport.Engine.Models;

namespace Sallyport.Providers.Wire;

/// <summary>
/// Which kind of failure an error is. Servers disagree on statuses, so the code and the message decide first where they are clear:
/// too long a conversation and an empty account are both told as 400 or 429 by someone.
/// </summary>
internal static class FailureKinds
{
    // As worded by Anthropic, OpenAI, Gemini, Mistral, xAI, vLLM, llama.cpp, LM Studio and Ollama.
    private static readonly string[] TooLong =
    [
        "prompt is too long", "context_length_exceeded", "exceed_context_size", "context length", "context window", "context size",
        "context limit", "maximum prompt length", "maximum model length", "max_model_len", "input token count", "reduce the length of",
        "exceeds the maximum number of tokens", "too large for model", "request_too_large", "too many input tokens",
    ];

    private static readonly string[] Quota =
    [
        "insufficient_quota", "billing_error", "billing_hard_limit", "billing_not_active", "credit balance", "insufficient balance", "insufficient_balance",
        "insufficient credits", "requires more credits", "out of credits", "usage limit", "spending limit", "PerDay", "limit: 0",
    ];

    private static readonly string[] Credentials =
    [
        "authentication_error", "permission_error", "invalid_api_key", "API_KEY_INVALID", "api key not valid", "UNAUTHENTICATED", "PERMISSION_DENIED",
    ];

    public static ProviderFailure Of(int status, string code, string text)
    {
        if (status is 0 or 400 or 413 or 422 or 429 or 500 && (Has(text, TooLong) || Has(code, TooLong)) && !Has(code, "rate_limit")) return ProviderFailure.TooLong;
        if (status is 0 or 400 or 402 or 403 or 429 && (Has(text, Quota) || Has(code, Quota))) return ProviderFailure.Quota;
        if (status is 0 or 400 && (Has(text, Credentials) || Has(code, Credentials))) return ProviderFailure.Credentials;
        return status switch
        {
            0 => OfCode(code, text),
            401 or 403 or 407 => ProviderFailure.Credentials,
            402 => ProviderFailure.Quota,
            404 or 410 => ProviderFailure.NotFound,
            408 => ProviderFailure.Network,
            413 => ProviderFailure.TooLong,
            429 => ProviderFailure.RateLimited,
            503 or 529 => ProviderFailure.Overloaded,
            500 when Has(code, "overloaded") => ProviderFailure.Overloaded,
            409 or >= 500 => ProviderFailure.Server,
            _ => ProviderFailure.Invalid,
        };
    }

    // An error inside a stream has no status of its own.
    private static ProviderFailure OfCode(string code, string text)
    {
        if (Has(code, "rate_limit") || Has(code, "RESOURCE_EXHAUSTED") || Has(code, "too_many_requests")) return ProviderFailure.RateLimited;
        if (Has(code, "overloaded") || Has(code, "UNAVAILABLE") || Has(code, "slow_down") || Has(text, "overloaded")) return ProviderFailure.Overloaded;
        if (Has(code, "not_found")) return ProviderFailure.NotFound;
        if (Has(code, "invalid") || Has(code, "INVALID_ARGUMENT") || Has(code, "FAILED_PRECONDITION")) return ProviderFailure.Invalid;
        return ProviderFailure.Server;
    }

    private static bool Has(string text, string[] any)
    {
        foreach (var one in any) if (Has(text, one)) return true;
        return false;
    }

    private static bool Has(string text, string one) => text.Contains(one, StringComparison.OrdinalIgnoreCase);
}
