using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Responses;

/// <summary>Writes a request. What never changes within a session stands first, the items of the conversation last.</summary>
internal sealed class ResponsesRequest(Utf8JsonWriter json, ModelRequest request, bool reasons)
{
    public void Write()
    {
        json.WriteStartObject();
        json.WriteString("model"u8, request.Model);
        json.WriteBoolean("stream"u8, true);
        json.WriteBoolean("store"u8, false);
        json.WriteNumber("max_output_tokens"u8, request.MaxOutputTokens);
        json.WriteString("prompt_cache_key"u8, request.Session);
        if (reasons)
        {
            json.WriteStartArray("include"u8);
            json.WriteStringValue("reasoning.encrypted_content"u8);
            json.WriteEndArray();
            json.WriteStartObject("reasoning"u8);
            if (request.Effort is { } effort) json.WriteString("effort"u8, effort switch { Effort.Low => "low"u8, Effort.Medium => "medium"u8, _ => "high"u8 });
            json.WriteString("summary"u8, "auto"u8);
            json.WriteEndObject();
        }
        WriteFormat();
        WriteTools();
        if (!string.IsNullOrWhiteSpace(request.System))
        {
            json.WritePropertyName("instructions"u8);
            json.Text(request.System);
        }
        json.WriteStartArray("input"u8);
        foreach (var message in request.Messages)
        {
            if (message.Role == Role.User) WriteUser(message);
            else WriteAssistant(message);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteFormat()
    {
        if (request.OutputSchema is not { } schema) return;
        json.WriteStartObject("text"u8);
        json.WriteStartObject("format"u8);
        json.WriteString("type"u8, "json_schema"u8);
        json.WriteString("name"u8, "answer"u8);
        // Strict mode refuses most schemas that people write; the engine checks the answer anyway.
        json.WriteBoolean("strict"u8, false);
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
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WriteBoolean("strict"u8, false);
            json.WritePropertyName("parameters"u8);
            json.WriteRawValue(tool.Schema);
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteUser(Message message)
    {
        var content = false;
        foreach (var part in message.Parts)
        {
            if (part is ToolResultPart result) WriteResult(result);
            else content |= part is TextPart { Text.Length: > 0 } or ImagePart;
        }
        if (!content) return;
        json.WriteStartObject();
        json.WriteString("type"u8, "message"u8);
        json.WriteString("role"u8, "user"u8);
        json.WriteStartArray("content"u8);
        foreach (var part in message.Parts)
        {
            if (part is TextPart { Text.Length: > 0 } text) WriteText("input_text"u8, text.Text);
            else if (part is ImagePart image) WriteImage(image);
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private void WriteResult(ToolResultPart result)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "function_call_output"u8);
        json.WriteString("call_id"u8, result.CallId);
        json.WritePropertyName("output"u8);
        if (result.Images is { Count: > 0 } images)
        {
            json.WriteStartArray();
            if (result.Text.Length > 0) WriteText("input_text"u8, result.Text);
            foreach (var image in images) WriteImage(image);
            json.WriteEndArray();
        }
        else
        {
            json.Text(result.Text);
        }
        json.WriteEndObject();
    }

    private void WriteAssistant(Message message)
    {
        for (var i = 0; i < message.Parts.Count; i++)
        {
            switch (message.Parts[i])
            {
                // Reasoning goes back only before what it led to: alone at the end of a message it is refused.
                case ThinkingPart { Origin: "openai", Signature.Length: > 0 } thought when Leads(message, i + 1):
                    WriteReasoning(thought);
                    break;
                case TextPart { Text.Length: > 0 } text:
                    json.WriteStartObject();
                    json.WriteString("type"u8, "message"u8);
                    json.WriteString("role"u8, "assistant"u8);
                    json.WriteStartArray("content"u8);
                    WriteText("output_text"u8, text.Text);
                    json.WriteEndArray();
                    json.WriteEndObject();
                    break;
                case ToolCallPart call:
                    json.WriteStartObject();
                    json.WriteString("type"u8, "function_call"u8);
                    json.WriteString("call_id"u8, call.Id);
                    json.WriteString("name"u8, call.Name);
                    json.WritePropertyName("arguments"u8);
                    json.ArgumentsText(call.Arguments);
                    json.WriteEndObject();
                    break;
            }
        }
    }

    private void WriteReasoning(ThinkingPart thought)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "reasoning"u8);
        if (thought.Id is not null) json.WriteString("id"u8, thought.Id);
        json.WriteStartArray("summary"u8);
        if (thought.Text.Length > 0) WriteText("summary_text"u8, thought.Text);
        json.WriteEndArray();
        json.WritePropertyName("encrypted_content"u8);
        json.Text(thought.Signature!);
        json.WriteEndObject();
    }

    private static bool Leads(Message message, int from)
    {
        for (var i = from; i < message.Parts.Count; i++) if (message.Parts[i] is TextPart { Text.Length: > 0 } or ToolCallPart) return true;
        return false;
    }

    private void WriteText(ReadOnlySpan<byte> type, string text)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, type);
        json.WritePropertyName("text"u8);
        json.Text(text);
        json.WriteEndObject();
    }

    private void WriteImage(ImagePart image)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "input_image"u8);
        json.WritePropertyName("image_url"u8);
        json.DataAddress(image);
        json.WriteEndObject();
    }
}
