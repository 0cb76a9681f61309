using System.Security.Cryptography;
using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Models;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Recorded;

/// <summary>Tells two requests apart without their words: a digest of everything that a model is asked, the session's random name apart.</summary>
internal static class RequestDigest
{
    public static (string Digest, long Bytes) Of(ModelRequest request)
    {
        using var body = new RequestBody();
        using (var json = new Utf8JsonWriter(body, Writing.Options))
        {
            json.WriteStartArray();
            json.Text(request.Model);
            json.Text(request.System);
            json.Text(request.OutputSchema ?? "");
            json.WriteNumberValue(request.MaxOutputTokens);
            json.WriteNumberValue(request.Effort is { } effort ? (int)effort : -1);
            foreach (var tool in request.Tools)
            {
                json.Text(tool.Name);
                json.Text(tool.Description);
                json.Text(tool.Schema);
            }
            foreach (var message in request.Messages)
            {
                json.WriteNumberValue((int)message.Role);
                foreach (var part in message.Parts) Write(json, part);
            }
            json.WriteEndArray();
        }
        return ("sha256:" + Convert.ToHexStringLower(SHA256.HashData(body.ToArray())), body.Length);
    }

    private static void Write(Utf8JsonWriter json, Part part)
    {
        switch (part)
        {
            case TextPart text:
                json.Text(text.Text);
                break;
            case ThinkingPart thought:
                json.Text(thought.Text);
                json.Text(thought.Signature ?? "");
                break;
            case ImagePart image:
                json.Text(image.Data);
                break;
            case ToolCallPart call:
                json.Text(call.Id);
                json.Text(call.Name);
                json.Text(call.Arguments);
                break;
            case ToolResultPart result:
                json.Text(result.CallId);
                json.WriteBooleanValue(result.Failed);
                json.Text(result.Text);
                if (result.Images is { } images) foreach (var image in images) json.Text(image.Data);
                break;
        }
    }
}
