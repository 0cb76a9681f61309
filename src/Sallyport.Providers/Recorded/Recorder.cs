using System.Runtime.CompilerServices;
using System.Text.Json;
using Sallyport.Engine.Models;
using Sallyport.Guard.Gate;
using Sallyport.Providers.Wire;

namespace Sallyport.Providers.Recorded;

/// <summary>
/// Writes what models answer to a file that <see cref="Recording"/> plays. Of a request it keeps a digest and sizes, not the words;
/// of an answer every piece with its time. Only the owner can read the file.
/// </summary>
public sealed class Recorder : IDisposable
{
    private readonly Lock _gate = new();
    private readonly FileStream _file;
    private readonly TimeProvider _time;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public Recorder(string path, TimeProvider time)
    {
        _time = time;
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = new FileStream(path, options);
        // The mode counts only for a new file; one that was there may be open to others.
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        _file.Write("{\"recording\":1}\n"u8);
        _file.Flush();
    }

    /// <summary>The same provider, overheard.</summary>
    public Provider Wrap(Provider provider) => new Overheard(provider, this);

    public void Dispose() => _file.Dispose();

    // An answer is written as one block when it has ended, so that answers of agents that run side by side do not mix.
    private void Write(RequestBody lines)
    {
        lock (_gate)
        {
            _file.Write(lines.ToArray());
            _file.Flush();
        }
    }

    private sealed class Overheard(Provider inner, Recorder recorder) : Provider
    {
        public override string Name => inner.Name;

        public override Destination Destination => inner.Destination;

        public override Task<long?> CountTokens(Cleared<ModelRequest> request, CancellationToken cancellation) => inner.CountTokens(request, cancellation);

        public override async IAsyncEnumerable<ModelDelta> Stream(Cleared<ModelRequest> request, [EnumeratorCancellation] CancellationToken cancellation)
        {
            using var lines = new RecordedLines(recorder._time);
            lines.Add(inner.Name, request.Value);
            await using var deltas = inner.Stream(request, cancellation).GetAsyncEnumerator(cancellation);
            try
            {
                while (true)
                {
                    try
                    {
                        if (!await deltas.MoveNextAsync().ConfigureAwait(false)) break;
                    }
                    catch (ProviderException e)
                    {
                        lines.Add(e);
                        throw;
                    }
                    lines.Add(deltas.Current);
                    yield return deltas.Current;
                }
            }
            finally
            {
                recorder.Write(lines.Body);
            }
        }
    }
}

/// <summary>The lines of one answer as it comes.</summary>
internal sealed class RecordedLines(TimeProvider time) : IDisposable
{
    private readonly long _start = time.GetTimestamp();

    public RequestBody Body { get; } = new();

    public void Add(string provider, ModelRequest request)
    {
        var (digest, bytes) = RequestDigest.Of(request);
        Line(json =>
        {
            json.WriteStartObject("request"u8);
            json.WriteString("provider"u8, provider);
            json.WriteString("model"u8, request.Model);
            json.WriteString("digest"u8, digest);
            json.WriteNumber("bytes"u8, bytes);
            json.WriteNumber("messages"u8, request.Messages.Count);
            json.WriteNumber("tools"u8, request.Tools.Count);
            json.WriteEndObject();
        }, timed: false);
    }

    public void Add(ModelDelta delta) => Line(json =>
    {
        switch (delta)
        {
            case TextDelta text: json.WriteString("text"u8, text.Text); break;
            case ThinkingDelta thinking: json.WriteString("thinking"u8, thinking.Text); break;
            case ThinkingEnd end:
                json.WriteStartObject("thought"u8);
                if (end.Signature is not null) json.WriteString("signature"u8, end.Signature);
                if (end.Id is not null) json.WriteString("id"u8, end.Id);
                if (end.Redacted) json.WriteBoolean("redacted"u8, true);
                json.WriteEndObject();
                break;
            case CallStart call:
                json.WriteString("call"u8, call.Name);
                json.WriteNumber("index"u8, call.Index);
                json.WriteString("id"u8, call.Id);
                if (call.Signature is not null) json.WriteString("signature"u8, call.Signature);
                break;
            case CallArguments arguments:
                json.WriteNumber("index"u8, arguments.Index);
                json.WriteString("arguments"u8, arguments.Fragment);
                break;
            case ModelFinish finish:
                json.WriteString("finish"u8, finish.Reason switch
                {
                    StopReason.Tools => "tools"u8, StopReason.Length => "length"u8, StopReason.Refused => "refused"u8, StopReason.Paused => "paused"u8, _ => "done"u8,
                });
                if (finish.Usage is not { } usage) break;
                json.WriteStartObject("usage"u8);
                json.WriteNumber("input"u8, usage.InputTokens);
                json.WriteNumber("output"u8, usage.OutputTokens);
                json.WriteNumber("cacheRead"u8, usage.CacheReadTokens);
                json.WriteNumber("cacheWrite"u8, usage.CacheWriteTokens);
                json.WriteEndObject();
                break;
        }
    });

    public void Add(ProviderException failure) => Line(json =>
    {
        json.WriteString("error"u8, JsonNamingPolicy.SnakeCaseLower.ConvertName(failure.Kind.ToString()));
        json.WriteString("message"u8, failure.Message);
        if (failure.Status is { } status) json.WriteNumber("status"u8, status);
        if (failure.RetryAfter is { } after) json.WriteNumber("retryAfterMs"u8, (long)after.TotalMilliseconds);
    });

    public void Dispose() => Body.Dispose();

    private void Line(Action<Utf8JsonWriter> fields, bool timed = true)
    {
        using (var json = new Utf8JsonWriter(Body, Writing.Options))
        {
            json.WriteStartObject();
            if (timed) json.WriteNumber("at"u8, (long)time.GetElapsedTime(_start).TotalMilliseconds);
            fields(json);
            json.WriteEndObject();
        }
        Body.GetSpan(1)[0] = (byte)'\n';
        Body.Advance(1);
    }
}
