using System.Net.ServerSentEvents;
using System.Text.Json;
using Sallyport.Engine.Models;

namespace Sallyport.Providers.Wire;

/// <summary>
/// The events of one answer, each as a JSON document. Ends with null at the end of the stream or at <c>[DONE]</c>; what is not
/// JSON is <see cref="ProviderFailure.BadStream"/>, a lost connection <see cref="ProviderFailure.Network"/>.
/// </summary>
internal sealed class EventStream(Stream stream, string title, CancellationToken cancellation) : IAsyncDisposable
{
    private readonly IAsyncEnumerator<SseItem<object?>> _items =
        SseParser.Create<object?>(stream, (_, data) => Parse(data, title)).EnumerateAsync(cancellation).GetAsyncEnumerator(cancellation);

    /// <summary>The server said that this was all.</summary>
    public bool IsMarkedDone { get; private set; }

    public async ValueTask<JsonDocument?> Next()
    {
        try
        {
            while (await _items.MoveNextAsync().ConfigureAwait(false))
            {
                if (_items.Current.Data is JsonDocument document) return document;
                if (!ReferenceEquals(_items.Current.Data, Done)) continue;
                IsMarkedDone = true;
                return null;
            }
            return null;
        }
        catch (IOException e)
        {
            throw Failures.Lost(title, e);
        }
        catch (HttpRequestException e)
        {
            throw Failures.Lost(title, e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _items.DisposeAsync().ConfigureAwait(false);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The connection is gone, which is where we were going.
        }
    }

    private static readonly object Done = new();

    private static object? Parse(ReadOnlySpan<byte> data, string title)
    {
        data = data.Trim((byte)' ');
        if (data.IsEmpty) return null;
        if (data.SequenceEqual("[DONE]"u8)) return Done;
        try
        {
            var reader = new Utf8JsonReader(data);
            var document = JsonDocument.ParseValue(ref reader);
            if (!data[(int)reader.BytesConsumed..].Trim((byte)' ').IsEmpty) throw new JsonException();
            return document;
        }
        catch (JsonException e)
        {
            throw new ProviderException(ProviderFailure.BadStream, $"{title} sent an event that is not valid JSON ({data.Length} bytes).", e);
        }
    }
}
