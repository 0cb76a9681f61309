using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Sallyport.ModelServer.Wires;

namespace Sallyport.ModelServer;

/// <summary>Where a scripted server differs from an ordinary one.</summary>
public sealed record ModelServerOptions
{
    /// <summary>The only credential that is accepted; null: any.</summary>
    public string? Key { get; init; }

    /// <summary>No credential is asked for, as with a model server of one's own.</summary>
    public bool Open { get; init; }

    /// <summary>Only these models exist; empty: any, and the list shows <c>scripted</c>.</summary>
    public IReadOnlyList<string> Models { get; init; } = [];

    /// <summary>Longer prompts are refused; 0: never.</summary>
    public long ContextWindow { get; init; }

    /// <summary>0: a free one.</summary>
    public int Port { get; init; }
}

/// <summary>
/// A model server on loopback that plays a script over Anthropic Messages, OpenAI Responses, Chat Completions and Gemini, refuses
/// what the real ones refuse, caches as they do, fails on request and remembers every request.
/// </summary>
public sealed class ScriptedModel : IAsyncDisposable
{
    private static readonly Wire[] Wires = [new MessagesWire(), new ResponsesWire(), new ChatWire(), new GeminiWire()];
    private readonly WebApplication _app;
    private readonly ModelScript _script;
    private readonly ModelServerOptions _options;
    private readonly PromptCache _cache = new();
    private readonly ConcurrentDictionary<int, int> _attempts = new();
    private readonly CancellationTokenSource _closing = new();
    private long _serial;

    private ScriptedModel(WebApplication app, ModelScript script, ModelServerOptions options) => (_app, _script, _options) = (app, script, options);

    /// <summary>Without a trailing slash; clients add their own paths, any prefix is fine.</summary>
    public string Address { get; private set; } = "";

    public Journal Journal { get; } = new();

    public static async Task<ScriptedModel> Start(ModelScript script, ModelServerOptions? options = null)
    {
        options ??= new ModelServerOptions();
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(200));
        var app = builder.Build();
        var model = new ScriptedModel(app, script, options);
        app.Run(model.Handle);
        await app.StartAsync(CancellationToken.None);
        model.Address = app.Urls.First().TrimEnd('/');
        return model;
    }

    public static Task<ScriptedModel> Start(params Step[] steps) => Start(new ModelScript(steps));

    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync();
        await _app.DisposeAsync();
    }

    private async Task Handle(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        var path = context.Request.Path.Value ?? "/";
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in context.Request.Headers) headers[header.Key] = header.Value.ToString();
        var entry = Journal.Add(context.Request.Method, path + context.Request.QueryString, headers, body.ToArray());

        var wire = Array.Find(Wires, w => w.Takes(context.Request.Method, path));
        if (wire is null)
        {
            entry.Status = context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }
        entry.Wire = wire.Kind;
        var serial = Interlocked.Increment(ref _serial);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, _closing.Token);
        context.RequestAborted = ended.Token;
        try
        {
            await Answer(context, wire, entry, path, serial);
            entry.Status = context.Response.StatusCode;
            entry.Completed = true;
        }
        catch (Refused refused)
        {
            entry.Refusal = refused.Message;
            entry.Status = context.Response.StatusCode = refused.Status;
            wire.Head(context.Response, $"{serial:x16}", refused.RetryAfter);
            context.Response.ContentType = "application/json";
            await context.Response.WriteAsync(Outlet.Json(wire.Error(refused)), context.RequestAborted);
        }
        catch (CutShort)
        {
            entry.Status = context.Response.StatusCode;
        }
        catch (OperationCanceledException)
        {
            entry.Status = 499;
            context.Abort();
        }
    }

    private async Task Answer(HttpContext context, Wire wire, JournalEntry entry, string path, long serial)
    {
        wire.CheckHead(context.Request, _options);
        if (HttpMethods.IsGet(context.Request.Method))
        {
            wire.Head(context.Response, $"{serial:x16}", null);
            await new Outlet(context, null, Pacing.None, wire.StreamError).Whole(wire.Models(_options.Models.Count > 0 ? _options.Models : ["scripted"]));
            return;
        }
        var asked = wire.Read(path, Parse(entry.Body), context.Request);
        asked = asked with { Step = CallIds.StepsBehind(asked.Turns) };
        entry.Asked = asked;
        if (_options.Models.Count > 0 && !_options.Models.Contains(asked.Model)) throw wire.NoSuchModel(asked.Model);

        if (asked is { Wire: WireKind.Messages, CountOnly: false } && asked.Turns[^1].Assistant && _script.At(asked.Step - 1).Stop != StopWith.Pause)
            throw Refused.Invalid("This model does not support assistant message prefill. The conversation must end with a user message.");

        var usage = _cache.Count(asked);
        entry.Usage = usage;
        if (_options.ContextWindow > 0 && usage.Input > _options.ContextWindow) throw wire.TooLong(usage.Input, _options.ContextWindow);

        var step = asked.CountOnly ? new Step() : StepFor(asked, entry);
        if (entry.Fault is { Kind: FaultKind.Status } fault)
            throw fault.OutOfCredit ? wire.NoCredit() : new Refused(fault.Code, Words(fault.Code)) { RetryAfter = fault.RetryAfter };
        if (entry.Fault is { Kind: FaultKind.Drop, After: 0 }) { await Outlet.Close(context, false); throw new CutShort(); }
        if (entry.Fault is { Kind: FaultKind.Reset, After: 0 }) { await Outlet.Reset(context, false); throw new CutShort(); }

        var thinking = TokenCount.Of(step.Thinking);
        var output = TokenCount.Of(step.Text) + thinking;
        foreach (var call in step.Calls) output += TokenCount.Of(call.Name) + TokenCount.Of(call.Arguments);
        entry.Usage = usage = usage with { Output = Math.Max(1, output), Thinking = thinking };
        wire.Head(context.Response, $"{serial:x16}", null);
        var outlet = new Outlet(context, entry.Fault, step.Pacing ?? _script.Pacing, wire.StreamError) { Array = wire.Framing(asked, context.Request) };
        await wire.Play(new Turn(asked, step, usage, outlet, serial, TimeProvider.System.GetUtcNow().ToUnixTimeSeconds()));
    }

    private Step StepFor(Asked asked, JournalEntry entry)
    {
        if (_script.Aside?.Invoke(asked) is { } aside)
        {
            entry.IsAside = true;
            return aside;
        }
        var step = _script.At(asked.Step);
        var attempt = _attempts.AddOrUpdate(asked.Step, 0, (_, last) => last + 1);
        if (attempt < step.Faults.Count) entry.Fault = step.Faults[attempt];
        return step.Answer?.Invoke(asked) is { } answer ? answer with { Faults = step.Faults } : step;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            var root = JsonDocument.Parse(body).RootElement;
            return root.ValueKind == JsonValueKind.Object ? root : throw Refused.Invalid("The body must be a JSON object.");
        }
        catch (JsonException e)
        {
            throw Refused.Invalid($"We could not parse the JSON body of your request. {e.Message}");
        }
    }

    private static string Words(int status) => status switch
    {
        401 => "The credential is not valid.",
        403 => "Your credential may not use this.",
        404 => "Not found.",
        413 => "Request exceeds the maximum size.",
        429 => "Rate limit reached: too many requests. Please slow down.",
        503 => "The service is temporarily unavailable.",
        529 => "Overloaded",
        _ => "Internal server error",
    };
}
