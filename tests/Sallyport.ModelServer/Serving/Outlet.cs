using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;

namespace Sallyport.ModelServer;

/// <summary>The response of one attempt: writes events at the model's pace and breaks where the fault says so.</summary>
internal sealed class Outlet(HttpContext context, Fault? fault, Pacing pacing, Func<(string?, JsonObject)> failure)
{
    private const int FlushAt = 16 * 1024;
    private static readonly JsonSerializerOptions RelaxedText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Stopwatch _clock = new();
    private Fault? _fault = fault;
    private int _sent;
    private int _unflushed;
    private double _tokens;
    private Utf8JsonWriter? _writer;

    public int ChunkChars => Math.Max(1, pacing.ChunkChars);

    /// <summary>Written around each event's JSON; SSE unless a wire says otherwise.</summary>
    public (string Before, string Between, string After)? Array { get; init; }

    /// <param name="name">The SSE event name; null for wires that send data only.</param>
    /// <param name="data">The event.</param>
    /// <param name="said">What the model says in it, for its pace.</param>
    /// <param name="last">No event follows: a fault that still waits strikes now.</param>
    public async Task Send(string? name, JsonObject data, string? said = null, bool last = false)
    {
        if (_fault is { } due && (_sent >= due.After || last)) await Break(due, name);
        if (!context.Response.HasStarted)
        {
            context.Response.ContentType = Array is null ? "text/event-stream; charset=utf-8" : "application/json; charset=UTF-8";
            context.Response.Headers.CacheControl = "no-cache";
        }
        if (said is not null) await Pace(said);
        var body = context.Response.BodyWriter;
        if (Array is { } array) Write(_sent == 0 ? array.Before : array.Between);
        else Write(name is null ? "data: " : $"event: {name}\ndata: ");
        if (_writer is null) _writer = new Utf8JsonWriter(body, Relaxed); else _writer.Reset(body);
        data.WriteTo(_writer);
        await _writer.FlushAsync(context.RequestAborted);
        _unflushed += (int)_writer.BytesCommitted;
        Write(Array is null ? "\n\n" : last ? Array.Value.After : "");
        _sent++;
        if (pacing.TokensPerSecond > 0 || _sent == 1 || _unflushed > FlushAt) await Flush();
    }

    /// <summary>Text that is no event, such as <c>data: [DONE]</c>.</summary>
    public void Write(string text)
    {
        var written = Encoding.UTF8.GetBytes(text, context.Response.BodyWriter.GetSpan(Encoding.UTF8.GetMaxByteCount(text.Length)));
        context.Response.BodyWriter.Advance(written);
        _unflushed += written;
    }

    /// <summary>A whole answer in one JSON body.</summary>
    public async Task Whole(JsonObject data)
    {
        var bytes = Encoding.UTF8.GetBytes(Json(data));
        context.Response.ContentType = "application/json";
        var half = bytes.AsMemory(0, bytes.Length / 2);
        switch (_fault?.Kind)
        {
            case FaultKind.ErrorEvent: throw new Refused(500, "Internal server error");
            case FaultKind.Malformed or FaultKind.Cut: await context.Response.BodyWriter.WriteAsync(half, context.RequestAborted); return;
            case FaultKind.Stall: await Task.Delay(_fault.For ?? Timeout.InfiniteTimeSpan, context.RequestAborted); break;
            case FaultKind.Drop or FaultKind.Reset:
                context.Response.ContentLength = bytes.Length;
                if (_fault.After > 0) await context.Response.BodyWriter.WriteAsync(half, context.RequestAborted);
                await Break(_fault, null);
                break;
        }
        if (pacing.FirstToken > TimeSpan.Zero) await Task.Delay(pacing.FirstToken, context.RequestAborted);
        context.Response.ContentLength = bytes.Length;
        await context.Response.BodyWriter.WriteAsync(bytes, context.RequestAborted);
    }

    /// <summary>As providers write it: escaped only where JSON asks for it.</summary>
    public static string Json(JsonObject data) => data.ToJsonString(RelaxedText);

    public static IEnumerable<string> Chunks(string text, int size)
    {
        for (var at = 0; at < text.Length;)
        {
            var length = Math.Min(size, text.Length - at);
            if (at + length < text.Length && char.IsHighSurrogate(text[at + length - 1])) length++;
            yield return text.Substring(at, length);
            at += length;
        }
    }

    private async Task Pace(string said)
    {
        if (!_clock.IsRunning)
        {
            if (pacing.FirstToken > TimeSpan.Zero)
            {
                await Flush();
                await Task.Delay(pacing.FirstToken, context.RequestAborted);
            }
            _clock.Start();
        }
        if (pacing.TokensPerSecond <= 0) return;
        _tokens += said.Length / 4.0;
        var wait = TimeSpan.FromSeconds(_tokens / pacing.TokensPerSecond) - _clock.Elapsed;
        if (wait > TimeSpan.FromMilliseconds(1)) await Task.Delay(wait, context.RequestAborted);
    }

    private async Task Flush()
    {
        _unflushed = 0;
        await context.Response.BodyWriter.FlushAsync(context.RequestAborted);
    }

    private async Task Break(Fault due, string? next)
    {
        _fault = null;
        if (_sent > 0 || due.Kind is FaultKind.Stall) await Flush();
        switch (due.Kind)
        {
            case FaultKind.Stall:
                await Task.Delay(due.For ?? Timeout.InfiniteTimeSpan, context.RequestAborted);
                return;
            case FaultKind.Malformed:
                if (!context.Response.HasStarted) context.Response.ContentType = "text/event-stream; charset=utf-8";
                Write($"{(next is null ? "" : $"event: {next}\n")}data: {{\"type\": \"{next}\", \"ind }}}}}}\n\n");
                break;
            case FaultKind.ErrorEvent:
                var (name, data) = failure();
                await Send(name, data);
                break;
            case FaultKind.Drop:
                await Close(context, _sent > 0);
                break;
            case FaultKind.Reset:
                await Reset(context, _sent > 0);
                break;
        }
        throw new CutShort();
    }

    /// <summary>Closes the connection (FIN) without a word more, and waits until the client has left.</summary>
    public static async Task Close(HttpContext context, bool flushed)
    {
        if (flushed) await Delivered(context);
        context.Features.Get<IConnectionSocketFeature>()?.Socket.Shutdown(SocketShutdown.Send);
        var left = new TaskCompletionSource();
        using (context.RequestAborted.Register(left.SetResult))
            await Task.WhenAny(left.Task, Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None));
        context.Abort();
    }

    /// <summary>Resets the connection (RST).</summary>
    public static async Task Reset(HttpContext context, bool flushed)
    {
        if (flushed) await Delivered(context);
        context.Features.Get<IConnectionSocketFeature>()?.Socket.Close(0);
        context.Abort();
    }

    // A flush hands bytes to the connection's writer; the kernel has them a moment later.
    private static Task Delivered(HttpContext context) => Task.Delay(TimeSpan.FromMilliseconds(20), context.RequestAborted);
}

/// <summary>The answer ends here on purpose.</summary>
internal sealed class CutShort : Exception;
