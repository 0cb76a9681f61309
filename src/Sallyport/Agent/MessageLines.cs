using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Events;

namespace Sallyport.Agent;

/// <summary>
/// <c>--input-format stream-json</c>: one user message a line. A line may be a command of the engine
/// (<c>{"type":"prompt","text":…}</c>, <c>interrupt</c>, <c>answer</c> …), <c>{"type":"user","text":…}</c>, a message
/// <c>{"type":"user","message":{"role":"user","content":…}}</c>, or a JSON string. Messages are answered one after another; only a
/// prompt command steers.
/// </summary>
internal static class MessageLines
{
    /// <summary>The command in a line. Throws <see cref="UsageException"/> when it is none.</summary>
    public static SessionCommand Read(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.String) return new Prompt(root.GetString()!, Queue: true);
            if (root.ValueKind != JsonValueKind.Object) throw Wrong(number, "must be an object or a string");
            if (root.TryGetProperty("type", out var type) && type.ValueEquals("user") || (type.ValueKind == JsonValueKind.Undefined && root.TryGetProperty("role", out _)))
                return User(root, number);
            if (type.ValueKind == JsonValueKind.Undefined && root.TryGetProperty("text", out var text)) return new Prompt(text.GetString()!, Queue: true);
            return JsonSerializer.Deserialize(line, EventJson.Default.SessionCommand) ?? throw Wrong(number, "is null");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or NotSupportedException)
        {
            throw Wrong(number, e.Message);
        }
    }

    private static Prompt User(JsonElement root, int number)
    {
        var id = root.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        if (root.TryGetProperty("text", out var text)) return new Prompt(text.GetString()!, Queue: true) { Id = id };
        var message = root.TryGetProperty("message", out var inner) ? inner : root;
        if (message.ValueKind == JsonValueKind.String) return new Prompt(message.GetString()!, Queue: true) { Id = id };
        if (!message.TryGetProperty("content", out var content)) throw Wrong(number, "has neither \"text\" nor \"message\" with \"content\"");
        if (content.ValueKind == JsonValueKind.String) return new Prompt(content.GetString()!, Queue: true) { Id = id };
        var (words, images) = ("", new List<ImagePart>());
        foreach (var part in content.EnumerateArray())
        {
            var kind = part.GetProperty("type").GetString();
            if (kind == "text") words += (words.Length == 0 ? "" : "\n") + part.GetProperty("text").GetString();
            else if (kind == "image" && part.TryGetProperty("source", out var source)) images.Add(new ImagePart(source.GetProperty("media_type").GetString()!, source.GetProperty("data").GetString()!));
            else throw Wrong(number, $"has a part of type \"{kind}\"; there are text and image");
        }
        return new Prompt(words, Queue: true, images.Count == 0 ? null : images) { Id = id };
    }

    private static UsageException Wrong(int number, string why) => new($"standard input, line {number}: {why}");
}
