using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Gemini;

/// <summary>
/// Writes a request's members. What never changes within a session stands first, the contents last. Signatures of thoughts go back
/// on the part that they came with.
/// </summary>
internal sealed class GeminiRequest(Utf8JsonWriter json, ModelRequest request, ThinkingStyle thinking, Func<string, string> fitting)
{
    // What the API documents for calls that another model made: it wants a signature on the first call of each step.
    private const string NotOurs = "skip_thought_signature_validator";

    public void Write()
    {
        WriteConfig();
        if (request.Tools.Count > 0) WriteTools();
        if (!string.IsNullOrWhiteSpace(request.System))
        {
            json.WriteStartObject("systemInstruction"u8);
            json.WriteStartArray("parts"u8);
            WriteText(request.System);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteStartArray("contents"u8);
        foreach (var message in request.Messages)
        {
            if (!Any(message)) continue;
            json.WriteStartObject();
            json.WriteString("role"u8, message.Role == Role.User ? "user"u8 : "model"u8);
            json.WriteStartArray("parts"u8);
            if (message.Role == Role.User) WriteUser(message);
            else WriteModel(message);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private void WriteConfig()
    {
        json.WriteStartObject("generationConfig"u8);
        json.WriteNumber("maxOutputTokens"u8, request.MaxOutputTokens);
        if (thinking != ThinkingStyle.None)
        {
            json.WriteStartObject("thinkingConfig"u8);
            json.WriteBoolean("includeThoughts"u8, true);
            if (request.Effort is { } effort)
            {
                if (thinking == ThinkingStyle.Budget) json.WriteNumber("thinkingBudget"u8, effort switch { Effort.Low => 2_048, Effort.Medium => 8_192, _ => 24_576 });
                else json.WriteString("thinkingLevel"u8, effort switch { Effort.Low => "low"u8, Effort.Medium => "medium"u8, _ => "high"u8 });
            }
            json.WriteEndObject();
        }
        if (request.OutputSchema is { } schema)
        {
            json.WriteString("responseMimeType"u8, "application/json"u8);
            json.WritePropertyName("responseJsonSchema"u8);
            json.WriteRawValue(fitting(schema), skipInputValidation: true);
        }
        json.WriteEndObject();
    }

    private void WriteTools()
    {
        json.WriteStartArray("tools"u8);
        json.WriteStartObject();
        json.WriteStartArray("functionDeclarations"u8);
        foreach (var tool in request.Tools)
        {
            json.WriteStartObject();
            json.WriteString("name"u8, tool.Name);
            json.WriteString("description"u8, tool.Description);
            json.WritePropertyName("parametersJsonSchema"u8);
            json.WriteRawValue(fitting(tool.Schema), skipInputValidation: true);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndArray();
    }

    private void WriteModel(Message message)
    {
        var firstCall = true;
        foreach (var part in message.Parts)
        {
            switch (part)
            {
                case TextPart { Text.Length: > 0 } text:
                    WriteText(text.Text);
                    break;
                case ThinkingPart { Origin: "gemini", Signature.Length: > 0 } thought:
                    json.WriteStartObject();
                    json.WritePropertyName("text"u8);
                    json.Text(thought.Text);
                    if (thought.Text.Length > 0) json.WriteBoolean("thought"u8, true);
                    json.WritePropertyName("thoughtSignature"u8);
                    json.Text(thought.Signature);
                    json.WriteEndObject();
                    break;
                case ToolCallPart call:
                    WriteCall(call, firstCall);
                    firstCall = false;
                    break;
            }
        }
    }

    private void WriteCall(ToolCallPart call, bool first)
    {
        json.WriteStartObject();
        json.WriteStartObject("functionCall"u8);
        if (!GeminiAnswer.IsOurs(call.Id)) json.WriteString("id"u8, call.Id);
        json.WriteString("name"u8, call.Name);
        json.WritePropertyName("args"u8);
        json.ArgumentsObject(call.Arguments);
        json.WriteEndObject();
        if (call.Signature is { } signature)
        {
            json.WritePropertyName("thoughtSignature"u8);
            json.Text(signature);
        }
        else if (first && thinking == ThinkingStyle.Adaptive)
        {
            json.WriteString("thoughtSignature"u8, NotOurs);
        }
        json.WriteEndObject();
    }

    private void WriteUser(Message message)
    {
        foreach (var part in message.Parts)
        {
            if (part is not ToolResultPart result) continue;
            json.WriteStartObject();
            json.WriteStartObject("functionResponse"u8);
            if (!GeminiAnswer.IsOurs(result.CallId)) json.WriteString("id"u8, result.CallId);
            json.WriteString("name"u8, result.Name);
            json.WriteStartObject("response"u8);
            json.WritePropertyName(result.Failed ? "error"u8 : "output"u8);
            json.Text(result.Text);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        foreach (var part in message.Parts)
        {
            switch (part)
            {
                case ToolResultPart { Images: { } images }:
                    foreach (var image in images) WriteImage(image);
                    break;
                case TextPart { Text.Length: > 0 } text:
                    WriteText(text.Text);
                    break;
                case ImagePart image:
                    WriteImage(image);
                    break;
            }
        }
    }

    private void WriteText(string text)
    {
        json.WriteStartObject();
        json.WritePropertyName("text"u8);
        json.Text(text);
        json.WriteEndObject();
    }

    private void WriteImage(ImagePart image)
    {
        json.WriteStartObject();
        json.WriteStartObject("inlineData"u8);
        json.WriteString("mimeType"u8, image.MediaType);
        json.WritePropertyName("data"u8);
        json.Text(image.Data);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static bool Any(Message message)
    {
        foreach (var part in message.Parts)
            if (part is TextPart { Text.Length: > 0 } or ImagePart or ToolCallPart or ToolResultPart or ThinkingPart { Origin: "gemini", Signature.Length: > 0 }) return true;
        return false;
    }
}
