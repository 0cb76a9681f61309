using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Chat;

/// <summary>
/// Reads chunks. Servers differ in how they cut calls (with or without index and id, in pieces or whole), where they put reasoning,
/// and whether they tell the usage and the reason; whatever is clear is accepted.
/// </summary>
internal sealed class ChatAnswer(string title, string? key) : Answer
{
    private readonly List<Call> _calls = [];
    private readonly InlineThinking _inline = new();
    private Usage? _usage;
    private string? _reason;
    private string? _reasoningField;
    private bool _reasoning;
    private bool _refused;

    public override bool Read(JsonElement data)
    {
        if (Failures.InStream(title, data, key) is { } failure) throw failure;
        Count(data.At("usage"u8));
        foreach (var choice in data.ItemsAt("choices"u8))
        {
            if (choice.NumberAt("index"u8) != 0) continue;
            // A server that cannot stream sends the whole message.
            var delta = choice.At("delta"u8) is { ValueKind: JsonValueKind.Object } piece ? piece : choice.At("message"u8);
            ReadPiece(delta);
            if (choice.StringAt("finish_reason"u8) is { Length: > 0 } reason) _reason = reason;
            Count(choice.At("usage"u8));
        }
        return false;
    }

    public override ModelFinish? End(bool marked)
    {
        _inline.End(Deltas);
        EndReasoning();
        foreach (var call in _calls) if (!call.IsOpen) Open(call);
        // Without a reason the stream may have been cut anywhere: only a whole one ends with a reason or with [DONE].
        if (_reason is null && !marked) return null;
        if (_reason is "error") throw new ProviderException(ProviderFailure.Server, $"{title} stopped in the middle of the answer and gave no reason.");
        var reason = _reason switch
        {
            "length" or "max_tokens" or "model_length" => StopReason.Length,
            "content_filter" or "safety" or "refusal" => StopReason.Refused,
            // A refusal ends like any answer.
            _ when _refused => StopReason.Refused,
            _ => _calls.Count > 0 ? StopReason.Tools : StopReason.Done,
        };
        return new ModelFinish(reason, _usage);
    }

    private void ReadPiece(JsonElement delta)
    {
        if (delta.ValueKind != JsonValueKind.Object) return;
        var field = delta.At("reasoning_content"u8).ValueKind == JsonValueKind.String ? "reasoning_content" : "reasoning";
        if ((field == "reasoning" ? delta.StringAt("reasoning"u8) : delta.StringAt("reasoning_content"u8)) is { Length: > 0 } thought)
        {
            (_reasoning, _reasoningField) = (true, field);
            Deltas.Add(new ThinkingDelta(thought));
        }
        var text = delta.StringAt("content"u8);
        if (text is null) foreach (var item in delta.ItemsAt("content"u8)) text += item.StringAt("text"u8);
        if (text is { Length: > 0 } || delta.StringAt("refusal"u8) is { Length: > 0 })
        {
            EndReasoning();
            if (text is { Length: > 0 }) _inline.Add(text, Deltas);
            if (delta.StringAt("refusal"u8) is { Length: > 0 } refusal)
            {
                Deltas.Add(new TextDelta(refusal));
                _refused = true;
            }
        }
        foreach (var call in delta.ItemsAt("tool_calls"u8))
        {
            _inline.End(Deltas);
            EndReasoning();
            ReadCall(call);
        }
    }

    private void ReadCall(JsonElement piece)
    {
        var function = piece.At("function"u8);
        var (id, name) = (piece.StringAt("id"u8) ?? "", function.StringAt("name"u8) ?? "");
        var index = piece.NumberAt("index"u8, -1);
        var call = FindCall(index, id, name);
        if (call is null)
        {
            call = new Call(_calls.Count, index);
            _calls.Add(call);
        }
        if (call.Id.Length == 0) call.Id = id;
        if (!call.IsOpen) call.Name += name;
        var arguments = function.At("arguments"u8);
        var fragment = arguments.ValueKind == JsonValueKind.Object ? arguments.GetRawText() : arguments.StringOrNull();
        if (!call.IsOpen && call.Name.Length > 0 && (fragment is { Length: > 0 } || call.Id.Length > 0)) Open(call);
        if (fragment is not { Length: > 0 }) return;
        if (call.IsOpen) Deltas.Add(new CallArguments(call.Index, fragment));
        else call.Early += fragment;
    }

    // By index where there is one; a new id with a name under an old index is a new call all the same. Without an index, by id;
    // without either, a name begins a call and anything else continues the last.
    private Call? FindCall(long index, string id, string name)
    {
        for (var i = _calls.Count - 1; i >= 0; i--)
        {
            var call = _calls[i];
            if (index >= 0 && call.ServerIndex != index) continue;
            var another = id.Length > 0 && call.Id.Length > 0 && id != call.Id;
            if (another && name.Length > 0) return index >= 0 ? ById(id) : null;
            if (index >= 0) return call;
            if (id.Length > 0) return ById(id) ?? (name.Length == 0 ? call : null);
            return name.Length > 0 && call.IsOpen ? null : call;
        }
        return null;
    }

    private Call? ById(string id)
    {
        foreach (var call in _calls) if (call.Id == id) return call;
        return null;
    }

    private void Open(Call call)
    {
        if (call.Name.Length == 0) throw new ProviderException(ProviderFailure.BadStream, $"{title} sent a tool call without a name.");
        if (call.Id.Length == 0) call.Id = "call_" + Guid.NewGuid().ToString("N")[..16];
        call.IsOpen = true;
        Deltas.Add(new CallStart(call.Index, call.Id, call.Name));
        if (call.Early.Length > 0) Deltas.Add(new CallArguments(call.Index, call.Early));
    }

    private void EndReasoning()
    {
        if (!_reasoning) return;
        _reasoning = false;
        Deltas.Add(new ThinkingEnd(null, _reasoningField));
    }

    private void Count(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return;
        var details = usage.At("prompt_tokens_details"u8);
        var read = details.NumberAt("cached_tokens"u8, usage.NumberAt("prompt_cache_hit_tokens"u8));
        var written = details.NumberAt("cache_write_tokens"u8);
        var input = usage.NumberAt("prompt_tokens"u8) - read - written;
        _usage = new Usage(Math.Max(input, 0), usage.NumberAt("completion_tokens"u8), read, written);
    }

    private sealed class Call(int index, long serverIndex)
    {
        public int Index { get; } = index;

        public long ServerIndex { get; } = serverIndex;

        public string Id { get; set; } = "";

        public string Name { get; set; } = "";

        public string Early { get; set; } = "";

        public bool IsOpen { get; set; }
    }
}
