using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Anthropic;

/// <summary>Reads the events of a message: blocks that start, grow and stop, then the reason and the usage.</summary>
internal sealed class AnthropicAnswer(string model, string? key) : Answer
{
    private readonly Dictionary<int, Block> _open = [];
    private long _input, _output, _read, _write;
    private bool _counted;
    private string? _reason;

    public override bool Read(JsonElement data)
    {
        switch (data.StringAt("type"u8))
        {
            case "message_start":
                Count(data.At("message"u8).At("usage"u8));
                break;
            case "content_block_start":
                Start(Index(data), data.At("content_block"u8));
                break;
            case "content_block_delta":
                Grow(Index(data), data.At("delta"u8));
                break;
            case "content_block_stop":
                if (_open.Remove(Index(data), out var block)) Stop(block);
                break;
            case "message_delta":
                _reason = data.At("delta"u8).StringAt("stop_reason"u8) ?? _reason;
                Count(data.At("usage"u8));
                break;
            case "message_stop" when _reason is not null:
                Deltas.Add(End(marked: true)!);
                return true;
            default:
                // Also what has no type: gateways report their own errors so.
                if (Failures.InStream("Anthropic", data, key) is { } failure) throw failure;
                break;
        }
        return false;
    }

    public override ModelFinish? End(bool marked) => _reason is null ? null : new ModelFinish(_reason switch
    {
        "tool_use" => StopReason.Tools,
        "max_tokens" or "model_context_window_exceeded" => StopReason.Length,
        "refusal" => StopReason.Refused,
        "pause_turn" => StopReason.Paused,
        _ => StopReason.Done,
    }, _counted ? new Usage(_input, _output, _read, _write) : null);

    private static int Index(JsonElement data) => (int)data.NumberAt("index"u8);

    private void Start(int index, JsonElement content)
    {
        var block = new Block(content.StringAt("type"u8) ?? "", index);
        _open[index] = block;
        switch (block.Type)
        {
            case "text":
                AddText(content.StringAt("text"u8));
                break;
            case "thinking":
                AddThinking(content.StringAt("thinking"u8));
                block.Signature = content.StringAt("signature"u8) ?? "";
                break;
            case "redacted_thinking":
                block.Signature = content.StringAt("data"u8) ?? "";
                break;
            case "tool_use":
                Deltas.Add(new CallStart(index, content.StringAt("id"u8) ?? "", content.StringAt("name"u8) ?? ""));
                // Some servers send a call whole.
                if (content.At("input"u8) is { ValueKind: JsonValueKind.Object } input && input.GetRawText() is { } text && text.AsSpan().Trim("{} \n\t\r").Length > 0) block.Arguments = text;
                break;
        }
    }

    private void Grow(int index, JsonElement delta)
    {
        if (!_open.TryGetValue(index, out var block)) return;
        switch (delta.StringAt("type"u8))
        {
            case "text_delta":
                AddText(delta.StringAt("text"u8));
                break;
            case "thinking_delta":
                AddThinking(delta.StringAt("thinking"u8));
                break;
            case "signature_delta":
                block.Signature += delta.StringAt("signature"u8);
                break;
            case "input_json_delta" when block.Type == "tool_use" && delta.StringAt("partial_json"u8) is { Length: > 0 } fragment:
                block.Arguments = null;
                Deltas.Add(new CallArguments(index, fragment));
                break;
        }
    }

    private void Stop(Block block)
    {
        if (block.Type == "thinking") Deltas.Add(new ThinkingEnd(block.Signature.Length > 0 ? block.Signature : null, model));
        else if (block.Type == "redacted_thinking") Deltas.Add(new ThinkingEnd(block.Signature, model, Redacted: true));
        else if (block.Arguments is not null) Deltas.Add(new CallArguments(block.Index, block.Arguments));
    }

    private void AddText(string? text)
    {
        if (text is { Length: > 0 }) Deltas.Add(new TextDelta(text));
    }

    private void AddThinking(string? text)
    {
        if (text is { Length: > 0 }) Deltas.Add(new ThinkingDelta(text));
    }

    // Each report is cumulative: the later number is the truth, an absent or null one leaves the earlier.
    private void Count(JsonElement usage)
    {
        if (usage.ValueKind != JsonValueKind.Object) return;
        _counted = true;
        _input = usage.NumberAt("input_tokens"u8, _input);
        _output = usage.NumberAt("output_tokens"u8, _output);
        _read = usage.NumberAt("cache_read_input_tokens"u8, _read);
        _write = usage.NumberAt("cache_creation_input_tokens"u8, _write);
    }

    private sealed class Block(string type, int index)
    {
        public string Type { get; } = type;

        public int Index { get; } = index;

        public string Signature { get; set; } = "";

        public string? Arguments { get; set; }
    }
}
