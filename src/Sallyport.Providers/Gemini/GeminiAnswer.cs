using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Gemini;

/// <summary>Reads chunks of candidates. Calls come whole; the stream has no end mark but its end.</summary>
internal sealed class GeminiAnswer(string? key) : Answer
{
    private const string OurIds = "gemini-call-";

    private Usage? _usage;
    private StopReason? _reason;
    private int _calls;
    private bool _thinking;

    /// <summary>The id was made here because the API gave none: it does not go back.</summary>
    public static bool IsOurs(string id) => id.StartsWith(OurIds, StringComparison.Ordinal);

    public override bool Read(JsonElement data)
    {
        if (Failures.InStream("Gemini", data, key) is { } failure) throw failure;
        Count(data.At("usageMetadata"u8));
        if (data.At("promptFeedback"u8).StringAt("blockReason"u8) is not null) _reason = StopReason.Refused;
        foreach (var candidate in data.ItemsAt("candidates"u8))
        {
            if (candidate.NumberAt("index"u8) != 0) continue;
            foreach (var part in candidate.At("content"u8).ItemsAt("parts"u8)) ReadPart(part);
            if (candidate.StringAt("finishReason"u8) is { Length: > 0 } reason) _reason = Reason(reason, candidate.StringAt("finishMessage"u8));
        }
        return false;
    }

    public override ModelFinish? End(bool marked)
    {
        if (_reason is not { } reason) return null;
        EndThinking(null);
        return new ModelFinish(reason == StopReason.Done && _calls > 0 ? StopReason.Tools : reason, _usage);
    }

    private void ReadPart(JsonElement part)
    {
        var signature = part.StringAt("thoughtSignature"u8);
        if (part.At("functionCall"u8) is { ValueKind: JsonValueKind.Object } call)
        {
            EndThinking(null);
            var id = call.StringAt("id"u8);
            if (string.IsNullOrEmpty(id)) id = OurIds + Guid.NewGuid().ToString("N")[..16];
            Deltas.Add(new CallStart(_calls, id, call.StringAt("name"u8) ?? "", signature));
            Deltas.Add(new CallArguments(_calls, call.At("args"u8) is { ValueKind: JsonValueKind.Object } arguments ? arguments.GetRawText() : "{}"));
            _calls++;
            return;
        }
        var text = part.StringAt("text"u8);
        if (part.FlagAt("thought"u8))
        {
            if (text is { Length: > 0 })
            {
                _thinking = true;
                Deltas.Add(new ThinkingDelta(text));
            }
            if (signature is not null) EndThinking(signature);
            return;
        }
        if (text is null) return;
        EndThinking(null);
        if (text.Length > 0) Deltas.Add(new TextDelta(text));
        // A signature on text, often on an empty last part: kept as reasoning that has no words.
        if (signature is not null) Deltas.Add(new ThinkingEnd(signature));
    }

    private void EndThinking(string? signature)
    {
        if (!_thinking && signature is null) return;
        _thinking = false;
        Deltas.Add(new ThinkingEnd(signature));
    }

    private static StopReason Reason(string reason, string? message) => reason switch
    {
        "STOP" or "FINISH_REASON_UNSPECIFIED" => StopReason.Done,
        "MAX_TOKENS" => StopReason.Length,
        "MALFORMED_FUNCTION_CALL" or "UNEXPECTED_TOOL_CALL" or "TOO_MANY_TOOL_CALLS" or "MALFORMED_RESPONSE" =>
            throw new ProviderException(ProviderFailure.BadStream, $"Gemini broke off: the model wrote a call that cannot be read ({reason}{(message is null ? "" : ": " + Failures.OneLine(message, 200))})."),
        "MISSING_THOUGHT_SIGNATURE" => throw new ProviderException(ProviderFailure.Invalid, "Gemini misses the signature of a thought in the conversation."),
        "OTHER" => throw new ProviderException(ProviderFailure.Server, "Gemini stopped in the middle of the answer and gave no reason."),
        _ => StopReason.Refused,
    };

    // Each report is of everything so far. The prompt includes what was cached; thoughts are told beside the answer.
    private void Count(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return;
        var read = usage.NumberAt("cachedContentTokenCount"u8);
        _usage = new Usage(
            Math.Max(usage.NumberAt("promptTokenCount"u8) + usage.NumberAt("toolUsePromptTokenCount"u8) - read, 0),
            usage.NumberAt("candidatesTokenCount"u8) + usage.NumberAt("thoughtsTokenCount"u8), read, 0);
    }
}
