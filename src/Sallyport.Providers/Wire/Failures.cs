using System.Net;
using System.Text.Json;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Wire;

/// <summary>What went wrong between us and a model API, as one exception with a kind and a sentence for the person. Never a credential.</summary>
internal static class Failures
{
    private const int MostOfABody = 64 * 1024;
    private const int MostOfAMessage = 600;

    public static ProviderException Lost(string title, Exception e) =>
        new(ProviderFailure.Network, $"The connection to {title} was lost: {OneLine(e.InnerException?.Message ?? e.Message, 200)}", e);

    public static ProviderException Unreachable(string title, Uri address, Exception e)
    {
        var why = e is HttpRequestException http ? http.HttpRequestError switch
        {
            HttpRequestError.NameResolutionError => $"the name {address.Host} is not known. Check the base address and the network",
            HttpRequestError.ConnectionError when address.IsLoopback => $"nothing listens at {address.Authority}. Start the server, or correct the base address",
            HttpRequestError.ConnectionError => $"{address.Authority} does not accept a connection. Check the network and the base address",
            HttpRequestError.SecureConnectionError => $"no secure connection to {address.Authority}: {OneLine(e.InnerException?.Message ?? e.Message, 160)}",
            HttpRequestError.ProxyTunnelError => "the proxy did not let us through. Check HTTPS_PROXY and NO_PROXY",
            _ => OneLine(e.InnerException?.Message ?? e.Message, 200),
        } : $"{address.Authority} did not answer in time";
        return new ProviderException(ProviderFailure.Network, $"{title} could not be reached: {why}.", e);
    }

    /// <summary>An answer that is not 200.</summary>
    public static async Task<ProviderException> Read(string title, HttpResponseMessage response, ProviderOptions options, Func<ProviderFailure, string?> advice, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        if (status is >= 300 and < 400)
        {
            var target = response.Headers.Location is { } to ? $" to {OneLine(to.IsAbsoluteUri ? to.GetLeftPart(UriPartial.Authority) : to.OriginalString, 200)}" : "";
            return new ProviderException(ProviderFailure.NotFound, $"{title} redirects{target}; redirects are not followed, because the conversation would go elsewhere. Set the base address to where it should go.") { Status = status };
        }
        var body = await ReadBounded(title, response, cancellation).ConfigureAwait(false);
        using var document = ParseOrNull(body);
        var (code, text) = document is null ? ("", OneLine(PlainText(body, response), 300)) : Details(document.RootElement);
        var failure = Of(title, status, code, text, options.Key, advice, options.KeyOrigin);
        return new ProviderException(failure.Kind, failure.Message) { Status = status, RetryAfter = RetryHint.Read(response, document?.RootElement ?? default, failure.Kind) };
    }

    /// <summary>A 200 whose body is JSON and not a stream: some servers report errors so, some cannot stream.</summary>
    public static async Task<ProviderException> NotAStream(string title, HttpResponseMessage response, string? key, CancellationToken cancellation)
    {
        using var document = ParseOrNull(await ReadBounded(title, response, cancellation).ConfigureAwait(false));
        return document is not null && InStream(title, document.RootElement, key) is { } failure
            ? failure
            : new ProviderException(ProviderFailure.BadStream, $"{title} answered with one JSON document instead of a stream of events.");
    }

    /// <summary>An error that came as an event; null when the event is none.</summary>
    public static ProviderException? InStream(string title, JsonElement data, string? key)
    {
        var error = data.At("error"u8);
        if (error.ValueKind is not (JsonValueKind.Object or JsonValueKind.String) && !data.Is("object"u8, "error"u8)) return null;
        var (code, text) = Details(data);
        var status = Status(error.At("code"u8), data.At("code"u8), data.At("status"u8));
        return Of(title, status, code, text, key, null, null);
    }

    /// <summary>The failure that a status, an error code and a message mean together.</summary>
    public static ProviderException Of(string title, int status, string code, string text, string? key, Func<ProviderFailure, string?>? advice, string? keyOrigin)
    {
        text = OneLine(WithoutKey(text, key), MostOfAMessage);
        var kind = FailureKinds.Of(status, code, text);
        var what = text.Length > 0 ? text.TrimEnd('.') + "." : code.Length > 0 ? code + "." : "It gave no reason.";
        var said = status > 0 ? $"{title} answered {status}: {what}" : $"{title} reports: {what}";
        var more = advice?.Invoke(kind) ?? kind switch
        {
            ProviderFailure.Credentials => key is null ? " No credential is set for it." : $" Check the credential{From(keyOrigin)}.",
            ProviderFailure.Quota => " Waiting does not help: check the account's credit and limits.",
            ProviderFailure.NotFound => " Check the model's name and the base address.",
            _ => "",
        };
        return new ProviderException(kind, said + (more.StartsWith(' ') || more.Length == 0 ? more : " " + more)) { Status = status > 0 ? status : null };
    }

    public static string From(string? keyOrigin) => keyOrigin is null ? "" : $" from {keyOrigin}";

    /// <summary>One line without control characters, of limited length.</summary>
    public static string OneLine(string text, int most)
    {
        var cut = text.Length > most;
        var characters = (cut ? text.AsSpan(0, most) : text).ToArray();
        for (var i = 0; i < characters.Length; i++) if (char.IsControl(characters[i])) characters[i] = ' ';
        return new string(characters).Trim() + (cut ? "…" : "");
    }

    public static async Task<byte[]> ReadBounded(string title, HttpResponseMessage response, CancellationToken cancellation)
    {
        var buffer = new byte[MostOfABody];
        var used = 0;
        try
        {
            var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            int read;
            while (used < buffer.Length && (read = await stream.ReadAsync(buffer.AsMemory(used), cancellation).ConfigureAwait(false)) > 0) used += read;
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            if (response.StatusCode == HttpStatusCode.OK) throw Lost(title, e);
        }
        return buffer[..used];
    }

    public static JsonDocument? ParseOrNull(byte[] body)
    {
        try
        {
            return body.Length == 0 ? null : JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Code and message out of the shapes that servers use for errors.</summary>
    public static (string Code, string Text) Details(JsonElement root)
    {
        if (root.ValueKind == JsonValueKind.Array && root.GetArrayLength() > 0) root = root[0];
        var error = root.At("error"u8);
        if (error.ValueKind != JsonValueKind.Object) error = error.ValueKind == JsonValueKind.String || error.ValueKind == JsonValueKind.Undefined ? root : default;
        var text = error.StringAt("message"u8) ?? root.StringAt("error"u8) ?? root.StringAt("message"u8) ?? root.StringAt("detail"u8) ?? "";
        if (text.Length == 0) foreach (var detail in root.ItemsAt("detail"u8)) text += (text.Length > 0 ? "; " : "") + (detail.StringAt("msg"u8) ?? "");
        // Routers put what the provider behind them said beside their own sentence.
        var raw = error.At("metadata"u8).StringAt("raw"u8);
        if (raw is not null) text += (text.Length > 0 ? ": " : "") + raw;
        var code = "";
        foreach (var part in (ReadOnlySpan<string?>)[error.StringAt("type"u8), error.StringAt("code"u8), error.StringAt("status"u8)])
            if (!string.IsNullOrEmpty(part)) code += code.Length > 0 ? " " + part : part;
        foreach (var detail in error.ItemsAt("details"u8))
        {
            if (detail.StringAt("reason"u8) is { } reason) code += " " + reason;
            foreach (var violation in detail.ItemsAt("violations"u8)) code += " " + violation.StringAt("quotaId"u8);
        }
        return (code, text);
    }

    private static int Status(params ReadOnlySpan<JsonElement> candidates)
    {
        foreach (var one in candidates)
        {
            if (one.ValueKind == JsonValueKind.Number && one.TryGetInt32(out var number) && number is >= 400 and < 600) return number;
            if (one.StringOrNull() is { } text && int.TryParse(text, out number) && number is >= 400 and < 600) return number;
        }
        return 0;
    }

    private static string PlainText(byte[] body, HttpResponseMessage response) =>
        response.Content.Headers.ContentType?.MediaType is null or "text/plain" ? System.Text.Encoding.UTF8.GetString(body) : response.ReasonPhrase ?? "";

    // Servers quote a wrong key back, whole or masked. Neither is for a log.
    private static string WithoutKey(string text, string? key)
    {
        if (key is { Length: >= 4 }) text = text.Replace(key, "[credential]", StringComparison.Ordinal);
        if (!text.Contains("***", StringComparison.Ordinal) && (key is not { Length: >= 8 } || !text.Contains(key[..8], StringComparison.Ordinal))) return text;
        var words = text.Split(' ');
        for (var i = 0; i < words.Length; i++)
            if (words[i].Contains("***", StringComparison.Ordinal) || (key is { Length: >= 8 } && words[i].Contains(key[..8], StringComparison.Ordinal))) words[i] = "[credential]";
        return string.Join(' ', words);
    }
}
