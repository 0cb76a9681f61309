using System.Text.Json;
using Sallyport.Engine;
using Sallyport.Engine.Events;
using Sallyport.Engine.Schema;

namespace Sallyport.Agent;

/// <summary>
/// <c>--input-format stream-json</c>: one user message a line. A line may be a command of the engine
/// (<c>{"type":"prompt","text":…}</c>, <c>interrupt</c>, <c>answer</c> …), <c>{"type":"user","text":…}</c>, a message
/// <c>{"type":"user","message":{"role":"user","content":…}}</c>, or a JSON string. Messages are answered one after another; only a
/// prompt command steers.
/// </summary>
internal static class MessageLines
{
    private static readonly string[] Commands = ["prompt", "interrupt", "answer", "set_mode", "compact", "close"];

    /// <summary>The command in a line. Throws <see cref="UsageException"/> when it is none.</summary>
    public static SessionCommand Read(string line, int number)
    {
        try
        {
            using var json = JsonDocument.Parse(line);
            var root = json.RootElement;
            if (root.ValueKind == JsonValueKind.String) return Whole(new Prompt(root.GetString()!, Queue: true), number);
            if (root.ValueKind != JsonValueKind.Object) throw Wrong(number, "must be an object or a string");
            var type = root.TryGetProperty("type", out var given) ? Text(given, "type", number) : null;
            if (type == "user" || (type is null && root.TryGetProperty("role", out _))) return Whole(User(root, number), number);
            if (type is null && root.TryGetProperty("text", out var text)) return Whole(new Prompt(Text(text, "text", number), Queue: true), number);
            if (type is null) throw Wrong(number, "has no \"type\"");
            if (!Commands.Contains(type) && type != "set_model") throw Wrong(number, $"there is no \"{type}\"; there are user, {string.Join(", ", Commands)}");
            return Whole(JsonSerializer.Deserialize(line, EventJson.Default.SessionCommand)!, number);
        }
        catch (JsonException e)
        {
            throw Wrong(number, e.Path is { Length: > 2 } path ? $"\"{path[2..]}\" is not what it must be" : $"not JSON: {JsonWords.Sentence(e)}");
        }
        catch (Exception e) when (e is InvalidOperationException or NotSupportedException or KeyNotFoundException)
        {
            throw Wrong(number, "is not built as a message is");
        }
    }

    /// <summary>The command, when all that it needs is in it.</summary>
    private static SessionCommand Whole(SessionCommand command, int number) => command switch
    {
        Prompt { Text: null } => throw Wrong(number, "needs a \"text\""),
        Prompt { Images: null } prompt when string.IsNullOrWhiteSpace(prompt.Text) => throw Wrong(number, "the message is empty"),
        Answer { Question: null } => throw Wrong(number, "needs a \"question\", the id of what was asked"),
        Answer { Text: null } => throw Wrong(number, "needs a \"text\""),
        SetMode { Mode: null } => throw Wrong(number, "needs a \"mode\""),
        _ => command,
    };

    private static string Text(JsonElement value, string name, int number) =>
        value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(number, $"\"{name}\" must be a string");

    private static Prompt User(JsonElement root, int number)
    {
        var id = root.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() : null;
        if (root.TryGetProperty("text", out var text)) return new Prompt(Text(text, "text", number), Queue: true) { Id = id };
        var message = root.TryGetProperty("message", out var inner) ? inner : root;
        if (message.ValueKind == JsonValueKind.String) return new Prompt(message.GetString()!, Queue: true) { Id = id };
        if (!message.TryGetProperty("content", out var content)) throw Wrong(number, "has neither \"text\" nor \"message\" with \"content\"");
        if (content.ValueKind == JsonValueKind.String) return new Prompt(content.GetString()!, Queue: true) { Id = id };
        var (words, images) = ("", new List<ImagePart>());
        foreach (var part in content.EnumerateArray())
        {
            var kind = part.TryGetProperty("type", out var named) ? Text(named, "type", number) : throw Wrong(number, "has a part without a \"type\"");
            if (kind == "text") words += (words.Length == 0 ? "" : "\n") + (part.TryGetProperty("text", out var said) ? Text(said, "text", number) : throw Wrong(number, "has a part without its \"text\""));
            else if (kind == "image" && part.TryGetProperty("source", out var source)) images.Add(new ImagePart(source.GetProperty("media_type").GetString()!, source.GetProperty("data").GetString()!));
            else throw Wrong(number, $"has a part of type \"{kind}\"; there are text and image");
        }
        return new Prompt(words, Queue: true, images.Count == 0 ? null : images) { Id = id };
    }

    private static UsageException Wrong(int number, string why) => new($"standard input, line {number}: {why}");
}
