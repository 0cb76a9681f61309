using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Sallyport.Guard;
using Sallyport.Guard.Gate;

namespace Sallyport.Links.Mcp;

/// <summary>
/// Requests to one server and their answers, by id; and what the server asks of us. Everything that goes to it passes the gate here.
/// </summary>
/// <param name="transport">Ends with it.</param>
/// <param name="gate">Clears each message.</param>
/// <param name="place">Where they go, for the record.</param>
/// <param name="mayCarry">Whether the user lets a placeholder's secret go to this server.</param>
/// <param name="clock">For time limits.</param>
internal sealed class McpPeer(McpTransport transport, ExitGate gate, Destination place, Func<string, bool> mayCarry, TimeProvider clock) : IAsyncDisposable
{
    private const int NoiseTold = 3;

    // Each answer is a departure that is written down: nobody makes us write without end.
    private const int MostAnswered = 500;
    private const int MostProgress = 500;

    private readonly ConcurrentDictionary<long, Waiting> waiting = new();
    private readonly List<string> noise = [];
    private Task reading = Task.CompletedTask;
    private long last;
    private int answered;
    private McpException? end;

    private sealed record Waiting(TaskCompletionSource<JsonElement> Answer, Action<string>? Progress)
    {
        public int Told { get; set; }
    }

    /// <summary>The server says that its tools are others now.</summary>
    public Action ListChanged { get; set; } = static () => { };

    /// <summary>Folders that a server may know of, as addresses; null when it is told none.</summary>
    public IReadOnlyList<Uri>? Roots { get; init; }

    public bool IsOver => end is not null;

    public McpTransport Transport => transport;

    public void Listen() => reading = Task.Run(Read);

    /// <summary>Asks, and waits for the answer. Throws <see cref="McpException"/>, or <see cref="GateStoppedException"/> when the request may not leave.</summary>
    /// <param name="method">Of the protocol.</param>
    /// <param name="parameters">Writes them into an object that is begun; gets the id of the request, too.</param>
    /// <param name="limit">How long it may take.</param>
    /// <param name="cancellation">Gives it up, and tells the server so.</param>
    /// <param name="name">The tool that is called.</param>
    /// <param name="headers">That repeat parts of it.</param>
    /// <param name="progress">Takes what the server says meanwhile.</param>
    public async Task<JsonElement> Ask(string method, Action<Utf8JsonWriter, long>? parameters, TimeSpan limit, CancellationToken cancellation, string? name = null, IReadOnlyList<KeyValuePair<string, string>>? headers = null, Action<string>? progress = null)
    {
        if (end is { } over) throw over;
        var id = Interlocked.Increment(ref last);
        var message = McpMessage.Request(id, method, name, parameters is null ? null : json => parameters(json, id), mayCarry, headers);
        var one = new Waiting(new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously), progress);
        waiting[id] = one;
        using var late = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation, late.Token);
        try
        {
            await transport.Send(gate.Clear(message, place), either.Token).WaitAsync(either.Token).ConfigureAwait(false);
            // It may have ended while the message was on its way.
            if (end is { } gone) throw gone;
            return await one.Answer.Task.WaitAsync(either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await GiveUp(id, method, cancellation.IsCancellationRequested ? "the user interrupted it" : "it took too long").ConfigureAwait(false);
            if (cancellation.IsCancellationRequested) throw;
            throw new McpException(McpFailure.Late, string.Create(CultureInfo.InvariantCulture, $"it did not answer within {limit.TotalSeconds:0.#} s{Noise()}{Complaints()}"));
        }
        catch (IOException e)
        {
            // Why it went is told by how it ended.
            await Task.WhenAny(reading, Task.Delay(TimeSpan.FromSeconds(2), clock, cancellation)).ConfigureAwait(false);
            if (end is { } known) throw known;
            throw new McpException(McpFailure.Gone, $"it does not listen any more ({e.Message})", e);
        }
        finally
        {
            waiting.TryRemove(id, out _);
        }
    }

    public Task Tell(string method, CancellationToken cancellation, Action<Utf8JsonWriter>? parameters = null) => Send(McpMessage.Notification(method, parameters), cancellation);

    public async ValueTask DisposeAsync()
    {
        await transport.DisposeAsync().ConfigureAwait(false);
        await reading.ConfigureAwait(false);
    }

    private async Task Read()
    {
        var problem = new McpException(McpFailure.Gone, "it ended");
        try
        {
            await foreach (var one in transport.Messages.ReadAllAsync().ConfigureAwait(false))
            {
                switch (one)
                {
                    case Incoming.Message { Method: null } answer: Settle(answer); break;
                    case Incoming.Message { Id: { } id } request when answered++ < MostAnswered: await Answer(id, request).ConfigureAwait(false); break;
                    case Incoming.Message { Id: not null }: break;
                    case Incoming.Message notification: Hear(notification); break;
                    case Incoming.Ended ended: Fail(ended.Request, ended.Problem); break;
                    case Incoming.Noise stray: lock (noise) if (noise.Count < NoiseTold) noise.Add(stray.Start); break;
                }
            }
        }
        catch (McpException e)
        {
            problem = e;
        }
        end = new McpException(problem.Kind, problem.Message + Noise() + Complaints(), problem) { Said = transport.Complaints };
        foreach (var id in waiting.Keys) Fail(id, end);
    }

    private string Complaints() => transport.Complaints is { Length: > 0 } words ? $". It said: {words}" : "";

    private string Noise()
    {
        lock (noise) return noise.Count == 0 ? "" : $"; what it said is not the protocol: {string.Join(" | ", noise)}";
    }

    private void Settle(Incoming.Message answer)
    {
        if (answer.Id is not { } id || !Number(id, out var number) || !waiting.TryRemove(number, out var one)) return;
        if (answer.Root.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.Object) one.Answer.TrySetException(Refused(error, answer.Status));
        else one.Answer.TrySetResult(answer.Root.TryGetProperty("result", out var result) ? result : default);
    }

    // Some servers send ids back as texts.
    private static bool Number(JsonElement id, out long number) =>
        id.ValueKind == JsonValueKind.Number ? id.TryGetInt64(out number) : long.TryParse(id.GetString(), NumberStyles.None, CultureInfo.InvariantCulture, out number);

    internal static McpException Refused(JsonElement error, int status)
    {
        var message = error.TryGetProperty("message", out var text) && text.ValueKind == JsonValueKind.String ? text.GetString()! : "no reason given";
        var supported = new List<string>();
        if (error.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object && data.TryGetProperty("supported", out var list) && list.ValueKind == JsonValueKind.Array)
            foreach (var version in list.EnumerateArray()) if (version.ValueKind == JsonValueKind.String) supported.Add(version.GetString()!);
        var code = error.TryGetProperty("code", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetInt32(out var value) ? value : 0;
        return new McpException(McpFailure.Refused, string.Create(CultureInfo.InvariantCulture, $"{McpText.Visible(McpText.Cut(message, 2000))} ({code})")) { Code = code, Status = status, Supported = supported };
    }

    private void Fail(long request, McpException problem)
    {
        if (waiting.TryRemove(request, out var one)) one.Answer.TrySetException(problem);
    }

    private async Task Answer(JsonElement id, Incoming.Message request)
    {
        var answer = request.Method switch
        {
            "ping" => McpMessage.Answer(id, static _ => { }),
            "roots/list" when Roots is { } roots => McpMessage.Answer(id, json => ServerInput.Roots(json, roots)),
            // Nobody answers forms of a server here: that is a way to ask people for what they would not give.
            "elicitation/create" => McpMessage.Answer(id, static json => json.WriteString("action", "decline")),
            "sampling/createMessage" => McpMessage.Refusal(id, -1, "this client lends its model to no server"),
            _ => McpMessage.Refusal(id, Protocol.MethodNotFound, $"this client does not know {McpText.Line(request.Method ?? "", 80)}"),
        };
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10), clock);
        try
        {
            await Send(answer, limit.Token).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or GuardException or OperationCanceledException or McpException)
        {
            // Who asks and does not take the answer goes on without.
        }
    }

    private void Hear(Incoming.Message notification)
    {
        switch (notification.Method)
        {
            case "notifications/tools/list_changed":
                ListChanged();
                break;
            case "notifications/progress" when notification.Params is { ValueKind: JsonValueKind.Object } progress && progress.TryGetProperty("progressToken", out var token) && token.ValueKind is JsonValueKind.Number or JsonValueKind.String && Number(token, out var request) && waiting.TryGetValue(request, out var one) && one.Told++ < MostProgress:
                one.Progress?.Invoke(ServerInput.Progress(progress));
                break;
        }
    }

    private async Task GiveUp(long id, string method, string reason)
    {
        // The first request of all cannot be taken back.
        if (transport.Abandon(id) || method is "initialize" or "server/discover" || end is not null) return;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(1), clock);
        try
        {
            await Tell("notifications/cancelled", limit.Token, json =>
            {
                json.WriteNumber("requestId", id);
                json.WriteString("reason", reason);
            }).WaitAsync(limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or GuardException or OperationCanceledException or McpException)
        {
            // It was given up; whether the server knows is its loss.
        }
    }

    private Task Send(McpMessage message, CancellationToken cancellation) => transport.Send(gate.Clear(message, place), cancellation);
}
