using System.Text.Json;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Wire;

/// <summary>Turns the events of one answer into deltas. Unknown events and fields are passed over.</summary>
internal abstract class Answer
{
    /// <summary>What the last event brought, in order. The reader of the stream takes it and clears it.</summary>
    public List<ModelDelta> Deltas { get; } = [];

    /// <summary>Reads one event. True when it was the last: <see cref="Deltas"/> then ends with the finish.</summary>
    public abstract bool Read(JsonElement data);

    /// <summary>The finish when the stream ended here; null when it was cut.</summary>
    /// <param name="marked">The server marked the end with <c>[DONE]</c>.</param>
    public abstract ModelFinish? End(bool marked);
}
