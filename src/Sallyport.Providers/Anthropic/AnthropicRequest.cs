using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Anthropic;

/// <summary>
/// Writes a request. What never changes within a session stands first, the messages last; four cache breakpoints (tools, system,
/// the last two messages of the user) let each request read what the one before wrote.
/// </summary>
internal sealed class AnthropicRequest(Utf8JsonWriter json, ModelRequest request, ThinkingStyle thinking)
{
    private const int LeastBudget = 1024;

    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteNumber("max_tokens"u8, request.MaxOutputTokens);
        json.WriteBoolean("stream"u8, true);
        WriteThinking();
        WriteOutput();
        WriteToolsAndSystem();
        WriteMessages();
        json.WriteEndObject();
    }

    public void WriteForCount()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        WriteThinking();
        WriteToolsAndSystem();
        WriteMessages();
        json.WriteEndObject();
    }

    private void WriteThinking()
    {
        switch (thinking)
        {
            case ThinkingStyle.Adaptive or ThinkingStyle.Always:
                json.WriteStartObject("thinking"u8);
                json.WriteString("type"u8, "adaptive"u8);
                json.WriteString("display"u8, "summarized"u8);
                json.WriteEndObject();
                break;
            case ThinkingStyle.Budget when request.Effort is { } effort:
                var budget = effort switch { Effort.Low => 2_048, Effort.Medium => 8_192, _ => 24_576 };
                budget = Math.Min(budget, request.MaxOutputTokens / 2);
                if (budget < LeastBudget) return;
                json.WriteStartObject("thinking"u8);
                json.WriteString("type"u8, "enabled"u8);
                json.WriteNumber("budget_tokens"u8, budget);
                json.WriteEndObject();
                break;
        }
    }

    private void WriteOutput()
    {
        var effort = request.Effort is not null && thinking is ThinkingStyle.Adaptive or ThinkingStyle.Always;
        if (!effort && request.OutputSchema is null) return;
        json.WriteStartObject("output_config"u8);
        if (request.Effort is { } level && effort) json.WriteString("effort"u8, level switch { Effort.Low => "low"u8, Effort.Medium => "medium"u8, _ => "high"u8 });
        if (request.OutputSchema is { } schema)
        {
            json.WriteStartObject("format"u8);
            json.WriteString("type"u8, "json_schema"u8);
            json.WritePropertyName("schema"u8);
            SchemaSubset.ForAnthropic.Write(json, schema);
            json.WriteEndObject();
        }
        json.WriteEndObject();
    }

    private void WriteToolsAndSystem()
    {
        if (request.Tools.Count > 0)
        {
            json.WriteStartArray("tools"u8);
            for (var i = 0; i < request.Tools.Count; i++)
            {
                var tool = request.Tools[i];
                json.WriteStartObject();
                json.WriteString("name"u8, tool.Name);
                json.WriteString("description"u8, tool.Description);
                json.WritePropertyName("input_schema"u8);
                json.WriteRawValue(tool.Schema);
                if (i == request.Tools.Count - 1) WriteBreakpoint();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        if (string.IsNullOrWhiteSpace(request.System)) return;
        json.WriteStartArray("system"u8);
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WritePropertyName("text"u8);
        json.Text(request.System);
        WriteBreakpoint();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteMessages()
    {
        var marked = LastTwoOfTheUser();
        json.WriteStartArray("messages"u8);
        for (var i = 0; i < request.Messages.Count; i++)
        {
            var message = request.Messages[i];
            if (!AnyPart(message)) continue;
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role == Role.User ? "user"u8 : "assistant"u8);
            json.WriteStartArray("content"u8);
            var last = i >= marked && message.Role == Role.User ? LastPart(message) : null;
            // Results come first: the API wants them right after the calls, before anything the user says.
            foreach (var part in message.Parts) if (part is ToolResultPart result) WriteResult(result, ReferenceEquals(part, last));
            foreach (var part in message.Parts) if (part is not ToolResultPart && IsWritten(part)) WritePart(part, ReferenceEquals(part, last));
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WritePart(Part part, bool marked)
    {
        json.WriteStartObject();
        switch (part)
        {
            case TextPart text:
                json.WriteString("type"u8, "text"u8);
                json.WritePropertyName("text"u8);
                json.Text(text.Text);
                break;
            case ThinkingPart { Redacted: true } redacted:
                json.WriteString("type"u8, "redacted_thinking"u8);
                json.WritePropertyName("data"u8);
                json.Text(redacted.Signature!);
                break;
            case ThinkingPart thought:
                json.WriteString("type"u8, "thinking"u8);
                json.WritePropertyName("thinking"u8);
                json.Text(thought.Text);
                json.WritePropertyName("signature"u8);
                json.Text(thought.Signature!);
                break;
            case ImagePart image:
                WriteImage(image);
                break;
            case ToolCallPart call:
                json.WriteString("type"u8, "tool_use"u8);
                json.WriteString("id"u8, Accepted(call.Id));
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("input"u8);
                json.ArgumentsObject(call.Arguments);
                break;
        }
        if (marked) WriteBreakpoint();
        json.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result, bool marked)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "tool_result"u8);
        json.WriteString("tool_use_id"u8, Accepted(result.CallId));
        if (result.Failed) json.WriteBoolean("is_error"u8, true);
        if (result.Images is { Count: > 0 } images)
        {
            json.WriteStartArray("content"u8);
            if (!string.IsNullOrWhiteSpace(result.Text)) WritePart(new TextPart(result.Text), marked: false);
            foreach (var image in images) WritePart(image, marked: false);
            json.WriteEndArray();
        }
        else
        {
            json.WritePropertyName("content"u8);
            json.Text(result.Text);
        }
        if (marked) WriteBreakpoint();
        json.WriteEndObject();
    }

    private void WriteImage(ImagePart image)
    {
        json.WriteString("type"u8, "image"u8);
        json.WriteStartObject("source"u8);
        json.WriteString("type"u8, "base64"u8);
        json.WriteString("media_type"u8, image.MediaType);
        json.WritePropertyName("data"u8);
        json.Text(image.Data);
        json.WriteEndObject();
    }

    private void WriteBreakpoint()
    {
        json.WriteStartObject("cache_control"u8);
        json.WriteString("type"u8, "ephemeral"u8);
        json.WriteEndObject();
    }

    // The API accepts only these characters; ids of other providers may have more.
    private static string Accepted(string id)
    {
        foreach (var c in id)
        {
            if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-') continue;
            return string.Create(id.Length, id, static (to, from) =>
            {
                for (var i = 0; i < to.Length; i++) to[i] = char.IsAsciiLetterOrDigit(from[i]) || from[i] == '-' ? from[i] : '_';
            });
        }
        return id;
    }

    // From here on the user's messages are marked; there are at most two of them.
    private int LastTwoOfTheUser()
    {
        var left = 2;
        for (var i = request.Messages.Count - 1; i >= 0; i--)
            if (request.Messages[i].Role == Role.User && AnyPart(request.Messages[i]) && --left == 0) return i;
        return 0;
    }

    private bool AnyPart(Message message) => LastPart(message) is not null;

    // In the order of writing: results stand before everything else.
    private Part? LastPart(Message message)
    {
        Part? result = null, other = null;
        foreach (var part in message.Parts)
        {
            if (part is ToolResultPart) result = part;
            else if (IsWritten(part)) other = part;
        }
        return other ?? result;
    }

    // The API refuses blank text, and reasoning that is not its own.
    private bool IsWritten(Part part) => part switch
    {
        TextPart text => !string.IsNullOrWhiteSpace(text.Text),
        ThinkingPart thought => IsOwn(thought, request.Model),
        _ => true,
    };

    /// <summary>Reasoning goes back to the model that it came from: newer models refuse another's.</summary>
    public static bool IsOwn(ThinkingPart thought, string model) =>
        thought.Origin == "anthropic" && !string.IsNullOrEmpty(thought.Signature) && (thought.Id is null || thought.Id == model);
}
