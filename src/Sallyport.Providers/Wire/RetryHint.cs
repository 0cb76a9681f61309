using System.Globalization;
using System.Text.Json;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Wire;

/// <summary>How long a server asks to wait, in the ways that servers say it. Null when it says nothing.</summary>
internal static class RetryHint
{
    public static TimeSpan? Read(HttpResponseMessage response, JsonElement body, ProviderFailure kind)
    {
        if (Header(response, "retry-after-ms") is { } ms && Seconds(ms) is { } milliseconds) return TimeSpan.FromMilliseconds(milliseconds);
        if (Header(response, "retry-after") is { } after)
        {
            if (Seconds(after) is { } seconds) return TimeSpan.FromSeconds(seconds);
            if (Until(after) is { } date) return date;
        }
        if (kind is not ProviderFailure.RateLimited) return null;
        return FromBody(body) ?? FromLimits(response, "x-ratelimit-remaining-", "x-ratelimit-reset-", "requests", "tokens")
            ?? FromLimits(response, "anthropic-ratelimit-", "anthropic-ratelimit-", "requests", "tokens");
    }

    /// <summary>Durations as OpenAI writes them: <c>20ms</c>, <c>1s</c>, <c>6m0s</c>, <c>1h30m</c>.</summary>
    public static TimeSpan? Duration(string text)
    {
        double total = 0;
        var at = 0;
        while (at < text.Length)
        {
            var start = at;
            while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] == '.')) at++;
            if (at == start || !double.TryParse(text.AsSpan(start, at - start), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return null;
            var unit = at;
            while (at < text.Length && char.IsAsciiLetter(text[at])) at++;
            double? factor = text.AsSpan(unit, at - unit) switch { "ms" => 0.001, "s" => 1, "" => 1, "m" => 60, "h" => 3600, "d" => 86400, _ => null };
            if (factor is null) return null;
            total += number * factor.Value;
        }
        return text.Length == 0 || total > 1e7 ? null : TimeSpan.FromSeconds(total);
    }

    // Gemini: error.details[] of type RetryInfo with retryDelay "34s".
    private static TimeSpan? FromBody(JsonElement body)
    {
        if (body.ValueKind == JsonValueKind.Array && body.GetArrayLength() > 0) body = body[0];
        foreach (var detail in body.At("error"u8).ItemsAt("details"u8))
            if (detail.StringAt("retryDelay"u8) is { } delay && Duration(delay) is { } time) return time;
        return null;
    }

    // Of the limits that are used up the longest wait; when none says what remains, the longest of all.
    private static TimeSpan? FromLimits(HttpResponseMessage response, string remaining, string reset, params ReadOnlySpan<string> limits)
    {
        TimeSpan? exhausted = null, any = null;
        foreach (var limit in limits)
        {
            var own = remaining == reset;
            var text = Header(response, own ? reset + limit + "-reset" : reset + limit);
            if (text is null || (Duration(text) ?? Until(text)) is not { } time) continue;
            if (any is null || time > any) any = time;
            if (Header(response, own ? remaining + limit + "-remaining" : remaining + limit) == "0" && (exhausted is null || time > exhausted)) exhausted = time;
        }
        return exhausted ?? any;
    }

    private static double? Seconds(string text) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < 1e7 ? value : null;

    private static TimeSpan? Until(string date)
    {
        if (!DateTimeOffset.TryParse(date, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var when)) return null;
        var wait = when - TimeProvider.System.GetUtcNow();
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    private static string? Header(HttpResponseMessage response, string name)
    {
        if (!response.Headers.NonValidated.TryGetValues(name, out var values)) return null;
        foreach (var value in values) return value.Trim();
        return null;
    }
}
