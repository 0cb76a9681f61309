using System.Text.Json.Serialization;

namespace Sallyport.Engine;

[JsonConverter(typeof(JsonStringEnumConverter<Role>))]
public enum Role
{
    [JsonStringEnumMemberName("user")] User,
    [JsonStringEnumMemberName("assistant")] Assistant,
}

/// <summary>One message. Results of tool calls are parts of a user message, right after the assistant's that made the calls.</summary>
public sealed record Message(Role Role, IReadOnlyList<Part> Parts)
{
    public static Message User(string text) => new(Role.User, [new TextPart(text)]);

    /// <summary>All text parts, joined.</summary>
    [JsonIgnore]
    public string Text
    {
        get
        {
            var text = "";
            foreach (var part in Parts) if (part is TextPart t) text = text.Length == 0 ? t.Text : text + t.Text;
            return text;
        }
    }
}
