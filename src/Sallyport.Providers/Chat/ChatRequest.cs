using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Chat;

/// <summary>
/// Writes a request. Only fields that every compatible server knows, unless the server is OpenAI's own; the messages last, so that
/// each request begins with the bytes of the one before.
/// </summary>
internal sealed class ChatRequest(Utf8JsonWriter json, ModelRequest request, bool isOpenAi, bool effort)
{
    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("stream"u8, true);
        json.WriteStartObject("stream_options"u8);
        json.WriteBoolean("include_usage"u8, true);
        json.WriteEndObject();
        json.WriteNumber(isOpenAi || Reasons(request.Model) ? "max_completion_tokens"u8 : "max_tokens"u8, request.MaxOutputTokens);
        if (effort && request.Effort is { } level) json.WriteString("reasoning_effort"u8, level switch { Effort.Low => "low"u8, Effort.Medium => "medium"u8, _ => "high"u8 });
        if (isOpenAi)
        {
            json.WriteBoolean("store"u8, false);
            json.WriteString("prompt_cache_key"u8, request.Session);
        }
        WriteFormat();
        WriteTools();
        json.WriteStartArray("messages"u8);
        if (!string.IsNullOrWhiteSpace(request.System)) WriteText("system"u8, request.System);
        foreach (var message in request.Messages)
        {
            if (message.Role == Role.Assistant) WriteAssistant(message);
            else WriteUser(message);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>OpenAI's reasoning models (o1, o3, gpt-5 and later), also behind a router's <c>openai/</c>: they know only the newer name of the limit.</summary>
    public static bool Reasons(string model)
    {
        var name = model.AsSpan(model.LastIndexOf('/') + 1);
        if (name.Length > 1 && name[0] == 'o' && char.IsAsciiDigit(name[1])) return true;
        return name.StartsWith("gpt-") && name.Length > 4 && name[4] is >= '5' and <= '9';
    }

    private void WriteFormat()
    {
        if (request.OutputSchema is not { } schema) return;
        json.WriteStartObject("response_format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteStartObject("json_schema"u8);
        json.WriteString("name"u8, "answer"u8);
        json.WritePropertyName("schema"u8);
        json.WriteRawValue(schema);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void WriteTools()
    {
        if (request.Tools.Count == 0) return;
        json.WriteStartArray("tools"u8);
        foreach (var tool in request.Tools)
        {
            json.WriteStartObject();
            json.WriteString("type"u8, "function"u8);
            json.WriteStartObject("function"u8);
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Schema);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteText(ReadOnlySpan<byte> role, string text)
    {
        json.WriteStartObject();
        json.WriteString("role"u8, role);
        json.WritePropertyName("content"u8);
        json.Text(text);
        json.WriteEndObject();
    }

    private void WriteAssistant(Message message)
    {
        var text = message.Text;
        var calls = 0;
        foreach (var part in message.Parts) if (part is ToolCallPart) calls++;
        if (calls == 0 && text.Length == 0) return;
        json.WriteStartObject();
        json.WriteString("role"u8, "assistant"u8);
        json.WritePropertyName("content"u8);
        if (text.Length > 0) json.Text(text);
        else json.WriteNullValue();
        if (calls > 0)
        {
            WriteReasoning(message);
            json.WriteStartArray("tool_calls"u8);
            foreach (var part in message.Parts)
            {
                if (part is not ToolCallPart call) continue;
                json.WriteStartObject();
                json.WriteString("id"u8, call.Id);
                json.WriteString("type"u8, "function"u8);
                json.WriteStartObject("function"u8);
                json.WriteString("name"u8, call.Name);
                json.WritePropertyName("arguments"u8);
                json.ArgumentsText(call.Arguments);
                json.WriteEndObject();
                json.WriteEndObject();
            }
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    // Servers that reason in the open want it back with the calls that it led to, in the field that it came in.
    private void WriteReasoning(Message message)
    {
        var (field, text) = ("", "");
        foreach (var part in message.Parts)
        {
            if (part is not ThinkingPart { Origin: "openai-chat", Id: "reasoning_content" or "reasoning" } thought) continue;
            field = thought.Id;
            text += thought.Text;
        }
        if (text.Length == 0) return;
        json.WritePropertyName(field);
        json.Text(text);
    }

    private void WriteUser(Message message)
    {
        var images = 0;
        foreach (var part in message.Parts)
        {
            if (part is not ToolResultPart result) continue;
            json.WriteStartObject();
            json.WriteString("role"u8, "tool"u8);
            json.WriteString("tool_call_id"u8, result.CallId);
            json.WritePropertyName("content"u8);
            json.Text(result.Text);
            json.WriteEndObject();
            images += result.Images?.Count ?? 0;
        }
        foreach (var part in message.Parts) if (part is ImagePart) images++;
        if (images == 0)
        {
            var text = message.Text;
            if (text.Length > 0) WriteText("user"u8, text);
            return;
        }
        json.WriteStartObject();
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        foreach (var part in message.Parts)
        {
            switch (part)
            {
                case ToolResultPart { Images: { Count: > 0 } shown } result:
                    WriteTextItem($"From {result.Name} ({result.CallId}):");
                    foreach (var image in shown) WriteImage(image);
                    break;
                case TextPart { Text.Length: > 0 } text:
                    WriteTextItem(text.Text);
                    break;
                case ImagePart image:
                    WriteImage(image);
                    break;
            }
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteTextItem(string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "text"u8);
        json.WritePropertyName("text"u8);
        json.Text(text);
        json.WriteEndObject();
    }

    private void WriteImage(ImagePart image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "image_url"u8);
        json.WriteStartObject("image_url"u8);
        json.WritePropertyName("url"u8);
        json.DataAddress(image);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
