using System.Text.Json;
using System.Text.Json.Serialization;

namespace Sallyport.Engine.Events;

/// <summary>Events and commands as JSON, one object a line.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.Never, AllowOutOfOrderMetadataProperties = true)]
[JsonSerializable(typeof(SessionEvent))]
[JsonSerializable(typeof(SessionCommand))]
[JsonSerializable(typeof(Finished))]
public sealed partial class EventJson : JsonSerializerContext
{
    /// <summary>One line, without the line feed.</summary>
    public static byte[] Line(SessionEvent one) => JsonSerializer.SerializeToUtf8Bytes(one, Default.SessionEvent);
}
