using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Responses;

/// <summary>Reads the events of a response: items that are added, grow and are done, then the response as a whole.</summary>
internal sealed class ResponsesAnswer(string? key) : Answer
{
    private readonly Dictionary<int, Call> _calls = [];
    private bool _refused, _summary;

    public override bool Read(JsonElement data)
    {
        switch (data.StringAt("type"u8))
        {
            case "response.output_text.delta":
                AddText(data.StringAt("delta"u8));
                break;
            case "response.refusal.delta":
                _refused = true;
                AddText(data.StringAt("delta"u8));
                break;
            case "response.reasoning_summary_part.added":
                if (_summary) Deltas.Add(new ThinkingDelta("\n\n"));
                break;
            case "response.reasoning_summary_text.delta" or "response.reasoning_text.delta":
                if (data.StringAt("delta"u8) is { Length: > 0 } thought)
                {
                    _summary = true;
                    Deltas.Add(new ThinkingDelta(thought));
                }
                break;
            case "response.output_item.added":
                if (data.At("item"u8) is var added && added.Is("type"u8, "function_call"u8)) Start(Index(data), added);
                break;
            case "response.function_call_arguments.delta":
                if (_calls.TryGetValue(Index(data), out var call) && data.StringAt("delta"u8) is { Length: > 0 } fragment)
                {
                    call.HasGrown = true;
                    Deltas.Add(new CallArguments(Index(data), fragment));
                }
                break;
            case "response.output_item.done":
                Done(Index(data), data.At("item"u8));
                break;
            case "response.completed":
                Finish(_refused ? StopReason.Refused : _calls.Count > 0 ? StopReason.Tools : StopReason.Done, data);
                return true;
            case "response.incomplete":
                Finish(data.At("response"u8).At("incomplete_details"u8).Is("reason"u8, "content_filter"u8) ? StopReason.Refused : StopReason.Length, data);
                return true;
            case "response.failed":
                throw Failures.InStream("OpenAI", data.At("response"u8), key)
                    ?? new ProviderException(ProviderFailure.Server, "OpenAI reports that the response failed, without a reason.");
            case "error":
                // Its fields stand in the event itself, or, from some servers, in an error object.
                var (code, text) = Failures.Details(data);
                if (data.StringAt("code"u8) is { } own) code += " " + own;
                throw Failures.Of("OpenAI", 0, code, text, key, null, null);
            default:
                if (data.StringAt("type"u8) is null && Failures.InStream("OpenAI", data, key) is { } failure) throw failure;
                break;
        }
        return false;
    }

    // The response as a whole is the end; without it something is missing.
    public override ModelFinish? End(bool marked) => null;

    private static int Index(JsonElement data) => (int)data.NumberAt("output_index"u8);

    private void Start(int index, JsonElement item)
    {
        if (!_calls.TryAdd(index, new Call())) return;
        Deltas.Add(new CallStart(index, item.StringAt("call_id"u8) ?? item.StringAt("id"u8) ?? "", item.StringAt("name"u8) ?? ""));
    }

    private void Done(int index, JsonElement item)
    {
        switch (item.StringAt("type"u8))
        {
            case "function_call":
                Start(index, item);
                if (!_calls[index].HasGrown && item.StringAt("arguments"u8) is { Length: > 0 } whole) Deltas.Add(new CallArguments(index, whole));
                break;
            case "reasoning":
                // Servers that do not stream the summary still tell it here.
                if (!_summary) foreach (var part in item.ItemsAt("summary"u8)) if (part.StringAt("text"u8) is { Length: > 0 } text) Deltas.Add(new ThinkingDelta(text));
                var signature = item.StringAt("encrypted_content"u8);
                var (id, seen) = (item.StringAt("id"u8), _summary || Deltas.Count > 0);
                if (seen || signature is not null) Deltas.Add(new ThinkingEnd(signature, id));
                _summary = false;
                break;
        }
    }

    private void AddText(string? text)
    {
        if (text is { Length: > 0 }) Deltas.Add(new TextDelta(text));
    }

    private void Finish(StopReason reason, JsonElement data)
    {
        var usage = data.At("response"u8).At("usage"u8);
        Usage? counted = null;
        if (usage.ValueKind == JsonValueKind.Object)
        {
            var details = usage.At("input_tokens_details"u8);
            var read = details.NumberAt("cached_tokens"u8);
            var written = details.NumberAt("cache_write_tokens"u8);
            counted = new Usage(Math.Max(usage.NumberAt("input_tokens"u8) - read - written, 0), usage.NumberAt("output_tokens"u8), read, written);
        }
        Deltas.Add(new ModelFinish(reason, counted));
    }

    private sealed class Call
    {
        public bool HasGrown { get; set; }
    }
}
